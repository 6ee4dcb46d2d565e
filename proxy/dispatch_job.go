package proxy

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/inspector"
)

// job is what scheduled work says of the next try of a delivery, beside its row.
type job struct {
	By   string `json:"by"`             // process that wrote it
	K    int    `json:"k,omitempty"`    // number of the attempt
	Step int    `json:"step,omitempty"` // of the retry rule, from 0
	// Base is when the try is due, and Shown what the endpoint's clock shows then; 0:
	// the same. Both are in milliseconds of Unix time.
	Base  int64   `json:"base"`
	Shown int64   `json:"shown,omitempty"`
	Speed float64 `json:"speed,omitempty"` // of the clock; 0: the endpoint's
	Chaos *Chaos  `json:"chaos,omitempty"`
	// Same sends the first request again, byte for byte: what was broken on purpose
	// stays so, and a provider may resend without signing anew.
	Same       bool   `json:"same,omitempty"`
	DeliveryID string `json:"delivery,omitempty"` // the provider's, if it is not the one that the event gives it
	Once       bool   `json:"once,omitempty"`     // a failure is not tried again
	Forward    bool   `json:"forward,omitempty"`  // passes a received delivery on to the targets of its inbox
	Closed     int    `json:"closed,omitempty"`   // how often in a row it could not be opened
}

func (j *job) encode() []byte {
	b, err := json.Marshal(j)
	if err != nil {
		panic(err) // it holds nothing that JSON has no form for
	}
	return b
}

// workPrefix begins the ids of scheduled tries; the id of the delivery follows.
const workPrefix = "send/"

func workID(id inspector.ID) string { return workPrefix + id.String() }

func (d *Dispatcher) readJob(l *inspector.Lease) (id inspector.ID, j job, err error) {
	text, ok := strings.CutPrefix(l.ID, workPrefix)
	if !ok {
		return id, j, fmt.Errorf("work %.80q is of no kind that is known: %w", l.ID, errUnreadable)
	}
	if id, err = inspector.ParseID(text); err != nil {
		return id, j, fmt.Errorf("%w: %w", err, errUnreadable)
	}
	if last := d.lastJob.Load(); last != nil && last.text == string(l.Payload) {
		return id, last.job, nil
	}
	if err = json.Unmarshal(l.Payload, &j); err != nil {
		return id, j, fmt.Errorf("the work of its next try is no JSON: %w", errUnreadable)
	}
	d.lastJob.Store(&knownJob{string(l.Payload), j})
	return id, j, nil
}

// knownJob is a job with its text. The deliveries of many events that were asked
// for at once have the same.
type knownJob struct {
	text string
	job  job
}

// knownRules are the rules that were asked for last. Endpoints and providers do not
// change: one that is edited is another one.
type knownRules struct {
	endpoint *Endpoint
	provider *catalog.Provider
	rules    Rules
}

// rules are those of [Endpoint.Rules], with the retry rule of the settings where the
// endpoint and the provider have none.
func (d *Dispatcher) rules(ep *Endpoint, p *catalog.Provider) Rules {
	last := d.lastRules.Load()
	if last == nil || last.endpoint != ep || last.provider != p {
		last = &knownRules{ep, p, ep.Rules(p, d.schemes)}
		d.lastRules.Store(last)
	}
	r := last.rules
	if r.SchemeID != "" { // a scheme of the user's own may have been edited
		r.Scheme, _ = d.schemes(r.SchemeID)
	}
	if ep.Retry.provider() && !r.Retry.Known() {
		if rule := d.settings.retry(); len(rule.Delays) > 0 {
			r.Retry = rule
		}
	}
	return r
}

// clock is that of an endpoint. While its next try is waited for it runs speed times as
// fast as ours; what we are late then counts as it is, or a pause of ours of 10 ms
// would be hours by a fast one.
type clock struct {
	base  time.Time // ours, when the try is due
	shown time.Time // what it shows then
	speed float64
}

func (j *job) clock(ep *Endpoint) clock {
	speed := j.Speed
	if speed <= 0 {
		speed = ep.Speed
	}
	if speed <= 0 {
		speed = 1
	}
	c := clock{time.UnixMilli(j.Base), time.UnixMilli(j.Base), speed}
	if j.Shown != 0 {
		c.shown = time.UnixMilli(j.Shown)
	}
	return c
}

// after is the job of a try that is due in wait of our time, and in delay by the
// endpoint's clock.
func (j *job) after(c clock, now time.Time, wait, delay time.Duration) job {
	next := *j
	next.Base, next.Shown = now.Add(wait).UnixMilli(), c.at(now).Add(delay).UnixMilli()
	return next
}

// at is what the clock shows at a moment of ours.
func (c clock) at(now time.Time) time.Time {
	if c.speed == 1 {
		return now
	}
	if now.After(c.base) {
		return c.shown.Add(now.Sub(c.base))
	}
	return c.shown.Add(-scale(c.base.Sub(now), c.speed))
}

// ours is how long something takes for us that takes d by the clock.
func (c clock) ours(d time.Duration) time.Duration { return scale(d, 1/c.speed) }

// scale multiplies a duration, within what a duration holds.
func scale(d time.Duration, by float64) time.Duration {
	const most = 100 * 365 * 24 * time.Hour
	if f := float64(d) * by; f < float64(most) {
		return time.Duration(f)
	}
	return most
}

// laneWidth is how many tries are claimed for each that is made at once: while one
// is under way others wait for their turn, or for their beginning or their outcome to
// be stored, so that the next one is at hand when one is over.
const laneWidth = 12

// laneAhead is how many tries for one endpoint are claimed at most beside those that are
// made at once: one that hangs must leave room for the others, see [tryLimits].
const laneAhead = 512

// lane is where the tries for an endpoint wait for each other.
func (ep *Endpoint) lane() (name string, slots int) {
	if ep.Ordered {
		return "send/" + ep.Name, 0
	}
	width := max(ep.Concurrency, 1)
	return "send/" + ep.Name, width + min((laneWidth-1)*width, laneAhead)
}
