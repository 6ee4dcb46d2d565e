package proxy

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// inboxPrefix begins the name of an inbox of ours where it stands for an endpoint.
const inboxPrefix = "inbox:"

// toInbox reports whether an endpoint stands for an inbox of ours.
func (ep *Endpoint) toInbox() bool { return strings.HasPrefix(ep.Name, inboxPrefix) }

// endpointOf finds what a delivery is sent to: an endpoint by its name, an inbox of
// ours, or a bare URL. gone says why there is none any more.
func (d *Dispatcher) endpointOf(name string) (ep *Endpoint, gone string, err error) {
	if inbox, ok := strings.CutPrefix(name, inboxPrefix); ok {
		return d.inboxEndpoint(inbox)
	}
	if strings.Contains(name, "://") {
		ep, err = d.bare(name, Endpoint{URL: name})
		return ep, "", err
	}
	ep, ok := d.endpoints.lookup(name)
	if !ok {
		return nil, "the endpoint was deleted", nil
	}
	return ep, "", nil
}

// bare makes an endpoint that is not stored.
func (d *Dispatcher) bare(name string, ep Endpoint) (*Endpoint, error) {
	ep.Name, ep.On = "bare", true
	ready, err := d.endpoints.Prepare(ep)
	if err != nil {
		return nil, err
	}
	ready.Name = name
	return ready, nil
}

// inboxEndpoint stands for an inbox: it is sent to as its sender would, with the
// inbox's own secrets.
func (d *Dispatcher) inboxEndpoint(name string) (ep *Endpoint, gone string, err error) {
	p, ok := d.inboxes.reg.lookup(name)
	if !ok {
		return nil, "there is no inbox " + name, nil
	}
	base := d.capture.Load()
	if base == nil {
		return nil, "", fmt.Errorf("send to inbox %s: the capture port does not listen", name)
	}
	in := &p.inbox
	at := in.Name
	if in.Private {
		at = in.Token
	}
	ep, err = d.bare(inboxPrefix+name, Endpoint{
		URL: *base + "/in/" + url.PathEscape(at), Scheme: in.Scheme, Context: in.Context, Concurrency: 64,
	})
	if err != nil {
		return nil, "", err
	}
	ep.Secrets = liveSecrets(in.Secrets, time.Now())
	return ep, "", nil
}

// listens says where the capture port is.
func (d *Dispatcher) listens(addr net.Addr) {
	base := "http://" + captureHost
	if tcp, ok := addr.(*net.TCPAddr); ok {
		ap := tcp.AddrPort()
		ip := ap.Addr().Unmap()
		if ip.IsUnspecified() {
			ip = netip.AddrFrom4([4]byte{127, 0, 0, 1})
		}
		ap = netip.AddrPortFrom(ip, ap.Port())
		d.sender.dialer.guard.addReach(ap)
		base = "http://" + ap.String()
	}
	d.capture.CompareAndSwap(nil, &base)
}

// named finds what a user names as the place to send to.
func (d *Dispatcher) named(i int, name string) (*Endpoint, error) {
	field := fmt.Sprintf("to[%d]", i)
	ep, gone, err := d.endpointOf(name)
	switch {
	case err != nil:
		return nil, inField(field, err)
	case strings.HasPrefix(name, inboxPrefix) && gone != "":
		return nil, &InvalidError{Field: field, Text: gone, Hint: "see: boathook inbox list"}
	case gone != "":
		return nil, &InvalidError{Field: field, Text: fmt.Sprintf("there is no endpoint %.80q", name), Hint: "name an endpoint, inbox:NAME, or a URL; see: boathook endpoints list"}
	}
	if why := ep.off(); why != "" {
		return nil, &InvalidError{Field: field, Text: fmt.Sprintf("endpoint %s gets nothing: %s", name, why), Hint: "switch it on"}
	}
	return ep, nil
}

// reachable is named for one who sends to a single place: its host has to be allowed.
func (d *Dispatcher) reachable(name string) (*Endpoint, error) {
	ep, err := d.named(0, name)
	if err == nil {
		err = d.mayReach(ep)
	}
	return ep, err
}

// mayReachAny refuses an event that would get to nobody, as the host of no place that it
// goes to is allowed. Where the user has named the places each has to be: sent to the
// others alone, it would come to them twice once the host is allowed and it is sent again.
func (d *Dispatcher) mayReachAny(routes []route, named bool) error {
	var refused HostError
	may := 0
	for _, r := range routes {
		switch err := d.mayReach(r.endpoint); {
		case err == nil:
			may++
		case !refused.add(err):
			return err
		}
	}
	if len(refused.Hosts) == 0 || may > 0 && !named {
		return nil // the deliveries of those that are refused say so
	}
	return &refused
}

// mayReach refuses hosts that are not allowed. That sending is switched off is no
// reason to refuse: what is to be sent waits.
func (d *Dispatcher) mayReach(ep *Endpoint) error {
	if ep.toInbox() {
		return nil
	}
	host := ""
	switch {
	case ep.Kind == KindEmail && ep.Email != nil && ep.Email.SMTP != nil:
		host = ep.Email.SMTP.Host
	case ep.Kind == KindURL:
		at, invalid := ep.place()
		if invalid != nil {
			return invalid
		}
		host = at.address.host
	}
	if v := d.settings.shared(); host != "" && !v.Allows(host) {
		return &HostError{[]string{host}}
	}
	return nil
}
