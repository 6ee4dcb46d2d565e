package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// get asks the API and decodes the answer.
func (b *boathook) get(ctx context.Context, path string, query url.Values, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, b.API+path+"?"+query.Encode(), nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+b.Token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s: %.300s", path, res.Status, raw)
	}
	return json.Unmarshal(raw, into)
}

// rows is a page of deliveries as the API answers it.
type rows struct {
	Rows []struct {
		ID     string
		N      uint64
		Target string
	}
	Next    string
	Scanned int
}

// find follows pages until want rows are found or the list ends, as a person
// waiting for a search does.
func (b *boathook) find(ctx context.Context, q string, want int) (int, error) {
	found := 0
	values := url.Values{"q": {q}, "limit": {fmt.Sprint(want)}}
	for {
		var page rows
		if err := b.get(ctx, "/deliveries", values, &page); err != nil {
			return found, err
		}
		found += len(page.Rows)
		if page.Next == "" || found >= want {
			return found, nil
		}
		values.Set("before", page.Next)
	}
}

// benchLists fills a store to 10^5 and then 10^6 deliveries and times whole
// HTTP answers, and the start of a server on such a store.
func benchLists(ctx context.Context, s settings, out *table) error {
	data := filepath.Join(s.dir, "lists")
	sizes := []int{100_000, 1_000_000}
	have := 0
	for _, size := range sizes {
		if size > s.deliveries {
			break
		}
		server, err := startBoathook(ctx, s, data)
		if err != nil {
			return err
		}
		if err := fill(ctx, server, size-have); err != nil {
			return err
		}
		have = size
		if err := listRows(ctx, server, size, out); err != nil {
			return err
		}
		if err := server.stop(); err != nil {
			return err
		}
		again, err := startBoathook(ctx, s, data)
		if err != nil {
			return err
		}
		out.row(fmt.Sprintf("start at %s deliveries, until both ports answer", thousands(size)), fmt.Sprintf("%d ms", again.ready.Milliseconds()), "after a clean stop")
		if err := again.kill(); err != nil {
			return err
		}
		after, err := startBoathook(ctx, s, data)
		if err != nil {
			return err
		}
		out.row(fmt.Sprintf("start at %s deliveries", thousands(size)), fmt.Sprintf("%d ms", after.ready.Milliseconds()), "after kill -9")
		if err := after.stop(); err != nil {
			return err
		}
	}
	return nil
}

// kill ends the process at once.
func (p *process) kill() error {
	if err := p.cmd.Process.Kill(); err != nil {
		return err
	}
	_ = p.cmd.Wait() // it reports the kill that we just did
	return nil
}

// fill captures n deliveries of 1 KiB.
func fill(ctx context.Context, b *boathook, n int) error {
	_, err := good(closed(ctx, b.addr, "/in/demo/hook", 1024, 64, 0, n))
	return err
}

func listRows(ctx context.Context, b *boathook, size int, out *table) error {
	var page rows
	if err := b.get(ctx, "/deliveries", url.Values{"limit": {"1"}}, &page); err != nil {
		return err
	}
	if len(page.Rows) == 0 {
		return fmt.Errorf("the store is empty after filling it")
	}
	middle := fmt.Sprint(page.Rows[0].N / 2)
	var one struct{ ID string }
	if err := b.get(ctx, "/deliveries/"+middle, url.Values{}, &one); err != nil {
		return err
	}
	for _, l := range []struct {
		what, q string
		want    int
		times   int
	}{
		{"newest 50", "", 50, 200},
		{"newest 50 of a rare inbox (1 in 500)", "inbox:default", 50, 200},
		{"newest 50 with status:2xx -inbox:demo", "status:2xx -inbox:demo", 50, 50},
		{"a delivery by id:", "id:" + one.ID, 1, 200},
		{"a word that is nowhere (word:)", "word:evt_ffffffffffffffff0", 50, 50},
		{"a substring that is nowhere, whole store", "nosuchtextanywhere", 50, 5},
	} {
		hist := newHist()
		for range l.times {
			start := time.Now()
			if _, err := b.find(ctx, l.q, l.want); err != nil {
				return err
			}
			if err := hist.RecordValue(max(time.Since(start).Microseconds(), 1)); err != nil {
				return err
			}
		}
		out.row(fmt.Sprintf("%s, at %s", l.what, thousands(size)), spread(hist), "whole HTTP answer")
	}
	return nil
}

func spread(h *hdrhistogram.Histogram) string {
	return fmt.Sprintf("p50 %.1f ms, p99 %.1f ms", float64(h.ValueAtQuantile(50))/1000, float64(h.ValueAtQuantile(99))/1000)
}

func thousands(n int) string {
	if n >= 1_000_000 {
		return fmt.Sprintf("%d,%03d,%03d", n/1_000_000, n/1000%1000, n%1000)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}
