package proxy

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/wire"
)

// hopError is a failure of a forward, ready to be recorded.
type hopError struct {
	inspector.Failure
	err error
}

func (e *hopError) Error() string { return e.Text }
func (e *hopError) Unwrap() error { return e.err }

// hopFailure classes an error that ended a phase of a forward.
func hopFailure(phase string, err error, t *target) *hopError {
	var known *hopError
	if errors.As(err, &known) {
		return known
	}
	class, text := classify(phase, err, t)
	return &hopError{inspector.Failure{Class: class, Phase: phase, Text: text}, err}
}

func classify(phase string, err error, t *target) (class, text string) {
	at := t.dial
	var refusal *blockedError
	if errors.As(err, &refusal) {
		return inspector.FailBlocked, refusal.text
	}
	var dns *net.DNSError
	if errors.As(err, &dns) && !dns.IsTimeout {
		if dns.IsNotFound {
			return inspector.FailDNS, fmt.Sprintf("the name %s does not exist", t.addr.host)
		}
		return inspector.FailDNS, fmt.Sprintf("the name %s cannot be looked up: %s", t.addr.host, dns.Err)
	}
	if isTimeout(err) {
		return inspector.FailTimeout, timeoutText(phase, t)
	}
	if phase == "tls" || isAlert(err) {
		return tlsFailure(err, t)
	}
	var refused *wire.Error
	switch {
	case errors.As(err, &refused):
		return inspector.FailProtocol, "the answer is not valid HTTP/1.1: " + refused.Text
	case errors.Is(err, syscall.ECONNREFUSED):
		return inspector.FailRefused, "nothing listens at " + at
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH),
		errors.Is(err, syscall.EADDRNOTAVAIL), errors.Is(err, syscall.ENETDOWN), errors.Is(err, syscall.EINVAL):
		return inspector.FailUnreachable, "there is no route to " + at
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return inspector.FailUnreachable, "there are no free file descriptors for a connection to " + at
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, syscall.ECONNABORTED):
		return inspector.FailReset, at + " reset the connection " + during(phase)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return inspector.FailReset, at + " closed the connection " + during(phase)
	case errors.Is(err, context.Canceled), errors.Is(err, net.ErrClosed):
		return inspector.FailInterrupted, "boathook stopped " + during(phase)
	}
	return inspector.FailUnreachable, fmt.Sprintf("%s: %v", at, err)
}

func isTimeout(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) ||
		errors.As(err, &timeout) && timeout.Timeout()
}

// during says how far a forward came.
func during(phase string) string {
	switch phase {
	case "dns", "connect":
		return "while connecting"
	case "tls":
		return "within the TLS handshake"
	case "send":
		return "while the request was being sent"
	case "wait":
		return "before it answered"
	}
	return "within its answer"
}

func timeoutText(phase string, t *target) string {
	switch phase {
	case "dns":
		return fmt.Sprintf("the name %s was not found out within %s", t.addr.host, min(dialTimeout, t.timeout))
	case "connect":
		return fmt.Sprintf("%s did not accept a connection within %s", t.dial, min(dialTimeout, t.timeout))
	case "tls":
		return fmt.Sprintf("%s did not finish the TLS handshake within %s", t.dial, min(tlsTimeout, t.timeout))
	case "send":
		return fmt.Sprintf("%s did not take the whole request within %s", t.dial, t.timeout)
	case "wait":
		return fmt.Sprintf("%s did not answer within %s", t.dial, min(headTimeout, t.timeout))
	}
	return fmt.Sprintf("%s did not finish its answer within %s", t.dial, t.timeout)
}

// tlsFailure names the cause of a failed handshake.
func tlsFailure(err error, t *target) (class, text string) {
	var (
		invalid   x509.CertificateInvalidError
		name      x509.HostnameError
		authority x509.UnknownAuthorityError
		record    tls.RecordHeaderError
	)
	switch {
	case isAlert(err):
		return inspector.FailTLS, alertText(err)
	case errors.As(err, &name):
		return inspector.FailTLS, fmt.Sprintf("the certificate is for %s, not for %s", certificateNames(name.Certificate), t.addr.host)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return inspector.FailTLS, validity(invalid.Cert)
	case errors.As(err, &invalid):
		return inspector.FailTLS, "the certificate is not valid: " + strings.TrimPrefix(invalid.Error(), "x509: ")
	case errors.As(err, &authority):
		if c := authority.Cert; c != nil && c.Issuer.String() == c.Subject.String() {
			return inspector.FailTLS, "the certificate is self-signed"
		}
		return inspector.FailTLS, "the certificate is signed by an unknown authority"
	case errors.As(err, &record):
		return inspector.FailTLS, t.dial + " does not speak TLS; use http://"
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return inspector.FailTLS, t.dial + " closed the connection " + during("tls")
	case errors.Is(err, context.Canceled), errors.Is(err, net.ErrClosed):
		return inspector.FailInterrupted, "boathook stopped " + during("tls")
	}
	return inspector.FailTLS, "protocol: " + strings.TrimPrefix(err.Error(), "tls: ")
}

// isAlert reports whether the target ended the connection with an alert of TLS.
// What it has against the client's part of a handshake comes after the client
// has ended that handshake.
func isAlert(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "remote error"
}

// alertText says what a TLS alert means. Requests are sent without a client
// certificate, so one that is said to be bad is one that is missing.
func alertText(err error) string {
	var op *net.OpError
	errors.As(err, &op)
	text := strings.TrimPrefix(op.Err.Error(), "tls: ")
	asked := text == "handshake failure" && errors.Is(err, errCertificateAsked)
	if asked || text == "certificate required" || text == "bad certificate" {
		return "the app demands a client certificate, and boathook has none to show"
	}
	return "the app ended TLS with an alert: " + text
}

func validity(c *x509.Certificate) string {
	if c != nil && time.Now().Before(c.NotBefore) {
		return "the certificate is not valid before " + c.NotBefore.UTC().Format(time.DateTime) + " UTC"
	}
	if c == nil {
		return "the certificate has expired"
	}
	return "the certificate has expired on " + c.NotAfter.UTC().Format(time.DateTime) + " UTC"
}

// certificateNames lists a few of the names a certificate is for.
func certificateNames(c *x509.Certificate) string {
	if c == nil {
		return "another name"
	}
	names := append([]string{}, c.DNSNames...)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	if len(names) == 0 {
		return "no host name at all"
	}
	if len(names) > 3 {
		names = append(names[:3], "…")
	}
	return strings.Join(names, ", ")
}
