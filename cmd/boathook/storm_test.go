package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// A 2xx means stored: a server killed at any moment under load has every
// delivery that it acknowledged, once and unchanged.
func TestKillStorm(t *testing.T) {
	if testing.Short() {
		t.Skip("left out by -short: twenty rounds of kill -9")
	}
	t.Parallel()
	const rounds, senders = 20, 16
	data := t.TempDir()
	rng := rand.New(rand.NewPCG(1, 2))

	var mu sync.Mutex
	acknowledged := map[string][32]byte{} // by target

	for round := range rounds {
		s := startServer(t, data, "--keep-count", "0", "--keep-bytes", "0", "--keep-age", "0")
		before := len(acknowledged)
		var wg sync.WaitGroup
		for sender := range senders {
			wg.Go(func() {
				r := rand.New(rand.NewPCG(uint64(round), uint64(sender)))
				client := &http.Client{Transport: &http.Transport{}, Timeout: time.Minute}
				defer client.CloseIdleConnections()
				for i := 0; ; i++ {
					// Every fiftieth body is larger than a chunk of the store.
					size := r.IntN(4096)
					if i%50 == 49 {
						size = 300<<10 + r.IntN(200<<10)
					}
					body := make([]byte, size)
					for j := range body {
						body[j] = byte(r.Uint32())
					}
					target := fmt.Sprintf("/in/demo/%d/%d/%d", round, sender, i)
					base, _, _ := strings.Cut(s.Capture, "/in/")
					res, err := client.Post(strings.TrimSuffix(base, "/")+target, "application/octet-stream", bytes.NewReader(body))
					if err != nil {
						return // killed
					}
					res.Body.Close()
					if res.StatusCode/100 == 2 {
						mu.Lock()
						acknowledged[target] = sha256.Sum256(body)
						mu.Unlock()
					}
				}
			})
		}
		// By what was acknowledged, not by the clock: a busy machine does less in a time.
		goal := before + 2*senders + rng.IntN(400)
		waitUntil(t, func() bool {
			mu.Lock()
			defer mu.Unlock()
			return len(acknowledged) >= goal
		})
		wait := time.NewTimer(time.Duration(rng.IntN(20)) * time.Millisecond)
		<-wait.C
		s.kill()
		wg.Wait()
	}

	s := startServer(t, data, "--keep-count", "0", "--keep-bytes", "0", "--keep-age", "0")
	found := map[string]string{}
	for _, row := range s.all("") {
		if _, twice := found[row.Target]; twice {
			t.Errorf("%s is stored twice", row.Target)
		}
		found[row.Target] = row.ID
	}
	missing, altered := 0, 0
	for target, sum := range acknowledged {
		id, ok := found[target]
		if !ok {
			missing++
			continue
		}
		status, body := s.api("GET", "/deliveries/"+id+"/attempts/0/request/body", nil)
		if status == http.StatusNotFound && sum == sha256.Sum256(nil) {
			continue
		}
		if status != http.StatusOK || sha256.Sum256(body) != sum {
			altered++
		}
	}
	t.Logf("%d rounds of kill -9: %d acknowledged, %d stored, %d missing, %d altered", rounds, len(acknowledged), len(found), missing, altered)
	if missing > 0 || altered > 0 {
		t.Errorf("%d of %d acknowledged deliveries are missing, %d altered", missing, len(acknowledged), altered)
	}
	if len(acknowledged) < rounds*senders {
		t.Errorf("only %d deliveries were acknowledged: too few to prove anything", len(acknowledged))
	}
}
