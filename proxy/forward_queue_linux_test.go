package proxy

import (
	"fmt"
	"net"
	"syscall"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// fullQueue is an address that accepts no further connection: it listens, its
// queue is full and nobody takes from it.
func fullQueue(t *testing.T) string {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Close(fd) })
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	sa, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	addr := fmt.Sprintf("127.0.0.1:%d", sa.(*syscall.SockaddrInet4).Port)
	for range 16 {
		c, err := net.DialTimeout("tcp", addr, 100*time.Millisecond)
		if err != nil {
			return addr
		}
		t.Cleanup(func() { c.Close() })
	}
	t.Fatal("the queue does not fill up")
	return ""
}

// Linux drops what a full queue cannot take: the connection is never made.
func TestForwardConnectTimeout(t *testing.T) {
	t.Parallel()
	addr := fullQueue(t)
	s := newStand(t, Options{})
	s.failure("http://"+addr, 504, inspector.FailTimeout, "connect", "did not accept a connection within 1s", within(time.Second))
}
