package proxy

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/boathook/boathook/inspector"
)

// sentWithin is how long before its capture a request may have left us.
const sentWithin = 5 * time.Minute

// around is how many bytes of each side are shown before and after a change.
const around = 16

// sent finds the delivery that we sent and that was captured as row, and compares
// its body with the one that arrived. It returns nil if we did not send it.
func (c *Checker) sent(ctx context.Context, row *inspector.Row, received []byte) (*SentCheck, []byte, error) {
	if row.EventID == "" {
		return nil, nil, nil
	}
	q, err := inspector.ParseQuery("dir:out id:"+quoteWord(row.EventID), row.At)
	if err != nil {
		return nil, nil, nil // an id that the language cannot name was not made by us
	}
	page, err := c.store.List(ctx, inspector.ListQuery{Workspace: c.ws, Query: q, Limit: 10, Budget: 100 * time.Millisecond})
	if err != nil {
		return nil, nil, fmt.Errorf("look for the delivery that was sent: %w", err)
	}
	for i := range page.Rows {
		out := &page.Rows[i]
		if !strings.EqualFold(out.EventID, row.EventID) || out.At.After(row.At.Add(time.Second)) || row.At.Sub(out.At) > sentWithin {
			continue
		}
		body, err := c.body(ctx, inspector.BodyKey{Delivery: out.ID, Part: inspector.Request})
		if err != nil {
			return nil, nil, err
		}
		found := compareSent(out.ID, body, received)
		if found.FirstChanged < 0 {
			broken, err := c.brokenOnPurpose(ctx, out.ID)
			if err != nil {
				return nil, nil, err
			}
			found.Text += broken
		}
		return found, body, nil
	}
	return nil, nil, nil
}

// brokenOnPurpose says how a delivery was broken before it was sent, "" if it was
// not: what arrives as it was sent can still have been changed after it was signed.
func (c *Checker) brokenOnPurpose(ctx context.Context, id inspector.ID) (string, error) {
	attempts, err := c.store.Attempts(ctx, c.ws, id)
	if err != nil {
		return "", fmt.Errorf("read how the delivery was sent: %w", err)
	}
	if len(attempts) == 0 {
		return "", nil
	}
	for _, note := range attempts[0].Notes {
		if strings.HasPrefix(note, "--chaos ") {
			return "; it was broken on purpose, " + note, nil
		}
	}
	return "", nil
}

// quoteWord writes a word so that the filter language takes it literally.
func quoteWord(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// compareSent shows the first byte that differs.
func compareSent(id inspector.ID, sent, received []byte) *SentCheck {
	s := &SentCheck{Delivery: id.String(), FirstChanged: -1, Text: "the body arrived byte for byte as boathook sent it"}
	at := 0
	for at < len(sent) && at < len(received) && sent[at] == received[at] {
		at++
	}
	if at == len(sent) && at == len(received) {
		return s
	}
	s.FirstChanged = int64(at)
	s.SentHex, s.ReceivedHex = hexAround(sent, at), hexAround(received, at)
	s.Text = fmt.Sprintf("something on the way changed the body: %d bytes were sent, %d arrived, and byte %d is the first that differs", len(sent), len(received), at)
	switch {
	case at == len(received):
		s.Text += "; the end was cut off"
	case at == len(sent):
		s.Text += "; something was added at the end"
	}
	return s
}

func hexAround(b []byte, at int) string {
	from, to := max(0, at-around), min(len(b), at+around)
	if from >= to {
		return ""
	}
	return hex.EncodeToString(b[from:to])
}
