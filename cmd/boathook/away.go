package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
)

// unreached says why a server could not be asked. What the system calls it stays
// behind it.
func unreached(err error, asked *url.Error) *fault {
	host := asked.URL
	if u, uerr := url.Parse(asked.URL); uerr == nil {
		host = u.Host
	}
	name, _, _ := strings.Cut(host, ":")
	raw := asked.Err
	for wrapped := errors.Unwrap(raw); wrapped != nil; wrapped = errors.Unwrap(raw) {
		raw = wrapped
	}
	const whose = "is that its address? without --server the one on the data folder is asked"
	say := func(hint, format string, args ...any) *fault {
		return &fault{exitFailed, fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), raw), hint}
	}
	var dns *net.DNSError
	var plain tls.RecordHeaderError
	var certificate *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return say(whose, "nothing listens at %s", host)
	case errors.As(err, &dns) && dns.IsNotFound:
		return &fault{exitFailed, fmt.Errorf("the name %s does not exist", name), whose}
	case errors.As(err, &dns):
		return &fault{exitFailed, fmt.Errorf("the name %s cannot be looked up: %s", name, dns.Err), whose}
	case errors.Is(err, http.ErrSchemeMismatch), errors.As(err, &plain):
		return say("leave the s out: --server http://"+host, "%s does not speak TLS", host)
	case errors.As(err, &certificate), errors.As(err, &authority):
		return say("a certificate that this machine trusts is needed there", "the certificate of %s is not trusted", host)
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return say(whose, "there is no route to %s", host)
	case asked.Timeout(), errors.Is(err, os.ErrDeadlineExceeded):
		return say(whose, "%s did not answer in time", host)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		return say("the server has ended, or another program has the port", "%s closed the connection before it answered", host)
	}
	return say("check the address; another program may have taken the port", "%s does not answer as boathook does", host)
}
