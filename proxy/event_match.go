package proxy

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/signer"
)

// Kinds of Scope.
const (
	ScopeCampaign = "campaign"
	ScopeForm     = "form"
)

// Match decides whether an endpoint gets an event by its subscription, and says in
// words why it does not. p is the event's provider; nil if the catalogue has none.
func Match(ep *Endpoint, ev *Event, p *catalog.Provider) (bool, string) {
	if reason := ep.off(); reason != "" {
		return false, reason
	}
	if !ep.wantsAll(ev, p) && !wantsType(ep.Events, ev.Type, p) {
		if len(ep.Events) == 0 {
			return false, "it subscribes to no events"
		}
		return false, fmt.Sprintf("it does not subscribe to %s", ev.Type)
	}
	if reason := wantsChannel(ep.Channels, ev.Channels); reason != "" {
		return false, reason
	}
	if reason := ep.Scope.leavesOut(ev, p); reason != "" {
		return false, reason
	}
	return ep.skips(ev)
}

// off says why the endpoint gets nothing at all, "" if it is on.
func (ep *Endpoint) off() string {
	switch {
	case !ep.On:
		return "it is switched off"
	case ep.Disabled != nil:
		return "it was switched off: " + ep.Disabled.Reason
	}
	return ""
}

// wantsAll reports whether the endpoint names no events and its provider is one
// that then sends all of its own, as Svix does.
func (ep *Endpoint) wantsAll(ev *Event, p *catalog.Provider) bool {
	if len(ep.Events) > 0 || ep.Provider == "" || p == nil || !p.Channels {
		return false
	}
	of, _ := ev.Names()
	return sameProvider(ep.Provider, p.ID, p) && sameProvider(of, p.ID, p)
}

// wantsType reports whether one of the patterns stands for an event type. A
// payload name and the name for subscribing mean the same event.
func wantsType(patterns []string, eventType string, p *catalog.Provider) bool {
	provider, name, _ := strings.Cut(eventType, "/")
	names := []string{name}
	if p != nil {
		provider = p.ID
		payload, subscription := p.Names(name)
		names = append(names, payload, subscription)
	}
	for _, pattern := range patterns {
		if pattern == "*" {
			return true
		}
		of, wanted, ok := strings.Cut(pattern, "/")
		if !ok || !sameProvider(of, provider, p) {
			continue
		}
		if wanted == "*" || slices.Contains(names, wanted) {
			return true
		}
	}
	return false
}

// sameProvider reports whether a name, or an alias, is that of a provider.
func sameProvider(name, id string, p *catalog.Provider) bool {
	return strings.EqualFold(name, id) || p != nil && slices.ContainsFunc(p.Aliases, func(a string) bool { return strings.EqualFold(a, name) })
}

// wantsChannel is Svix's table: an endpoint without channels gets everything; one
// with channels gets what shares one of them. It says why an event is not wanted.
func wantsChannel(endpoint, event []string) string {
	if len(endpoint) == 0 || slices.ContainsFunc(event, func(c string) bool { return slices.Contains(endpoint, c) }) {
		return ""
	}
	if len(event) == 0 {
		return "it gets events of the channels " + strings.Join(endpoint, ", ") + " only, and the event has none"
	}
	return "it gets events of the channels " + strings.Join(endpoint, ", ") + " only, and the event has " + strings.Join(event, ", ")
}

// unscoped reports whether an event may concern every form and campaign.
func unscoped(ev *Event, p *catalog.Provider) bool {
	if p == nil {
		return false
	}
	_, name := ev.Names()
	e, ok := p.Event(name)
	return ok && e.Unscoped
}

// leavesOut says why the scope leaves an event out, "" if it does not. One that has
// happened in no form or campaign may concern them all.
func (s *Scope) leavesOut(ev *Event, p *catalog.Provider) string {
	if s == nil {
		return ""
	}
	id := ev.Campaign
	if s.Kind == ScopeForm {
		id = ev.Form
	}
	switch {
	case slices.Contains(s.Except, id):
		return fmt.Sprintf("its scope leaves out the %s %s", s.Kind, id)
	case len(s.Only) == 0, slices.Contains(s.Only, id), id == "" && unscoped(ev, p):
		return ""
	case id == "":
		return fmt.Sprintf("its scope is the %s %s, and the event has none", s.Kind, strings.Join(s.Only, ", "))
	}
	return fmt.Sprintf("its scope is the %s %s, and the event has %s", s.Kind, strings.Join(s.Only, ", "), id)
}

// skips asks the skip filter of the endpoint.
func (ep *Endpoint) skips(ev *Event) (bool, string) {
	if ep.Skip == "" {
		return true, ""
	}
	q := (*inspector.Query)(nil)
	if ep.rules != nil {
		q = ep.rules.skip
	}
	if q == nil {
		var err error
		if q, err = inspector.ParseQuery(ep.Skip, time.Now()); err != nil {
			return false, "its skip filter cannot be read: " + err.Error()
		}
	}
	row := ev.Row(inspector.ID{}, ep.Name)
	skipped, err := q.Match(&row, payloadContent(ev.Payload))
	switch {
	case err != nil:
		return false, "its skip filter cannot be asked: " + err.Error()
	case skipped:
		return false, "its skip filter leaves it out: " + ep.Skip
	}
	return true, ""
}

// payloadContent is an event's payload, as a filter asks for content.
type payloadContent []byte

// Attempts returns one that has the payload for its request.
func (p payloadContent) Attempts() ([]inspector.Attempt, error) {
	return []inspector.Attempt{{Request: inspector.Message{
		Head: []byte("POST / HTTP/1.1\r\nContent-Type: application/json\r\n\r\n"), Size: int64(len(p)), Wanted: int64(len(p)),
	}}}, nil
}

// Body returns the payload.
func (p payloadContent) Body(attempt int, part inspector.Part, limit int) ([]byte, error) {
	if attempt != 0 || part != inspector.Request {
		return nil, nil
	}
	return p[:min(len(p), limit)], nil
}

// known finds what endpoints name.
type known struct {
	catalog *catalog.Catalog
	schemes SchemeLookup
}

func (k known) provider(id string) (*catalog.Provider, bool) {
	if k.catalog == nil || id == "" {
		return nil, false
	}
	return k.catalog.Provider(id)
}

func (k known) scheme(id string) (*signer.Scheme, bool) {
	if k.schemes == nil {
		return signer.Lookup(id)
	}
	return k.schemes(id)
}

// checkPattern checks an entry of Endpoint.Events.
func (k known) checkPattern(field, pattern string) error {
	if pattern == "*" {
		return nil
	}
	if err := checkText(field, pattern, false); err != nil {
		return err
	}
	of, name, ok := strings.Cut(pattern, "/")
	if !ok || of == "" || name == "" {
		return &InvalidError{Field: field, Text: fmt.Sprintf("%.80q is no event type", pattern), Hint: `write "provider/name", "provider/*" or "*"`}
	}
	if k.catalog == nil {
		return nil
	}
	p, ok := k.catalog.Provider(of)
	if !ok {
		return &InvalidError{Field: field, Text: fmt.Sprintf("there is no provider %.60q", of), Hint: "see: boathook events list"}
	}
	if name == "*" {
		return nil
	}
	if _, ok := p.Event(name); !ok {
		hint := "see: boathook events list " + p.ID
		if _, err := k.catalog.Find(pattern); err != nil {
			hint = err.Error() + "; " + hint
		}
		return &InvalidError{Field: field, Text: fmt.Sprintf("%s has no event %.60q", p.Name, name), Hint: hint}
	}
	return nil
}
