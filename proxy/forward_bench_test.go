package proxy

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore"
	"github.com/boathook/boathook/inspector/memstore"
)

// sink answers each request of 1 KiB after a pause, with as little work as can
// be: one read, one write.
func sink(b *testing.B, pause time.Duration) string {
	return listen(b, func(c net.Conn) {
		r := bufio.NewReaderSize(c, 8<<10)
		for {
			length := 0
			for {
				line, err := r.ReadSlice('\n')
				if err != nil {
					return
				}
				if len(line) == 2 {
					break
				}
				if len(line) > 16 && strings.EqualFold(string(line[:16]), "Content-Length: ") {
					fmt.Sscan(string(line[16:]), &length)
				}
			}
			if _, err := r.Discard(length); err != nil {
				return
			}
			time.Sleep(pause)
			if _, err := io.WriteString(c, ok200); err != nil {
				return
			}
		}
	})
}

// reverseProxy is Go's own proxy, which records nothing, as it comes.
func reverseProxy(b *testing.B, target string) string {
	return startReverseProxy(b, target, 0)
}

// pooledReverseProxy is the same with a connection for each client.
func pooledReverseProxy(b *testing.B, target string) string {
	return startReverseProxy(b, target, 128)
}

func startReverseProxy(b *testing.B, target string, idle int) string {
	to, err := url.Parse("http://" + target)
	if err != nil {
		b.Fatal(err)
	}
	p := httputil.NewSingleHostReverseProxy(to)
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = idle
	p.Transport = transport
	s := httptest.NewServer(p)
	b.Cleanup(func() { s.Close(); transport.CloseIdleConnections() })
	return strings.TrimPrefix(s.URL, "http://")
}

// recordingProxy is ours, with the default inbox forwarding to target.
func recordingProxy(b *testing.B, store inspector.Store, target string) string {
	c := inspector.NewCommitter(store, inspector.CommitterOptions{})
	b.Cleanup(func() { c.Close() })
	s := newStandOn(b, c, Options{Limits: Limits{Requests: 1 << 30}})
	s.forward(DefaultInbox, "http://"+target)
	return s.addr
}

func badger(b *testing.B) inspector.Store {
	s, err := badgerstore.Open(b.TempDir(), badgerstore.Options{})
	if err != nil {
		b.Fatal(err)
	}
	return s
}

// BenchmarkProxy compares the same 1 KiB POST over 64 connections: sent directly,
// through httputil.ReverseProxy, which records nothing, and through the recording
// proxy, with a store in memory and with one that syncs before each answer.
func BenchmarkProxy(b *testing.B) {
	for _, tt := range []struct {
		name string
		make func(b *testing.B, target string) string
	}{
		{"direct", func(_ *testing.B, target string) string { return target }},
		{"ReverseProxy", reverseProxy},
		{"ReverseProxyPooled", pooledReverseProxy},
		{"memory", func(b *testing.B, target string) string { return recordingProxy(b, memstore.New(), target) }},
		{"durable", func(b *testing.B, target string) string { return recordingProxy(b, badger(b), target) }},
	} {
		b.Run(tt.name, func(b *testing.B) {
			addr := tt.make(b, sink(b, 0))
			b.ReportAllocs()
			b.SetBytes(1024)
			cpu := cpuTime(b)
			took := offer(b, addr, 64, b.N, 0)
			b.ReportMetric(float64((cpuTime(b)-cpu).Microseconds())/float64(b.N), "cpu-us/op")
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-us")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-us")
		})
	}
}

// BenchmarkProxyLatency sends 1,000 requests a second to a target that takes 2 ms.
func BenchmarkProxyLatency(b *testing.B) {
	for _, tt := range []struct {
		name string
		make func(b *testing.B, target string) string
	}{
		{"direct", func(_ *testing.B, target string) string { return target }},
		{"ReverseProxy", reverseProxy},
		{"durable", func(b *testing.B, target string) string { return recordingProxy(b, badger(b), target) }},
	} {
		b.Run(tt.name, func(b *testing.B) {
			addr := tt.make(b, sink(b, 2*time.Millisecond))
			took := offer(b, addr, 32, b.N, time.Millisecond)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-us")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-us")
		})
	}
}

// offer sends n requests over conns connections, at most one each gap, and returns
// how long each took, sorted.
func offer(b *testing.B, addr string, conns, n int, gap time.Duration) []time.Duration {
	request := "POST /hooks HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nUser-Agent: bench\r\nContent-Length: 1024\r\n\r\n" + strings.Repeat("x", 1024)
	jobs := make(chan time.Time, conns)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var all []time.Duration
	for range conns {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			b.Fatal(err)
		}
		wg.Go(func() {
			defer c.Close()
			r := bufio.NewReader(c)
			var took []time.Duration
			for start := range jobs {
				if gap == 0 {
					start = time.Now()
				}
				if _, err := io.WriteString(c, request); err != nil {
					b.Error(err)
					return
				}
				if err := readAnswer(r); err != nil {
					b.Error(err)
					return
				}
				took = append(took, time.Since(start))
			}
			mu.Lock()
			all = append(all, took...)
			mu.Unlock()
		})
	}
	b.ResetTimer()
	next := time.Now()
	for range n {
		if gap > 0 {
			next = next.Add(gap)
			time.Sleep(time.Until(next))
		}
		jobs <- time.Now()
	}
	close(jobs)
	wg.Wait()
	b.StopTimer()
	slices.Sort(all)
	if len(all) == 0 {
		b.Fatal("no request was answered")
	}
	return all
}

// readAnswer reads an answer with a length.
func readAnswer(r *bufio.Reader) error {
	length := 0
	for first := true; ; first = false {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		if first && !strings.HasPrefix(string(line), "HTTP/1.1 200") {
			return fmt.Errorf("answer %q", line)
		}
		if len(line) == 2 {
			break
		}
		if len(line) > 16 && strings.EqualFold(string(line[:16]), "Content-Length: ") {
			if _, err := fmt.Sscan(string(line[16:]), &length); err != nil {
				return err
			}
		}
	}
	_, err := r.Discard(length)
	return err
}
