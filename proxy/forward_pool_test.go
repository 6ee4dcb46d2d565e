package proxy

import (
	"net"
	"testing"
	"time"
)

func testUpstream(t *testing.T, addr string) *upstream {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return newUpstream(c, c.(*net.TCPConn))
}

func TestPoolKeepsWhatIsOpen(t *testing.T) {
	t.Parallel()
	accepted := make(chan net.Conn, 8)
	addr := listen(t, func(c net.Conn) {
		accepted <- c
		c.Read(make([]byte, 1))
	})
	p := &pool{all: map[*upstream]struct{}{}}
	now := time.Now()
	idle := func() (*upstream, net.Conn) {
		u := testUpstream(t, addr)
		if !p.add(u) {
			t.Fatal("not added")
		}
		p.keep(u, now)
		return u, <-accepted
	}

	u, _ := idle()
	if got := p.take(now); got != u {
		t.Fatalf("take = %v, want the idle connection", got)
	}
	if p.take(now) != nil {
		t.Fatal("a connection was taken twice")
	}
	p.keep(u, now)
	if p.take(now.Add(idleTimeout)) != nil {
		t.Error("a connection was used after the idle timeout")
	}

	u, peer := idle()
	peer.Write([]byte("unasked"))
	eventually(t, "bytes that nobody asked for", func() bool { return !u.alive() })
	if p.take(now) != nil {
		t.Error("a connection with unasked bytes was used")
	}

	u, peer = idle()
	peer.Close()
	eventually(t, "the end of the connection", func() bool { return !u.alive() })
	if p.take(now) != nil {
		t.Error("a closed connection was used")
	}

	// One that proved itself is still looked at when it was not used at once.
	u, peer = idle()
	u.uses = provenUses
	if got := p.take(now.Add(atOnce - 1)); got != u {
		t.Errorf("take = %v, want the proven connection", got)
	}
	p.keep(u, now)
	peer.Close()
	eventually(t, "the end of the proven connection", func() bool { return !u.alive() })
	if p.take(now.Add(atOnce)) != nil {
		t.Error("a closed connection was used")
	}

	u, _ = idle()
	p.expire(now.Add(idleTimeout))
	if _, err := u.Write([]byte("x")); err == nil {
		t.Error("an expired connection is still open")
	}

	u, _ = idle()
	p.take(now)
	p.close()
	if _, err := u.Write([]byte("x")); err == nil {
		t.Error("a connection in use outlives the pool")
	}
	if p.add(testUpstream(t, addr)) {
		t.Error("a closed pool takes connections")
	}
}

func TestPoolIsBounded(t *testing.T) {
	t.Parallel()
	addr := listen(t, func(c net.Conn) { c.Read(make([]byte, 1)) })
	p := &pool{all: map[*upstream]struct{}{}}
	for range maxIdle + 3 {
		u := testUpstream(t, addr)
		p.add(u)
		p.keep(u, time.Now())
	}
	if len(p.idle) != maxIdle {
		t.Errorf("%d idle connections, want %d", len(p.idle), maxIdle)
	}
	for range maxActive {
		p.all[new(upstream)] = struct{}{}
	}
	if p.add(testUpstream(t, addr)) {
		t.Error("more connections than the bound")
	}
}
