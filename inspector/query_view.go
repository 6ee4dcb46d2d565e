package inspector

import (
	"fmt"
	"strings"
)

// maxTextBytes is how much of a body a filter looks at, stored and decoded.
const maxTextBytes = 8 << 20

// view reads the content of one delivery at most once.
type view struct {
	content  Content
	attempts []*attemptView
	loaded   bool
}

type attemptView struct {
	*Attempt
	parts [2]messageView
}

type messageView struct {
	msg     *Message
	head    *Head
	raw     []byte
	decoded []byte // raw freed of its Content-Encoding; raw itself if it has none
	read    bool
}

func (v *view) load() ([]*attemptView, error) {
	if v.loaded {
		return v.attempts, nil
	}
	list, err := v.content.Attempts()
	if err != nil {
		return nil, fmt.Errorf("filter: read attempts: %w", err)
	}
	for i := range list {
		a := &attemptView{Attempt: &list[i]}
		a.parts[Request].msg = &list[i].Request
		a.parts[Response].msg = &list[i].Response
		v.attempts = append(v.attempts, a)
	}
	v.loaded = true
	return v.attempts, nil
}

// messages calls use for the request of the first attempt, or for all responses,
// until it says true.
func (v *view) messages(part Part, use func(*attemptView, *messageView) (bool, error)) (bool, error) {
	attempts, err := v.load()
	if err != nil {
		return false, err
	}
	if part == Request && len(attempts) > 1 {
		attempts = attempts[:1]
	}
	for _, a := range attempts {
		if ok, err := use(a, &a.parts[part]); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

func (m *messageView) fields() *Head {
	if m.head == nil {
		h := ParseHead(m.msg.Head)
		m.head = &h
	}
	return m.head
}

// body is the stored body and the decoded one.
func (v *view) body(a *attemptView, part Part) (raw, decoded []byte, err error) {
	m := &a.parts[part]
	if m.read || m.msg.Size == 0 {
		return m.raw, m.decoded, nil
	}
	m.raw, err = v.content.Body(a.K, part, maxTextBytes)
	if err != nil {
		return nil, nil, fmt.Errorf("filter: read %s body of attempt %d: %w", part, a.K, err)
	}
	m.decoded, m.read = m.raw, true
	if coding := contentEncoding(m.fields()); coding != "" {
		// What could be decoded before an error counts as the text; if that is
		// nothing, the coding was a lie.
		if d, err := Decode(coding, m.raw, maxTextBytes); err == nil || len(d.Bytes) > 0 {
			m.decoded = d.Bytes
		}
	}
	return m.raw, m.decoded, nil
}

func contentEncoding(h *Head) string {
	var all []string
	for _, f := range h.Fields {
		if equalLower(f.Name, "content-encoding") {
			all = append(all, f.Value)
		}
	}
	return strings.Join(all, ",")
}
