package web

import (
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// What is read of a request that was refused in the middle.
const (
	lingerBytes = 32 << 20
	lingerTime  = 2 * time.Second
)

// lingering gives out connections that a refusal can be read from: one that is
// closed with bytes unread is reset, and the client loses the answer.
type lingering struct{ net.Listener }

func (l lingering) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &lingerConn{Conn: conn}, nil
}

type lingerConn struct {
	net.Conn
	unread atomic.Bool // a request was refused before all of it was read

	early [1]byte // read while it was watched
	ahead int     // bytes of it that nobody has read yet

	telling sync.Mutex
	next    upcoming // what of an answer is written next
	told    int      // bytes of it that were sent already
}

// Close reads on for a while if a request was refused in the middle.
func (c *lingerConn) Close() error {
	if c.unread.Swap(false) {
		c.CloseWrite()                                     //nolint:errcheck // the client may have left
		c.Conn.SetReadDeadline(time.Now().Add(lingerTime)) //nolint:errcheck // reading will tell
		io.CopyN(io.Discard, c.Conn, lingerBytes)          //nolint:errcheck // nobody wants what comes
	}
	return c.Conn.Close()
}

// CloseWrite ends the sending side, where that can be done alone.
func (c *lingerConn) CloseWrite() error {
	if half, ok := c.Conn.(halfCloser); ok {
		return half.CloseWrite()
	}
	return errors.ErrUnsupported
}
