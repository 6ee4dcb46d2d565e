package client

import "context"

// LoadSamples fills an inbox with made-up deliveries, to look around in.
func (c *Client) LoadSamples(ctx context.Context, in SampleInput) (Samples, error) {
	var v Samples
	err := c.call(ctx, "POST", "/samples", in, &v)
	return v, err
}

// DeleteSamples deletes for good all made-up deliveries, and returns how many.
func (c *Client) DeleteSamples(ctx context.Context) (int, error) {
	var d Deletion
	err := c.call(ctx, "DELETE", "/samples", nil, &d)
	return d.Deleted, err
}
