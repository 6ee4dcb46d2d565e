package proxy

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/boathook/boathook/inspector"
)

// Bounds of connecting to a target.
const (
	dialTimeout  = 5 * time.Second  // looking up the name and connecting, together
	tlsTimeout   = 10 * time.Second // the handshake
	maxAddresses = 16               // of one name that are tried
)

// Resolver finds the addresses of a name. *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// dialer connects to targets. Every address is checked right before it is
// connected to, so that no name leads around the check.
type dialer struct {
	resolver Resolver
	guard    *guard
	roots    *x509.CertPool // nil: those of the system
	sessions tls.ClientSessionCache
	// capture reaches our own capture port where it is in memory, nil where it is not.
	capture func(ctx context.Context) (net.Conn, error)
}

// captureHost stands for a capture port that is in memory.
const captureHost = "capture.boathook.internal"

// connect opens a connection to a target and notes how long each phase took.
// ctx carries the deadline of the whole exchange. The error is a *hopError.
func (d *dialer) connect(ctx context.Context, t *target, timing *inspector.Timing) (net.Conn, *net.TCPConn, error) {
	start := time.Now()
	if d.capture != nil && t.addr.host == captureHost {
		conn, err := d.capture(ctx)
		if err != nil {
			return nil, nil, hopFailure("connect", err, t)
		}
		return conn, nil, nil
	}
	raw, err := d.connectTCP(ctx, t, timing, start)
	if err != nil {
		return nil, nil, err
	}
	if !t.addr.tls {
		return raw, raw, nil
	}
	start = time.Now()
	asked := false
	conn := tls.Client(raw, &tls.Config{
		ServerName:         t.addr.host,
		InsecureSkipVerify: t.Insecure,
		RootCAs:            d.roots,
		NextProtos:         []string{"http/1.1"},
		ClientSessionCache: d.sessions,
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			asked = true
			return &tls.Certificate{}, nil // none
		},
	})
	ctx, cancel := context.WithTimeout(ctx, tlsTimeout)
	defer cancel()
	err = conn.HandshakeContext(ctx)
	timing.TLS += time.Since(start)
	if err != nil {
		raw.Close()
		if asked {
			err = errors.Join(errCertificateAsked, err)
		}
		return nil, nil, hopFailure("tls", err, t)
	}
	return conn, raw, nil
}

// errCertificateAsked is wrapped by the error of a handshake in which the target
// asked for a client certificate.
var errCertificateAsked = errors.New("a client certificate was asked for")

func (d *dialer) connectTCP(ctx context.Context, t *target, timing *inspector.Timing, start time.Time) (*net.TCPConn, error) {
	ctx, cancel := context.WithDeadline(ctx, start.Add(dialTimeout))
	defer cancel()
	addrs, err := d.lookup(ctx, t.addr.host)
	timing.DNS += time.Since(start)
	if err != nil {
		return nil, hopFailure("dns", err, t)
	}
	port, err := strconv.ParseUint(t.addr.port, 10, 16)
	if err != nil {
		return nil, hopFailure("connect", err, t)
	}
	start = time.Now()
	defer func() { timing.Connect += time.Since(start) }()
	var first error
	for i, ip := range addrs {
		to := netip.AddrPortFrom(ip.Unmap(), uint16(port))
		conn, err := d.dialOne(ctx, to, len(addrs)-i)
		if err == nil {
			return conn, nil
		}
		// The reason of the first address is usually the one that matters, unless it
		// was not tried at all.
		if first == nil {
			first = hopFailure("connect", err, t)
		}
		if ctx.Err() != nil {
			break
		}
	}
	return nil, first
}

// dialOne tries one address. It may take its share of the time that is left.
func (d *dialer) dialOne(ctx context.Context, to netip.AddrPort, left int) (*net.TCPConn, error) {
	if err := d.guard.check(to); err != nil {
		return nil, err
	}
	if end, ok := ctx.Deadline(); ok && left > 1 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Until(end)/time.Duration(left))
		defer cancel()
	}
	var nd net.Dialer
	conn, err := nd.DialContext(ctx, "tcp", to.String())
	if err != nil {
		return nil, err
	}
	return conn.(*net.TCPConn), nil
}

// lookup returns the addresses of a host, which may be an address itself.
// localhost is always both loopback addresses: what is installed on the machine
// does not matter.
func (d *dialer) lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	if ip, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{ip}, nil
	}
	if name := strings.TrimSuffix(host, "."); name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()}, nil
	}
	addrs, err := d.resolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, err
	}
	if len(addrs) == 0 {
		return nil, &net.DNSError{Err: "no addresses", Name: host, IsNotFound: true}
	}
	return addrs[:min(len(addrs), maxAddresses)], nil
}

// blockedError is returned for an address that must not be connected to.
type blockedError struct{ text string }

func (e *blockedError) Error() string { return e.text }

func blocked(format string, args ...any) error {
	return &blockedError{fmt.Sprintf(format, args...)}
}
