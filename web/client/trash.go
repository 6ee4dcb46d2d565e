package client

import (
	"context"
	"net/url"
)

// Trash puts deliveries into the trash. Tries of them that are outstanding are not
// made any more.
func (c *Client) Trash(ctx context.Context, sel Selection) (Deletion, error) {
	var d Deletion
	err := c.call(ctx, "POST", "/trash", sel, &d)
	return d, err
}

// Restore takes deliveries out of the trash, and returns how many.
func (c *Client) Restore(ctx context.Context, which Restoration) (int, error) {
	var v Restored
	err := c.call(ctx, "POST", "/trash/restore", which, &v)
	return v.Restored, err
}

// EmptyTrash deletes for good what is in the trash, and returns how many.
func (c *Client) EmptyTrash(ctx context.Context) (int, error) {
	var d Deletion
	err := c.call(ctx, "DELETE", "/trash", nil, &d)
	return d.Deleted, err
}

// DeleteForever deletes for good a delivery, by its id or running number, whether it
// is in the trash or not.
func (c *Client) DeleteForever(ctx context.Context, ref string) error {
	return c.call(ctx, "DELETE", "/deliveries/"+url.PathEscape(ref)+"?forever=true", nil, nil)
}

// DeleteMatching deletes for good all deliveries that match the filter, which is
// not empty; "*" deletes all but those in the trash. It returns how many.
func (c *Client) DeleteMatching(ctx context.Context, query string) (int, error) {
	var d Deletion
	err := c.call(ctx, "DELETE", withQuery("/deliveries", "q", query, "forever", "true"), nil, &d)
	return d.Deleted, err
}
