package proxy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/signer"
)

// message reads the request of an attempt as it is stored. note says why it cannot
// be checked, "" if it can.
func (c *Checker) message(ctx context.Context, row *inspector.Row, k int, set *judge) (m signer.Message, note string, err error) {
	attempts, err := c.store.Attempts(ctx, c.ws, row.ID)
	if err != nil {
		return m, "", fmt.Errorf("read the attempts of %s: %w", row.ID, err)
	}
	for i := range attempts {
		a := &attempts[i]
		if a.K != k {
			continue
		}
		m, target := messageOf(a.Request.Head)
		m.Cut = a.Request.Cut
		m.URL = a.Target
		if k == 0 && row.Dir == inspector.In {
			host, _ := m.Value("Host")
			proto, _ := m.Value("X-Forwarded-Proto")
			m.URL = addressOf(set.base, target, restOf(target, row.Inbox), host, proto)
		}
		// The body of every attempt is that of the first.
		size := attempts[0].Request.Size
		if size > maxCheckBytes {
			return m, fmt.Sprintf("the body is %d bytes; signatures of more than %d are not checked", size, maxCheckBytes), nil
		}
		m.Body, err = c.body(ctx, a.BodyKey(inspector.Request))
		return m, "", err
	}
	return m, "", fmt.Errorf("attempt %d of %s: %w", k, row.ID, inspector.ErrNotFound)
}

// messageOf reads a raw head.
func messageOf(raw []byte) (m signer.Message, target string) {
	head := inspector.ParseHead(raw)
	m.Method, target, _ = strings.Cut(head.Start, " ")
	if i := strings.LastIndexByte(target, ' '); i >= 0 {
		target = target[:i]
	}
	m.Header = make([]signer.Field, len(head.Fields))
	for i, f := range head.Fields {
		m.Header[i] = signer.Field{Name: f.Name, Value: f.Value}
	}
	return m, target
}

// restOf is what follows the part of a target that names the inbox.
func restOf(target, inbox string) string {
	target = originForm(target)
	if name, rest, ok := cutInbox(target); ok && (name == inbox || isToken(name)) {
		return rest
	}
	return target
}

// body reads a whole body. One that there is not is empty.
func (c *Checker) body(ctx context.Context, key inspector.BodyKey) ([]byte, error) {
	b, err := c.store.Body(ctx, c.ws, key)
	if errors.Is(err, inspector.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read body %s: %w", key, err)
	}
	defer b.Close()
	data := make([]byte, min(b.Size(), maxCheckBytes))
	if _, err := io.ReadFull(io.NewSectionReader(b, 0, b.Size()), data); err != nil {
		return nil, fmt.Errorf("read body %s: %w", key, err)
	}
	return data, nil
}
