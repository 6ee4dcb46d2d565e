package proxy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/boathook/boathook/catalog"
)

// Bounds of a retry rule.
const (
	maxRetries    = 100
	maxRetryDelay = 30 * 24 * time.Hour
)

const retryHint = `use "none", "10x1m", "5s,5m,30m", "backoff 1s..1h x8", or a preset: 3x24h, svix, stripe, shopify`

// ParseRetry reads a retry rule: the name of a preset; "10x1m", ten retries a
// minute apart; "5s,5m,30m", the single delays; or "backoff 1s..1h x8", eight
// delays that double up to the longest. Units are those of time.ParseDuration and
// d for days. "3x24h" is the preset of that name: three requests in all. The error
// is an [*InvalidError].
func ParseRetry(text string) (RetryRule, error) {
	s := strings.TrimSpace(text)
	if r, ok := retryPreset(s); ok {
		return r, nil
	}
	delays, err := parseDelays(s)
	if err != nil {
		return RetryRule{}, err
	}
	if len(delays) > maxRetries {
		return RetryRule{}, &InvalidError{Field: "retry", Text: fmt.Sprintf("has %d retries, the limit is %d", len(delays), maxRetries)}
	}
	return RetryRule{Preset: "custom", Delays: delays, Source: "set by you"}, nil
}

func parseDelays(s string) ([]time.Duration, error) {
	if rest, ok := strings.CutPrefix(s, "backoff "); ok {
		return parseBackoff(rest)
	}
	if count, each, ok := strings.Cut(s, "x"); ok {
		n, err := strconv.Atoi(strings.TrimSpace(count))
		if err != nil || n < 1 || n > maxRetries {
			return nil, &InvalidError{Field: "retry", Text: fmt.Sprintf("%.40q has no count from 1 to %d before the x", s, maxRetries), Hint: retryHint}
		}
		d, err := parseDelay(each)
		if err != nil {
			return nil, &InvalidError{Field: "retry", Text: fmt.Sprintf("%.40q has no delay after the x", s), Hint: retryHint}
		}
		return every(d, n), nil
	}
	var delays []time.Duration
	for part := range strings.SplitSeq(s, ",") {
		d, err := parseDelay(part)
		if err != nil {
			return nil, err
		}
		delays = append(delays, d)
	}
	return delays, nil
}

// parseBackoff reads "1s..1h x8".
func parseBackoff(s string) ([]time.Duration, error) {
	span, count, ok := strings.Cut(strings.TrimSpace(s), " ")
	first, last, both := strings.Cut(span, "..")
	n, err := strconv.Atoi(strings.TrimPrefix(strings.TrimSpace(count), "x"))
	if !ok || !both || err != nil || n < 1 || n > maxRetries {
		return nil, &InvalidError{Field: "retry", Text: fmt.Sprintf("%.40q is no backoff", s), Hint: `write "backoff 1s..1h x8"`}
	}
	from, err := parseDelay(first)
	if err != nil {
		return nil, err
	}
	to, err := parseDelay(last)
	if err != nil {
		return nil, err
	}
	if to < from {
		return nil, &InvalidError{Field: "retry", Text: fmt.Sprintf("the longest delay %s is less than the first, %s", spell(to), spell(from)), Hint: `write "backoff 1s..1h x8"`}
	}
	delays := make([]time.Duration, n)
	for i, d := 0, from; i < n; i++ {
		delays[i] = d
		d = min(d*2, to)
	}
	return delays, nil
}

func parseDelay(s string) (time.Duration, error) {
	s = strings.TrimSpace(s)
	if days, ok := strings.CutSuffix(s, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil && n >= 0 && n <= 30 {
			return time.Duration(n) * 24 * time.Hour, nil
		}
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		return 0, &InvalidError{Field: "retry", Text: fmt.Sprintf("%.40q is no delay", s), Hint: retryHint}
	}
	if d < 0 || d > maxRetryDelay {
		return 0, &InvalidError{Field: "retry", Text: fmt.Sprintf("the delay %s is out of range", s), Hint: "use 0s to 30d"}
	}
	return d, nil
}

// String is the rule for a person, in a form that ParseRetry reads.
func (r RetryRule) String() string {
	if r.Preset != "" && r.Preset != "custom" {
		return r.Preset
	}
	if len(r.Delays) == 0 {
		return "none"
	}
	first, same := r.Delays[0], true
	parts := make([]string, len(r.Delays))
	for i, d := range r.Delays {
		same = same && d == first
		parts[i] = spell(d)
	}
	if same && len(r.Delays) > 1 {
		text := fmt.Sprintf("%dx%s", len(r.Delays), spell(first))
		// 3x24h is the preset of three requests, not three retries.
		if preset, taken := retryPreset(text); !taken || slices.Equal(preset.Delays, r.Delays) {
			return text
		}
	}
	return strings.Join(parts, ",")
}

// spell writes a duration without its zero parts: 1m, not 1m0s.
func spell(d time.Duration) string {
	if d >= time.Minute {
		d = d.Round(time.Second)
	} else if d > time.Second {
		d = d.Round(time.Millisecond)
	}
	return catalog.Duration(d).String()
}
