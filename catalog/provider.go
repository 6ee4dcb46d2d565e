package catalog

import (
	"cmp"
	"encoding/json"
	"regexp"
	"time"
)

// Provider is a system that sends webhooks. Its fields are the keys of
// provider.yaml; README.md of this folder describes them.
type Provider struct {
	ID          string   `yaml:"id" json:"id"` // stable, lower case, with hyphens
	Name        string   `yaml:"name" json:"name"`
	Aliases     []string `yaml:"aliases" json:"aliases,omitempty"` // other names for the same wire form
	Docs        string   `yaml:"docs" json:"docs,omitempty"`       // address of the provider's documentation
	Description string   `yaml:"description" json:"description,omitempty"`

	Method      string   `yaml:"method" json:"method"`             // POST unless given
	Format      string   `yaml:"format" json:"format"`             // json, form or xml; json unless given
	Formats     []string `yaml:"formats" json:"formats,omitempty"` // what can be chosen from; only Format if empty
	ContentType string   `yaml:"content_type" json:"content_type"` // by Format unless given
	// FormField is the one field of a form that holds the payload as JSON; "": its
	// members are fields of their own.
	FormField string `yaml:"form_field" json:"form_field,omitempty"`

	// Headers stand in the order and case of the wire, after Host.
	Headers []Header `yaml:"headers" json:"headers"`
	// Vars are values that header templates may use beyond [HeaderVars].
	Vars map[string]string `yaml:"vars" json:"vars,omitempty"`

	IDs               IDForms `yaml:"ids" json:"ids"`
	DeliveryIDOnRetry string  `yaml:"delivery_id_on_retry" json:"delivery_id_on_retry"` // same or new

	Scheme         string   `yaml:"scheme" json:"scheme"`             // id of package signer's table, "" for none
	Schemes        []string `yaml:"schemes" json:"schemes,omitempty"` // further schemes the provider may use
	SecretOptional bool     `yaml:"secret_optional" json:"secret_optional,omitempty"`

	Success  []string `yaml:"success" json:"success"`     // status codes that count: 2xx, 200, 200-204
	TimeoutS float64  `yaml:"timeout_s" json:"timeout_s"` // seconds; 0: not documented

	Retry   Retry    `yaml:"retry" json:"retry"`
	Resend  Resend   `yaml:"resend" json:"resend"`
	Disable *Disable `yaml:"disable" json:"disable,omitempty"`
	Ping    *Ping    `yaml:"ping" json:"ping,omitempty"`

	Channels bool   `yaml:"channels" json:"channels,omitempty"` // endpoints and events carry channels, by Svix's table
	Wildcard string `yaml:"wildcard" json:"wildcard,omitempty"` // how a subscription to everything is written

	// Meta says where settings of an endpoint stand in the body: app_key to
	// "meta.appKey".
	Meta map[string]string `yaml:"meta" json:"meta,omitempty"`
	// JSON is how the provider prints a body.
	JSON JSONStyle `yaml:"json" json:"json"`
	// Batch: the body is a list of events. Fields and samples describe one of them.
	Batch bool `yaml:"batch" json:"batch,omitempty"`
	// Fresh is applied to every event type; see [EventType.Fresh].
	Fresh []Fresh `yaml:"fresh" json:"fresh,omitempty"`
	// EventNames is a regular expression of names that users may make up; "" if
	// the event types listed are all there are.
	EventNames string `yaml:"event_names" json:"event_names,omitempty"`

	Facts []Fact `yaml:"facts" json:"facts"`
	// Custom: made by a user, not part of the built-in catalogue.
	Custom bool `yaml:"-" json:"custom,omitempty"`
	// Notes say what an import left out, and why.
	Notes []string `yaml:"-" json:"notes,omitempty"`

	// Fields are those of all event types: an event type has those that it does not
	// list itself and whose place its first sample has.
	Fields []Field `yaml:"fields" json:"-"`
	// Events are in the order of the file.
	Events []*EventType `yaml:"events" json:"-"`

	eventNames  *regexp.Regexp // EventNames; nil if there is none
	headerNeeds []string       // names of values, see HeaderNeeds
}

// Timeout is how long the provider waits for an answer, 30 seconds where it does
// not say.
func (p *Provider) Timeout() time.Duration {
	if p.TimeoutS <= 0 {
		return 30 * time.Second
	}
	return time.Duration(p.TimeoutS * float64(time.Second))
}

// Event is the event type of a name, by its payload name first and by its
// subscription name second. A provider whose names are made up by its users
// has one for every name that fits.
func (p *Provider) Event(name string) (*EventType, bool) {
	if e, ok := p.listed(name); ok {
		return e, true
	}
	return p.madeUp(name)
}

// Names are the two names of an event type, of which either was given: the one
// of its payload, and the one used for subscribing.
func (p *Provider) Names(name string) (payload, subscription string) {
	if e, ok := p.listed(name); ok {
		return e.Name, cmp.Or(e.Subscription, e.Name)
	}
	return name, name
}

// listed is the event type of a name that stands in the file.
func (p *Provider) listed(name string) (*EventType, bool) {
	for _, e := range p.Events {
		if e.Name == name {
			return e, true
		}
	}
	for _, e := range p.Events {
		if e.Subscription == name {
			return e, true
		}
	}
	return nil, false
}

// Header is one header line, or a place where something else writes its lines.
type Header struct {
	Name  string `yaml:"name" json:"name,omitempty"`
	Value string `yaml:"value" json:"value,omitempty"` // template
	// When names a value: the line is left out if it is empty.
	When string `yaml:"when" json:"when,omitempty"`
	// Slot is "signature" (the scheme's headers stand here), "beside" or
	// "content-length"; the fields before it are empty then.
	Slot string `yaml:"-" json:"slot,omitempty"`
	// Beside is the id of a further scheme, one of Provider.Schemes, whose headers
	// stand here wherever the provider's own signature is written. It is made with
	// the same secret; what counts when a request is checked is the provider's own.
	Beside string `yaml:"beside" json:"beside,omitempty"`

	parts []headerPart // of Value; nil if it makes up values
}

// Places in a list of headers.
const (
	SlotSignature     = "signature"
	SlotBeside        = "beside"
	SlotContentLength = "content-length"
)

// UnmarshalYAML reads a place, written as one word, or a header.
func (h *Header) UnmarshalYAML(unmarshal func(any) error) error {
	var slot string
	if unmarshal(&slot) == nil {
		h.Slot = slot
		return nil
	}
	type plain Header
	err := unmarshal((*plain)(h))
	if h.Beside != "" {
		h.Slot = SlotBeside
	}
	return err
}

// IDForms are the forms of the ids a provider gives, as [NewID] reads them. Empty:
// it gives none.
type IDForms struct {
	Event    string `yaml:"event" json:"event,omitempty"`
	Delivery string `yaml:"delivery" json:"delivery,omitempty"`
	Message  string `yaml:"message" json:"message,omitempty"`
}

// Retry is what a provider does after a failure.
type Retry struct {
	// Preset is a name for the rule: none, svix, stripe, …
	Preset string `yaml:"preset" json:"preset,omitempty"`
	// Delays are the waits before each further try, counted from the failure
	// before. None: it does not try again.
	Delays      Delays   `yaml:"delays" json:"delays,omitempty"`
	Jitter      float64  `yaml:"jitter" json:"jitter,omitempty"`           // share of a delay it may be longer or shorter, 0 to 1
	RetryAfter  string   `yaml:"retry_after" json:"retry_after,omitempty"` // clamp2x, obey, ignore
	MinAfter429 Duration `yaml:"min_after_429" json:"min_after_429"`       // least wait after 429 or a timeout
	StopHeader  string   `yaml:"stop_header" json:"stop_header,omitempty"` // "name: value" of an answer that ends the tries
	StopStatus  []string `yaml:"stop_status" json:"stop_status,omitempty"` // status codes that end the tries
	OnlyStatus  []string `yaml:"only_status" json:"only_status,omitempty"` // status codes that are tried again; all failures if empty
}

// Resend is what a provider does when a person has a delivery sent again.
type Resend struct {
	Body       string `yaml:"body" json:"body,omitempty"`               // same or new
	Signature  string `yaml:"signature" json:"signature,omitempty"`     // same or new
	DeliveryID string `yaml:"delivery_id" json:"delivery_id,omitempty"` // same or new
	Retried    bool   `yaml:"retried" json:"retried,omitempty"`         // a failure of it is tried again
	Label      string `yaml:"label" json:"label,omitempty"`             // what the provider's own button says
}

// Disable says when a provider switches an endpoint off. One of them is set at least.
type Disable struct {
	After    Duration `json:"after"`              // everything has failed for so long
	Failures int      `json:"failures,omitempty"` // so many failures one after the other
	Status   []string `json:"status,omitempty"`   // status codes of an answer that do so at once
}

// Ping is an event that is sent to try an endpoint.
type Ping struct {
	Event    string `yaml:"event" json:"event"`
	OnCreate bool   `yaml:"on_create" json:"on_create,omitempty"` // sent when an endpoint is made
	// URL, Events and Format are the paths in its body of the address, the event
	// names and the format of the endpoint that it tries; empty for a body that says
	// nothing of it.
	URL    string `yaml:"url" json:"url,omitempty"`
	Events string `yaml:"events" json:"events,omitempty"`
	Format string `yaml:"format" json:"format,omitempty"`
}

// Fact is something known about a provider, or known to be unknown.
type Fact struct {
	Topic  string `yaml:"topic" json:"topic"`
	Text   string `yaml:"text" json:"text"`
	Source string `yaml:"source" json:"source,omitempty"`
	// Documented is false for what the provider does not say.
	Documented Documented `yaml:"documented" json:"documented"`
}

// Documented is true unless a file says otherwise.
type Documented struct{ no bool }

// Undocumented is the value of what no provider says.
var Undocumented = Documented{no: true}

// Bool reports whether it is documented.
func (d Documented) Bool() bool { return !d.no }

// UnmarshalYAML reads true or false.
func (d *Documented) UnmarshalYAML(unmarshal func(any) error) error {
	var yes bool
	if err := unmarshal(&yes); err != nil {
		return err
	}
	d.no = !yes
	return nil
}

// MarshalJSON writes true or false.
func (d Documented) MarshalJSON() ([]byte, error) { return json.Marshal(!d.no) }

// UnmarshalJSON reads true or false.
func (d *Documented) UnmarshalJSON(text []byte) error {
	var yes bool
	if err := json.Unmarshal(text, &yes); err != nil {
		return err
	}
	d.no = !yes
	return nil
}
