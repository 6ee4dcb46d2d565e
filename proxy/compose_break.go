package proxy

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/signer"
)

// Bounds of a body that is sent slowly.
const (
	slowPause = 100 * time.Millisecond // the longest between two pieces
	slowTotal = 2 * time.Second        // about what a body takes that is not short
)

// which is the first of the names that is switched on.
func (c Chaos) which(names ...string) string {
	for _, name := range names {
		if c.Has(name) {
			return name
		}
	}
	return ""
}

// wrongSecret is a secret in the form of the scheme that is none of those given.
// It ends in 0000 where the form allows it, so that one who sees its end knows it.
func (c Chaos) wrongSecret(s *signer.Scheme, right []string) (string, error) {
	raw := make([]byte, 24)
	r := c.random("secret")
	for i := range raw {
		raw[i] = byte(r.Uint32())
	}
	// 24 bytes are 32 characters of base64, of which the last four are these bytes.
	copy(raw[21:], []byte{0xd3, 0x4d, 0x34})
	wrong := ""
	switch s.Secret {
	case signer.SecretText, signer.SecretNFKD, signer.SecretBase64Text:
		wrong = hex.EncodeToString(raw[:14]) + "0000"
	case signer.SecretHex:
		wrong = hex.EncodeToString(raw[:]) + "0000"
	case signer.SecretBase64:
		wrong = base64.StdEncoding.EncodeToString(raw)
	default:
		sign, _, err := s.NewSecret()
		return sign, err
	}
	if len(s.Strip) > 0 && len(right) > 0 && strings.HasPrefix(right[0], s.Strip[0]) {
		wrong = s.Strip[0] + wrong
	}
	if slices.Contains(right, wrong) {
		wrong = strings.TrimSuffix(wrong, "0000") + "1111"
	}
	return wrong, nil
}

// breakBody does what the switches ask for to what is signed already.
func (c *composer) breakBody() error {
	chaos := c.o.Chaos
	if chaos.Has(ChaosChangedByte) {
		c.changeByte()
	}
	if chaos.Has(ChaosGzip) {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		if _, err := w.Write(c.body); err != nil {
			return fmt.Errorf("compress the body: %w", err)
		}
		if err := w.Close(); err != nil {
			return fmt.Errorf("compress the body: %w", err)
		}
		c.body = b.Bytes()
		c.afterType(inspector.Field{Name: "Content-Encoding", Value: "gzip"})
		c.note("--chaos gzip: the body was compressed after it was signed")
	}
	if chaos.Has(ChaosWrongType) {
		c.wrongType()
	}
	switch {
	case chaos.Has(ChaosChunked) && c.chunked:
		c.note("--chaos chunked: nothing to change, the request is chunked")
	case chaos.Has(ChaosChunked):
		c.chunk()
	}
	for _, w := range []struct{ name, text string }{
		{ChaosDuplicate, "this delivery is sent twice"},
		{ChaosReorder, "the events are sent out of order"},
	} {
		if chaos.Has(w.name) {
			c.note("--chaos %s: %s", w.name, w.text)
		}
	}
	return nil
}

// changeByte changes one byte of the body within a value, so that JSON stays JSON.
func (c *composer) changeByte() {
	var places []int
	for i, b := range c.body {
		if b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' {
			places = append(places, i)
		}
	}
	if len(places) == 0 {
		c.note("--chaos changed-byte: nothing to change, the body has no letter and no digit")
		return
	}
	digits := slices.DeleteFunc(slices.Clone(places), func(i int) bool { return c.body[i] < '1' || c.body[i] > '9' })
	if len(digits) > 0 {
		places = digits
	}
	at := places[c.o.Chaos.random("byte").IntN(len(places))]
	changed := slices.Clone(c.body)
	switch b := changed[at]; b {
	case '9', 'z', 'Z':
		changed[at] = b - 1
	default:
		changed[at] = b + 1
	}
	c.note("--chaos changed-byte: byte %d of the body was changed from %q to %q after signing", at, c.body[at], changed[at])
	c.body = changed
}

// wrongType says something else of the body.
func (c *composer) wrongType() {
	types := slices.DeleteFunc([]string{"text/plain", "application/x-www-form-urlencoded", "application/octet-stream"}, func(t string) bool {
		return strings.HasPrefix(c.rules.ContentType, t)
	})
	wrong := types[c.o.Chaos.random("type").IntN(len(types))]
	c.setLine(inspector.Field{Name: "Content-Type", Value: wrong})
	c.note("--chaos wrong-type: sent as %s", wrong)
}

// afterType adds a line behind Content-Type, or as the last one.
func (c *composer) afterType(f inspector.Field) {
	i := slices.IndexFunc(c.lines, func(l headLine) bool { return strings.EqualFold(l.Name, "Content-Type") })
	if i < 0 {
		c.setLine(f)
		return
	}
	c.lines = slices.Insert(c.lines, i+1, headLine{Field: f})
}

// chunk cuts the body into up to five chunks.
func (c *composer) chunk() {
	r := c.o.Chaos.random("chunks")
	var framing []byte
	count := 0
	for left := len(c.body); left > 0; count++ {
		n := left
		if count < 4 && left > 1 {
			n = 1 + r.IntN(left)
		}
		framing = append(strconv.AppendInt(framing, int64(n), 16), "\r\n"...)
		left -= n
	}
	c.framing, c.chunked = append(framing, "0\r\n\r\n"...), true
	c.note("--chaos chunked: sent in %d chunks, without a length", count)
}

// flow decides how the body leaves.
func (c *composer) flow(w *Wire) {
	n := len(w.Body)
	if c.o.Chaos.Has(ChaosSlow) {
		pieces := max((n+SlowBytes-1)/SlowBytes, 1)
		w.Slow = min(slowPause, max(slowTotal/time.Duration(pieces), time.Millisecond))
		w.Notes = append(w.Notes, fmt.Sprintf("--chaos slow: the body is sent in pieces of %d bytes, %s apart", SlowBytes, w.Slow.Round(time.Millisecond)))
	}
	if !c.o.Chaos.Has(ChaosCut) {
		return
	}
	if n < 2 {
		w.Notes = append(w.Notes, "--chaos cut: nothing to cut, the body has less than 2 bytes")
		return
	}
	w.CutAt = int64(1 + c.o.Chaos.random("cut").IntN(n-1))
	w.Notes = append(w.Notes, fmt.Sprintf("--chaos cut: the connection ends after %d of %d bytes of the body", w.CutAt, n))
}

// sized reports whether the request has a line that says where its body ends.
func (c *composer) sized() bool {
	return c.chunked || len(c.body) > 0 || c.rules.Method != "GET" && c.rules.Method != "HEAD"
}

// lengthLine is that line.
func (c *composer) lengthLine() inspector.Field {
	if c.chunked {
		return inspector.Field{Name: "Transfer-Encoding", Value: "chunked"}
	}
	return inspector.Field{Name: "Content-Length", Value: strconv.Itoa(len(c.body))}
}

// isLengthLine reports whether a line says the same as lengthLine, which most recorded ones
// do.
func (c *composer) isLengthLine(f inspector.Field) bool {
	if c.chunked {
		return sameName(f.Name, "Transfer-Encoding") && strings.EqualFold(f.Value, "chunked")
	}
	var room [20]byte
	return sameName(f.Name, "Content-Length") && f.Value == string(strconv.AppendInt(room[:0], int64(len(c.body)), 10))
}

// finish breaks what is to be broken and writes the head.
func (c *composer) finish() (*Wire, error) {
	if err := c.breakBody(); err != nil {
		return nil, err
	}
	head := c.startLine()
	head = addLine(head, inspector.Field{Name: "Host", Value: c.host})
	sized := c.sized()
	for _, l := range c.lines {
		f := l.Field
		switch l.slot {
		case catalog.SlotSignature, catalog.SlotBeside:
			continue
		case catalog.SlotContentLength:
			if !sized {
				continue
			}
			f, sized = c.lengthLine(), false
		}
		var err error
		if head, err = appendLine(head, f); err != nil {
			return nil, err
		}
	}
	if sized {
		head = addLine(head, c.lengthLine())
	}
	return c.wire(head), nil
}

// startLine begins the head.
func (c *composer) startLine() []byte {
	target := c.start
	switch {
	case target != "":
	case c.url == c.at.url:
		target = c.at.target
	default:
		target = c.url.RequestURI()
	}
	head := append(slices.Grow(c.room.raw[:0], c.headSize(target)), c.rules.Method...)
	head = append(append(head, ' '), target...)
	return append(head, " HTTP/1.1\r\n"...)
}

// headSize is about how long the head will be.
func (c *composer) headSize(target string) int {
	n := len(c.rules.Method) + len(target) + len(c.host) + 64
	for i := range c.lines {
		n += len(c.lines[i].Name) + len(c.lines[i].Value) + 4
	}
	return n
}

// wire ends the head, and makes it the request.
func (c *composer) wire(head []byte) *Wire {
	head = append(head, "\r\n"...)
	w := &c.room.wire
	c.room.raw = head
	*w = Wire{
		URL: c.url, Method: c.rules.Method, Head: head, Body: c.body, Chunked: c.chunked, Framing: c.framing,
		DeliveryID: cmp.Or(c.ids.message, c.ids.delivery), Notes: c.notes, Secrets: c.o.Secrets,
	}
	if c.o.Exact == nil {
		w.Secrets = c.o.Endpoint.SecretNames()
	}
	if c.signed {
		w.Scheme = c.rules.SchemeID
	}
	if c.url == c.at.url {
		w.uri, w.text = c.at.target, c.at.full
	}
	c.flow(w)
	return w
}

// appendLine writes a header line. What would be more than one line is refused,
// wherever it came from.
func appendLine(head []byte, f inspector.Field) ([]byte, error) {
	if !isHeaderName(f.Name) {
		return nil, &InvalidError{Field: "headers", Text: fmt.Sprintf("%.60q is no header name", f.Name), Hint: "use letters, digits and !#$%&'*+-.^_`|~"}
	}
	if i := badValueByte(f.Value); i >= 0 {
		return nil, &InvalidError{Field: "headers", Text: fmt.Sprintf("%s would have the byte %#02x at %d", f.Name, f.Value[i], i), Hint: "remove line breaks and control characters from what it is made of"}
	}
	return addLine(head, f), nil
}

// addLine writes a header line that is known to be one.
func addLine(head []byte, f inspector.Field) []byte {
	head = append(append(head, f.Name...), ": "...)
	return append(append(head, f.Value...), "\r\n"...)
}
