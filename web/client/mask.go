package client

import (
	"context"

	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/proxy/mask"
)

// Mask is what is hidden where deliveries are shown or exported.
type Mask struct {
	proxy.MaskValues
	Names mask.Names `json:"names"` // by which a name tells it by itself
	Most  int        `json:"most"`  // entries that are kept
}

// Mask returns the list of what is hidden.
func (c *Client) Mask(ctx context.Context) (proxy.MaskValues, error) {
	var v Mask
	err := c.call(ctx, "GET", "/settings/mask", nil, &v)
	return v.MaskValues, err
}

// UpdateMask replaces the list if its revision is still in.Rev.
func (c *Client) UpdateMask(ctx context.Context, in proxy.MaskValues) (proxy.MaskValues, error) {
	var v Mask
	err := c.call(ctx, "PUT", "/settings/mask", in, &v)
	return v.MaskValues, err
}
