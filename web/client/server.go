package client

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/boathook/boathook/proxy"
)

// Status returns a summary of the server. Another program at the address is a
// [*Problem] too.
func (c *Client) Status(ctx context.Context) (Status, error) {
	var s Status
	if err := c.call(ctx, "GET", "/status", nil, &s); err != nil {
		return s, err
	}
	if s.PID == 0 {
		// A capture port answers everything with a 200, too.
		return s, foreign(c.page, 200)
	}
	return s, nil
}

// Alive asks whether a server answers there, also one that cannot store anything now.
// It needs no token.
func (c *Client) Alive(ctx context.Context) error {
	resp, err := c.send(ctx, "GET", c.page+"/healthz", nil, typeJSON)
	if err != nil {
		var p *Problem
		if errors.As(err, &p) && p.Status == http.StatusServiceUnavailable && p.Type != foreignType {
			return nil
		}
		return err
	}
	return resp.Body.Close()
}

// CheckQuery returns the normal form of a filter, or the problem with it.
func (c *Client) CheckQuery(ctx context.Context, query string) (string, error) {
	var q QueryCheck
	err := c.call(ctx, "GET", withQuery("/query", "q", query), nil, &q)
	return q.Normal, err
}

// Complete proposes how to go on at the byte pos of a filter.
func (c *Client) Complete(ctx context.Context, query string, pos int) (Completions, error) {
	var v Completions
	err := c.call(ctx, "GET", withQuery("/query/complete", "q", query, "pos", strconv.Itoa(pos)), nil, &v)
	return v, err
}

// Inboxes returns all inboxes, ordered by name.
func (c *Client) Inboxes(ctx context.Context) ([]proxy.Inbox, error) {
	var v Inboxes
	err := c.call(ctx, "GET", "/inboxes", nil, &v)
	return v.Inboxes, err
}

// Inbox returns an inbox by its name.
func (c *Client) Inbox(ctx context.Context, name string) (proxy.Inbox, error) {
	var in proxy.Inbox
	err := c.call(ctx, "GET", "/inboxes/"+url.PathEscape(name), nil, &in)
	return in, err
}

// CreateInbox makes an inbox and returns it as it was stored.
func (c *Client) CreateInbox(ctx context.Context, in proxy.Inbox) (proxy.Inbox, error) {
	var out proxy.Inbox
	err := c.call(ctx, "POST", "/inboxes", in, &out)
	return out, err
}

// UpdateInbox replaces an inbox if its revision is still in.Rev; otherwise the
// problem has the status 409.
func (c *Client) UpdateInbox(ctx context.Context, in proxy.Inbox) (proxy.Inbox, error) {
	var out proxy.Inbox
	err := c.call(ctx, "PUT", "/inboxes/"+url.PathEscape(in.Name), in, &out)
	return out, err
}

// DeleteInbox deletes an inbox. What it received stays.
func (c *Client) DeleteInbox(ctx context.Context, name string) error {
	return c.call(ctx, "DELETE", "/inboxes/"+url.PathEscape(name), nil, nil)
}

// Lend lets an inbox forward to an app for a time of up to a minute. The same
// again renews it.
func (c *Client) Lend(ctx context.Context, inbox, id, target string, length time.Duration) (proxy.Inbox, error) {
	var out proxy.Inbox
	in := map[string]any{"url": target, "seconds": int(length.Seconds())}
	err := c.call(ctx, "PUT", leasePath(inbox, id), in, &out)
	return out, err
}

// EndLease ends what Lend began.
func (c *Client) EndLease(ctx context.Context, inbox, id string) error {
	return c.call(ctx, "DELETE", leasePath(inbox, id), nil, nil)
}

func leasePath(inbox, id string) string {
	return "/inboxes/" + url.PathEscape(inbox) + "/leases/" + url.PathEscape(id)
}

// LoginLink returns a link that logs one browser in, once, within ten minutes.
func (c *Client) LoginLink(ctx context.Context) (string, error) {
	var l Link
	err := c.call(ctx, "POST", "/links", struct{}{}, &l)
	return l.URL, err
}

// Doctor lets the server check itself.
func (c *Client) Doctor(ctx context.Context) ([]Check, error) {
	var r Report
	err := c.call(ctx, "GET", "/doctor", nil, &r)
	return r.Checks, err
}

// Backup opens a copy of the store as it is now. A backup that broke off ends
// with an error, not with io.EOF. Close it.
func (c *Client) Backup(ctx context.Context) (io.ReadCloser, error) {
	resp, err := c.send(ctx, "GET", c.base+"/backup", nil, "*/*")
	if err != nil {
		return nil, err
	}
	return resp.Body, nil
}
