package proxy

import (
	"time"

	"github.com/boathook/boathook/signer"
)

// CheckInput is what a check is made with instead of what is set. The zero value is
// the check of a delivery as it is set.
type CheckInput struct {
	Scheme  string            // id of a scheme; "": that of the inbox or endpoint
	Secrets []string          // nil: those of the inbox or endpoint
	URL     string            // the address as the sender has it; "": as it is set, or as it was received
	Context map[string]string // what the scheme needs beside the request; nil: as it is set
	Now     time.Time         // zero: the time of the capture, or now for a request that was not captured
	Got     string            // a digest that an app's own code computed: say which mistake gives it
	Attempt int               // of the delivery
	// OnlySet leaves the secrets of other inboxes and endpoints out of the search
	// for a cause.
	OnlySet bool
}

// asSet reports whether the check is the one whose outcome belongs to the row.
func (in *CheckInput) asSet() bool {
	return in.Scheme == "" && in.Secrets == nil && in.URL == "" && in.Context == nil && in.Now.IsZero() && in.Got == "" && in.Attempt == 0
}

// Check is a signature check and, where it failed, its explanation. It holds no
// secret, and an expected signature only where it is the received one.
type Check struct {
	Verdict    string           `json:"verdict"`
	Scheme     string           `json:"scheme"`
	SchemeName string           `json:"scheme_name"`
	Algorithm  string           `json:"algorithm"`
	Header     string           `json:"header"` // where the signature was found
	Secret     string           `json:"secret"` // which one matched, by its place
	Cause      string           `json:"cause"`
	CauseTitle string           `json:"cause_title"`
	Findings   []signer.Finding `json:"findings"`
	Tried      int              `json:"tried"` // variations that were computed
	MS         float64          `json:"ms"`    // time that the search took
	Complete   bool             `json:"complete"`
	SignedAt   *time.Time       `json:"signed_at"` // nil if the scheme has no time, or it is unreadable
	AgeS       *float64         `json:"age_s"`
	Received   string           `json:"received"` // digest as it was received, in hexadecimal
	// Signed are the bytes that are signed, nil if they cannot be told.
	Signed      *SignedBytes `json:"signed"`
	Covers      string       `json:"covers"` // body, fields, address or nothing; "" without a scheme
	Unconfirmed []string     `json:"unconfirmed"`
	URL         string       `json:"url"` // the address that was used, or that the signature fits
	// Captured is what was found at the capture and is stored.
	Captured CapturedCheck `json:"captured"`
	// Sent compares with what boathook itself sent, nil if it did not.
	Sent *SentCheck `json:"sent"`
}

// SignedBytes are the bytes that a signature is made over.
type SignedBytes struct {
	// Hidden names what of them is not for everybody who looks.
	Hidden    []string `json:"hidden,omitempty"`
	Base64    string   `json:"base64"`
	Size      int      `json:"size"`
	Truncated bool     `json:"truncated"` // Base64 holds only the start
}

// CapturedCheck is the outcome that is stored with a delivery.
type CapturedCheck struct {
	Verdict string `json:"verdict"`
	Scheme  string `json:"scheme"`
	Cause   string `json:"cause"`
}

// SentCheck compares a body as boathook sent it with the body as it was captured.
type SentCheck struct {
	Delivery     string `json:"delivery"`      // the delivery that was sent
	FirstChanged int64  `json:"first_changed"` // offset of the first byte that differs, -1 if none does
	SentHex      string `json:"sent_hex"`      // bytes around it
	ReceivedHex  string `json:"received_hex"`
	Text         string `json:"text"`
}

// maxSignedShown bounds the signed bytes in a check.
const maxSignedShown = 64 << 10

// blank is a check of which nothing is known yet.
func blankCheck() Check {
	return Check{Verdict: string(signer.Unchecked), Findings: []signer.Finding{}, Unconfirmed: []string{}, Complete: true}
}

// stop ends a check that cannot be made, with the reason.
func (c *Check) stop(step string, cause signer.Cause, text string) Check {
	c.Verdict = string(signer.Unchecked)
	c.setCause(cause)
	c.Findings = append(c.Findings, signer.Finding{Step: step, State: signer.StateFailed, Cause: cause, Text: text})
	return *c
}

func (c *Check) setCause(cause signer.Cause) {
	c.Cause, c.CauseTitle = string(cause), ""
	if cause != "" {
		c.CauseTitle = cause.Explain().Title
	}
}
