package client

import (
	"context"
	"net/url"

	"github.com/boathook/boathook/proxy"
)

// Filters are the saved filters, ordered by name.
type Filters struct {
	Filters []proxy.SavedFilter `json:"filters"`
}

// Filters lists the saved filters.
func (c *Client) Filters(ctx context.Context) ([]proxy.SavedFilter, error) {
	var v Filters
	err := c.call(ctx, "GET", "/filters", nil, &v)
	return v.Filters, err
}

// SaveFilter stores a filter: a new one if its revision is 0, else in place of the one
// that is still at that revision.
func (c *Client) SaveFilter(ctx context.Context, f proxy.SavedFilter) (proxy.SavedFilter, error) {
	var v proxy.SavedFilter
	err := c.call(ctx, "PUT", "/filters/"+url.PathEscape(f.Name), f, &v)
	return v, err
}

// DeleteFilter deletes a saved filter.
func (c *Client) DeleteFilter(ctx context.Context, name string) error {
	return c.call(ctx, "DELETE", "/filters/"+url.PathEscape(name), nil, nil)
}
