package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// load is what a load generator saw.
type load struct {
	requests int
	failed   int // answers other than 2xx, and broken connections
	took     time.Duration
	hist     *hdrhistogram.Histogram // of answer times, in microseconds
}

func (l load) rate() float64 { return float64(l.requests) / l.took.Seconds() }

func (l load) quantile(q float64) time.Duration {
	return time.Duration(l.hist.ValueAtQuantile(q)) * time.Microsecond
}

// body makes a JSON body of about size bytes with random ids, which real
// webhooks have and which keep compression honest.
func body(r *rand.Rand, size int) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `{"id":"evt_%016x","type":"order.paid","items":[`, r.Uint64())
	for i := 0; b.Len() < size-60; i++ {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"sku":"%x","qty":%d}`, r.Uint64(), r.IntN(9)+1)
	}
	b.WriteString(`],"note":"`)
	for b.Len() < size-2 {
		b.WriteByte(byte('a' + r.IntN(26)))
	}
	b.WriteString(`"}`)
	return b.Bytes()
}

// request writes a POST as a webhook sender would.
func request(path string, payload []byte, id uint64) []byte {
	return fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench/1\r\nContent-Type: application/json\r\n"+
		"X-Delivery-Id: dlv_%016x\r\nContent-Length: %d\r\n\r\n%s", path, id, len(payload), payload)
}

// closed runs conns keep-alive connections that each send the next request as
// soon as the last is answered, until the time or the count is used up.
func closed(ctx context.Context, addr, path string, size, conns int, d time.Duration, count int) (load, error) {
	if d > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, d)
		defer cancel()
	}
	results := make([]load, conns)
	errs := make([]error, conns)
	var wg sync.WaitGroup
	start := time.Now()
	for i := range conns {
		share := -1
		if count > 0 {
			share = count / conns
			if i < count%conns {
				share++
			}
		}
		wg.Go(func() { results[i], errs[i] = one(ctx, addr, path, size, uint64(i), share) })
	}
	wg.Wait()
	total := load{took: time.Since(start), hist: newHist()}
	for _, r := range results {
		total.requests += r.requests
		total.failed += r.failed
		if r.hist != nil {
			total.hist.Merge(r.hist)
		}
	}
	return total, errors.Join(errs...)
}

func newHist() *hdrhistogram.Histogram { return hdrhistogram.New(1, 60_000_000, 3) }

// Of the requests of a counted load, one in rare goes to another inbox.
const (
	rare     = 500
	rarePath = "/in/default/rare"
)

// one is a single connection of a closed load. share < 0 means until ctx ends.
func one(ctx context.Context, addr, path string, size int, seed uint64, share int) (load, error) {
	l := load{hist: newHist()}
	c, err := dial(addr)
	if err != nil {
		return l, err
	}
	defer c.close()
	r := rand.New(rand.NewPCG(seed, 1))
	// A few bodies are made ahead: making each one would measure the maker.
	reqs := make([][]byte, 64)
	for i := range reqs {
		reqs[i] = request(path, body(r, size), r.Uint64())
	}
	odd := request(rarePath, body(r, size), r.Uint64())
	for i := 0; i != share && ctx.Err() == nil; i++ {
		start := time.Now()
		raw := reqs[i%len(reqs)]
		if share > 0 && i%rare == rare-1 {
			raw = odd
		}
		status, err := c.do(raw)
		if err != nil {
			return l, err
		}
		if err := l.hist.RecordValue(max(time.Since(start).Microseconds(), 1)); err != nil {
			return l, err
		}
		l.requests++
		if status/100 != 2 {
			l.failed++
		}
	}
	return l, nil
}

// paced sends requests at a steady rate over the connections and measures each
// from the moment it was due, so that a stall shows in all it delayed.
func paced(ctx context.Context, addr, path string, size, conns, rate int, d time.Duration) (load, error) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	due := make(chan time.Time, rate)
	go func() {
		defer close(due)
		start := time.Now()
		for i := 0; ; i++ {
			at := start.Add(time.Duration(i) * time.Second / time.Duration(rate))
			if wait := time.Until(at); wait > 0 {
				select {
				case <-time.After(wait):
				case <-ctx.Done():
					return
				}
			}
			select {
			case due <- at:
			case <-ctx.Done():
				return
			}
		}
	}()
	results := make([]load, conns)
	errs := make([]error, conns)
	var wg sync.WaitGroup
	start := time.Now()
	for i := range conns {
		wg.Go(func() {
			l := load{hist: newHist()}
			defer func() { results[i] = l }()
			c, err := dial(addr)
			if err != nil {
				errs[i] = err
				return
			}
			defer c.close()
			r := rand.New(rand.NewPCG(uint64(i), 2))
			payload := body(r, size)
			for at := range due {
				status, err := c.do(request(path, payload, r.Uint64()))
				if err != nil {
					errs[i] = err
					return
				}
				if err := l.hist.RecordValue(max(time.Since(at).Microseconds(), 1)); err != nil {
					errs[i] = err
					return
				}
				l.requests++
				if status/100 != 2 {
					l.failed++
				}
			}
		})
	}
	wg.Wait()
	total := load{took: time.Since(start), hist: newHist()}
	for _, r := range results {
		total.requests += r.requests
		total.failed += r.failed
		total.hist.Merge(r.hist)
	}
	return total, errors.Join(errs...)
}

// client is one keep-alive connection. It dials anew when the server has said
// that it closes the connection, as every HTTP client does.
type client struct {
	addr string
	conn net.Conn
	in   *bufio.Reader
}

func dial(addr string) (*client, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &client{addr, conn, bufio.NewReaderSize(conn, 8<<10)}, nil
}

func (c *client) close() { _ = c.conn.Close() } // nothing is lost with it

// do sends a request and reads the status of its answer.
func (c *client) do(raw []byte) (int, error) {
	if _, err := c.conn.Write(raw); err != nil {
		return 0, err
	}
	status, closing, err := readAnswer(c.in)
	if err != nil || !closing {
		return status, err
	}
	c.close()
	if c.conn, err = net.Dial("tcp", c.addr); err != nil {
		return status, err
	}
	c.in.Reset(c.conn)
	return status, nil
}

// readAnswer reads one response with a Content-Length. closing says that the
// connection ends with it.
func readAnswer(in *bufio.Reader) (status int, closing bool, err error) {
	line, err := in.ReadSlice('\n')
	if err != nil {
		return 0, false, err
	}
	if len(line) < 12 {
		return 0, false, fmt.Errorf("answer starts with %q", line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, false, fmt.Errorf("answer starts with %q", line)
	}
	length := 0
	for {
		if line, err = in.ReadSlice('\n'); err != nil {
			return 0, false, err
		}
		if len(line) <= 2 {
			break
		}
		name, value, _ := bytes.Cut(line, []byte{':'})
		switch value = bytes.TrimSpace(value); {
		case bytes.EqualFold(name, []byte("Content-Length")):
			if length, err = strconv.Atoi(string(value)); err != nil {
				return 0, false, err
			}
		case bytes.EqualFold(name, []byte("Connection")):
			closing = bytes.EqualFold(value, []byte("close"))
		}
	}
	_, err = io.CopyN(io.Discard, in, int64(length))
	return status, closing, err
}
