package badgerstore

import (
	"errors"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore/journal"
)

var _ inspector.Content = (*content)(nil)

// content reads what a query needs beyond the row, straight from the journal.
type content struct {
	r   *journal.Reader
	e   *entry
	buf []byte

	of       *entry // whose attempts were read last
	attempts []inspector.Attempt
}

// Attempts returns the delivery's attempts in order.
func (c *content) Attempts() ([]inspector.Attempt, error) {
	if c.of == c.e {
		return c.attempts, nil
	}
	list, buf, err := readAttempts(c.r, c.e, c.buf)
	c.buf = buf
	if err != nil {
		return nil, err
	}
	c.of, c.attempts = c.e, list
	return list, nil
}

// Body returns at most limit bytes of a stored body.
func (c *content) Body(attempt int, part inspector.Part, limit int) ([]byte, error) {
	b := body{key: inspector.BodyKey{Delivery: c.e.row.ID, Attempt: attempt, Part: part}, r: c.r, have: -1, buf: c.buf}
	b.chunks = chunksOf(c.e, b.key)
	var out []byte
	for seq := range b.chunks {
		if len(out) >= limit {
			break
		}
		data, err := b.chunk(seq)
		if err != nil {
			return nil, err
		}
		out = append(out, data[:min(len(data), limit-len(out))]...)
	}
	c.buf = b.buf
	return out, nil
}

// unreadable reports whether an error says that a record is not there any more,
// or not as it was written. Such a delivery matches nothing; the losses and
// Check name it.
func unreadable(err error) bool {
	return errors.Is(err, journal.ErrDamaged) || errors.Is(err, journal.ErrWiped) || errors.Is(err, journal.ErrDropped)
}

func ignoreGone(err error) error {
	if errors.Is(err, inspector.ErrNotFound) {
		return nil
	}
	return err
}
