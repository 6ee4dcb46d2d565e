package proxy

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// Targets that misbehave: each ends in a class of failure, in time, within bounds.
func TestForwardToHostileTarget(t *testing.T) {
	t.Parallel()
	answer := func(text string) func(net.Conn) {
		return func(c net.Conn) {
			c.Read(make([]byte, 4096))
			io.WriteString(c, text)
			c.Read(make([]byte, 1)) // until the other side closes
		}
	}
	answerAndClose := func(text string) func(net.Conn) {
		return func(c net.Conn) {
			c.Read(make([]byte, 4096))
			io.WriteString(c, text)
		}
	}
	answerAndReset := func(text string) func(net.Conn) {
		return func(c net.Conn) {
			c.Read(make([]byte, 4096))
			io.WriteString(c, text)
			time.Sleep(30 * time.Millisecond) // let the text arrive before the reset
			c.(*net.TCPConn).SetLinger(0)
		}
	}
	drip := func(head string, every time.Duration) func(net.Conn) {
		return func(c net.Conn) {
			c.Read(make([]byte, 4096))
			io.WriteString(c, head)
			for {
				if _, err := io.WriteString(c, "x"); err != nil {
					return
				}
				time.Sleep(every)
			}
		}
	}
	for _, tt := range []struct {
		name         string
		serve        func(net.Conn)
		status       int
		class, phase string
		text         string
		partial      string // of the answer, that must be recorded
	}{
		{"never answers", answer(""), 504, inspector.FailTimeout, "wait", "did not answer within 1s", ""},
		{"a byte at a time, head", drip("", 20*time.Millisecond), 504, inspector.FailTimeout, "read", "did not finish its answer", ""},
		{"a byte at a time, body", drip("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", 20*time.Millisecond), 504, inspector.FailTimeout, "read", "did not finish its answer within 1s", "Content-Length: 9999\r\n\r\nxx"},
		{"reset before the answer", answerAndReset(""), 502, inspector.FailReset, "wait", "reset the connection before it answered", ""},
		{"closed before the answer", answerAndClose(""), 502, inspector.FailReset, "wait", "closed the connection before it answered", ""},
		{"reset within the head", answerAndReset("HTTP/1.1 200 OK\r\nX-A"), 502, inspector.FailReset, "read", "reset the connection within its answer", "HTTP/1.1 200 OK\r\nX-A"},
		{"closed within the head", answerAndClose("HTTP/1.1 200 OK\r\nX-A"), 502, inspector.FailReset, "read", "closed the connection within its answer", "HTTP/1.1 200 OK\r\nX-A"},
		{"reset within the body", answerAndReset("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), 502, inspector.FailReset, "read", "reset the connection within its answer", "\r\n\r\nhalf"},
		{"closed within the body", answerAndClose("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), 502, inspector.FailReset, "read", "closed the connection within its answer", "\r\n\r\nhalf"},
		{"closed within a chunk", answerAndClose("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf"), 502, inspector.FailReset, "read", "closed the connection within its answer", "9\r\nhalf"},
		{"HTTP/0.9", answerAndClose("<html>hello</html>\r\n"), 502, inspector.FailProtocol, "read", "not valid HTTP/1.1", ""},
		{"garbage", answerAndClose("\x00\x01\x02\x03\x04\r\n\r\n"), 502, inspector.FailProtocol, "read", "not valid HTTP/1.1", ""},
		{"bad status line", answer("HTTP/1.1 OK\r\n\r\n"), 502, inspector.FailProtocol, "read", "not valid HTTP/1.1", ""},
		{"status 99", answer("HTTP/1.1 99 Low\r\n\r\n"), 502, inspector.FailProtocol, "read", "not valid HTTP/1.1", ""},
		{"status 600", answer("HTTP/1.1 600 High\r\n\r\n"), 502, inspector.FailProtocol, "read", "not within 100 to 599", ""},
		{"status 999", answer("HTTP/1.1 999 High\r\n\r\n"), 502, inspector.FailProtocol, "read", "not within 100 to 599", ""},
		{"HTTP/2", answer("HTTP/2 200\r\n\r\n"), 502, inspector.FailProtocol, "read", "not valid HTTP/1.1", ""},
		{"1,000 interim answers", answer(strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 1000)), 502, inspector.FailProtocol, "read", "too many interim answers", ""},
		{"101", answer("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"), 502, inspector.FailProtocol, "read", "switches to another protocol", ""},
		{"head of 1 MiB", answer("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("a", 1<<20) + "\r\n\r\n"), 502, inspector.FailProtocol, "read", "too long", ""},
		{"10,000 header lines", answer("HTTP/1.1 200 OK\r\n" + strings.Repeat("a:\r\n", 10_000) + "\r\n"), 502, inspector.FailProtocol, "read", "header lines", ""},
		{"two lengths", answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok"), 502, inspector.FailProtocol, "read", "more than one Content-Length", ""},
		{"length and chunked", answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 502, inspector.FailProtocol, "read", "both Content-Length and Transfer-Encoding", ""},
		{"bare CR in a value", answer("HTTP/1.1 200 OK\r\nX: a\rInjected: 1\r\nContent-Length: 0\r\n\r\n"), 502, inspector.FailProtocol, "read", "not valid HTTP/1.1", ""},
		{"space before the colon", answer("HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nok"), 502, inspector.FailProtocol, "read", "not valid HTTP/1.1", ""},
		{"bad chunk size", answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x2\r\nok\r\n0\r\n\r\n"), 502, inspector.FailProtocol, "read", "not valid HTTP/1.1", ""},
		{"gzip as transfer encoding", answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), 502, inspector.FailProtocol, "read", "Transfer-Encoding", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newStand(t, Options{})
			start := time.Now()
			a := s.failure("http://"+listen(t, tt.serve), tt.status, tt.class, tt.phase, tt.text, soonIf(tt.status))
			if took := time.Since(start); took > 15*time.Second {
				t.Errorf("it took %s", took)
			}
			if got := s.wire(a, inspector.Response); !strings.Contains(got, tt.partial) {
				t.Errorf("recorded %.200q, want the part %q", got, tt.partial)
			}
		})
	}
}

func TestForwardToTargetThatDoesNotRead(t *testing.T) {
	t.Parallel()
	stop := make(chan struct{})
	addr := listen(t, func(net.Conn) { <-stop })
	t.Cleanup(func() { close(stop) })
	s := newStand(t, Options{Limits: Limits{Body: 32 << 20}})
	s.forward("x", "http://"+addr, within(1500*time.Millisecond))
	body := strings.Repeat("x", 16<<20)
	a := s.raw(fmt.Sprintf("POST /in/x HTTP/1.1\r\nHost: s\r\nContent-Length: %d\r\n\r\n%s", len(body), body))
	_, attempts := s.recorded("x", 1, 2)
	if f := attempts[1].Failure; a.status != 504 || f.Class != inspector.FailTimeout || f.Phase != "send" {
		t.Errorf("answer %d, failure %+v", a.status, f)
	}
}

// An app may answer before it has read a large request, for example with a 413.
func TestForwardEarlyAnswer(t *testing.T) {
	t.Parallel()
	addr := listen(t, func(c net.Conn) {
		c.Read(make([]byte, 100))
		io.WriteString(c, "HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig")
		c.Read(make([]byte, 1))
		time.Sleep(time.Second) // reads no further, and does not reset yet
	})
	s := newStand(t, Options{Limits: Limits{Body: 32 << 20}})
	s.forward("x", "http://"+addr)
	body := strings.Repeat("x", 16<<20)
	a := s.raw(fmt.Sprintf("POST /in/x HTTP/1.1\r\nHost: s\r\nContent-Length: %d\r\n\r\n%s", len(body), body))
	if a.status != 413 || a.body != "big" {
		t.Errorf("answer %d %q", a.status, a.body)
	}
	_, attempts := s.recorded("x", 1, 2)
	if f := attempts[1]; f.Failure.Class != "" || !strings.Contains(fmt.Sprint(f.Notes), "before it had taken the whole request") {
		t.Errorf("failure %+v, notes %q", f.Failure, f.Notes)
	}
}

// An answer without end is passed on until the deadline; what is kept is bounded.
func TestForwardEndlessAnswer(t *testing.T) {
	t.Parallel()
	const keep = 600 << 10
	addr := listen(t, func(c net.Conn) {
		c.Read(make([]byte, 4096))
		io.WriteString(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
		piece := "8000\r\n" + strings.Repeat("y", 0x8000) + "\r\n"
		for {
			if _, err := io.WriteString(c, piece); err != nil {
				return
			}
		}
	})
	s := newStand(t, Options{KeepBytes: keep})
	s.forward("x", "http://"+addr, within(3*time.Second))
	a := s.post("/in/x")
	if a.status != 200 || a.err == nil || len(a.body) <= keep {
		t.Errorf("status %d, %d bytes, ended with %v", a.status, len(a.body), a.err)
	}
	_, attempts := s.recorded("x", 1, 2)
	r := attempts[1].Response
	if !r.Cut || r.Size != keep || attempts[1].Failure.Class != inspector.FailTimeout {
		t.Errorf("recorded %d bytes, cut %v, failure %+v", r.Size, r.Cut, attempts[1].Failure)
	}
	if got := s.wire(attempts[1], inspector.Response); strings.Count(got, "y") < keep {
		t.Errorf("%d bytes are stored", len(got))
	}
}

// A large answer is passed on whole, also past what is kept.
func TestForwardAnswerPastTheLimit(t *testing.T) {
	t.Parallel()
	const keep, size = 600 << 10, 3 << 20
	body := strings.Repeat("z", size)
	target := newApp(t, always(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", size, body)))
	s := newStand(t, Options{KeepBytes: keep})
	s.forward("x", "http://"+target.addr)
	for i := range 2 {
		if a := s.post("/in/x"); a.err != nil || a.body != body {
			t.Fatalf("%d bytes, %v", len(a.body), a.err)
		}
		s.recorded("x", i+1, 2)
	}
	row, attempts := s.recorded("x", 2, 2)
	a := attempts[1]
	if a.Response.Size != keep || !a.Response.Cut || a.Response.Wanted != size || a.Failure.Class != "" || row.Flags&inspector.FlagCut == 0 {
		t.Errorf("recorded %+v, failure %+v", a.Response.Size, a.Failure)
	}
	if !a.Reused {
		t.Error("the connection was not kept alive")
	}
	if !strings.Contains(fmt.Sprint(a.Notes), fmt.Sprintf("%d bytes of the answer's body were read, %d are kept", size, keep)) {
		t.Errorf("notes %q", a.Notes)
	}
}

// An app that dies within an answer that is already on its way to the sender.
func TestForwardAnswerBreaksOff(t *testing.T) {
	t.Parallel()
	addr := listen(t, func(c net.Conn) {
		c.Read(make([]byte, 4096))
		io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n"+strings.Repeat("w", 400<<10))
	})
	s := newStand(t, Options{})
	s.forward("x", "http://"+addr)
	a := s.post("/in/x")
	if a.err == nil {
		t.Error("the sender takes half an answer for a whole one")
	}
	row, attempts := s.recorded("x", 1, 2)
	if f := attempts[1].Failure; f.Class != inspector.FailReset || attempts[1].Response.Size != 400<<10 || !attempts[1].Response.Cut {
		t.Errorf("failure %+v, response %+v", f, attempts[1].Response.Size)
	}
	if row.Flags&inspector.FlagGone != 0 || attempts[0].Failure.Class == inspector.FailClientGone {
		t.Errorf("the sender is blamed: %v, %+v", row.Flags.Names(), attempts[0].Failure)
	}
}
