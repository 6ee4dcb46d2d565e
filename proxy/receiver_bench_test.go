package proxy

import (
	"bytes"
	"context"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore"
)

var benchRequest = []byte("POST /in/demo HTTP/1.1\r\nHost: localhost:4601\r\nUser-Agent: bench/1.0\r\n" +
	"Content-Type: application/json\r\nX-GitHub-Event: push\r\nContent-Length: 1024\r\n\r\n" +
	`{"type":"order.created","pad":"` + strings.Repeat("x", 1024-33) + `"}`)

// load sends b.N requests over 64 connections, each waiting for its answer.
func load(b *testing.B, addr string) {
	b.Helper()
	var left atomic.Int64
	left.Store(int64(b.N))
	var conns []net.Conn
	for range 64 {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			b.Fatal(err)
		}
		defer c.Close()
		conns = append(conns, c)
	}
	b.ReportAllocs()
	b.ResetTimer()
	var wg sync.WaitGroup
	for _, c := range conns {
		wg.Go(func() {
			var buf [4096]byte
			for left.Add(-1) >= 0 {
				if _, err := c.Write(benchRequest); err != nil {
					b.Error(err)
					return
				}
				n, err := c.Read(buf[:])
				if err != nil || !bytes.HasPrefix(buf[:n], []byte("HTTP/1.1 200")) || !bytes.HasSuffix(buf[:n], []byte(`{"ok":true}`)) {
					b.Errorf("%q, %v", buf[:n], err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
}

// BenchmarkFiber is the bare server that the capture is compared with.
func BenchmarkFiber(b *testing.B) {
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Post("/in/demo", func(c *fiber.Ctx) error { return c.JSON(fiber.Map{"ok": true}) })
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	go func() { _ = app.Listener(ln) }()
	defer func() { _ = app.Shutdown() }()
	load(b, ln.Addr().String())
}

// BenchmarkCapture is the whole path with a store that keeps nothing.
func BenchmarkCapture(b *testing.B) {
	store := inspector.NewCommitter(benchStore{}, inspector.CommitterOptions{})
	defer store.Close()
	r := newRigOn(b, store, &stubAnswerer{}, Limits{Requests: 1 << 40})
	load(b, r.addr)
}

// BenchmarkCaptureDurable is what a sender meets: synced before the answer.
func BenchmarkCaptureDurable(b *testing.B) {
	disk, err := badgerstore.Open(b.TempDir(), badgerstore.Options{})
	if err != nil {
		b.Fatal(err)
	}
	store := inspector.NewCommitter(disk, inspector.CommitterOptions{})
	defer store.Close()
	r := newRigOn(b, store, &stubAnswerer{}, Limits{Requests: 1 << 40})
	load(b, r.addr)
	r.stop()
}

// BenchmarkCaptureDirect leaves the committer out as well.
func BenchmarkCaptureDirect(b *testing.B) {
	r := newRigOn(b, benchStore{}, &stubAnswerer{}, Limits{Requests: 1 << 40})
	load(b, r.addr)
}

// benchStore takes everything and keeps nothing.
type benchStore struct{ inspector.Store }

func (benchStore) Commit(context.Context, *inspector.Batch) (inspector.Result, error) {
	return inspector.Result{}, nil
}

func (benchStore) Close() error { return nil }
