package proxy

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/boathook/boathook/inspector"
)

// Ways to take a Retry-After header of an answer.
const (
	RetryAfterIgnore = "ignore"
	RetryAfterObey   = "obey"    // at least the planned delay, at most an hour more
	RetryAfterClamp  = "clamp2x" // between once and twice the planned delay
)

// maxRetryAfter bounds what an answer may ask for with Retry-After.
const maxRetryAfter = time.Hour

// RetryRule says when a try that failed is made again. The zero value never
// does.
type RetryRule struct {
	Preset string // of a preset, as [ParseRetry] reads it, "custom" or ""
	// Delays are what passes before each further try, from the end of the try
	// before, by the clock of the endpoint.
	Delays []time.Duration
	Jitter float64 // each delay is off by at most this share, 0 to 1
	// RetryAfter says what a Retry-After of an answer counts for; "": RetryAfterIgnore.
	RetryAfter string
	// MinAfter429 is the least delay after an answer 429 or a timeout.
	MinAfter429 time.Duration
	// Stop is a header of an answer that ends the retries; no name: none does.
	Stop inspector.Field
	// StopStatus lists status codes that end the retries, and OnlyStatus those that
	// are tried again; none: every failure is.
	StopStatus, OnlyStatus []string
	// Source says where the rule was read. Inferred says what of it was not.
	Source   string
	Inferred string
}

// TryResult is what became of a try, as far as a retry rule asks.
type TryResult struct {
	Status  int            // 0 if there was no complete answer
	Failure string         // failure class, "" if there was an answer
	Head    inspector.Head // of the answer
	At      time.Time      // when it ended
}

// MaxTries is the number of requests that the rule makes at most.
func (r RetryRule) MaxTries() int { return 1 + len(r.Delays) }

// Known reports whether a rule was documented or chosen: one that never tries again is
// not known if nobody says so.
func (r RetryRule) Known() bool { return len(r.Delays) > 0 || r.Source != "" }

// retried is a failure that is tried again: an answer 500, or the first that the rule
// names.
func (r RetryRule) retried() TryResult {
	for status := http.StatusBadRequest; status < 600 && len(r.OnlyStatus) > 0; status++ {
		if StatusIn(r.OnlyStatus, status) && !StatusIn(r.StopStatus, status) {
			return TryResult{Status: status}
		}
	}
	return TryResult{Status: http.StatusInternalServerError}
}

// Next says what follows a failed try, counted from 0: after which delay it is
// made again, or that it is not, and why in words. rnd returns a number from 0 to
// 1; nil leaves the jitter out.
func (r RetryRule) Next(try int, res TryResult, rnd func() float64) (delay time.Duration, again bool, why string) {
	switch {
	case len(r.Delays) == 0:
		return 0, false, "the retry rule makes no further try"
	case try >= len(r.Delays):
		return 0, false, fmt.Sprintf("given up after %d tries", try+1)
	case r.Stop.Name != "" && res.Head.Value(r.Stop.Name) == r.Stop.Value:
		return 0, false, fmt.Sprintf("the answer asked for no further try with %s: %s", r.Stop.Name, r.Stop.Value)
	case res.Status != 0 && StatusIn(r.StopStatus, res.Status):
		return 0, false, fmt.Sprintf("an answer %d ends the tries", res.Status)
	case len(r.OnlyStatus) > 0 && !StatusIn(r.OnlyStatus, res.Status):
		return 0, false, fmt.Sprintf("only answers %s are tried again", strings.Join(r.OnlyStatus, ", "))
	}
	planned := r.Delays[max(try, 0)]
	delay = planned
	why = fmt.Sprintf("try %d of %d follows %s later", try+2, r.MaxTries(), spell(planned))
	if r.Jitter > 0 && rnd != nil {
		delay = time.Duration(float64(delay) * (1 + r.Jitter*(2*rnd()-1)))
		why += fmt.Sprintf(", ±%g %%", r.Jitter*100)
	}
	if r.MinAfter429 > delay && (res.Status == http.StatusTooManyRequests || res.Failure == inspector.FailTimeout) {
		delay = r.MinAfter429
		why = fmt.Sprintf("try %d of %d follows %s later, the least after a 429 or a timeout", try+2, r.MaxTries(), spell(delay))
	}
	return r.retryAfter(delay, planned, res, try, why)
}

// retryAfter takes the Retry-After of an answer into account.
func (r RetryRule) retryAfter(delay, planned time.Duration, res TryResult, try int, why string) (time.Duration, bool, string) {
	if r.RetryAfter != RetryAfterObey && r.RetryAfter != RetryAfterClamp {
		return delay, true, why
	}
	asked, ok := retryAfter(res.Head.Value("Retry-After"), res.At)
	if !ok {
		return delay, true, why
	}
	most := maxRetryAfter
	if r.RetryAfter == RetryAfterClamp {
		most = 2 * planned
	}
	wait := min(asked, max(most, planned))
	if wait <= delay {
		return delay, true, why + "; Retry-After asked for less"
	}
	why = fmt.Sprintf("try %d of %d follows %s later, as Retry-After asked for", try+2, r.MaxTries(), spell(wait))
	if wait < asked {
		why = fmt.Sprintf("try %d of %d follows %s later; Retry-After asked for %s, which is more than the rule allows", try+2, r.MaxTries(), spell(wait), spell(asked))
	}
	return wait, true, why
}

// retryAfter reads a Retry-After header: seconds or a date.
func retryAfter(value string, now time.Time) (time.Duration, bool) {
	if n, err := strconv.ParseUint(value, 10, 31); err == nil {
		return time.Duration(n) * time.Second, true
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0, false
	}
	return max(at.Sub(now), 0), true
}
