package proxy

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

const maxTargetBytes = 8 << 10

// address is a parsed target URL.
type address struct {
	tls  bool
	host string // name or IP, as it is dialled and checked against a certificate
	port string
	// authority is the value of a Host header that names the target.
	authority string
	path      string // as it was written, beginning with "/", or empty
	query     string // as it was written, without "?"
}

// origin is the scheme and the authority.
func (a *address) origin() string {
	if a.tls {
		return "https://" + a.authority
	}
	return "http://" + a.authority
}

// String is the address as a URL.
func (a *address) String() string {
	s := a.origin() + a.path
	if a.query != "" {
		s += "?" + a.query
	}
	return s
}

// parseTarget reads a target URL. What could be read in two ways is refused.
// The error has no field yet, and never holds a password.
func parseTarget(s string) (*address, *InvalidError) {
	invalid := func(hint, format string, args ...any) (*address, *InvalidError) {
		return nil, &InvalidError{Text: fmt.Sprintf(format, args...), Hint: hint}
	}
	if s == "" {
		return invalid("write for example http://localhost:3000/hooks", "is empty")
	}
	if len(s) > maxTargetBytes {
		return invalid("shorten it", "is %d bytes, the limit is %d", len(s), maxTargetBytes)
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f {
			return nil, &InvalidError{
				Text: fmt.Sprintf("has the byte %#02x at %d", s[i], i), Pos: i, End: i + 1,
				Hint: "percent-encode it in the path, or write a host name in its xn-- form",
			}
		}
	}
	scheme, rest, found := strings.Cut(s, "://")
	a := &address{}
	switch {
	case !found:
		return invalid("write http:// or https:// before the host", "has no scheme")
	case strings.EqualFold(scheme, "http"):
		a.port = "80"
	case strings.EqualFold(scheme, "https"):
		a.tls, a.port = true, "443"
	default:
		return invalid("use http:// or https://", "has the scheme %.20q", scheme)
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	authority, tail := rest[:end], rest[end:]
	if strings.Contains(authority, "@") {
		return invalid("have the sender send an Authorization header; it is passed on", "has a user name or password before the host")
	}
	if strings.Contains(tail, "#") {
		return invalid("remove it", "has a fragment, which is never sent")
	}
	if strings.ContainsRune(authority, '\\') || strings.ContainsRune(authority, '%') {
		return invalid("write the plain host name or address", "has a host with an escape or a zone")
	}
	u, err := url.Parse("http://" + authority)
	if err != nil || u.Hostname() == "" {
		return invalid("write for example http://localhost:3000/hooks", "has no valid host")
	}
	a.host = strings.ToLower(u.Hostname())
	if strings.Contains(authority, ":") && !strings.HasSuffix(authority, "]") {
		n, err := strconv.Atoi(u.Port())
		if err != nil || n < 1 || n > 65535 {
			return invalid("use a port from 1 to 65535", "has the port %.20q", u.Port())
		}
		a.port = strconv.Itoa(n)
	}
	if strings.HasPrefix(authority, "[") {
		if _, err := netip.ParseAddr(a.host); err != nil {
			return invalid("write for example http://[::1]:3000", "has a malformed IPv6 address")
		}
	} else if !isHostName(a.host) {
		return invalid("write a host name or an IP address", "has the malformed host %.60q", a.host)
	}
	a.authority = authority
	a.path, a.query, _ = strings.Cut(tail, "?")
	return a, nil
}

// isHostName reports whether s may be a name or an IPv4 address.
func isHostName(s string) bool {
	if len(s) > 253 || s[0] == '.' || s[0] == '-' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '.' && c != '-' && c != '_' {
			return false
		}
	}
	return !strings.Contains(s, "..")
}

// dial is what is dialled, and what connections are kept alive for.
func (a *address) dial() string { return net.JoinHostPort(a.host, a.port) }

// requestTarget is the target of the start line of a forward: the path of the
// address, with rest appended or not, and both queries. rest is what followed the
// inbox in the request, as it was received.
func (a *address) requestTarget(rest string, fixed bool) string {
	if rest == "*" && !fixed {
		return rest // OPTIONS *
	}
	path, query, _ := strings.Cut(rest, "?")
	hasQuery := len(path) < len(rest)
	switch {
	case fixed:
		path = a.path
	case a.path == "":
	case strings.HasPrefix(path, "/"):
		path = strings.TrimSuffix(a.path, "/") + path
	default:
		path = a.path + path
	}
	if path == "" || path[0] != '/' {
		path = "/" + path
	}
	switch {
	case a.query != "" && hasQuery && query != "":
		return path + "?" + a.query + "&" + query
	case a.query != "":
		return path + "?" + a.query
	case hasQuery:
		return path + "?" + query
	}
	return path
}
