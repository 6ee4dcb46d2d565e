package client

import (
	"context"
	"net/url"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
)

// Endpoints are all endpoints, ordered by name.
type Endpoints struct {
	Endpoints []proxy.Endpoint `json:"endpoints"`
}

// CreatedEndpoint is an endpoint that was made.
type CreatedEndpoint struct {
	proxy.Endpoint
	Ping *FirstPing `json:"ping"` // nil if its provider sends none
}

// FirstPing is what a provider sends to an endpoint that was made.
type FirstPing struct {
	Delivery *inspector.ID `json:"delivery"` // nil if it could not be sent
	N        uint64        `json:"n"`
	Error    string        `json:"error"` // why it could not be sent
}

// Rotation asks for a new secret.
type Rotation struct {
	// OverlapS is how many seconds the secrets there are still count, 0 to 604,800.
	OverlapS int `json:"overlap_s"`
}

// Endpoints returns all endpoints, ordered by name.
func (c *Client) Endpoints(ctx context.Context) ([]proxy.Endpoint, error) {
	var v Endpoints
	err := c.call(ctx, "GET", "/endpoints", nil, &v)
	return v.Endpoints, err
}

// Endpoint returns an endpoint by its name.
func (c *Client) Endpoint(ctx context.Context, name string) (proxy.Endpoint, error) {
	var ep proxy.Endpoint
	err := c.call(ctx, "GET", "/endpoints/"+url.PathEscape(name), nil, &ep)
	return ep, err
}

// CreateEndpoint makes an endpoint and returns it as it was stored, with the value
// of a secret that was made for it: it is not told again. Secrets nil asks for one.
func (c *Client) CreateEndpoint(ctx context.Context, in proxy.Endpoint) (CreatedEndpoint, error) {
	var out CreatedEndpoint
	err := c.call(ctx, "POST", "/endpoints", in, &out)
	return out, err
}

// UpdateEndpoint replaces an endpoint if its revision is still in.Rev; otherwise the
// problem has the status 409. Secrets with an id and no value keep their value.
func (c *Client) UpdateEndpoint(ctx context.Context, in proxy.Endpoint) (proxy.Endpoint, error) {
	var out proxy.Endpoint
	err := c.call(ctx, "PUT", "/endpoints/"+url.PathEscape(in.Name), in, &out)
	return out, err
}

// DeleteEndpoint deletes an endpoint. What was sent to it stays.
func (c *Client) DeleteEndpoint(ctx context.Context, name string) error {
	return c.call(ctx, "DELETE", "/endpoints/"+url.PathEscape(name), nil, nil)
}

// Settings returns the settings of sending.
func (c *Client) Settings(ctx context.Context) (proxy.SettingsValues, error) {
	var v proxy.SettingsValues
	err := c.call(ctx, "GET", "/settings", nil, &v)
	return v, err
}

// UpdateSettings replaces the settings if their revision is still in.Rev.
func (c *Client) UpdateSettings(ctx context.Context, in proxy.SettingsValues) (proxy.SettingsValues, error) {
	var v proxy.SettingsValues
	err := c.call(ctx, "PUT", "/settings", in, &v)
	return v, err
}
