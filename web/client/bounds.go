package client

import (
	"context"

	"github.com/boathook/boathook/proxy"
)

// BoundsInput are bounds that are to hold.
type BoundsInput struct {
	proxy.BoundsValues
	DryRun bool `json:"dry_run,omitempty"` // only say what they would remove
}

// BoundsPlan is the answer to a dry run: the bounds as they are, and what the others
// would remove.
type BoundsPlan struct {
	proxy.BoundsValues
	Removes *proxy.Removal `json:"removes,omitempty"`
}

// Bounds returns the bounds of what is taken in and kept.
func (c *Client) Bounds(ctx context.Context) (proxy.BoundsValues, error) {
	var v proxy.BoundsValues
	err := c.call(ctx, "GET", "/settings/capture", nil, &v)
	return v, err
}

// PlanBounds says what bounds would remove of what is kept.
func (c *Client) PlanBounds(ctx context.Context, in proxy.BoundsValues) (proxy.Removal, error) {
	var v BoundsPlan
	err := c.call(ctx, "PUT", "/settings/capture", BoundsInput{BoundsValues: in, DryRun: true}, &v)
	if err != nil || v.Removes == nil {
		return proxy.Removal{}, err
	}
	return *v.Removes, nil
}

// UpdateBounds replaces the bounds if their revision is still in.Rev.
func (c *Client) UpdateBounds(ctx context.Context, in proxy.BoundsValues) (proxy.BoundsValues, error) {
	var v proxy.BoundsValues
	err := c.call(ctx, "PUT", "/settings/capture", BoundsInput{BoundsValues: in}, &v)
	return v, err
}
