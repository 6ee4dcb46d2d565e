package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// sent is what the storm reads of a delivery.
type sent struct {
	ID       string   `json:"id"`
	EventID  string   `json:"event_id"`
	Endpoint string   `json:"endpoint"`
	Status   int      `json:"status"`
	Failure  string   `json:"failure"`
	Tries    int      `json:"tries"`
	MaxTries int      `json:"max_tries"`
	Flags    []string `json:"flags"`
}

func (r *sent) has(flag string) bool {
	for _, f := range r.Flags {
		if f == flag {
			return true
		}
	}
	return false
}

// pending says that a further try is scheduled, or the first one was not made yet.
func (r *sent) pending() bool {
	return r.has("retrying") || r.Status == 0 && r.Failure == ""
}

// sentRows lists everything that was sent.
func (s *server) sentRows() []sent {
	s.t.Helper()
	var rows []sent
	for before := ""; ; {
		status, raw := s.api("GET", "/deliveries?limit=200&q=dir:out&before="+before, nil)
		var page struct {
			Rows []sent
			Next string
		}
		if status != 200 {
			s.t.Fatalf("list: %d %s", status, raw)
		}
		if err := json.Unmarshal(raw, &page); err != nil {
			s.t.Fatal(err)
		}
		rows = append(rows, page.Rows...)
		if before = page.Next; before == "" {
			return rows
		}
	}
}

// flaky is a target that fails three of ten requests and counts them by delivery.
type flaky struct {
	mu   sync.Mutex
	seen map[string]int // requests
	good map[string]int // of them answered 200
}

func (f *flaky) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return // the sender was killed
	}
	id := r.Header.Get("SiteStacker-Delivery")
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seen[id]++
	h := fnv.New32a()
	fmt.Fprint(h, id, f.seen[id])
	if h.Sum32()%10 < 3 {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	f.good[id]++
}

// Sending is at least once, with a record that survives: a server that is killed
// at any moment while it sends to a target that fails now and then brings every
// event to an end, makes no try that is not on record, and repeats only what was
// under way when it was killed, with the same id.
func TestSendStorm(t *testing.T) {
	if testing.Short() {
		t.Skip("left out by -short: twenty rounds of kill -9")
	}
	t.Parallel()
	const rounds, perRound, most = 20, 500, 64
	target := &flaky{seen: map[string]int{}, good: map[string]int{}}
	app := httptest.NewServer(target)
	defer app.Close()
	data := t.TempDir()
	rng := rand.New(rand.NewPCG(5, 6))
	events := func(count int) []byte {
		return fmt.Appendf(nil, `{"type":"sitestacker/person_create","count":%d}`, count)
	}
	start := func() *server {
		return startServer(t, data, "--keep-count", "0", "--keep-bytes", "0", "--keep-age", "0")
	}

	for round := range rounds {
		s := start()
		if round == 0 {
			for _, call := range []struct{ method, path, body string }{
				{"PUT", "/settings", `{"rev":0,"sending":true,"allow":["localhost"],"cap":0}`},
				{"POST", "/endpoints", fmt.Sprintf(`{"name":"crm","url":%q,"events":["*"],"concurrency":%d,"speed":1000,"retry":{"preset":"custom","delays":["20s","40s"]}}`, app.URL, most)},
			} {
				if status, raw := s.api(call.method, call.path, []byte(call.body)); status/100 != 2 {
					t.Fatalf("%s %s: %d %s", call.method, call.path, status, raw)
				}
			}
		}
		var posting sync.WaitGroup
		posting.Go(func() {
			req, err := http.NewRequest("POST", s.API+"/events", bytes.NewReader(events(perRound)))
			if err != nil {
				t.Error(err)
				return
			}
			req.Header.Set("Authorization", "Bearer "+s.Token)
			req.Header.Set("Content-Type", "application/json")
			if res, err := http.DefaultClient.Do(req); err == nil {
				res.Body.Close() // otherwise it was killed meanwhile
			}
		})
		wait := time.NewTimer(time.Duration(50+rng.IntN(400)) * time.Millisecond)
		<-wait.C
		s.kill()
		posting.Wait()
	}

	s := start()
	stored := len(s.sentRows())
	for missing := rounds*perRound - stored; missing > 0; missing -= 2000 {
		if status, raw := s.api("POST", "/events", events(min(missing, 2000))); status != 202 {
			t.Fatalf("events: %d %s", status, raw)
		}
	}
	var rows []sent
	for deadline := time.Now().Add(2 * time.Minute); ; {
		left := 0
		rows = s.sentRows()
		for i := range rows {
			if rows[i].pending() {
				left++
			}
		}
		if left == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d of %d deliveries did not come to an end", left, len(rows))
		}
	}
	// Under way is what has begun and is not on record as over.
	judgeStorm(t, s, target, rows, rounds*laneOf(most))
	if len(rows) < rounds*perRound {
		t.Errorf("only %d deliveries", len(rows))
	}
	t.Logf("%d rounds of kill -9, %d deliveries of which %d were stored by then", rounds, len(rows), stored)
}

// judgeStorm compares the record with what the target saw.
func judgeStorm(t *testing.T, s *server, target *flaky, rows []sent, mostRepeats int) {
	t.Helper()
	target.mu.Lock()
	defer target.mu.Unlock()
	known := map[string]bool{}
	delivered, givenUp, repeats := 0, 0, 0
	for i := range rows {
		r := &rows[i]
		known[r.EventID] = true
		switch {
		case r.Status == 200 && r.Failure == "":
			delivered++
			if target.good[r.EventID] == 0 {
				t.Errorf("%s is said to be delivered, and the target never took it", r.ID)
			}
		case r.has("failed") && r.Tries >= r.MaxTries:
			givenUp++
		default:
			t.Errorf("%s is neither delivered nor given up: %+v", r.ID, r)
		}
		if seen := target.seen[r.EventID]; seen > r.Tries {
			t.Errorf("%s: the target saw %d tries, %d are on record", r.ID, seen, r.Tries)
		}
		again := target.good[r.EventID] - 1
		if again <= 0 {
			continue
		}
		repeats += again
		if cut := s.interruptions(r.ID); again > cut {
			t.Errorf("%s was taken %d times, and %d of its tries were cut off", r.ID, again+1, cut)
		}
	}
	for id := range target.seen {
		if !known[id] {
			t.Errorf("the target saw %s, which is not on record", id)
		}
	}
	if repeats > mostRepeats {
		t.Errorf("%d deliveries were taken again, at most %d were under way at a kill", repeats, mostRepeats)
	}
	if givenUp == 0 || delivered < len(rows)/2 {
		t.Errorf("%d delivered, %d given up: that proves nothing", delivered, givenUp)
	}
	t.Logf("%d delivered, %d given up, %d taken again after a kill", delivered, givenUp, repeats)
}

// interruptions counts the tries of a delivery that a kill cut off.
func (s *server) interruptions(id string) int {
	s.t.Helper()
	status, raw := s.api("GET", "/deliveries/"+id, nil)
	var d struct {
		Attempts []struct {
			Failure struct{ Class string }
		}
	}
	if err := json.Unmarshal(raw, &d); status != 200 || err != nil {
		s.t.Fatalf("delivery %s: %d %v %s", id, status, err, raw)
	}
	n := 0
	for _, a := range d.Attempts {
		if a.Failure.Class == "interrupted" {
			n++
		}
	}
	return n
}
