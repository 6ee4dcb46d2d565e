package signer

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Secret is a secret that is known, under the name of where it is from.
type Secret struct{ Name, Value string }

// Case is a request whose signature is to be explained.
type Case struct {
	Scheme  *Scheme
	Message Message
	// Secrets are those set for the scheme, Known all others that the sender may
	// have used: of other endpoints, of before, of a test.
	Secrets []Secret
	Known   []Secret
	// Schemes are those that the request may be signed with instead; nil for All.
	Schemes []*Scheme
	Now     time.Time
	Options Options
	// Budget bounds the search, 250 ms if it is 0. The clock is read for nothing
	// else.
	Budget time.Duration
	// Sent is the body as it left the sender, where that is known, else nil.
	Sent []byte
}

// DefaultBudget is the time that a diagnosis takes at most.
const DefaultBudget = 250 * time.Millisecond

// State says how sure a finding is.
type State string

const (
	StateOK       State = "ok"        // a step of the ladder that holds
	StateSkipped  State = "skipped"   // a step that the scheme does not have
	StateFailed   State = "failed"    // the step at which it ends
	StateProved   State = "proved"    // a variation reproduces the digest
	StateShown    State = "shown"     // seen directly, such as a body shorter than announced
	StateLikely   State = "likely"    // a pattern only
	StateRuledOut State = "ruled-out" // tried, no match
)

// Finding is one thing that a diagnosis found.
type Finding struct {
	Step  string `json:"step"` // header, format, secret, timestamp, digest or variation
	State State  `json:"state"`
	Cause Cause  `json:"cause,omitempty"`
	Text  string `json:"text"`
}

// Diagnosis is the outcome. No text in it holds a secret or an expected signature.
type Diagnosis struct {
	Verdict  Verdict
	Scheme   string
	Cause    Cause // "" if valid
	Findings []Finding
	Tried    int           // variations that were computed
	Took     time.Duration // 0 unless variations were tried
	Complete bool          // false if the budget ended the search
	Result   Result
	// URL is the address that the signature fits, where that is the cause.
	URL string
}

// Proved is the finding that names the cause, if there is one.
func (d *Diagnosis) Proved() (Finding, bool) {
	for _, f := range d.Findings {
		if f.State == StateProved {
			return f, true
		}
	}
	return Finding{}, false
}

func (d *Diagnosis) add(step string, state State, cause Cause, format string, args ...any) {
	d.Findings = append(d.Findings, Finding{step, state, cause, fmt.Sprintf(format, args...)})
	if d.Cause == "" && cause != "" && (state == StateProved || state == StateShown) {
		d.Cause = cause
	}
}

// Diagnose verifies a request and says why it fails: first the ladder of header,
// format, secret, timestamp and digest, then variations until one reproduces the
// digest. The error is ErrNeeds, or that of the context.
func Diagnose(ctx context.Context, c *Case) (d Diagnosis, err error) {
	s := c.Scheme
	d = Diagnosis{Scheme: s.ID, Verdict: Invalid, Complete: true, Result: Result{Secret: -1}}
	values := secretValues(c.Secrets)
	r, err := s.Verify(&c.Message, values, c.Now, c.Options)
	if err != nil && !errors.Is(err, ErrSecret) {
		return d, err
	}
	d.Result, d.Verdict = r, r.Verdict
	e := newEngine(ctx, c, &d)
	defer e.done()
	if err != nil {
		d.Verdict = Unchecked
		e.badSecret(err)
		return d, ctx.Err()
	}
	switch {
	case r.Verdict == Valid:
		e.ladder(5, "")
		return d, nil
	case r.Verdict == Unchecked:
		d.add("digest", StateFailed, Truncated, "%s", r.Reason)
		d.Cause = Truncated
		return d, nil
	case r.Verdict == Stale:
		e.ladder(3, r.Reason.Error())
		e.stale(r)
		return d, ctx.Err()
	case r.Verdict == Missing:
		e.ladder(0, r.Reason.Error())
		e.missing()
	case errors.Is(r.Reason, ErrRequired):
		e.ladder(0, r.Reason.Error())
		if !e.otherSchemes(true) {
			d.add("header", StateShown, HeaderValue, "%s", r.Reason)
		}
	case errors.Is(r.Reason, ErrTimestamp):
		e.ladder(3, r.Reason.Error())
		e.unreadableStamp()
	default:
		step := 4
		if errors.Is(r.Reason, ErrMalformed) {
			step = 1
		}
		e.ladder(step, r.Reason.Error())
		e.seen()
		switch {
		case e.search():
		case step == 1 && len(e.targets) == 0:
			d.add("format", StateShown, Malformed, "%s. %s", capital(r.Reason.Error()), Malformed.Explain().Sender)
		default:
			e.observe()
		}
	}
	if d.Cause == "" {
		d.Cause = Unknown
	}
	return d, ctx.Err()
}

func secretValues(list []Secret) []string {
	values := make([]string, len(list))
	for i, s := range list {
		values[i] = s.Value
	}
	return values
}
