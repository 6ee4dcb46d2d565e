package web

import "time"

// A client that has closed its sending side may still read: it has sent all it wants to
// say. One that has left sends the same, and only tells the two apart by what it does
// with bytes that come for it. So some are sent that can be foretold: every answer
// begins with startOfAnswer, and the size of a chunk may begin with zeros.
const startOfAnswer = "HTTP/1.1 "

// upcoming is what of an answer is written next to a connection.
type upcoming uint8

const (
	midst   upcoming = iota // what cannot be foretold; that it is written will tell
	atStart                 // the start line
	atChunk                 // the size of a chunk
)

// stays reports whether a client that has closed its sending side goes on reading until
// stop is closed. It looks every now and then: that a client has left is known only
// when a second byte is sent to it.
func (c *lingerConn) stays(stop <-chan struct{}) bool {
	for wait := 20 * time.Millisecond; c.foretell(); wait = min(2*wait, time.Second) {
		select {
		case <-stop:
			return true
		case <-time.After(wait):
		}
	}
	return false
}

// foretell sends one byte of what comes next, if it is known, and reports false if the
// client does not take it.
func (c *lingerConn) foretell() bool {
	c.telling.Lock()
	defer c.telling.Unlock()
	if c.next == midst || c.told == len(startOfAnswer) {
		return true
	}
	b := startOfAnswer[c.told]
	if c.next == atChunk {
		b = '0'
	}
	c.told++
	// That of the answer before may be over. Who writes next sets it anew.
	c.Conn.SetWriteDeadline(time.Now().Add(writeTimeout)) //nolint:errcheck // the write itself will tell
	_, err := c.Conn.Write([]byte{b})
	return err == nil
}

// Write leaves out what was foretold.
func (c *lingerConn) Write(p []byte) (int, error) {
	c.telling.Lock()
	defer c.telling.Unlock()
	sent := 0
	if c.next == atStart {
		sent = min(c.told, len(p))
	}
	c.next, c.told = midst, 0
	n, err := c.Conn.Write(p[sent:])
	return n + sent, err
}

// asked says that a request is read: what is written next is an answer.
func (c *lingerConn) asked() {
	c.telling.Lock()
	defer c.telling.Unlock()
	if c.next != atStart {
		c.next, c.told = atStart, 0
	}
}

// chunkNext says that a chunk was written whole, and another one follows.
func (c *lingerConn) chunkNext() {
	c.telling.Lock()
	defer c.telling.Unlock()
	if c.next == midst {
		c.next, c.told = atChunk, 0
	}
}
