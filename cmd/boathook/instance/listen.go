package instance

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
)

// PortError says that an address cannot be listened on.
type PortError struct {
	Addr  string
	InUse bool // somebody else listens there
	Err   error
}

func (e *PortError) Error() string {
	if e.InUse {
		return fmt.Sprintf("listen on %s: the port is in use", e.Addr)
	}
	return fmt.Sprintf("listen on %s: %v", e.Addr, e.Err)
}

func (e *PortError) Unwrap() error { return e.Err }

// Port is the port of the address, "" if it has none.
func (e *PortError) Port() string {
	_, port, err := net.SplitHostPort(e.Addr)
	if err != nil {
		return ""
	}
	return port
}

// freePortTries bounds the search for a port that is free on both loopbacks.
const freePortTries = 20

// Listen opens HOST:PORT. The host localhost stands for both loopback
// addresses with the same port; a machine without one of them gets the other.
// All errors are a [*PortError].
func Listen(ctx context.Context, addr string) ([]net.Listener, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, &PortError{Addr: addr, Err: err}
	}
	if host != "localhost" {
		ln, err := listen(ctx, addr)
		if err != nil {
			return nil, err
		}
		return []net.Listener{ln}, nil
	}
	for try := 1; ; try++ {
		lns, err := listenLoopback(ctx, port)
		var busy *PortError
		if port == "0" && try < freePortTries && errors.As(err, &busy) && busy.InUse {
			continue
		}
		return lns, err
	}
}

func listenLoopback(ctx context.Context, port string) ([]net.Listener, error) {
	four, errFour := listen(ctx, net.JoinHostPort("127.0.0.1", port))
	var busy *PortError
	if errors.As(errFour, &busy) && busy.InUse {
		return nil, errFour
	}
	if four != nil && port == "0" {
		port = strconv.Itoa(four.Addr().(*net.TCPAddr).Port)
	}
	six, errSix := listen(ctx, net.JoinHostPort("::1", port))
	if errors.As(errSix, &busy) && busy.InUse {
		if four != nil {
			errSix = errors.Join(errSix, four.Close())
		}
		return nil, errSix
	}
	switch {
	case four != nil && six != nil:
		return []net.Listener{four, six}, nil
	case four != nil:
		return []net.Listener{four}, nil
	case six != nil:
		return []net.Listener{six}, nil
	}
	return nil, errFour
}

func listen(ctx context.Context, addr string) (net.Listener, error) {
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		// 10048 is WSAEADDRINUSE, which Windows returns in its place.
		inUse := errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, syscall.Errno(10048))
		return nil, &PortError{Addr: addr, InUse: inUse, Err: reason(err)}
	}
	return ln, nil
}

// reason is the innermost cause; the address is named already.
func reason(err error) error {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return errno
	}
	return err
}

// URL is where this machine reaches a listener.
func URL(ln net.Listener) string {
	tcp, ok := ln.Addr().(*net.TCPAddr)
	if !ok {
		return "http://localhost"
	}
	host := tcp.IP.String()
	if tcp.IP.IsUnspecified() {
		host = "127.0.0.1" // [::] takes both families
	}
	return "http://" + net.JoinHostPort(host, strconv.Itoa(tcp.Port))
}

// Loopback reports whether only this machine can reach a listener.
func Loopback(ln net.Listener) bool {
	tcp, ok := ln.Addr().(*net.TCPAddr)
	return !ok || tcp.IP.IsLoopback()
}

// CloseAll closes listeners that were not handed on.
func CloseAll(lns []net.Listener) {
	for _, ln := range lns {
		_ = ln.Close() // nothing was accepted on it
	}
}
