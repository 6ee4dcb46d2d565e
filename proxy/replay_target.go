package proxy

import (
	"cmp"
	"fmt"
	"sync"
	"time"

	"github.com/boathook/boathook/inspector"
)

// runTarget is the endpoint that stands for where all of a replay goes.
func (d *Dispatcher) runTarget(s *RunSpec) (*Endpoint, error) {
	field, name := "to.endpoint", s.To.Endpoint
	switch {
	case s.To.Inbox != "":
		field, name = "to.inbox", inboxPrefix+s.To.Inbox
	case s.To.URL != "":
		ep, err := d.bare(s.To.URL, Endpoint{URL: s.To.URL, Scheme: s.Scheme})
		if err != nil {
			return nil, inField("to.url", err)
		}
		if s.Secret != "" {
			ep.Secrets = []Secret{{Name: "replay", open: &s.Secret}}
		}
		return ep, nil
	}
	ep, gone, err := d.endpointOf(name)
	if err != nil {
		return nil, inField(field, err)
	}
	if gone == "" {
		gone = ep.off()
	}
	if gone != "" {
		return nil, &InvalidError{Field: field, Text: fmt.Sprintf("nothing can be sent to %.80s: %s", name, gone), Hint: "choose another target"}
	}
	return ep, checkReplayKind(field, ep)
}

func checkReplayKind(field string, ep *Endpoint) error {
	if ep.Kind == KindEmail {
		return &InvalidError{Field: field, Text: ep.Name + " is an email endpoint, which takes no requests", Hint: "resend the deliveries instead"}
	}
	return nil
}

// placeKey is what decides where a recorded delivery is sent, and with which
// secrets.
type placeKey struct{ to, signer, scheme string }

// places finds where deliveries go. Safe for concurrent use.
type places struct {
	d    *Dispatcher
	spec *RunSpec
	to   *Endpoint // nil: each goes where it went
	mu   sync.Mutex
	all  map[placeKey]*Endpoint
}

const maxPlaces = 1000

// of is where a delivery goes, and with whose secrets it is signed.
func (p *places) of(row *inspector.Row) (*Endpoint, error) {
	signs := p.spec.Sign != SignExact && p.spec.Sign != SignCut
	if p.to != nil && (!signs || p.spec.To.URL == "" || p.spec.Scheme != "") {
		return p.to, nil
	}
	key := placeKey{to: row.Endpoint}
	if row.Dir == inspector.In {
		key.to = "in " + row.Inbox + " " + row.Target
	}
	if signs {
		key.signer, key.scheme = string(row.Dir)+" "+row.Inbox+" "+row.Endpoint, row.Scheme
	}
	if p.to != nil {
		key.to = ""
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if ep, ok := p.all[key]; ok {
		return ep, nil
	}
	ep := p.to
	if ep == nil {
		var err error
		if ep, err = p.back(row); err != nil {
			return nil, err
		}
	}
	if signs && (p.to != nil || row.Dir == inspector.In) {
		ep = p.d.signAs(ep, row)
	}
	if p.all == nil || len(p.all) >= maxPlaces {
		p.all = map[placeKey]*Endpoint{}
	}
	p.all[key] = ep
	return ep, nil
}

// back is where a delivery went: the endpoint of one that was sent, the app of the
// inbox of one that was received.
func (p *places) back(row *inspector.Row) (*Endpoint, error) {
	if row.Dir == inspector.Out {
		if row.Endpoint == "" {
			return nil, &InvalidError{Field: "to", Text: "an event that nobody subscribed to went nowhere", Hint: "name a target"}
		}
		ep, gone, err := p.d.endpointOf(row.Endpoint)
		if err != nil {
			return nil, err
		}
		if gone == "" {
			gone = ep.off()
		}
		if gone != "" {
			return nil, &InvalidError{Field: "to", Text: fmt.Sprintf("nothing can be sent to %.80s: %s", row.Endpoint, gone), Hint: "name another target"}
		}
		return ep, checkReplayKind("to", ep)
	}
	route, ok := p.d.inboxes.Resolve(row.Target)
	if !ok || len(route.State.(*program).targets) == 0 {
		return nil, &InvalidError{Field: "to", Text: fmt.Sprintf("inbox %s forwards to no app", row.Inbox), Hint: "set a forward target in the inbox, or name a target"}
	}
	t := route.State.(*program).targets[0]
	at := t.prefix + t.addr.requestTarget(route.Rest, t.fixed)
	return p.d.bare(at, Endpoint{URL: at, Insecure: t.Insecure, TimeoutMS: t.TimeoutMS})
}

// signAs is an endpoint that signs with the scheme and the secrets of the inbox or
// endpoint where a delivery was recorded.
func (d *Dispatcher) signAs(ep *Endpoint, row *inspector.Row) *Endpoint {
	scheme, secrets := "", []Secret(nil)
	if row.Dir == inspector.In {
		if p, ok := d.inboxes.reg.lookup(row.Inbox); ok {
			scheme, secrets = p.inbox.Scheme, liveSecrets(p.inbox.Secrets, time.Now())
		}
	} else if from, gone, err := d.endpointOf(row.Endpoint); err == nil && gone == "" {
		scheme, secrets = from.Scheme, liveSecrets(from.Secrets, time.Now())
	}
	c := *ep
	c.Scheme, c.Secrets = cmp.Or(scheme, row.Scheme), secrets
	return &c
}
