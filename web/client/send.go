package client

import (
	"context"
	"net/http"
	"net/url"

	"github.com/boathook/boathook/inspector"
)

// EventInput is an event to be sent. The zero value of every field but Type works.
type EventInput struct {
	Type string `json:"type"` // provider/name
	// To names endpoints, "inbox:NAME" or URLs; none: all that subscribe to it.
	To         []string `json:"to,omitempty"`
	Set        []string `json:"set,omitempty"` // path=value, in the payload
	Variant    string   `json:"variant,omitempty"`
	Body       string   `json:"body,omitempty"` // template in place of a sample
	BodyBase64 string   `json:"body_base64,omitempty"`
	From       string   `json:"from,omitempty"` // id of a delivery whose body is sent
	Channels   []string `json:"channels,omitempty"`
	Campaign   string   `json:"campaign,omitempty"`
	Form       string   `json:"form,omitempty"`
	Offline    bool     `json:"offline,omitempty"`
	CRM        bool     `json:"crm,omitempty"`
	RequestID  string   `json:"request_id,omitempty"`
	Chaos      []string `json:"chaos,omitempty"`
	Count      int      `json:"count,omitempty"`
	EveryMS    int64    `json:"every_ms,omitempty"`
	Rate       float64  `json:"rate,omitempty"` // events per second
	DelayMS    int64    `json:"delay_ms,omitempty"`
	Seed       uint64   `json:"seed,omitempty"`
	Speed      float64  `json:"speed,omitempty"` // of the endpoints' clocks; 0: their own
	DryRun     bool     `json:"dry_run,omitempty"`
}

// Sent is what became of an event.
type Sent struct {
	EventID    string          `json:"event_id"`
	Deliveries []inspector.Row `json:"deliveries"` // the first 1,000 that were made
	Total      int             `json:"total"`      // how many were made
	Plan       []PlanItem      `json:"plan"`
}

// PlanItem says what would happen to an event at one endpoint.
type PlanItem struct {
	Endpoint  string            `json:"endpoint"`
	URL       string            `json:"url"`
	Matched   bool              `json:"matched"`
	Reason    string            `json:"reason"` // why not, or how it was chosen
	Method    string            `json:"method"`
	Tries     []PlanTry         `json:"tries"`
	Headers   []inspector.Field `json:"headers"`   // of the first try
	Signature string            `json:"signature"` // id of the scheme, "" if it is not signed
	Size      int               `json:"size"`      // bytes of the body
	Notes     []string          `json:"notes"`
}

// PlanTry is a try that would be made if all before it failed.
type PlanTry struct {
	At   float64 `json:"at_s"`   // seconds after the event, by the endpoint's clock
	Ours float64 `json:"ours_s"` // the same by our clock
	Text string  `json:"text"`
}

// PingInput says who is pinged: one of the three.
type PingInput struct {
	Inbox    string   `json:"inbox,omitempty"`
	Endpoint string   `json:"endpoint,omitempty"`
	URL      string   `json:"url,omitempty"`
	Chaos    []string `json:"chaos,omitempty"`
}

// Emit sends an event. When it returns the deliveries are stored; their tries
// follow.
func (c *Client) Emit(ctx context.Context, in EventInput) (Sent, error) {
	var v Sent
	err := c.call(ctx, http.MethodPost, "/events", in, &v)
	return v, err
}

// PingTo lets the server send a test event.
func (c *Client) PingTo(ctx context.Context, in PingInput) (Pinged, error) {
	var p Pinged
	err := c.call(ctx, http.MethodPost, "/ping", in, &p)
	return p, err
}

// Resend sends a delivery again to the same place, by its provider's rule.
func (c *Client) Resend(ctx context.Context, ref string) (inspector.Row, error) {
	return c.act(ctx, ref, "resend")
}

// TryNow makes the next try of a delivery at once.
func (c *Client) TryNow(ctx context.Context, ref string) (inspector.Row, error) {
	return c.act(ctx, ref, "try-now")
}

// StopRetrying makes no further try of a delivery.
func (c *Client) StopRetrying(ctx context.Context, ref string) (inspector.Row, error) {
	return c.act(ctx, ref, "stop")
}

func (c *Client) act(ctx context.Context, ref, what string) (inspector.Row, error) {
	var row inspector.Row
	err := c.call(ctx, http.MethodPost, "/deliveries/"+url.PathEscape(ref)+"/"+what, struct{}{}, &row)
	return row, err
}
