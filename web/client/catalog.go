package client

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"

	"github.com/boathook/boathook/catalog"
)

// Catalog lists the providers, ordered by id.
type Catalog struct {
	Providers []Provider `json:"providers"`
}

// Provider is a summary of a provider.
type Provider struct {
	ID          string         `json:"id"`
	Name        string         `json:"name"`
	Aliases     []string       `json:"aliases"`
	Description string         `json:"description"`
	Docs        string         `json:"docs"`   // address of its documentation, "" if there is none
	Scheme      string         `json:"scheme"` // id, "" if it does not sign
	Events      int            `json:"events"` // event types that are listed
	Facts       []catalog.Fact `json:"facts"`
	Retry       string         `json:"retry"`       // its rule for a person, "none" if it does not try again
	RetryKnown  bool           `json:"retry_known"` // false if no rule is documented: the one of the settings counts
	Resend      string         `json:"resend"`      // what it does when a person has a delivery sent again
	Formats     []string       `json:"formats"`
	Custom      bool           `json:"custom"` // made by a user
}

// ProviderDetail is a provider with its event types.
type ProviderDetail struct {
	Provider
	EventTypes []EventSummary    `json:"event_types"`
	Definition *catalog.Provider `json:"definition"` // all that the catalogue says
}

// EventSummary is an event type in a list.
type EventSummary struct {
	ID           string   `json:"id"` // provider/name
	Name         string   `json:"name"`
	Subscription string   `json:"subscription"` // the name used for subscribing
	Description  string   `json:"description"`
	Group        string   `json:"group"`
	Variants     []string `json:"variants"`
	Subscribers  int      `json:"subscribers"` // endpoints that subscribe to it
	Documented   bool     `json:"documented"`  // the provider describes its payload
	Deprecated   bool     `json:"deprecated"`
}

// EventDetail is an event type with all that is known of its payload.
type EventDetail struct {
	EventSummary
	Provider string           `json:"provider"`
	Fields   []catalog.Field  `json:"fields"`
	Schema   json.RawMessage  `json:"schema"`
	Samples  []catalog.Sample `json:"samples"`
	Source   string           `json:"source"`
}

// SampleOptions say what payload is made. The zero value is a full one with random
// values.
type SampleOptions struct {
	Variant string
	Seed    uint64   // decides every random value; 0: other ones each time
	Set     []string // path=value
}

// Sample is a payload of an event type.
type Sample struct {
	Body        string `json:"body"`
	ContentType string `json:"content_type"`
	Generated   bool   `json:"generated"` // its pattern was made by us, not published
	Source      string `json:"source"`    // where its pattern was published
}

// ValidateInput is a body that is compared with its event type: one of the three.
type ValidateInput struct {
	Body       string `json:"body,omitempty"`
	BodyBase64 string `json:"body_base64,omitempty"`
	Delivery   string `json:"delivery,omitempty"` // id or running number
}

// Problems are the ways in which a body does not fit its event type; none: it fits.
type Problems struct {
	Problems []catalog.Problem `json:"problems"`
}

// Subscribers are the endpoints that subscribe to an event type.
type Subscribers struct {
	Subscribers []Subscriber `json:"subscribers"`
}

// Subscriber is an endpoint that subscribes to an event type.
type Subscriber struct {
	Endpoint string   `json:"endpoint"`
	Kind     string   `json:"kind"`
	URL      string   `json:"url"`
	On       bool     `json:"on"` // switched on, and not off by its provider's rule
	Events   []string `json:"events"`
	Note     string   `json:"note"`
}

// ProviderInput adds providers or event types to the catalogue.
type ProviderInput struct {
	Format string `json:"format"` // yaml, openapi, asyncapi, or deliveries
	Text   string `json:"text,omitempty"`
	// Query and Name are for deliveries: the filter of those that the event type Name
	// (provider/name) is learned from.
	Query string `json:"q,omitempty"`
	Name  string `json:"name,omitempty"`
	// Replace puts it in the place of the provider of the same id that a user has
	// added.
	Replace bool `json:"replace,omitempty"`
}

// Catalog returns the providers, ordered by id.
func (c *Client) Catalog(ctx context.Context) ([]Provider, error) {
	var v Catalog
	err := c.call(ctx, "GET", "/catalog", nil, &v)
	return v.Providers, err
}

// Provider returns a provider by its id or alias.
func (c *Client) Provider(ctx context.Context, id string) (ProviderDetail, error) {
	// The definition is for people and other programs: its durations are text.
	var v struct {
		ProviderDetail
		Definition json.RawMessage `json:"definition"`
	}
	err := c.call(ctx, "GET", "/catalog/"+url.PathEscape(id), nil, &v)
	return v.ProviderDetail, err
}

// AddProvider adds to the catalogue.
func (c *Client) AddProvider(ctx context.Context, in ProviderInput) (Provider, error) {
	var v Provider
	err := c.call(ctx, "POST", "/catalog", in, &v)
	return v, err
}

// DeleteProvider removes a provider that a user has added.
func (c *Client) DeleteProvider(ctx context.Context, id string) error {
	return c.call(ctx, "DELETE", "/catalog/"+url.PathEscape(id), nil, nil)
}

func eventPath(provider, event string) string {
	return "/catalog/" + url.PathEscape(provider) + "/" + url.PathEscape(event)
}

// EventType returns an event type.
func (c *Client) EventType(ctx context.Context, provider, event string) (EventDetail, error) {
	var v EventDetail
	err := c.call(ctx, "GET", eventPath(provider, event), nil, &v)
	return v, err
}

// Sample makes a payload of an event type.
func (c *Client) Sample(ctx context.Context, provider, event string, opt SampleOptions) (Sample, error) {
	q := url.Values{}
	if opt.Variant != "" {
		q.Set("variant", opt.Variant)
	}
	if opt.Seed != 0 {
		q.Set("seed", strconv.FormatUint(opt.Seed, 10))
	}
	q["set"] = opt.Set
	var v Sample
	err := c.call(ctx, "GET", eventPath(provider, event)+"/sample?"+q.Encode(), nil, &v)
	return v, err
}

// Validate compares a body with its event type.
func (c *Client) Validate(ctx context.Context, provider, event string, in ValidateInput) ([]catalog.Problem, error) {
	var v Problems
	err := c.call(ctx, "POST", eventPath(provider, event)+"/validate", in, &v)
	return v.Problems, err
}

// Subscribers returns the endpoints that subscribe to an event type.
func (c *Client) Subscribers(ctx context.Context, provider, event string) ([]Subscriber, error) {
	var v Subscribers
	err := c.call(ctx, "GET", eventPath(provider, event)+"/subscribers", nil, &v)
	return v.Subscribers, err
}

// Drift is how recorded bodies differ from their event type.
type Drift struct {
	Items []catalog.DriftItem `json:"items"`
}

// Drift compares the newest recorded deliveries of an event type with the
// catalogue; query narrows them.
func (c *Client) Drift(ctx context.Context, provider, event, query string) ([]catalog.DriftItem, error) {
	var v Drift
	err := c.call(ctx, "GET", withQuery(eventPath(provider, event)+"/drift", "q", query), nil, &v)
	return v.Items, err
}
