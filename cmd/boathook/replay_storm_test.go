package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// A replay that was killed with its server waits to be resumed and sends nothing
// before. Then it sends nothing twice but what was under way, and has every request on
// record.
func TestReplayStorm(t *testing.T) {
	if testing.Short() {
		t.Skip("left out by -short: several rounds of kill -9")
	}
	t.Parallel()
	const (
		rounds, count, parallel = 6, 2000, 8
		taking                  = 5 * time.Millisecond // that the target takes at least for each
	)
	var mu sync.Mutex
	hits := map[string]int{}
	app := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return // the sender was killed
		}
		mu.Lock()
		hits[r.URL.Path]++
		mu.Unlock()
		time.Sleep(taking) // as a receiver that does something
	}))
	defer app.Close()
	data := t.TempDir()
	rng := rand.New(rand.NewPCG(7, 8))
	start := func() *server {
		return startServer(t, data, "--keep-count", "0", "--keep-bytes", "0", "--keep-age", "0")
	}
	s := start()
	base, _, _ := strings.Cut(s.Capture, "/in/")
	var senders sync.WaitGroup
	for part := range 8 {
		senders.Go(func() {
			for i := part; i < count; i += 8 {
				res, err := http.Post(strings.TrimSuffix(base, "/")+fmt.Sprintf("/in/demo/%d", i), "application/json", bytes.NewReader([]byte(`{"a":1}`)))
				if err != nil {
					t.Error(err)
					return
				}
				res.Body.Close()
			}
		})
	}
	senders.Wait()
	if status, raw := s.api("PUT", "/settings", []byte(`{"rev":0,"sending":true,"allow":["localhost"],"cap":0}`)); status != 200 {
		t.Fatalf("%d %s", status, raw)
	}
	status, raw := s.api("POST", "/runs", fmt.Appendf(nil, `{"kind":"replay","source":{"q":"dir:in"},"to":{"url":%q},"parallel":%d}`, app.URL, parallel))
	if status != 202 {
		t.Fatalf("%d %s", status, raw)
	}
	for range rounds {
		wait := time.NewTimer(time.Duration(30+rng.IntN(200)) * time.Millisecond)
		<-wait.C
		s.kill()
		arrived := func() (n int) {
			mu.Lock()
			defer mu.Unlock()
			for _, h := range hits {
				n += h
			}
			return n
		}
		before := arrived()
		for still := 0; still < 20; still++ { // what left before the kill arrives
			time.Sleep(20 * time.Millisecond)
			if now := arrived(); now != before {
				before, still = now, 0
			}
		}
		s = start()
		var run struct{ State string }
		_, raw := s.api("GET", "/runs/r1", nil)
		if json.Unmarshal(raw, &run) != nil || run.State != "interrupted" && run.State != "done" {
			t.Fatalf("%s", raw)
		}
		if after := arrived(); after != before {
			t.Errorf("%d requests that nobody asked for", after-before)
		}
		if run.State == "done" {
			break
		}
		if status, raw := s.api("POST", "/runs/r1/resume", []byte("{}")); status != 200 {
			t.Fatalf("%d %s", status, raw)
		}
	}
	var run struct {
		State           string
		Total, Done, OK int
		Skipped         int
	}
	for end := time.Now().Add(3 * time.Minute); run.State != "done"; {
		if _, raw = s.api("GET", "/runs/r1", nil); json.Unmarshal(raw, &run) != nil || time.Now().After(end) || run.State != "running" && run.State != "done" {
			t.Fatalf("%s", raw)
		}
		time.Sleep(20 * time.Millisecond) // each look costs the server
	}
	if run.Total != count || run.Done != count || run.OK != count || run.Skipped != 0 {
		t.Errorf("%+v", run)
	}
	again := 0
	tries := map[string]int{}
	for before := ""; ; {
		_, raw := s.api("GET", "/deliveries?limit=200&q=run:r1&before="+before, nil)
		var page struct {
			Rows []struct {
				Target string
				Tries  int
				Status int
			}
			Next string
		}
		if err := json.Unmarshal(raw, &page); err != nil {
			t.Fatal(err)
		}
		for _, row := range page.Rows {
			if tries[row.Target] > 0 || row.Status != 200 {
				t.Errorf("%+v, sent before %d times", row, tries[row.Target])
			}
			tries[row.Target] = row.Tries
			again += row.Tries - 1
		}
		if before = page.Next; before == "" {
			break
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if len(tries) != count || len(hits) != count {
		t.Errorf("%d rows, %d arrived, want %d", len(tries), len(hits), count)
	}
	for path, n := range hits {
		if n > tries[path] || n < 1 {
			t.Errorf("%s arrived %d times, %d are on record", path, n, tries[path])
		}
	}
	// What is on record as sent again had arrived, and its answer was not stored yet; or it
	// was under way at a kill: with a worker, at hand for one, or being handed out.
	lost, atHand := -count, 2*parallel+1
	for _, n := range hits {
		lost += n
	}
	if again > lost+rounds*atHand {
		t.Errorf("%d were sent again, of which %d had arrived", again, lost)
	}
	// An answer is not stored yet while its batch is gathered, for 5 ms, and stored, for 50 ms
	// before the sending waits for it but for those at hand; a busy machine takes twice that.
	if most := rounds * (parallel*int(2*(5+50)*time.Millisecond/taking) + atHand); lost > most {
		t.Errorf("%d answers were lost, want at most %d", lost, most)
	}
	t.Logf("%d of %d were under way at a kill and sent again", again, count)
}
