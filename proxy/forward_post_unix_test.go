//go:build unix

package proxy

import (
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"time"
)

// What came before anything was posted, as from an app that is too busy to read, is
// there to be read at once.
func TestPostAfterTheAnswer(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(c *net.TCPConn){
		"bytes": func(c *net.TCPConn) { _, _ = c.Write([]byte("!")) },
		"end":   func(c *net.TCPConn) { _ = c.CloseWrite() },
	} {
		u := testUpstream(t, listen(t, func(c net.Conn) {
			answer(c.(*net.TCPConn))
			_, _ = io.Copy(io.Discard, c)
		}))
		if err := u.raw.Read(func(fd uintptr) bool { return !quiet(fd) }); err != nil {
			t.Fatal(err)
		}
		_ = u.SetDeadline(time.Now().Add(20 * time.Second))
		if n, _, err := u.post([]byte("hello")); n != 5 || err != nil {
			t.Errorf("%s: post = %d, %v", name, n, err)
		}
		if b, err := u.br.ReadByte(); name == "bytes" && b != '!' || name == "end" && err != io.EOF {
			t.Errorf("%s: reading = %q, %v", name, b, err)
		}
	}
}

// What ended the waiting for an answer is told by the reading that follows, however often
// that is asked.
func TestPostTellsWhyNothingCame(t *testing.T) {
	t.Parallel()
	reset := testUpstream(t, listen(t, func(c net.Conn) {
		_, _ = io.ReadFull(c, make([]byte, 5))
		_ = c.(*net.TCPConn).SetLinger(0)
	}))
	came := make(chan struct{})
	silent := testUpstream(t, listen(t, func(c net.Conn) {
		_, _ = io.ReadFull(c, make([]byte, 5))
		close(came)
		_, _ = io.Copy(io.Discard, c)
	}))
	go func() {
		<-came
		_ = silent.SetReadDeadline(time.Now().Add(-time.Second))
	}()
	for want, u := range map[error]*upstream{syscall.ECONNRESET: reset, os.ErrDeadlineExceeded: silent} {
		if n, _, err := u.post([]byte("hello")); n != 5 || err != nil {
			t.Errorf("post = %d, %v", n, err)
		}
		for range 2 {
			var op *net.OpError
			if _, err := u.br.ReadByte(); !errors.Is(err, want) || !errors.As(err, &op) || op.Op != "read" {
				t.Errorf("reading = %v, want %v of reading", err, want)
			}
		}
	}
}

// A target that ends its half right after an answer, and goes on reading, is not waited
// for until the deadline, though the connection is used again without a look at it.
func TestEndRightAfterAnAnswer(t *testing.T) {
	t.Parallel()
	p := &pool{all: map[*upstream]struct{}{}}
	u := testUpstream(t, listen(t, func(c net.Conn) {
		_ = c.(*net.TCPConn).CloseWrite()
		_, _ = io.Copy(io.Discard, c)
	}))
	p.add(u)
	if err := u.raw.Read(func(fd uintptr) bool { return !quiet(fd) }); err != nil {
		t.Fatal(err)
	}
	u.posting.proven = true
	_ = u.SetDeadline(time.Now().Add(time.Minute))
	heard := make(chan error, 1)
	go func() {
		n, _, err := u.post([]byte("hello"))
		if err == nil && n == 5 {
			_, err = u.br.ReadByte()
		}
		heard <- err
	}()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.After(30 * time.Second); ; {
		select {
		case err := <-heard:
			if !errors.Is(err, io.EOF) {
				t.Errorf("heard %v, want the end", err)
			}
			return
		case <-tick.C:
			p.tellEnds()
		case <-end:
			t.Fatal("it waits on")
		}
	}
}

// What is told of an end takes nothing from an answer that is still to be read.
func TestEndIsToldAfterTheAnswer(t *testing.T) {
	t.Parallel()
	p := &pool{all: map[*upstream]struct{}{}}
	u := testUpstream(t, listen(t, func(c net.Conn) {
		_, _ = c.Write([]byte("the answer"))
		_ = c.(*net.TCPConn).CloseWrite()
		_, _ = io.Copy(io.Discard, c)
	}))
	p.add(u)
	if err := u.raw.Read(func(fd uintptr) bool { return !quiet(fd) }); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		p.tellEnds()
	}
	_ = u.SetDeadline(time.Now().Add(20 * time.Second))
	if b, err := io.ReadAll(u.br); string(b) != "the answer" || err != nil {
		t.Errorf("read %q, %v", b, err)
	}
}
