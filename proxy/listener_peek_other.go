//go:build !unix

package proxy

import "net"

// peekClosed cannot look without waiting here; a sender that has left is found
// out when the answer is written.
func peekClosed(net.Conn) error { return nil }
