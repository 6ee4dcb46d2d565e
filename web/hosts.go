package web

import (
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// hosts is the list of names under which the page may be reached. A name that
// is not on it may be one that somebody else's page has pointed at us (DNS
// rebinding), so nothing is answered to it.
type hosts map[string]bool

func newHosts(names []string) hosts {
	h := hosts{"localhost": true, "127.0.0.1": true, "[::1]": true}
	for _, name := range names {
		h.add(name)
	}
	return h
}

// add takes a name, an address or either with a port.
func (h hosts) add(name string) {
	name = strings.ToLower(strings.TrimSpace(name))
	if ip, err := netip.ParseAddr(name); err == nil {
		name = hostOf(ip)
	}
	if name != "" {
		h[name] = true
	}
}

// addListener takes the address a listener is bound to, unless it is bound to
// all addresses of the machine.
func (h hosts) addListener(addr net.Addr) {
	tcp, ok := addr.(*net.TCPAddr)
	if !ok {
		return
	}
	if ip, ok := netip.AddrFromSlice(tcp.IP); ok && !ip.Unmap().IsUnspecified() {
		h.add(ip.Unmap().String())
	}
}

// has reports whether a Host header, or the authority of a target, names us. An
// entry without a port allows every port: the port may be another one at the
// other end of a tunnel, and no foreign page can choose the name.
func (h hosts) has(host string) bool {
	host = strings.ToLower(host)
	if h[host] {
		return true
	}
	name, port, ok := cutPort(host)
	return ok && h[name] && validPort(port)
}

// cutPort splits "name:port" and "[v6]:port". The brackets stay.
func cutPort(host string) (name, port string, ok bool) {
	i := strings.LastIndexByte(host, ':')
	if i < 0 || strings.HasSuffix(host, "]") {
		return "", "", false
	}
	return host[:i], host[i+1:], true
}

func validPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && n > 0 && strconv.FormatUint(n, 10) == port
}

func hostOf(ip netip.Addr) string {
	if ip.Is6() {
		return "[" + ip.String() + "]"
	}
	return ip.String()
}

// loopback reports whether only this machine can reach the address.
func loopback(addr net.Addr) bool {
	switch a := addr.(type) {
	case *net.TCPAddr:
		return a.IP.IsLoopback()
	case *net.UDPAddr:
		return false
	}
	return true // a pipe, a socket file, memory
}
