package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"path/filepath"
	"time"
)

// sendConns is how many requests are under way at once, on both sides of the
// comparison.
const sendConns = 64

// benchSend compares signed sending, each try recorded durably before and after,
// with our own load generator, which sends the same size unsigned and records
// nothing, to the same target.
func benchSend(ctx context.Context, s settings, out *table) error {
	target, err := startRole(ctx, "target", "0s")
	if err != nil {
		return err
	}
	defer target.stop() //nolint:errcheck // it is killed by our own signal
	server, err := startBoathook(ctx, s, filepath.Join(s.dir, "send"))
	if err != nil {
		return err
	}
	defer server.stop() //nolint:errcheck // measured already
	if err := server.call(ctx, http.MethodPut, "/settings", map[string]any{"rev": 0, "sending": true, "allow": []string{"localhost"}, "cap": 0}); err != nil {
		return err
	}
	err = server.call(ctx, http.MethodPost, "/endpoints", map[string]any{
		"name": "crm", "url": "http://" + target.addr + "/hook", "events": []string{"*"}, "concurrency": sendConns,
	})
	if err != nil {
		return err
	}
	payload := string(body(rand.New(rand.NewPCG(1, 1)), 1024))
	var pair sendPair
	for range s.rounds {
		err := pair.round(ctx, s, target, server, func(base load) (int, time.Duration, error) {
			events := min(max(int(base.rate()*s.duration.Seconds()/4), 1000), 100_000)
			took, err := server.sendAll(ctx, payload, events)
			return events, took, err
		})
		if err != nil {
			return err
		}
	}
	pair.row(out, fmt.Sprintf("signed sending, 1 KiB, %d at once, each try durably recorded", sendConns),
		"our load generator, unsigned and not recorded, to the same target")
	return nil
}

// sendAll has events sent and waits until the outcome of each is recorded.
func (b *boathook) sendAll(ctx context.Context, payload string, events int) (time.Duration, error) {
	start := time.Now()
	if err := b.call(ctx, http.MethodPost, "/events", map[string]any{"type": "svix/invoice.paid", "body": payload, "count": events}); err != nil {
		return 0, err
	}
	for {
		var page struct {
			Rows []json.RawMessage
			Next string
		}
		if err := b.get(ctx, "/deliveries", url.Values{"limit": {"1"}, "q": {"dir:out -status:200"}}, &page); err != nil {
			return 0, err
		}
		if len(page.Rows) == 0 && page.Next == "" {
			return time.Since(start), nil
		}
		if time.Since(start) > 5*time.Minute {
			return 0, fmt.Errorf("%d events were not sent within 5 minutes", events)
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

// call makes a request to the API that changes something.
func (b *boathook) call(ctx context.Context, method, path string, in any) error {
	raw, err := json.Marshal(in)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, method, b.API+path, bytes.NewReader(raw))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+b.Token)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode/100 != 2 {
		text, _ := io.ReadAll(res.Body)
		return fmt.Errorf("%s %s: %s: %s", method, path, res.Status, text)
	}
	_, err = io.Copy(io.Discard, res.Body)
	return err
}
