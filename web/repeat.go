package web

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/web/client"
)

// Bounds of the answers that are kept for repeated requests, in memory: a restart
// forgets them.
const (
	repeatHeader  = "Idempotency-Key"
	repeatAge     = 24 * time.Hour
	maxRepeats    = 4096
	maxRepeatSize = 16 << 20 // bytes of all answers that are kept
	maxRepeatBody = 1 << 20  // bytes of one of them
	maxRepeatKey  = 255      // bytes of a key
)

// repeats knows what requests with an Idempotency-Key were answered, so that one
// that is sent again is answered the same and does nothing. It is safe for
// concurrent use.
type repeats struct {
	mu    sync.Mutex
	byKey map[[sha256.Size]byte]*repeat
	order []*repeat // oldest first
	size  int
}

// repeat is one such request. What stands below kept is written before done is
// closed, and not changed afterwards.
type repeat struct {
	key     [sha256.Size]byte
	content [sha256.Size]byte // digest of the body
	at      time.Time
	done    chan struct{}
	kept    int // what it adds to the size of all

	forgotten bool // it failed for a reason of ours: a repetition tries again
	tooLarge  bool // the answer was not kept
	status    int
	kind      string // content type
	location  string
	body      []byte
}

// begin says whether the request is the first with its key. If it is not, e is the
// first one.
func (r *repeats) begin(key, content [sha256.Size]byte, now time.Time) (e *repeat, first bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.trim(now)
	if e, ok := r.byKey[key]; ok {
		return e, false
	}
	if r.byKey == nil {
		r.byKey = map[[sha256.Size]byte]*repeat{}
	}
	e = &repeat{key: key, content: content, at: now, done: make(chan struct{})}
	r.byKey[key] = e
	r.order = append(r.order, e)
	return e, true
}

// end keeps the answer to a request that begin called the first.
func (r *repeats) end(e *repeat) {
	r.mu.Lock()
	defer r.mu.Unlock()
	close(e.done)
	if e.forgotten {
		r.drop(e)
	} else if r.byKey[e.key] == e {
		e.kept = len(e.body)
		r.size += e.kept
	}
}

// trim forgets the oldest answers. What is still under way is kept: its repetition would
// do it a second time.
func (r *repeats) trim(now time.Time) {
	for i := 0; i < len(r.order) && (len(r.order) >= maxRepeats || r.size > maxRepeatSize || now.Sub(r.order[i].at) >= repeatAge); {
		select {
		case <-r.order[i].done:
			r.drop(r.order[i])
		default:
			i++
		}
	}
}

func (r *repeats) drop(e *repeat) {
	if i := slices.Index(r.order, e); i >= 0 {
		r.order = slices.Delete(r.order, i, i+1)
		r.size -= e.kept
		delete(r.byKey, e.key)
	}
}

// once lets a request that changes something happen once for each value of its
// Idempotency-Key within [repeatAge]. Without one it happens every time. A request
// that failed with 500 or above is not remembered.
func (s *Server) once(handle fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		name := c.Get(repeatHeader)
		if name == "" {
			return s.attended(handle)(c)
		}
		if len(name) > maxRepeatKey {
			return badParameter(repeatHeader, "the key has at most 255 bytes")
		}
		key := sha256.Sum256([]byte(c.Method() + " " + c.OriginalURL() + "\n" + name))
		e, first := s.repeats.begin(key, sha256.Sum256(c.BodyRaw()), s.now())
		if !first {
			return s.again(c, e)
		}
		c.SetUserContext(s.ctx) // who leaves may ask again what became of it
		e.forgotten = true      // unless the handler returns
		defer s.repeats.end(e)
		if err := handle(c); err != nil {
			if err := s.handlerError(c, err); err != nil {
				return err
			}
		}
		e.keep(c)
		return nil
	}
}

// keep takes over the answer that was written.
func (e *repeat) keep(c *fiber.Ctx) {
	resp := c.Response()
	e.status = resp.StatusCode()
	e.forgotten = e.status >= 500 || resp.IsBodyStream()
	if e.forgotten {
		return
	}
	e.kind, e.location = string(resp.Header.ContentType()), string(resp.Header.Peek("Location"))
	if e.tooLarge = len(resp.Body()) > maxRepeatBody; !e.tooLarge {
		e.body = bytes.Clone(resp.Body())
	}
}

// again answers a repeated request as the first one was.
func (s *Server) again(c *fiber.Ctx, e *repeat) error {
	if e.content != sha256.Sum256(c.BodyRaw()) {
		return repeated(422, "the key was used for another request; use a new one")
	}
	wait := time.NewTimer(storeTimeout)
	defer wait.Stop()
	select {
	case <-e.done:
	case <-wait.C:
		return repeated(409, "the first request with this key is still under way")
	case <-s.ctx.Done():
		return s.ctx.Err()
	}
	switch {
	case e.forgotten:
		return repeated(409, "the first request with this key failed; send it again")
	case e.tooLarge:
		return repeated(409, "this was done before; its answer was too large to be kept")
	}
	c.Set("Idempotency-Replayed", "true")
	c.Set("Cache-Control", "no-store")
	c.Set("Content-Type", e.kind)
	if e.location != "" {
		c.Set("Location", e.location)
	}
	return c.Status(e.status).Send(e.body)
}

func repeated(status int, detail string) *client.Problem {
	p := problem(status, "repeated", "request cannot be repeated", detail)
	p.Field = repeatHeader
	return p
}
