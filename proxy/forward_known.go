package proxy

import (
	"bytes"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/wire"
)

// answerHead is the head of an answer as it was read, and what follows from it. It is
// never changed, so that the next answer over a connection shares it if it begins with
// the same bytes: most differ in their date at most.
type answerHead struct {
	raw    []byte
	head   *wire.ResponseHead
	asked  bool // by HEAD
	kind   wire.Kind
	size   int64 // announced length of the body, -1 if unknown
	wanted int64 // as inspector.Message.Wanted
	last   bool  // the connection ends with it
}

// sameHead takes the head of an answer from what was read, if it is that of the one
// before; else it takes nothing and is nil.
func (u *upstream) sameHead(method string) *answerHead {
	k := u.known
	if k == nil || k.asked != (method == "HEAD") || u.br.Buffered() < len(k.raw) {
		return nil
	}
	if start, _ := u.br.Peek(len(k.raw)); !bytes.Equal(start, k.raw) {
		return nil
	}
	_, _ = u.br.Discard(len(k.raw)) // it is there
	return k
}

// shortBody is how long a body may be that is kept to be compared with the next one.
const shortBody = 4 << 10

// wholeBody takes a body of n bytes that is there already. It must not be changed: the
// same bytes are shared by the next answer.
func (u *upstream) wholeBody(n int) []byte {
	data, _ := u.br.Peek(n)
	body := u.body
	if !bytes.Equal(data, body) {
		body = bytes.Clone(data)
		if n <= shortBody {
			u.body = body
		}
	}
	_, _ = u.br.Discard(n)
	return body
}

// readWhole reads the answer's body if all of it is there. It reports whether it was.
func (h *hop) readWhole() bool {
	if h.kind != wire.Length || h.size > inspector.ChunkBytes || h.size > int64(h.conn.br.Buffered()) {
		return false
	}
	h.keep.chunk = h.conn.wholeBody(int(h.size))
	h.keep.total = h.size
	h.body, h.atOnce = nil, true
	return true
}
