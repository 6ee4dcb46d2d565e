package proxy

import (
	"errors"
	"io"
)

// deliver sends an answer, and returns an error if the sender is known to have
// left without it.
func (c *conn) deliver(a *outgoing) error {
	closing := c.peek.closed()
	if closing != nil && !errors.Is(closing, io.EOF) {
		return closing
	}
	if err := c.send(a); err != nil {
		return err
	}
	if closing == nil {
		return nil
	}
	// It has closed its side. A sender that still reads takes the answer; one that
	// has gone altogether answers it with a reset.
	if err := c.peek.closed(); !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

// fail leaves the sender without an answer.
func (c *conn) fail(f Fault) {
	switch f {
	case FaultReset:
		c.reset = true
	case FaultTimeout:
		c.holdOpen()
	}
}
