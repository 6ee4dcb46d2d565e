package proxy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/wire"
)

func fields(lines ...string) (fs []wire.Field) {
	for _, l := range lines {
		name, value, _ := strings.Cut(l, ": ")
		fs = append(fs, wire.Field{Name: name, Value: value})
	}
	return fs
}

func TestReplyForm(t *testing.T) {
	t.Parallel()
	const get, head, old = "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.0\r\n\r\n"
	stream := func(s string) io.ReadCloser { return io.NopCloser(strings.NewReader(s)) }
	for _, test := range []struct {
		name, request string
		reply         func() Reply
		want          string
		open          bool
	}{
		{"order, case and repeats", get, func() Reply {
			return Reply{Status: 201, Fields: fields("b: 2", "A: 1", "B: 3", "cOnTeNt-LeNgTh: 2", "x: y"), Body: []byte("hi")}
		}, "HTTP/1.1 201 Created\r\nb: 2\r\nA: 1\r\nB: 3\r\ncOnTeNt-LeNgTh: 2\r\nx: y\r\n\r\nhi", true},
		{"a wrong length is replaced", get, func() Reply {
			return Reply{Status: 200, Fields: fields("Content-Length: 7", "Transfer-Encoding: chunked", "Connection: upgrade", "keep-alive: x"), Body: []byte("hi")}
		}, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", true},
		{"no line can be added by a value", get, func() Reply {
			return Reply{Status: 200, Reason: "A\r\nB: c", Fields: fields("A: b\r\nC: d", "E F: g", "H: i")}
		}, "HTTP/1.1 200 OK\r\nH: i\r\nContent-Length: 0\r\n\r\n", true},
		{"unknown status", get, func() Reply { return Reply{Status: 799, Reason: ""} }, "HTTP/1.1 799 \r\nContent-Length: 0\r\n\r\n", true},
		{"204", get, func() Reply {
			return Reply{Status: 204, Body: []byte("no"), Fields: fields("Content-Length: 2")}
		}, "HTTP/1.1 204 No Content\r\n\r\n", true},
		{"304", get, func() Reply {
			return Reply{Status: 304, Body: []byte("no"), Fields: fields("ETag: x", "Content-Length: 99")}
		}, "HTTP/1.1 304 Not Modified\r\nETag: x\r\nContent-Length: 99\r\n\r\n", true},
		{"HEAD", head, func() Reply { return Reply{Status: 200, Body: []byte("body")} }, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n", true},
		{"HEAD of an unknown length", head, func() Reply { return Reply{Status: 200, Fields: fields("A: b")} }, "HTTP/1.1 200 OK\r\nA: b\r\n\r\n", true},
		{"HEAD of a length that is told", head, func() Reply { return Reply{Status: 200, Fields: fields("Content-Length: 99")} },
			"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", true},
		{"HTTP/1.0", old, func() Reply { return Reply{Status: 200, Body: []byte("x")} }, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx", false},
		{"HTTP/1.0 kept alive", "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", func() Reply { return Reply{Status: 200, Body: []byte("x")} },
			"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: keep-alive\r\n\r\nx", true},
		{"asked to close", "GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n", func() Reply { return Reply{Status: 200} },
			"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", false},
		{"told to close", get, func() Reply { return Reply{Status: 200, Close: true} }, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", false},
		{"stream of known length", get, func() Reply {
			return Reply{Status: 200, Body: []byte("a"), Stream: stream("bc"), Size: 3}
		}, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", true},
		{"stream of unknown length", get, func() Reply { return Reply{Status: 200, Stream: stream("abc"), Size: -1} },
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", true},
		{"stream for HTTP/1.0", old, func() Reply { return Reply{Status: 200, Stream: stream("abc"), Size: -1} },
			"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc", false},
		{"stream for HEAD", head, func() Reply { return Reply{Status: 200, Stream: stream("abc"), Size: 3} }, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", true},
		{"short stream", get, func() Reply { return Reply{Status: 200, Stream: stream("ab"), Size: 5} }, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", false},
	} {
		for _, later := range []bool{false, true} {
			if strings.Contains(test.name, "stream") && !later {
				continue
			}
			name := test.name + map[bool]string{true: ", later"}[later]
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				first := true
				make := func() Reply {
					if first {
						first = false
						return test.reply()
					}
					return Reply{Status: 299}
				}
				a := &stubAnswerer{instant: func(*Exchange) (Reply, bool) { return make(), true }}
				if later {
					a = &stubAnswerer{answer: func(context.Context, *Exchange) Reply { return make() }}
				}
				r := newRig(t, a, Limits{})
				c := r.dial().send(test.request)
				got := string(c.exactly(len(test.want)))
				if got != test.want {
					t.Fatalf("answer %q, want %q", got, test.want)
				}
				if test.open {
					c.send(get).want(299)
				} else {
					c.ended()
				}
				var id inspector.ID
				eventually(t, "the answer is stored", func() bool {
					rows := r.rows()
					id = rows[len(rows)-1].ID
					return len(r.attempts(id)[0].Response.Head) > 0
				})
				if stored := string(r.wireBytes(id, 0, inspector.Response)); stored != test.want {
					t.Errorf("stored %q", stored)
				}
				wanted, sent := r.attempts(id)[0].Response.Wanted, inspector.ParseHead([]byte(test.want)).Value("Content-Length")
				if want := fmt.Sprint(wanted); want != sent && (wanted != -1 || sent != "") {
					t.Errorf("stored as announced: %d, sent %q", wanted, sent)
				}
			})
		}
	}
}

// exactly reads n bytes, or fewer if the connection ends before.
func (c *client) exactly(n int) []byte {
	b := make([]byte, n)
	got, err := io.ReadFull(c.r, b)
	if err != nil && err != io.ErrUnexpectedEOF {
		c.t.Fatal(err)
	}
	return b[:got]
}

func TestLongAnswerIsKeptToItsLimit(t *testing.T) {
	t.Parallel()
	const size = 3 << 20
	body := strings.Repeat("0123456789abcdef", size/16)
	for _, known := range []int64{size, -1} {
		r := newRig(t, &stubAnswerer{answer: func(context.Context, *Exchange) Reply {
			return Reply{Status: 200, Stream: io.NopCloser(strings.NewReader(body)), Size: known}
		}}, Limits{Reply: 1 << 20})
		c := r.dial().send(simple)
		if a := c.want(200); a.body != body {
			t.Fatalf("%d bytes arrived", len(a.body))
		}
		eventually(t, "it is stored", func() bool { return r.rows()[0].RespSize == size })
		m := r.attempts(r.rows()[0].ID)[0].Response
		if !m.Cut || m.Size != 1<<20 || m.Wanted != known {
			t.Errorf("message: cut %v, size %d, wanted %d", m.Cut, m.Size, m.Wanted)
		}
		stored := string(r.wireBytes(r.rows()[0].ID, 0, inspector.Response))
		if known > 0 && stored != string(m.Head)+body[:1<<20] {
			t.Errorf("stored %d bytes that differ", len(stored))
		}
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for _, later := range []bool{false, true} {
		for fault, name := range map[Fault]string{FaultClose: "close", FaultReset: "reset", FaultTimeout: "timeout"} {
			t.Run(name+map[bool]string{true: ", later"}[later], func(t *testing.T) {
				t.Parallel()
				a := &stubAnswerer{instant: func(*Exchange) (Reply, bool) { return Reply{Status: 200, Fault: fault}, true }}
				if later {
					a = &stubAnswerer{answer: func(context.Context, *Exchange) Reply { return Reply{Status: 200, Fault: fault} }}
				}
				r := newRig(t, a, Limits{Hold: soon})
				c := r.dial().send(simple)
				_, err := c.r.ReadByte()
				if wantReset := fault == FaultReset; errors.Is(err, syscall.ECONNRESET) != wantReset || !wantReset && err != io.EOF {
					t.Errorf("the connection ended with %v", err)
				}
				var row inspector.Row
				eventually(t, "it is stored", func() bool { row = r.rows()[0]; return row.Failure != "" })
				if row.Failure != inspector.FailAborted || row.Status != 0 || row.Flags&inspector.FlagFailed == 0 {
					t.Errorf("row = %+v", row)
				}
				if at := r.attempts(row.ID)[0]; at.Failure.Class != inspector.FailAborted || at.Response.Head != nil || at.Answered {
					t.Errorf("attempt = %+v", at)
				}
			})
		}
	}
}

func TestHeldConnectionsEndWithTheReceiver(t *testing.T) {
	t.Parallel()
	r := newRig(t, &stubAnswerer{instant: func(*Exchange) (Reply, bool) { return Reply{Fault: FaultTimeout}, true }}, Limits{})
	c := r.dial().send(simple)
	eventually(t, "it is held", func() bool { return len(r.rows()) == 1 })
	r.stop()
	c.ended()
}

func TestSeveralListeners(t *testing.T) {
	t.Parallel()
	r := newRig(t, &stubAnswerer{}, Limits{})
	other := NewReceiver(ReceiverOptions{Store: r.store, IDs: r.ids, Answerer: &stubAnswerer{}})
	var lns []net.Listener
	for _, addr := range []string{"127.0.0.1:0", "127.0.0.1:0", "[::1]:0"} {
		ln, err := net.Listen("tcp", addr)
		if err != nil {
			t.Skipf("listen on %s: %v", addr, err)
		}
		lns = append(lns, ln)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- other.Serve(ctx, lns...) }()
	for _, ln := range lns {
		c := (&rig{t: t, addr: ln.Addr().String()}).dial()
		c.send(simple).want(200)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if got := r.rows()[0].Source; got != "::1" {
		t.Errorf("source of the last = %q", got)
	}
}

func TestUnknownInbox(t *testing.T) {
	t.Parallel()
	r := newRig(t, &stubAnswerer{resolve: func(target string) (Route, bool) { return Route{Inbox: "x"}, target == "/a" }}, Limits{})
	c := r.dial()
	c.send("POST /in/nobody HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
	if a := c.want(404); !strings.Contains(a.body, "inbox") {
		t.Errorf("answer %q", a.body)
	}
	c.ended()
	r.dial().send(simple).want(200)
	if s := r.Stats(); s.Refused != 1 || s.Captured != 1 || s.Recent[0].Status != 404 {
		t.Errorf("stats = %+v", s)
	}
}
