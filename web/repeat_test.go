package web

import (
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/boathook/boathook/web/client"
)

func TestRepeatedRequestHappensOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	key := repeatHeader + ": first"
	const clients = 8
	answers := make([]reply, clients)
	var wait sync.WaitGroup
	for i := range clients {
		wait.Go(func() { answers[i] = r.do("POST", "/api/v1/inboxes", `{"name":"orders"}`, key) })
	}
	wait.Wait()
	replayed := 0
	for _, a := range answers {
		if a.StatusCode != 201 || string(a.body) != string(answers[0].body) || a.Header.Get("Location") != "/api/v1/inboxes/orders" {
			t.Errorf("= %d %v %s", a.StatusCode, a.Header, a.body)
		}
		if a.Header.Get("Idempotency-Replayed") == "true" {
			replayed++
		}
	}
	if replayed != clients-1 {
		t.Errorf("%d of %d answers were replayed", replayed, clients)
	}
	for _, tt := range []struct {
		name, path, body, key string
		status                int
	}{
		{"another body", "/api/v1/inboxes", `{"name":"other"}`, "first", 422},
		{"another key", "/api/v1/inboxes", `{"name":"orders"}`, "second", 409},
		{"the refusal is repeated too", "/api/v1/inboxes", `{"name":"orders"}`, "second", 409},
		{"the key of another address", "/api/v1/ping", `{"inbox":"orders"}`, "first", 201},
		{"a key that is too long", "/api/v1/inboxes", `{"name":"x"}`, strings.Repeat("k", 256), 400},
	} {
		if a := r.do("POST", tt.path, tt.body, repeatHeader+": "+tt.key); a.StatusCode != tt.status {
			t.Errorf("%s = %d %s", tt.name, a.StatusCode, a.body)
		}
	}
	if n := r.count(); n != 1 {
		t.Errorf("%d pings, want 1", n)
	}
	// After a day it is a new request.
	r.clock.advance(repeatAge)
	if a := r.do("POST", "/api/v1/inboxes", `{"name":"orders"}`, key); a.StatusCode != 409 || a.Header.Get("Idempotency-Replayed") != "" {
		t.Errorf("a day later = %d", a.StatusCode)
	}
	var all client.Inboxes
	r.get("/api/v1/inboxes", &all)
	if len(all.Inboxes) != 3 {
		t.Errorf("%d inboxes, want 3", len(all.Inboxes))
	}
}

func TestRepeatsAreBounded(t *testing.T) {
	t.Parallel()
	var r repeats
	now := time.Unix(1_700_000_000, 0)
	for i := range maxRepeats + 10 {
		e, first := r.begin(sha256.Sum256(fmt.Append(nil, i)), sha256.Sum256(nil), now)
		if !first {
			t.Fatalf("%d is known", i)
		}
		e.body = make([]byte, 8<<10)
		e.forgotten = i%100 == 0
		r.end(e)
	}
	if len(r.order) > maxRepeats || len(r.byKey) != len(r.order) || r.size > maxRepeatSize+maxRepeatBody || r.size != 8<<10*len(r.order) {
		t.Errorf("%d in order, %d by key, %d bytes", len(r.order), len(r.byKey), r.size)
	}
	if _, first := r.begin(sha256.Sum256(fmt.Append(nil, maxRepeats+5)), sha256.Sum256(nil), now.Add(time.Hour)); first {
		t.Error("a recent one is gone")
	}
	if _, first := r.begin(sha256.Sum256(fmt.Append(nil, maxRepeats+5)), sha256.Sum256(nil), now.Add(repeatAge)); !first || len(r.order) != 1 {
		t.Errorf("one of a day ago is known, %d are kept", len(r.order))
	}
}

// What is under way is not forgotten, however much comes after it: its repetition would
// do it a second time.
func TestRepeatsKeepWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	var r repeats
	now := time.Now()
	key := func(n int) (k [sha256.Size]byte) { return sha256.Sum256([]byte(strconv.Itoa(n))) }
	slow, _ := r.begin(key(0), key(0), now)
	for i := range 2 * maxRepeats {
		e, first := r.begin(key(i+1), key(0), now.Add(repeatAge))
		if !first {
			t.Fatalf("request %d was there before", i)
		}
		r.end(e)
	}
	if e, first := r.begin(key(0), key(0), now.Add(repeatAge)); first || e != slow {
		t.Error("a request that is under way would be done again")
	}
	if len(r.order) > maxRepeats+1 {
		t.Errorf("%d answers are kept", len(r.order))
	}
	r.end(slow)
	if _, first := r.begin(key(0), key(0), now.Add(repeatAge)); !first {
		t.Error("an old request that is over is still known")
	}
}
