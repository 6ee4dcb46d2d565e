package proxy

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

const soon = 300 * time.Millisecond

func TestSlowHeadIsCut(t *testing.T) {
	t.Parallel()
	r := newRig(t, &stubAnswerer{}, Limits{HeadTime: soon})
	c := r.dial()
	started := time.Now()
	go func() {
		for range 2000 { // far longer than it may take to cut it
			if _, err := io.WriteString(c, "P"); err != nil {
				return
			}
			time.Sleep(soon / 10)
		}
	}()
	if a := c.answer("POST"); a.status != 408 || time.Since(started) > 60*soon {
		t.Errorf("status %d after %s, want 408", a.status, time.Since(started))
	}
	if len(r.rows()) != 0 || r.Stats().Refused != 1 {
		t.Errorf("%d rows, stats %+v", len(r.rows()), r.Stats())
	}
}

func TestSlowBodyIsCut(t *testing.T) {
	t.Parallel()
	r := newRig(t, &stubAnswerer{}, Limits{BodyTime: soon})
	c := r.dial()
	started := time.Now()
	c.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000\r\n\r\n")
	go func() {
		for range 2000 { // far longer than it may take to cut it
			if _, err := io.WriteString(c, "ab"); err != nil {
				return
			}
			time.Sleep(soon / 10)
		}
	}()
	c.want(408)
	if d := time.Since(started); d < soon/2 || d > 60*soon {
		t.Errorf("cut after %s", d)
	}
	row := r.rows()[0]
	want := inspector.FlagCut | inspector.FlagFailed | inspector.FlagUnread
	if row.Status != 408 || row.Failure != inspector.FailTimeout || row.Flags != want || row.Size == 0 {
		t.Errorf("row = %+v", row)
	}
	m := r.attempts(row.ID)[0].Request
	if !m.Cut || m.Size != row.Size || m.Wanted != 10000 {
		t.Errorf("request = %+v", m)
	}
	if got := string(r.wireBytes(row.ID, 0, inspector.Request)); !strings.HasSuffix(got, "\r\n\r\n"+strings.Repeat("ab", int(row.Size)/2)) {
		t.Errorf("stored %q", got)
	}
}

func TestBodyTimeGrowsWithTheBody(t *testing.T) {
	t.Parallel()
	l := Limits{}.defaults()
	for size, want := range map[int64]time.Duration{0: 30 * time.Second, 10 << 20: 70 * time.Second, 1 << 30: 10 * time.Minute} {
		if got := l.bodyTime(size); got != want {
			t.Errorf("bodyTime(%d) = %s, want %s", size, got, want)
		}
	}
}

func TestIdleConnectionsAreClosed(t *testing.T) {
	t.Parallel()
	r := newRig(t, &stubAnswerer{}, Limits{Idle: soon})
	fresh, used := r.dial(), r.dial()
	used.send(simple).want(200)
	fresh.ended()
	used.ended()
	eventually(t, "none is left", func() bool { return r.Stats().Connections == 0 })
	if s := r.Stats(); s.Refused+s.Malformed != 0 {
		t.Errorf("stats = %+v", s)
	}
}

func TestCutBodies(t *testing.T) {
	t.Parallel()
	big := strings.Repeat("x", inspector.ChunkBytes+1000)
	for _, test := range []struct {
		name, sent string
		size       int64
		wanted     int64
	}{
		{"length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc", 3, 100},
		{"none of it", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n", 0, 100},
		{"chunked", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n5;e\r\nde", 5, -1},
		{"long", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + big, int64(len(big)), 1000000},
	} {
		for _, end := range []string{"close", "half", "reset"} {
			t.Run(test.name+"/"+end, func(t *testing.T) {
				t.Parallel()
				r := newRig(t, &stubAnswerer{}, Limits{})
				c := r.dial().send(test.sent)
				tcp := c.Conn.(*net.TCPConn)
				if end == "reset" {
					// A reset throws away what was not read yet.
					eventually(t, "all was read", func() bool { return readWhole(c) })
					_ = tcp.SetLinger(0)
				}
				if end == "half" {
					_ = tcp.CloseWrite()
					if a := c.want(400); !strings.Contains(a.body, "ended after") {
						t.Errorf("answer %q", a.body)
					}
					c.ended()
				} else {
					c.Close()
				}
				eventually(t, "it is stored", func() bool { return len(r.rows()) == 1 })
				row := r.rows()[0]
				want := inspector.FlagCut | inspector.FlagFailed | inspector.FlagGone | inspector.FlagUnread
				if row.Failure != inspector.FailClientGone || row.Status != 0 || row.Flags != want || row.Size != test.size {
					t.Errorf("row = %+v", row)
				}
				m := r.attempts(row.ID)[0].Request
				if !m.Cut || m.Size != test.size || m.Wanted != test.wanted {
					t.Errorf("request = %+v", m)
				}
				if got := string(r.wireBytes(row.ID, 0, inspector.Request)); got != test.sent {
					t.Errorf("stored %.200q", got)
				}
			})
		}
	}
}

// readWhole reports whether the server has read all that was sent to it: nothing waits
// at either end of the connection. Only Linux tells; elsewhere it takes a moment.
func readWhole(c net.Conn) bool {
	table, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		time.Sleep(50 * time.Millisecond)
		return true
	}
	port := func(a net.Addr) string { return fmt.Sprintf(":%04X", a.(*net.TCPAddr).Port) }
	ours, theirs := port(c.LocalAddr()), port(c.RemoteAddr())
	for line := range strings.Lines(string(table)) {
		f := strings.Fields(line) // number, local and remote address, state, bytes that wait to be sent and to be read
		if len(f) < 5 {
			continue
		}
		of := strings.HasSuffix(f[1], ours) && strings.HasSuffix(f[2], theirs) || strings.HasSuffix(f[1], theirs) && strings.HasSuffix(f[2], ours)
		if of && f[4] != "00000000:00000000" {
			return false
		}
	}
	return true
}

func TestSenderThatLeavesIsRecorded(t *testing.T) {
	t.Parallel()
	for _, later := range []bool{false, true} {
		left := make(chan struct{})
		a := &stubAnswerer{}
		if later {
			a.answer = func(context.Context, *Exchange) Reply { <-left; return okReply }
		} else {
			a.instant = func(*Exchange) (Reply, bool) { <-left; return okReply, true }
		}
		r := newRig(t, a, Limits{})
		c := r.dial().send(simple)
		eventually(t, "it was read", func() bool { return r.Stats().InFlight > 0 })
		_ = c.Conn.(*net.TCPConn).SetLinger(0)
		c.Close()
		time.Sleep(20 * time.Millisecond)
		close(left)
		eventually(t, "it is marked", func() bool {
			rows := r.rows()
			return len(rows) == 1 && rows[0].Flags&inspector.FlagGone != 0
		})
		attempt := r.attempts(r.rows()[0].ID)[0]
		if attempt.Failure.Class != inspector.FailClientGone || attempt.Answered {
			t.Errorf("later %v: attempt = %+v", later, attempt)
		}
	}
}

func TestStopLetsRequestsFinish(t *testing.T) {
	t.Parallel()
	busy, release := make(chan struct{}), make(chan struct{})
	r := newRig(t, &stubAnswerer{answer: func(context.Context, *Exchange) Reply {
		close(busy)
		<-release
		return okReply
	}}, Limits{})
	idle, c := r.dial(), r.dial()
	c.send(simple)
	<-busy
	stopped := make(chan struct{})
	go func() { r.stop(); close(stopped) }()
	idle.ended()
	eventually(t, "no new connections", func() bool {
		n, err := net.Dial("tcp", r.addr)
		if err == nil {
			n.Close()
		}
		return err != nil
	})
	close(release)
	if a := c.want(200); a.head.Fields.Value("Connection") != "close" {
		t.Errorf("head = %q", a.raw)
	}
	<-stopped
}

func TestStopBreaksOffAfterGrace(t *testing.T) {
	t.Parallel()
	r := newRig(t, &stubAnswerer{answer: func(ctx context.Context, _ *Exchange) Reply {
		<-ctx.Done()
		return Reply{Status: 503}
	}}, Limits{Grace: soon})
	c := r.dial().send(simple)
	half := r.dial().send("POST / HTTP/1.1\r\nHost")
	eventually(t, "both are busy", func() bool { return len(r.rows()) == 1 && r.Stats().Connections == 2 })
	started := time.Now()
	r.stop()
	if d := time.Since(started); d > 20*time.Second {
		t.Errorf("stopped after %s", d)
	}
	c.want(503)
	c.ended()
	half.ended()
}
