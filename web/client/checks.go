package client

import (
	"context"
	"net/url"

	"github.com/boathook/boathook/proxy"
)

// CheckInput is what a check is made with instead of what is set. The zero value
// checks as it is set.
type CheckInput struct {
	Scheme  string            `json:"scheme,omitempty"`
	Secrets []string          `json:"secrets,omitempty"`
	URL     string            `json:"url,omitempty"`     // the address as the sender has it
	Context map[string]string `json:"context,omitempty"` // what the scheme needs beside the request
	Now     string            `json:"now,omitempty"`     // RFC 3339 or seconds since 1970; "": the time of the capture
	Got     string            `json:"got,omitempty"`     // a digest that an app's own code computed
	Attempt int               `json:"attempt,omitempty"` // of a stored delivery
}

// VerifyInput is a request that is to be checked.
type VerifyInput struct {
	Request       string `json:"request,omitempty"`        // raw HTTP
	RequestBase64 string `json:"request_base64,omitempty"` // instead of Request, for bytes that are no text
	CheckInput
}

// Rechecked is what became of a recheck.
type Rechecked struct {
	proxy.RecheckResult
	Complete bool `json:"complete"` // false if its time was up before all were checked
}

// Signature returns how the signature of a delivery was checked, and why it fails.
func (c *Client) Signature(ctx context.Context, ref string) (proxy.Check, error) {
	var v proxy.Check
	err := c.call(ctx, "GET", "/deliveries/"+url.PathEscape(ref)+"/signature", nil, &v)
	return v, err
}

// CheckSignature checks a delivery with other things than those that are set.
// Nothing is stored.
func (c *Client) CheckSignature(ctx context.Context, ref string, in CheckInput) (proxy.Check, error) {
	var v proxy.Check
	err := c.call(ctx, "POST", "/deliveries/"+url.PathEscape(ref)+"/signature", in, &v)
	return v, err
}

// Recheck checks the deliveries of a filter once more, as they are set now; "*" is
// all of them.
func (c *Client) Recheck(ctx context.Context, query string) (Rechecked, error) {
	var v Rechecked
	err := c.call(ctx, "POST", "/recheck", map[string]string{"q": query}, &v)
	return v, err
}

// Challenges are the handshakes that inboxes can answer, ordered by id.
type Challenges struct {
	Challenges []proxy.Challenge `json:"challenges"`
}

// Challenges returns the handshakes that inboxes can answer.
func (c *Client) Challenges(ctx context.Context) ([]proxy.Challenge, error) {
	var v Challenges
	err := c.call(ctx, "GET", "/challenges", nil, &v)
	return v.Challenges, err
}
