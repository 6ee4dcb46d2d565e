package proxy

import (
	"slices"
	"strings"
	"time"

	"github.com/boathook/boathook/inspector"
)

// UnsubscribedTag marks an event that no endpoint wanted. Its delivery has no
// endpoint and no attempts.
const UnsubscribedTag = "unsubscribed"

// Event is one occurrence of an event type.
type Event struct {
	Type    string `json:"type"` // "provider/name"
	ID      string `json:"id"`   // the same on every endpoint and every try
	Payload []byte `json:"payload"`
	// Channels that the event belongs to, at most 10, of A–Z a–z 0–9 - _ . : +
	Channels []string `json:"channels,omitempty"`
	Campaign string   `json:"campaign,omitempty"` // id of the campaign it happened in
	Form     string   `json:"form,omitempty"`     // id of the form it happened on
	Offline  bool     `json:"offline,omitempty"`  // an offline contribution
	CRM      bool     `json:"crm,omitempty"`      // a transaction of a CRM
	// RequestID is the Request-Id of the API call that caused it, "" if none did.
	RequestID string    `json:"request_id,omitempty"`
	Tags      []string  `json:"tags,omitempty"` // further tags of its deliveries
	At        time.Time `json:"at"`
}

// Names are the provider and the name of the event's type.
func (ev *Event) Names() (provider, name string) {
	provider, name, ok := strings.Cut(ev.Type, "/")
	if !ok {
		return "", ev.Type
	}
	return provider, name
}

// RowTags are the event's attributes as they are kept on its deliveries:
// "campaign=12", "form=7", "offline", "crm", "request=ID", and its own tags.
func (ev *Event) RowTags() []string {
	var tags []string
	if ev.Campaign != "" {
		tags = append(tags, "campaign="+ev.Campaign)
	}
	if ev.Form != "" {
		tags = append(tags, "form="+ev.Form)
	}
	if ev.Offline {
		tags = append(tags, "offline")
	}
	if ev.CRM {
		tags = append(tags, "crm")
	}
	if ev.RequestID != "" {
		tags = append(tags, "request="+ev.RequestID)
	}
	for _, tag := range ev.Tags {
		if !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	return tags
}

// EventOfRow reads the attributes of an event back from a row of one of its
// deliveries. Its payload is the body of the row.
func EventOfRow(r *inspector.Row, payload []byte) Event {
	ev := Event{Type: r.Event, ID: r.EventID, Payload: payload, Channels: strings.Fields(r.Channel), At: r.At}
	if r.Provider != "" {
		ev.Type = r.Provider + "/" + r.Event
	}
	for _, tag := range r.Tags {
		name, value, _ := strings.Cut(tag, "=")
		switch {
		case name == "campaign" && value != "":
			ev.Campaign = value
		case name == "form" && value != "":
			ev.Form = value
		case name+"=" == eventTag && value != "":
			ev.ID = value
		case name == "request" && value != "":
			ev.RequestID = value
		case tag == "offline":
			ev.Offline = true
		case tag == "crm":
			ev.CRM = true
		case tag != UnsubscribedTag:
			ev.Tags = append(ev.Tags, tag)
		}
	}
	return ev
}

// Row is what a delivery of the event to an endpoint begins as; endpoint is ""
// if no endpoint wanted it. The request's method, target and host are not set.
func (ev *Event) Row(id inspector.ID, endpoint string) inspector.Row {
	provider, name := ev.Names()
	r := inspector.Row{
		ID: id, At: ev.At.UTC(), Dir: inspector.Out, Verdict: inspector.Unchecked,
		Provider: provider, Event: name, EventID: ev.ID, Endpoint: endpoint,
		Channel: strings.Join(ev.Channels, " "), Tags: ev.RowTags(), Size: int64(len(ev.Payload)),
	}
	if endpoint == "" {
		r.Tags = append(r.Tags, UnsubscribedTag)
	}
	return r
}
