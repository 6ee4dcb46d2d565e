package proxy

import (
	"bytes"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/boathook/boathook/inspector"
)

// send makes the exchange of a try. The chunk is the end of the answer's body.
func (d *Dispatcher) send(t *try) (inspector.Attempt, inspector.Chunk) {
	d.loops.sent(t.wire, t.event.RequestID)
	x := &t.memory.x
	x.reset()
	_ = d.exchange(x, t.row.ID, t.job.K, t.wire, t.endpoint, t.rules.Timeout)
	return x.attempt, x.chunks[0]
}

// exchanging is the memory of an exchange, which may be used again for the next one
// once nothing of this one is needed any more.
type exchanging struct {
	hop
	src    source
	out    forwardHead
	chunks [1]inspector.Chunk
}

// reset empties x but for the name of the target: most go to the same.
func (x *exchanging) reset() {
	target := x.attempt.Target
	*x = exchanging{}
	x.attempt.Target = target
}

// exchange sends a request as the k-th attempt of a delivery and reads the answer.
// The request leaves as it was composed, byte for byte, over a kept-alive
// connection where there is one. x is new or was reset; x.attempt is the record of
// it, which shares memory with x and with w.
func (d *Dispatcher) exchange(x *exchanging, id inspector.ID, k int, w *Wire, ep *Endpoint, timeout time.Duration) []inspector.Chunk {
	to := d.targets.of(w, ep, timeout)
	x.src = source{
		delivery: id, method: w.Method, framing: w.Framing, size: int64(len(w.Body)), wanted: w.wanted(),
		body: w.Body, whole: true, slow: w.Slow, cutAt: w.CutAt,
	}
	x.out = forwardHead{raw: w.Head, target: w.requestURI(), notes: w.Notes}
	h := &x.hop
	d.sender.begin(h, to, k, &x.src, &x.out)
	_ = h.run(d.sender.ctx) // the failure is in the record
	_ = h.Close()
	a := &h.attempt
	a.Secrets = w.Secrets
	if a.Failure.Class == "" && h.head != nil && h.head.Status/100 == 3 {
		if to := h.head.Fields.Value("Location"); to != "" {
			a.Notes = append(a.Notes, "the redirect was not followed; providers want the final URL in the endpoint")
		}
	}
	if len(h.keep.chunk) == 0 {
		return nil
	}
	x.chunks[0] = h.lastChunk()
	return x.chunks[:]
}

// message is the request as it is recorded.
func (w *Wire) message() inspector.Message {
	return inspector.Message{Head: w.Head, Framing: w.Framing, Size: int64(len(w.Body)), Wanted: w.wanted()}
}

// wanted is the announced length of the body, -1 if none is.
func (w *Wire) wanted() int64 {
	if w.Framing != nil {
		return -1
	}
	if !w.looked {
		n, err := strconv.ParseInt(lineOf(w.Head, "Content-Length"), 10, 64)
		if err != nil {
			n = -1
		}
		w.length, w.looked = n, true
	}
	return w.length
}

// lineOf is the value of the first header line of a name in a head that was composed,
// "" if there is none.
func lineOf(head []byte, name string) string {
	for len(head) > 0 {
		line := head
		if i := bytes.IndexByte(head, '\n'); i >= 0 {
			line, head = head[:i], head[i+1:]
		} else {
			head = nil
		}
		if n := len(name); len(line) > n && line[n] == ':' && strings.EqualFold(string(line[:n]), name) {
			return string(bytes.TrimSpace(line[n+1:]))
		}
	}
	return ""
}

// requestURI is the path and query of the URL.
func (w *Wire) requestURI() string {
	if w.uri == "" {
		w.uri = w.URL.RequestURI()
	}
	return w.uri
}

// address is the URL as text.
func (w *Wire) address() string {
	if w.text == "" {
		w.text = w.URL.String()
	}
	return w.text
}

// targetCache holds targets, because reading a URL for each try costs.
type targetCache struct {
	mu  sync.Mutex
	all map[targetKey]*target
}

type targetKey struct {
	scheme, host string
	insecure     bool
	timeout      time.Duration
}

const maxCachedTargets = 1000

// of is the target of a request. Its URL was checked when it was composed.
func (c *targetCache) of(w *Wire, ep *Endpoint, timeout time.Duration) *target {
	key := targetKey{w.URL.Scheme, w.URL.Host, ep.Insecure, timeout}
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.all[key]
	if t != nil {
		return t
	}
	t, err := compileTarget(Target{Name: ep.Name, URL: key.scheme + "://" + key.host, Insecure: key.insecure, TimeoutMS: int(timeout.Milliseconds())})
	if err != nil {
		// It parsed as a part of the endpoint's URL; what does not parse is not dialled.
		t = &target{Target: Target{Name: ep.Name}, addr: &address{host: key.host, port: "0"}, timeout: timeout, dial: key.host}
	}
	if c.all == nil || len(c.all) >= maxCachedTargets {
		c.all = map[targetKey]*target{}
	}
	c.all[key] = t
	return t
}
