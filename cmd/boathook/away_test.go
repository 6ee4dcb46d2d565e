package main

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"
)

// What the network says is told in words, and with what the system calls it.
func TestServerThatCannotBeAsked(t *testing.T) {
	t.Parallel()
	dial := func(err error) error {
		return &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", err)}
	}
	for _, tt := range []struct {
		err        error
		want, hint string
	}{
		{dial(syscall.ECONNREFUSED), "nothing listens at h:1: connection refused", "is that its address?"},
		{dial(syscall.EHOSTUNREACH), "there is no route to h:1: no route to host", "is that its address?"},
		{&net.DNSError{Err: "no such host", Name: "h", IsNotFound: true}, "the name h does not exist", "is that its address?"},
		{&net.DNSError{Err: "server misbehaving", Name: "h"}, "the name h cannot be looked up: server misbehaving", "is that its address?"},
		{os.ErrDeadlineExceeded, "h:1 did not answer in time: i/o timeout", "is that its address?"},
		{http.ErrSchemeMismatch, "h:1 does not speak TLS: http: server gave HTTP response to HTTPS client", "leave the s out: --server http://h:1"},
		{io.EOF, "h:1 closed the connection before it answered: EOF", "the server has ended"},
		{dial(syscall.ECONNRESET), "h:1 closed the connection before it answered: connection reset by peer", "the server has ended"},
		{errors.New(`malformed HTTP response "SSH-2.0"`), `h:1 does not answer as boathook does: malformed HTTP response "SSH-2.0"`, "check the address"},
	} {
		f := explain(&url.Error{Op: "Get", URL: "http://h:1/api/v1/status", Err: tt.err})
		if f.code != exitFailed || f.Error() != tt.want || !strings.HasPrefix(f.hint, tt.hint) {
			t.Errorf("%v: %d %q, hint %q\nwant %q, hint %q", tt.err, f.code, f.Error(), f.hint, tt.want, tt.hint)
		}
	}
}

// The server of the data folder is known by every name of this machine.
func TestSamePlace(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"http://localhost:4600/", "http://127.0.0.1:4600", true},
		{"http://[::1]:4600/live?q=x", "http://127.0.0.1:4600", true},
		{"http://127.0.0.1:4601", "http://127.0.0.1:4600", false},
		{"https://127.0.0.1:4600", "http://127.0.0.1:4600", false},
		{"http://10.0.0.1:4600", "http://127.0.0.1:4600", false},
		{"http://localhost.example.org:4600", "http://127.0.0.1:4600", false},
	} {
		if got := samePlace(tt.a, tt.b); got != tt.want {
			t.Errorf("samePlace(%q, %q) = %t", tt.a, tt.b, got)
		}
	}
}
