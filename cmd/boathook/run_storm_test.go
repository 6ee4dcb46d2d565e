package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// counter is a target that counts its requests by the id of their delivery.
type counter struct {
	mu   sync.Mutex
	seen map[string]int
}

func (c *counter) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return // the sender was killed
	}
	c.mu.Lock()
	c.seen[r.Header.Get("SiteStacker-Delivery")]++
	c.mu.Unlock()
	time.Sleep(time.Millisecond) // as a receiver that does something
}

// A resend and a backfill that are killed with their server wait to be resumed, and
// then bring every delivery to an end, with each request on record and repeats of
// those only that were under way at a kill.
func TestRunStorm(t *testing.T) {
	if testing.Short() {
		t.Skip("left out by -short: several rounds of kill -9")
	}
	t.Parallel()
	const rounds, count, parallel = 4, 600, 8
	for _, kind := range []string{"resend", "backfill"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			target := &counter{seen: map[string]int{}}
			app := httptest.NewServer(target)
			defer app.Close()
			data := t.TempDir()
			rng := rand.New(rand.NewPCG(9, uint64(len(kind))))
			s := startServer(t, data)
			must := func(method, path, body string, want int) []byte {
				t.Helper()
				status, raw := s.api(method, path, []byte(body))
				if status != want {
					t.Fatalf("%s %s: %d %s", method, path, status, raw)
				}
				return raw
			}
			must("PUT", "/settings", `{"rev":0,"sending":true,"allow":["localhost"],"cap":0}`, 200)
			endpoint := fmt.Sprintf(`{"name":"crm","url":%q,"events":["*"],"concurrency":%d,"retry":{"preset":"none"}}`, app.URL, parallel)
			events := fmt.Sprintf(`{"type":"sitestacker/person_create","count":%d}`, count)
			spec, first := `{"kind":"backfill","endpoint":"crm"}`, 0
			if kind == "resend" {
				must("POST", "/endpoints", endpoint, 201)
				must("POST", "/events", events, 202)
				for end := time.Now().Add(time.Minute); len(s.all("dir:out%20status:200")) < count; {
					if time.Now().After(end) {
						t.Fatal("the first tries are not over")
					}
				}
				spec, first = `{"kind":"resend","source":{"q":"dir:out -is:ping"}}`, 1
			} else {
				must("POST", "/events", events, 202)
				must("POST", "/endpoints", endpoint, 201)
			}
			target.mu.Lock()
			clear(target.seen)
			target.mu.Unlock()
			must("POST", "/runs", spec, 202)
			var run struct {
				State                            string
				Total, Done, OK, Failed, Skipped int
			}
			look := func() {
				if err := json.Unmarshal(must("GET", "/runs/r1", "", 200), &run); err != nil {
					t.Fatal(err)
				}
			}
			for range rounds {
				wait := time.NewTimer(time.Duration(20+rng.IntN(100)) * time.Millisecond)
				<-wait.C
				s.kill()
				s = startServer(t, data)
				if look(); run.State == "done" {
					break
				}
				if run.State != "interrupted" {
					t.Fatalf("after a kill: %+v", run)
				}
				must("POST", "/runs/r1/resume", "{}", 200)
			}
			for end := time.Now().Add(3 * time.Minute); run.State != "done"; look() {
				if time.Now().After(end) || run.State != "running" && run.State != "interrupted" {
					t.Fatalf("%+v", run)
				}
				time.Sleep(20 * time.Millisecond) // each look costs the server
			}
			if run.Total != count || run.Done != count || run.OK != count || run.Skipped+run.Failed != 0 {
				t.Errorf("%+v", run)
			}
			rows, again := s.sentRows(), 0
			tries := map[string]int{}
			for i := range rows {
				r := &rows[i]
				if r.Endpoint != "crm" || r.has("ping") {
					continue
				}
				if r.Status != 200 || r.pending() || tries[r.EventID] > 0 {
					t.Errorf("%+v", r)
				}
				tries[r.EventID] = r.Tries - first
				repeats := r.Tries - first - 1
				again += repeats
				if repeats > 0 && s.interruptions(r.ID) != repeats {
					t.Errorf("%s was sent %d times again, with %d interruptions on record", r.ID, repeats, s.interruptions(r.ID))
				}
			}
			target.mu.Lock()
			defer target.mu.Unlock()
			if len(tries) != count || len(target.seen) < count {
				t.Errorf("%d deliveries, %d arrived, want %d", len(tries), len(target.seen), count)
			}
			for id, n := range tries {
				if seen := target.seen[id]; seen < 1 || seen > n {
					t.Errorf("%s arrived %d times, %d tries are on record", id, seen, n)
				}
			}
			if most := rounds * laneOf(parallel); again > most {
				t.Errorf("%d were sent again, want at most %d", again, most)
			}
			t.Logf("%d of %d were under way at a kill and sent again", again, count)
		})
	}
}

// laneOf is how many tries of an endpoint may be begun on record at a time.
func laneOf(concurrency int) int { return 8 * concurrency }
