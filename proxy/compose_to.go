package proxy

import "github.com/boathook/boathook/inspector"

// ComposeTo writes the request that an event would be sent as to an endpoint, an
// inbox ("inbox:NAME") or a URL, with further header lines. Nothing is sent or
// stored. The error is as of [Compose], an [*InvalidError] or a [*HostError].
func (d *Dispatcher) ComposeTo(to string, ev *Event, chaos Chaos, headers ...inspector.Field) (*Wire, error) {
	found, err := d.reachable(to)
	if err != nil {
		return nil, err
	}
	ep := found.clone()
	ep.Headers = append(ep.Headers, headers...)
	provider, _ := ev.Names()
	return Compose(&Outgoing{
		Endpoint: &ep, Provider: d.provider(&ep, provider), Event: ev, DeliveryID: ev.ID, Now: ev.At, Chaos: chaos, Schemes: d.schemes,
	})
}
