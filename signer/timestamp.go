package signer

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"
)

// text finds the timestamp as it was sent. One in the body comes before one in a
// header, because the body is what is signed.
func (t *Timestamp) text(m *Message, p *presented) (string, bool) {
	if t.Key != "" {
		v, ok := p.pairs[t.Key]
		return v, ok
	}
	if t.Query != "" {
		for _, f := range parseForm(m.query()) {
			if f.Name == t.Query {
				return f.Value, true
			}
		}
	}
	if t.Body != "" {
		if v, ok, err := m.bodyValue(t.Body); err == nil && ok {
			return v, true
		}
	}
	v, _, ok := m.first(t.Headers)
	return v, ok
}

// parse reads a timestamp. Only plain decimal digits are numbers.
func (u Unit) parse(s string) (time.Time, error) {
	switch u {
	case RFC3339:
		t, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			return t, fmt.Errorf("timestamp %q is not RFC 3339", clip(s))
		}
		return t, nil
	case HTTPDate:
		for _, layout := range []string{http.TimeFormat, time.RFC1123Z, time.RFC850, time.ANSIC} {
			if t, err := time.Parse(layout, s); err == nil {
				return t, nil
			}
		}
		return time.Time{}, fmt.Errorf("timestamp %q is no HTTP date", clip(s))
	}
	n, err := strconv.ParseUint(s, 10, 62)
	if err != nil {
		return time.Time{}, fmt.Errorf("timestamp %q is no whole number", clip(s))
	}
	switch u {
	case Millis:
		return time.UnixMilli(int64(n)), nil
	case Micros:
		return time.UnixMicro(int64(n)), nil
	}
	return time.Unix(int64(n), 0), nil
}

// format writes a timestamp as the provider does.
func (u Unit) format(t time.Time) string {
	switch u {
	case RFC3339:
		return t.UTC().Format(time.RFC3339)
	case HTTPDate:
		return t.UTC().Format(http.TimeFormat)
	case Millis:
		return strconv.FormatInt(t.UnixMilli(), 10)
	case Micros:
		return strconv.FormatInt(t.UnixMicro(), 10)
	}
	return strconv.FormatInt(t.Unix(), 10)
}

// since is the age of a time. It never overflows when its sign is changed, which
// the least duration would: a time of the far future would count as past.
func since(now, t time.Time) time.Duration {
	return max(now.Sub(t), -math.MaxInt64)
}
