package proxy

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

func TestForwardKeepsConnections(t *testing.T) {
	t.Parallel()
	target := newApp(t, always(ok200))
	s := newStand(t, Options{})
	s.forward("x", "http://"+target.addr)
	for range 3 {
		if a := s.post("/in/x"); a.status != 200 {
			t.Fatalf("status %d", a.status)
		}
		s.recorded("x", 1, 2)
	}
	_, attempts := s.recorded("x", 3, 2)
	if a := attempts[1]; !a.Reused || a.Timing.Connect != 0 || a.Timing.Wait <= 0 {
		t.Errorf("third attempt: reused %v, timing %+v", a.Reused, a.Timing)
	}
}

// A target that closes its kept-alive connections must not cost a request.
func TestForwardOverClosedConnection(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var open []net.Conn
	addr := listen(t, func(c net.Conn) {
		mu.Lock()
		open = append(open, c)
		mu.Unlock()
		buf := make([]byte, 4096)
		for {
			if _, err := c.Read(buf); err != nil {
				return
			}
			if _, err := c.Write([]byte(ok200)); err != nil {
				return
			}
		}
	})
	s := newStand(t, Options{})
	s.forward("x", "http://"+addr)
	for i := range 5 {
		if a := s.post("/in/x"); a.status != 200 {
			t.Fatalf("request %d: status %d %q", i, a.status, a.body)
		}
		s.recorded("x", i+1, 2)
		mu.Lock()
		for _, c := range open {
			c.Close()
		}
		open = nil
		mu.Unlock()
	}
}

// A connection that is closed while the request is on its way: what may be sent
// twice is, what may not is reported.
func TestForwardRetriesOnlyWhatMayBeRepeated(t *testing.T) {
	t.Parallel()
	for method, want := range map[string]int{"GET": 200, "POST": 502} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			seen := 0
			addr := listen(t, func(c net.Conn) {
				buf := make([]byte, 4096)
				for range 2 {
					if _, err := c.Read(buf); err != nil {
						return
					}
					mu.Lock()
					seen++
					second := seen == 2
					mu.Unlock()
					if second {
						return // close instead of the answer, on the reused connection
					}
					c.Write([]byte(ok200))
				}
			})
			s := newStand(t, Options{})
			s.forward("x", "http://"+addr)
			request := method + " /in/x HTTP/1.1\r\nHost: s\r\n\r\n"
			if a := s.raw(request); a.status != 200 {
				t.Fatalf("first: %d", a.status)
			}
			s.recorded("x", 1, 2)
			if a := s.raw(request); a.status != want {
				t.Fatalf("second: %d %q, want %d", a.status, a.body, want)
			}
			_, attempts := s.recorded("x", 2, 2)
			noted := slices.ContainsFunc(attempts[1].Notes, func(n string) bool { return strings.Contains(n, "sent on a new one") })
			if noted != (want == 200) {
				t.Errorf("notes %q", attempts[1].Notes)
			}
		})
	}
}

func TestForwardStopsAndRecords(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{}, 2)
	hang := listen(t, func(c net.Conn) {
		buf := make([]byte, 4096)
		c.Read(buf)
		arrived <- struct{}{}
		c.Read(buf)
	})
	s := newStand(t, Options{Limits: Limits{Grace: 300 * time.Millisecond}})
	s.forward("x", "http://"+hang)
	c := s.rig.dial()
	c.send("POST /in/x HTTP/1.1\r\nHost: s\r\nContent-Length: 2\r\n\r\nhi")
	<-arrived
	start := time.Now()
	s.stop()
	if took := time.Since(start); took > 25*time.Second {
		t.Errorf("the stop took %s", took)
	}
	_, attempts := s.recorded("x", 1, 2)
	if f := attempts[1].Failure; f.Class != inspector.FailInterrupted {
		t.Errorf("failure %+v, want interrupted", f)
	}
}

func TestForwardMarkersUnderLoad(t *testing.T) {
	t.Parallel()
	target := newApp(t, func(request []byte) string {
		_, body, _ := strings.Cut(string(request), "\r\n\r\n")
		return fmt.Sprintf("HTTP/1.1 200 OK\r\nX-Echo: %s\r\nContent-Length: %d\r\n\r\n%s", body, len(body), body)
	})
	other := newApp(t, always(ok200))
	s := newStand(t, Options{})
	s.inbox(Inbox{Name: "x", Forward: []Target{{URL: "http://" + target.addr}, {URL: "http://" + other.addr}}})
	const clients, each = 16, 20
	var wg sync.WaitGroup
	for i := range clients {
		wg.Go(func() {
			c := s.rig.dial()
			for k := range each {
				mark := fmt.Sprintf("mark-%d-%d", i, k)
				c.send(fmt.Sprintf("POST /in/x/%s HTTP/1.1\r\nHost: s\r\nX-Mark: %s\r\nContent-Length: %d\r\n\r\n%s", mark, mark, len(mark), mark))
				if a := c.answer("POST"); a.body != mark || a.head == nil || a.head.Fields.Value("X-Echo") != mark {
					t.Errorf("answer %q to %s: %v", a.body, mark, a.err)
					return
				}
			}
		})
	}
	wg.Wait()
	s.recorded("x", clients*each, 3)
	for _, row := range s.rig.rows() {
		mark := strings.TrimPrefix(row.Target, "/in/x/")
		for _, a := range s.rig.attempts(row.ID) {
			request := s.wire(a, inspector.Request)
			if strings.Count(request, mark) != 3 {
				t.Fatalf("attempt %d of %s holds %q", a.K, mark, request)
			}
			if a.K == 1 && !strings.HasSuffix(s.wire(a, inspector.Response), "\r\n\r\n"+mark) {
				t.Fatalf("the answer of %s is %q", mark, s.wire(a, inspector.Response))
			}
		}
	}
	if n := len(other.requests()); n != clients*each {
		t.Errorf("the second app received %d requests", n)
	}
}
