package proxy

import "time"

// holdOpen leaves the connection open without an answer, until the sender
// leaves, the time is over, or the receiver stops.
func (c *conn) holdOpen() {
	c.release()
	if !c.state.CompareAndSwap(connBusy, connIdle) || c.r.stopping() {
		return
	}
	c.readUntil(time.Now().Add(c.r.limits.Hold))
	var buf [512]byte
	for {
		if _, err := c.Conn.Read(buf[:]); err != nil {
			c.state.CompareAndSwap(connIdle, connBusy)
			return
		}
	}
}
