package proxy

import (
	"net"
	"net/netip"
	"slices"
	"sync"
)

// guard decides which addresses may be connected to.
type guard struct {
	internal bool           // refuse what is not on the public internet
	allow    []netip.Prefix // exceptions from internal

	mu    sync.RWMutex
	own   []netip.AddrPort
	reach []netip.AddrPort // exceptions from internal too: our capture port, for what is sent
}

// addReach adds an address that may be connected to although it is internal.
func (g *guard) addReach(ap netip.AddrPort) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.reach = append(g.reach, ap)
}

// addOwn adds addresses that we listen on ourselves.
func (g *guard) addOwn(addrs ...net.Addr) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, a := range addrs {
		if tcp, ok := a.(*net.TCPAddr); ok {
			ap := tcp.AddrPort()
			g.own = append(g.own, netip.AddrPortFrom(ap.Addr().Unmap().WithZone(""), ap.Port()))
		}
	}
}

// check refuses our own listeners always, and internal addresses if the guard
// is set.
func (g *guard) check(to netip.AddrPort) error {
	ip := to.Addr().Unmap().WithZone("")
	if g.isOwn(ip, to.Port()) {
		return blocked("%s is an address of boathook itself", to)
	}
	if !g.internal || g.mayReach(netip.AddrPortFrom(ip, to.Port())) {
		return nil
	}
	for _, p := range g.allow {
		if p.Contains(ip) {
			return nil
		}
	}
	if isInternal(ip) || to.Addr().Zone() != "" {
		return blocked("%s is an internal address, which this server does not connect to", to)
	}
	return nil
}

func (g *guard) mayReach(to netip.AddrPort) bool {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return slices.Contains(g.reach, to)
}

func (g *guard) isOwn(ip netip.Addr, port uint16) bool {
	g.mu.RLock()
	defer g.mu.RUnlock()
	for _, own := range g.own {
		if own.Port() != port {
			continue
		}
		// Connecting to 0.0.0.0 or :: reaches this machine.
		if own.Addr() == ip || ip.IsUnspecified() {
			return true
		}
		if own.Addr().IsUnspecified() && isLocal(ip) {
			return true
		}
	}
	return false
}

// isLocal reports whether an address belongs to this machine.
func isLocal(ip netip.Addr) bool {
	if ip.IsLoopback() {
		return true
	}
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return true // better refuse than reach ourselves
	}
	for _, a := range addrs {
		n, ok := a.(*net.IPNet)
		if !ok {
			continue
		}
		if local, ok := netip.AddrFromSlice(n.IP); ok && local.Unmap() == ip {
			return true
		}
	}
	return false
}

// internalRanges are the address ranges that are not on the public internet, of
// the IANA special-purpose registries, and those that carry another address
// within.
var internalRanges = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
	"192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
	"198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/32",
	"2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10",
	"ff00::/8",
)

func prefixes(texts ...string) []netip.Prefix {
	ps := make([]netip.Prefix, len(texts))
	for i, t := range texts {
		ps[i] = netip.MustParsePrefix(t)
	}
	return ps
}

func isInternal(ip netip.Addr) bool {
	for _, p := range internalRanges {
		if p.Contains(ip) {
			return true
		}
	}
	if ip.Is6() {
		// ISATAP: an IPv4 address behind ::5efe: in the lower half.
		b := ip.As16()
		if b[8]&0xfc == 0 && b[9] == 0 && b[10] == 0x5e && b[11] == 0xfe {
			return true
		}
	}
	return isLocal(ip)
}
