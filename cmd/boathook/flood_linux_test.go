package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// anonymous is the memory of the process that no file backs, in bytes.
func (s *server) anonymous() int64 {
	s.t.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.PID))
	if err != nil {
		s.t.Fatal(err)
	}
	for line := range strings.Lines(string(raw)) {
		if rest, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			kib, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			if err != nil {
				s.t.Fatal(err)
			}
			return kib << 10
		}
	}
	s.t.Fatal("no RssAnon")
	return 0
}

// watch takes the highest anonymous memory until stop is called.
func (s *server) watch() (stop func() int64) {
	done, highest := make(chan struct{}), make(chan int64)
	go func() {
		var top int64
		for {
			top = max(top, s.anonymous())
			select {
			case <-done:
				highest <- top
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return func() int64 { close(done); return <-highest }
}

const memoryBound = 256 << 20 // of anonymous memory, whatever arrives

// A body of 1 GB passes through bounded memory: kept whole when the limit
// allows it, refused early when it does not.
func TestHugeBody(t *testing.T) {
	if testing.Short() {
		t.Skip("left out by -short: a body of 1 GB")
	}
	const size = 1e9
	s := startServer(t, t.TempDir(), "--body-limit", "1GB", "--keep-bytes", "0")
	stop := s.watch()
	req, err := http.NewRequest("POST", s.Capture+"/in/demo/huge", io.LimitReader(new(pattern), size))
	if err != nil {
		t.Fatal(err)
	}
	req.ContentLength = size
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	top := stop()
	t.Logf("1 GB captured: %s, at most %d MiB of anonymous memory", res.Status, top>>20)
	if res.StatusCode != 200 || top > memoryBound {
		t.Errorf("1 GB: %s, %d MiB of anonymous memory, want 200 and at most %d MiB", res.Status, top>>20, memoryBound>>20)
	}
	rows := s.all("")
	if len(rows) != 1 || rows[0].Size != size {
		t.Fatalf("rows after 1 GB: %+v", rows)
	}
	stop = s.watch()
	get, err := http.NewRequest("GET", s.API+"/deliveries/"+rows[0].ID+"/attempts/0/request/body", nil)
	if err != nil {
		t.Fatal(err)
	}
	get.Header.Set("Authorization", "Bearer "+s.Token)
	got, err := http.DefaultClient.Do(get)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	if n, err := same(got.Body, io.LimitReader(new(pattern), size)); err != nil || n != size {
		t.Errorf("the body read back is the same for %d of %d bytes: %v", n, int64(size), err)
	}
	if top := stop(); top > memoryBound {
		t.Errorf("reading it back took %d MiB of anonymous memory, want at most %d", top>>20, memoryBound>>20)
	}

	refusing := startServer(t, t.TempDir())
	stop = refusing.watch()
	for _, length := range []int64{size, -1} { // announced, and in chunks
		req, err := http.NewRequest("POST", refusing.Capture+"/in/demo/huge", io.NopCloser(io.LimitReader(new(pattern), size)))
		if err != nil {
			t.Fatal(err)
		}
		req.ContentLength = length
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			continue // the connection was closed on us while we still sent
		}
		res.Body.Close()
		if res.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("1 GB over the limit is answered %s, want 413", res.Status)
		}
	}
	if top := stop(); top > memoryBound {
		t.Errorf("refusing 1 GB took %d MiB of anonymous memory, want at most %d", top>>20, memoryBound>>20)
	}
	for _, row := range refusing.all("") {
		if row.Status/100 == 2 {
			t.Errorf("a body over the limit is stored as answered %d", row.Status)
		}
	}
}

// pattern is an endless body that does not repeat within a chunk of the store.
type pattern struct{ at uint32 }

func (r *pattern) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(r.at * 2654435761 >> 20)
		r.at++
	}
	return len(p), nil
}

// same compares two readers of pattern; both are read in pieces of one size.
func same(a, b io.Reader) (int64, error) {
	var n int64
	x, y := make([]byte, 32<<10), make([]byte, 32<<10)
	for {
		i, errA := io.ReadFull(a, x)
		j, _ := io.ReadFull(b, y)
		if i != j || !bytes.Equal(x[:i], y[:j]) {
			return n, fmt.Errorf("they differ after byte %d", n)
		}
		n += int64(i)
		if errA == io.EOF || errA == io.ErrUnexpectedEOF {
			return n, nil
		}
		if errA != nil {
			return n, errA
		}
	}
}

// A compressed bomb is stored as it came and costs no more than the bound when
// it is looked at or searched.
func TestCompressedBomb(t *testing.T) {
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	zeros := make([]byte, 1<<20)
	for range 900 {
		if _, err := z.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	s := startServer(t, t.TempDir())
	stop := s.watch()
	req, err := http.NewRequest("POST", s.Capture+"/in/demo/bomb", bytes.NewReader(bomb.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Encoding", "gzip")
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != 200 {
		t.Fatal(res.Status)
	}
	id := s.all("")[0].ID
	_, stored := s.api("GET", "/deliveries/"+id+"/attempts/0/request/body", nil)
	if !bytes.Equal(stored, bomb.Bytes()) {
		t.Error("the stored body is not what was sent")
	}
	status, decoded := s.api("GET", "/deliveries/"+id+"/attempts/0/request/body?decoded=1", nil)
	if status != 200 || len(decoded) > 8<<20 {
		t.Errorf("decoded view: %d, %d bytes, want at most 8 MiB", status, len(decoded))
	}
	s.all("%22nowhere%20to%20be%20found%22")
	if top := stop(); top > memoryBound {
		t.Errorf("%d MiB of anonymous memory, want at most %d", top>>20, memoryBound>>20)
	}
}

// Real webhooks get through while thousands of senders dawdle.
func TestSlowClients(t *testing.T) {
	s := startServer(t, t.TempDir())
	const slow = 3000
	var conns []net.Conn
	defer func() {
		for _, c := range conns {
			c.Close()
		}
	}()
	for i := range slow {
		c, err := net.Dial("tcp", s.captureAddr())
		if err != nil {
			t.Fatalf("connection %d: %v", i, err)
		}
		conns = append(conns, c)
		if _, err := io.WriteString(c, "POST /in/demo/slow HTTP/1.1\r\nHost: x\r\nContent-Le"); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 20 {
		res, err := (&http.Client{Timeout: 30 * time.Second}).Post(s.Capture+"/in/demo/real", "text/plain", strings.NewReader("x"))
		if err != nil {
			t.Fatalf("webhook %d beside %d slow senders: %v", i, slow, err)
		}
		res.Body.Close()
		if res.StatusCode != 200 {
			t.Fatal(res.Status)
		}
	}
	if top := s.anonymous(); top > memoryBound {
		t.Errorf("%d MiB of anonymous memory with %d half-open requests, want at most %d", top>>20, slow, memoryBound>>20)
	}
	// The deadline for a head is 10 s: they are cut, not kept.
	deadline := time.Now().Add(time.Minute)
	if err := conns[0].SetReadDeadline(deadline); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, conns[0]); err != nil {
		t.Errorf("a half-open request was not cut by its deadline: %v", err)
	}
}
