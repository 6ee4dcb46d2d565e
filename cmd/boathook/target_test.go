package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/boathook/boathook/proxy/wire"
	"github.com/boathook/boathook/signer"
)

// target is a receiver that keeps requests as the bytes that came.
type target struct {
	addr    string
	answers []int // to one request after the other, the last one to all that follow

	mu  sync.Mutex
	got []arrival
}

// arrival is a request that came.
type arrival struct {
	raw   []byte
	head  []signer.Field
	body  []byte // freed of its framing
	reads int    // that brought it
	cut   bool   // it ended before its end
}

// newTarget serves a target, until stop is called.
func newTarget(answers ...int) (tg *target, stop func(), err error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	tg = &target{addr: ln.Addr().String(), answers: answers}
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go tg.serve(c)
		}
	}()
	return tg, func() { _ = ln.Close() }, nil
}

// tapped keeps what is read.
type tapped struct {
	net.Conn
	buf   bytes.Buffer
	reads int
}

func (c *tapped) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.buf.Write(p[:n])
	c.reads++
	return n, err
}

func (tg *target) serve(conn net.Conn) {
	defer conn.Close()
	c := &tapped{Conn: conn}
	r := bufio.NewReader(c)
	for {
		c.buf.Reset()
		c.reads = 0
		_, h, err := wire.ReadRequestHead(r, 0, 0)
		if err != nil {
			return
		}
		kind, n, err := h.Framing()
		if err != nil {
			return
		}
		body, err := io.ReadAll(wire.NewBodyReader(r, kind, n, wire.Limits{}))
		a := arrival{raw: bytes.Clone(c.buf.Bytes()), body: body, reads: c.reads, cut: err != nil}
		lines, _, _ := bytes.Cut(a.raw, []byte("\r\n\r\n"))
		for _, line := range strings.Split(string(lines), "\r\n")[1:] {
			name, value, _ := strings.Cut(line, ":")
			a.head = append(a.head, signer.Field{Name: name, Value: strings.TrimSpace(value)})
		}
		tg.mu.Lock()
		status := tg.answers[min(len(tg.got), len(tg.answers)-1)]
		tg.got = append(tg.got, a)
		tg.mu.Unlock()
		if a.cut {
			return
		}
		if _, err := fmt.Fprintf(c, "HTTP/1.1 %d As set\r\nContent-Length: 0\r\n\r\n", status); err != nil {
			return
		}
	}
}

func (tg *target) arrived() []arrival {
	tg.mu.Lock()
	defer tg.mu.Unlock()
	return slices.Clone(tg.got)
}

// value is that of the first header line with this name, in this spelling.
func (a *arrival) value(name string) string {
	for _, f := range a.head {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// verdict checks the signature of what came.
func (a *arrival) verdict(t *testing.T, scheme, secret string, now time.Time) signer.Verdict {
	t.Helper()
	s, ok := signer.Lookup(scheme)
	if !ok {
		t.Fatalf("no scheme %s", scheme)
	}
	res, err := s.Verify(&signer.Message{Method: "POST", Header: a.head, Body: a.body}, []string{secret}, now, signer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return res.Verdict
}

// signedAt is the time in a header of seconds since 1970.
func (a *arrival) signedAt(t *testing.T, name string) time.Time {
	t.Helper()
	s, err := strconv.ParseInt(a.value(name), 10, 64)
	if err != nil {
		t.Fatalf("%s: %v in %q", name, err, a.raw)
	}
	return time.Unix(s, 0)
}
