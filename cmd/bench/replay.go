package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"time"
)

// replaySources is how many recorded deliveries a replay sends again, in turn.
const replaySources = 5000

// benchReplay compares a replay of recorded requests, whose attempts are recorded
// in batches behind the sending and are durable before it is done, with our own
// load generator, which sends the same size and records nothing, to the same target.
func benchReplay(ctx context.Context, s settings, out *table) error {
	target, err := startRole(ctx, "target", "0s")
	if err != nil {
		return err
	}
	defer target.stop() //nolint:errcheck // it is killed by our own signal
	server, err := startBoathook(ctx, s, filepath.Join(s.dir, "replay"))
	if err != nil {
		return err
	}
	defer server.stop() //nolint:errcheck // measured already
	if err := server.call(ctx, http.MethodPut, "/settings", map[string]any{"rev": 0, "sending": true, "allow": []string{"localhost"}, "cap": 0}); err != nil {
		return err
	}
	if _, err := good(closed(ctx, server.addr, "/in/demo/hook", 1024, sendConns, 0, replaySources)); err != nil {
		return fmt.Errorf("record what is replayed: %w", err)
	}
	var ratio, rate, micros []float64
	var plain float64
	for range s.rounds {
		base, err := good(closed(ctx, target.addr, "/hook", 1024, sendConns, s.duration, 0))
		if err != nil {
			return fmt.Errorf("plain load: %w", err)
		}
		repeat := max(int(base.rate()*s.duration.Seconds()/2)/replaySources, 1)
		before, err := server.cpu()
		if err != nil {
			return err
		}
		sent, took, err := server.replay(ctx, "http://"+target.addr+"/hook", repeat)
		if err != nil {
			return err
		}
		after, err := server.cpu()
		if err != nil {
			return err
		}
		r := float64(sent) / took.Seconds()
		rate, ratio, plain = append(rate, r), append(ratio, r/base.rate()), max(plain, base.rate())
		micros = append(micros, float64((after-before).Microseconds())/float64(sent))
	}
	out.row(fmt.Sprintf("replay of exact bytes, 1 KiB, %d at once, recorded in batches behind the sending", sendConns),
		fmt.Sprintf("%.2f × its rate, %.0f/s, %.0f µs of CPU each", median(ratio), median(rate), median(micros)),
		fmt.Sprintf("our load generator, not recorded, to the same target, %.0f/s", plain))
	return nil
}

// replay sends what was recorded again and waits until every outcome is stored.
func (b *boathook) replay(ctx context.Context, to string, repeat int) (int, time.Duration, error) {
	start := time.Now()
	err := b.call(ctx, http.MethodPost, "/runs", map[string]any{
		"kind": "replay", "source": map[string]any{"q": "dir:in"}, "to": map[string]any{"url": to}, "parallel": sendConns, "repeat": repeat,
	})
	if err != nil {
		return 0, 0, err
	}
	for {
		var all struct {
			Runs []struct {
				State     string
				Error     string
				Total, OK int
			}
		}
		if err := b.get(ctx, "/runs", url.Values{}, &all); err != nil {
			return 0, 0, err
		}
		switch r := all.Runs[0]; {
		case r.State == "done" && r.OK == r.Total:
			return r.Total, time.Since(start), nil
		case r.State != "running":
			return 0, 0, fmt.Errorf("the replay is %s after %d of %d: %s", r.State, r.OK, r.Total, r.Error)
		case time.Since(start) > 5*time.Minute:
			return 0, 0, fmt.Errorf("%d of %d were replayed within 5 minutes", r.OK, r.Total)
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return 0, 0, ctx.Err()
		}
	}
}
