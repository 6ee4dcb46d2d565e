package client

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"

	"github.com/boathook/boathook/catalog"
)

// CatalogProvider is a line of the list of providers.
type CatalogProvider struct {
	ID          string         `json:"id"`
	Name        string         `json:"name"`
	Description string         `json:"description"`
	Docs        string         `json:"docs"`
	Scheme      string         `json:"scheme"` // "" if it does not sign
	Events      int            `json:"events"` // how many event types it has
	Facts       []catalog.Fact `json:"facts"`
	Retry       string         `json:"retry"`  // its rule in a few words
	Resend      string         `json:"resend"` // what a resend keeps, in a few words
	Formats     []string       `json:"formats"`
	Custom      bool           `json:"custom"` // made by a user
}

// Catalog is the list of providers.
type Catalog struct {
	Providers []CatalogProvider `json:"providers"`
}

// CatalogEvent is a line of the event types of a provider.
type CatalogEvent struct {
	ID           string   `json:"id"` // provider/name
	Name         string   `json:"name"`
	Subscription string   `json:"subscription"`
	Description  string   `json:"description"`
	Group        string   `json:"group"`
	Variants     []string `json:"variants"`
	Subscribers  int      `json:"subscribers"` // endpoints that get it
}

// CatalogProviderEvents is a provider with its event types.
type CatalogProviderEvents struct {
	CatalogProvider
	EventTypes []CatalogEvent `json:"event_types"`
}

// CatalogEventType is an event type with all that is known of it.
type CatalogEventType struct {
	CatalogEvent
	Fields     []catalog.Field  `json:"fields"`
	Schema     json.RawMessage  `json:"schema"`
	Samples    []catalog.Sample `json:"samples"`
	Source     string           `json:"source"`
	Documented bool             `json:"documented"` // its payload is
}

// SampleOptions say which payload is wanted. The zero value is the usual one.
type SampleOptions struct {
	Variant string
	Seed    uint64   // 0: other random values each time
	Set     []string // path=value
}

// Payload is a payload that was made.
type Payload struct {
	Body        string `json:"body"`
	ContentType string `json:"content_type"`
	Generated   bool   `json:"generated"` // no published sample is behind it
	Source      string `json:"source"`
}

// ValidateInput is a body to compare with its event type: one of the three.
type ValidateInput struct {
	Body       string `json:"body,omitempty"`
	BodyBase64 string `json:"body_base64,omitempty"`
	Delivery   string `json:"delivery,omitempty"` // id of a delivery whose request body is meant
}

// Subscriber is an endpoint that gets an event type.
type Subscriber struct {
	Endpoint string `json:"endpoint"`
	URL      string `json:"url"`
	On       bool   `json:"on"`
}

// CustomProvider describes a provider of the user's.
type CustomProvider struct {
	Format string `json:"format"`         // yaml, openapi, asyncapi, or deliveries
	Text   string `json:"text,omitempty"` // the file
	Query  string `json:"q,omitempty"`    // with deliveries: which of them to read the event type from
	Name   string `json:"name,omitempty"` // with deliveries: provider/name of the event type
}

// Providers returns the catalogue's providers.
func (c *Client) Providers(ctx context.Context) ([]CatalogProvider, error) {
	var v Catalog
	err := c.call(ctx, "GET", "/catalog", nil, &v)
	return v.Providers, err
}

// Provider returns a provider by its id or alias, with its event types.
func (c *Client) Provider(ctx context.Context, id string) (CatalogProviderEvents, error) {
	var v CatalogProviderEvents
	err := c.call(ctx, "GET", "/catalog/"+url.PathEscape(id), nil, &v)
	return v, err
}

func eventPath(provider, event string) string {
	return "/catalog/" + url.PathEscape(provider) + "/" + url.PathEscape(event)
}

// EventType returns an event type.
func (c *Client) EventType(ctx context.Context, provider, event string) (CatalogEventType, error) {
	var v CatalogEventType
	err := c.call(ctx, "GET", eventPath(provider, event), nil, &v)
	return v, err
}

// Sample makes a payload of an event type.
func (c *Client) Sample(ctx context.Context, provider, event string, opt SampleOptions) (Payload, error) {
	q := url.Values{"set": opt.Set}
	if opt.Variant != "" {
		q.Set("variant", opt.Variant)
	}
	if opt.Seed != 0 {
		q.Set("seed", strconv.FormatUint(opt.Seed, 10))
	}
	var v Payload
	err := c.call(ctx, "GET", eventPath(provider, event)+"/sample?"+q.Encode(), nil, &v)
	return v, err
}

// Validate compares a body with its event type.
func (c *Client) Validate(ctx context.Context, provider, event string, in ValidateInput) ([]catalog.Problem, error) {
	var v struct {
		Problems []catalog.Problem `json:"problems"`
	}
	err := c.call(ctx, "POST", eventPath(provider, event)+"/validate", in, &v)
	return v.Problems, err
}

// Drift compares recorded deliveries of an event type with the catalogue.
func (c *Client) Drift(ctx context.Context, provider, event, query string) ([]catalog.DriftItem, error) {
	var v struct {
		Items []catalog.DriftItem `json:"items"`
	}
	err := c.call(ctx, "GET", withQuery(eventPath(provider, event)+"/drift", "q", query), nil, &v)
	return v.Items, err
}

// Subscribers returns the endpoints that get an event type.
func (c *Client) Subscribers(ctx context.Context, provider, event string) ([]Subscriber, error) {
	var v struct {
		Subscribers []Subscriber `json:"subscribers"`
	}
	err := c.call(ctx, "GET", eventPath(provider, event)+"/subscribers", nil, &v)
	return v.Subscribers, err
}

// AddProvider adds a provider, or an event type, of the user's.
func (c *Client) AddProvider(ctx context.Context, in CustomProvider) (CatalogProviderEvents, error) {
	var v CatalogProviderEvents
	err := c.call(ctx, "POST", "/catalog", in, &v)
	return v, err
}

// DeleteProvider deletes a provider of the user's.
func (c *Client) DeleteProvider(ctx context.Context, id string) error {
	return c.call(ctx, "DELETE", "/catalog/"+url.PathEscape(id), nil, nil)
}
