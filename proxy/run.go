package proxy

import (
	"maps"
	"slices"
	"time"

	"github.com/boathook/boathook/inspector"
)

// RunKind says what a run does with each of its deliveries.
type RunKind string

const (
	RunReplay   RunKind = "replay"   // sends a recorded request to a target, as a new delivery
	RunResend   RunKind = "resend"   // sends a delivery again to the same place, by its provider's rule
	RunBackfill RunKind = "backfill" // sends earlier events to an endpoint that did not get them
	RunRecheck  RunKind = "recheck"  // checks the signature once more, as it is set now
)

// RunState says how far a run is.
type RunState string

const (
	RunRunning     RunState = "running"
	RunPaused      RunState = "paused"
	RunDone        RunState = "done"
	RunCancelled   RunState = "cancelled"
	RunFailed      RunState = "failed"      // Run.Error says why
	RunInterrupted RunState = "interrupted" // boathook stopped while it ran; it waits to be resumed
)

// Over reports whether a run in this state does not go on by itself. One that was
// interrupted goes on when it is resumed.
func (s RunState) Over() bool { return s != RunRunning && s != RunPaused }

// Run is a long job over many deliveries.
type Run struct {
	ID      string     `json:"id"` // r1, r2, …; never given twice
	Kind    RunKind    `json:"kind"`
	State   RunState   `json:"state"`
	Created time.Time  `json:"created"`
	Started *time.Time `json:"started"` // of the first delivery
	Ended   *time.Time `json:"ended"`
	Text    string     `json:"text"`  // what it does, for a person
	Total   int        `json:"total"` // 0 until the deliveries are chosen
	Done    int        `json:"done"`  // OK, Failed and Skipped together
	OK      int        `json:"ok"`
	Failed  int        `json:"failed"`
	Skipped int        `json:"skipped"` // nothing was sent for them; Notes say why
	// Outcomes counts by status class or failure class, such as "2xx" and "refused";
	// a recheck counts by verdict.
	Outcomes map[string]int `json:"outcomes"`
	Rate     float64        `json:"rate"`  // per second, over the last seconds; 0 if it is not running
	ETA      *float64       `json:"eta_s"` // seconds to go, nil if unknown
	Latency  RunLatency     `json:"latency"`
	Spec     RunSpec        `json:"spec"`
	Query    string         `json:"q"` // filter of what it made or changed, "" for a recheck
	Error    string         `json:"error"`
	Notes    []string       `json:"notes"` // remarks for a person, the first of each kind
	Of       string         `json:"of"`    // the run whose failures it tries again, "" if it is none
}

// RunLatency is how long the exchanges took, in milliseconds, within 1 %.
type RunLatency struct {
	P50 float64 `json:"p50_ms"`
	P95 float64 `json:"p95_ms"`
	P99 float64 `json:"p99_ms"`
	Max float64 `json:"max_ms"`
}

// How a replay signs.
const (
	SignExact = "exact" // the recorded bytes as they are
	SignNow   = "now"   // signed anew, as of now
	SignBad   = "bad"   // signed with another secret
	SignStale = "stale" // signed anew, with a time long ago
	SignCut   = "cut"   // the recorded bytes, but the connection ends within the body
)

// Which ids a replay has.
const (
	IDsKeep = "keep" // those of the recording, so that a receiver can tell it is a repeat
	IDsNew  = "new"  // new ones where the provider has them in a header
)

// RunSpec says what a run is to do.
type RunSpec struct {
	Kind   RunKind   `json:"kind"`
	Source RunSource `json:"source,omitzero"` // of replay, resend and recheck

	// To is where a replay goes; nil: back to where each delivery went.
	To *RunTarget `json:"to,omitempty"`
	// Sign is one of SignExact and so on; "": SignExact, or SignNow if Set changes
	// the body.
	Sign string `json:"sign,omitempty"`
	// Scheme and Secret sign for a URL; without them those of the inbox or endpoint
	// of each delivery do. Secret is in no answer.
	Scheme  string            `json:"scheme,omitempty"`
	Secret  string            `json:"secret,omitempty"`
	IDs     string            `json:"ids,omitempty"`     // IDsKeep or IDsNew; "": IDsKeep
	Set     []string          `json:"set,omitempty"`     // path=value, in the body
	Headers []inspector.Field `json:"headers,omitempty"` // replace those of the same name or are added; an empty value takes them out
	Mark    bool              `json:"mark,omitempty"`    // adds the header Boathook-Replay with the id of the run

	Speed    float64 `json:"speed,omitempty"`    // times the original pace, in the order of the recorded times; 0: not by it
	Rate     float64 `json:"rate,omitempty"`     // per second; 0 without Speed: as fast as it goes
	Repeat   int     `json:"repeat,omitempty"`   // how often each is sent; 0: once
	Parallel int     `json:"parallel,omitempty"` // under way at once; 0: 4
	Ordered  bool    `json:"ordered,omitempty"`  // each waits for the outcome of the one before; Parallel is 1 then
	// StopAtFailure ends the run at the first outcome that is no success.
	StopAtFailure bool `json:"stop_at_failure,omitempty"`

	// Endpoint is whom a backfill sends to, Query the filter of the earlier
	// deliveries it looks through ("": all), Limit the most that it sends (0: no
	// bound).
	Endpoint string `json:"endpoint,omitempty"`
	Query    string `json:"q,omitempty"`
	Limit    int    `json:"limit,omitempty"`

	DryRun bool `json:"dry_run,omitempty"` // only say what would happen, see RunPlan
}

// RunSource chooses deliveries, oldest first: by a filter ("*" is all), or by their
// ids or numbers.
type RunSource struct {
	Query string   `json:"q,omitempty"`
	IDs   []string `json:"ids,omitempty"`
}

// RunTarget is where a replay goes: one of the three.
type RunTarget struct {
	Endpoint string `json:"endpoint,omitempty"`
	Inbox    string `json:"inbox,omitempty"`
	URL      string `json:"url,omitempty"`
}

// RunPlan says what a run would do.
type RunPlan struct {
	Count      int          `json:"count"`   // deliveries that would be sent
	Targets    []PlanTarget `json:"targets"` // the first 100 places
	Estimate   *float64     `json:"estimate_s"`
	First      []PlanSend   `json:"first"`       // the first three
	NeedsAllow []string     `json:"needs_allow"` // hosts that may not be sent to yet
	Notes      []string     `json:"notes"`
}

// PlanTarget is a place that a run would send to.
type PlanTarget struct {
	Target string `json:"target"`
	Count  int    `json:"count"`
}

// PlanSend is a request that a run would send.
type PlanSend struct {
	Source    string   `json:"source"` // id of the recorded delivery
	N         uint64   `json:"n"`      // its number
	URL       string   `json:"url"`
	Head      string   `json:"head"`    // start line and header lines
	Body      string   `json:"body"`    // the first 4 KiB of it, "" if it is no text
	Size      int      `json:"size"`    // bytes of the body
	Secrets   []string `json:"secrets"` // as those of an [inspector.Attempt]
	Signature string   `json:"signature"`
	Notes     []string `json:"notes"`
}

// clone is a copy that shares nothing which changes.
func (r *Run) clone() Run {
	c := *r
	c.Outcomes = maps.Clone(r.Outcomes)
	if c.Outcomes == nil {
		c.Outcomes = map[string]int{}
	}
	c.Notes = append([]string{}, r.Notes...)
	c.Spec.Secret = ""
	return c
}

// note adds a remark, once.
func (r *Run) note(text string) {
	const most = 20
	if len(r.Notes) < most && !slices.Contains(r.Notes, text) {
		r.Notes = append(r.Notes, text)
	}
}
