package catalog

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// EventType is a kind of event of one provider. It does not change after the
// catalogue is made and is safe for concurrent use.
type EventType struct {
	Provider *Provider `yaml:"-" json:"-"`

	Name string `yaml:"name" json:"name"` // as it stands in payloads and headers
	// Subscription is the name used for subscribing where it differs from Name.
	Subscription string `yaml:"subscription" json:"subscription,omitempty"`
	Description  string `yaml:"description" json:"description"`
	Group        string `yaml:"group" json:"group,omitempty"` // heading it stands under
	Deprecated   bool   `yaml:"deprecated" json:"deprecated,omitempty"`
	// Vars are this event type's own values of [Provider.Vars].
	Vars map[string]string `yaml:"vars" json:"vars,omitempty"`

	// Like is the name of another event type of the same file: fields, samples,
	// schema and fresh values are its, as far as they are not given.
	Like string `yaml:"like" json:"-"`
	// Fields of the payload. Those that no list names but a sample has come last.
	Fields []Field `yaml:"fields" json:"fields"`
	// SchemaFile is a JSON Schema beside events.yaml, in place of Fields.
	SchemaFile string `yaml:"schema" json:"-"`
	// Schema is the JSON Schema of the payload, draft 2020-12 unless it says
	// otherwise itself.
	Schema  json.RawMessage `yaml:"-" json:"schema"`
	Samples []Sample        `yaml:"samples" json:"samples"`
	// Fresh values are written into every generated event, so that two events are
	// never the same event.
	Fresh []Fresh `yaml:"fresh" json:"fresh,omitempty"`

	// Unscoped: it happens outside of any form or campaign, too, and then concerns
	// the endpoints of every one.
	Unscoped bool `yaml:"unscoped" json:"unscoped,omitempty"`

	Source     string     `yaml:"source" json:"source,omitempty"`
	Documented Documented `yaml:"documented" json:"documented"` // the payload is

	compiled func() (*jsonschema.Schema, error) // once
}

// ID is the name of the event type in the whole catalogue: provider/name.
func (e *EventType) ID() string { return e.Provider.ID + "/" + e.Name }

// Field is one place in a payload.
type Field struct {
	Name        string `yaml:"name" json:"name"` // dotted path; [] after the name of a list
	Type        string `yaml:"type" json:"type"` // string, integer, number, boolean, object, array, any; several with |
	Required    bool   `yaml:"required" json:"required,omitempty"`
	Format      string `yaml:"format" json:"format,omitempty"` // as in JSON Schema: date-time, email, uuid, uri, …
	Enum        []any  `yaml:"enum" json:"enum,omitempty"`
	Example     any    `yaml:"example" json:"example,omitempty"`
	Description string `yaml:"description" json:"description,omitempty"`
	MaxLength   int    `yaml:"max_length" json:"max_length,omitempty"`
	Custom      bool   `yaml:"custom" json:"custom,omitempty"` // set up by the provider's user
	Source      string `yaml:"source" json:"source,omitempty"`
	// FromSample: no list names the field, a sample has it.
	FromSample bool `yaml:"-" json:"from_sample,omitempty"`
}

// Sample is a payload.
type Sample struct {
	Variant string `yaml:"variant" json:"variant"` // full, or a name of its own
	File    string `yaml:"file" json:"-"`          // below samples/
	Text    string `yaml:"body" json:"-"`          // in place of a file
	// Body is as published: spacing and order are the source's, not the wire's.
	Body        json.RawMessage `yaml:"-" json:"-"`
	Description string          `yaml:"description" json:"description,omitempty"`
	Source      string          `yaml:"source" json:"source,omitempty"`
	Generated   bool            `yaml:"generated" json:"generated"` // made by us, not published

	fromSchema bool   // made anew for each event
	parsed     *value // Body; nil if it has templates or is made anew; never changed
}

// Fresh is a value that differs from event to event.
type Fresh struct {
	Path  string `yaml:"path" json:"path"`   // as in [ParseAssignment], or with [] for every item; nothing happens where a payload has none
	Value string `yaml:"value" json:"value"` // template; the kind of the value it replaces stays
	// When is a name of [Options.Values], form or campaign: without a value of it, and
	// where that is of another kind, nothing is written. "": always.
	When string `yaml:"when" json:"when,omitempty"`

	steps []step // Path
}

// JSONStyle is how a provider prints JSON. The zero value is compact, nothing
// escaped that need not be, members as they are.
type JSONStyle struct {
	Style         string   `yaml:"style" json:"style,omitempty"`                   // compact, spaced, indent2, indent4, tab
	EscapeSlashes bool     `yaml:"escape_slashes" json:"escape_slashes,omitempty"` // \/ for /
	EscapeUnicode bool     `yaml:"escape_unicode" json:"escape_unicode,omitempty"` // \u00e9 for é
	EscapeHTML    bool     `yaml:"escape_html" json:"escape_html,omitempty"`       // \u003c for <, > and &
	SortKeys      bool     `yaml:"sort_keys" json:"sort_keys,omitempty"`
	SortBelow     []string `yaml:"sort_below" json:"sort_below,omitempty"` // members of the top level whose inside is sorted
	Newline       bool     `yaml:"newline" json:"newline,omitempty"`       // the body ends in a newline
}

// Sorts reports whether the members of the object that holds a path are sorted.
func (s JSONStyle) Sorts(path string) bool {
	top, _, below := strings.Cut(path, ".")
	return s.SortKeys || below && slices.Contains(s.SortBelow, top)
}

// eventVars are the Vars of an event type, without making one up.
func (p *Provider) eventVars(name string) map[string]string {
	if e, ok := p.listed(name); ok {
		return e.Vars
	}
	if len(p.Events) == 0 || p.Events[0].Vars == nil || !p.mayMakeUp(name) {
		return nil
	}
	return p.Events[0].Vars
}

func (p *Provider) mayMakeUp(name string) bool {
	return p.eventNames != nil && len(p.Events) > 0 && p.eventNames.MatchString(name)
}

// madeUp is the event type of a name that a user of the provider made up: the
// first one of the provider serves as its pattern.
func (p *Provider) madeUp(name string) (*EventType, bool) {
	if !p.mayMakeUp(name) {
		return nil, false
	}
	e := *p.Events[0]
	e.Name, e.Subscription, e.Group, e.Like = name, "", "", ""
	e.Description = "name made up by the user; the payload is free"
	e.Documented = Undocumented
	e.Schema = json.RawMessage(anySchema)
	e.Fields = nil
	e.compiled = sync.OnceValues(e.compile)
	return &e, true
}

// Names of the variants that every event type has; see [EventType.Variants].
const (
	VariantFull    = "full"
	VariantMinimal = "minimal"
	VariantNull    = "null"
	VariantUnicode = "unicode"
	VariantHuge    = "huge"
)
