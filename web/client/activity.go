package client

import (
	"context"
	"net/http"
)

// Tally counts deliveries by what they are now.
type Tally struct {
	In      int `json:"in"`
	Out     int `json:"out"`
	S1      int `json:"1xx"`
	S2      int `json:"2xx"`
	S3      int `json:"3xx"`
	S4      int `json:"4xx"`
	S5      int `json:"5xx"`
	None    int `json:"none"`    // no answer
	Pending int `json:"pending"` // no outcome yet, or a further try to come
	Failed  int `json:"failed"`

	Valid     int `json:"valid"`
	Invalid   int `json:"invalid"`
	Missing   int `json:"missing"`
	Stale     int `json:"stale"`
	Unchecked int `json:"unchecked"`

	// Durations of the last attempts in milliseconds, within 1 %; 0 if there is
	// none.
	P50 float64 `json:"p50_ms"`
	P90 float64 `json:"p90_ms"`
	P95 float64 `json:"p95_ms"`
	P99 float64 `json:"p99_ms"`
	Max float64 `json:"max_ms"`
}

// Activity is what happened in a span of time.
type Activity struct {
	From string `json:"from"` // included
	To   string `json:"to"`   // not included
	Step int    `json:"step_s"`
	By   string `json:"by"`
	// Complete is false if there was too much to count in the time for it. The
	// newest part is counted then.
	Complete bool            `json:"complete"`
	Scanned  int             `json:"scanned"` // rows that were looked at
	Buckets  []Bucket        `json:"buckets"` // oldest first, one a step
	Groups   []ActivityGroup `json:"groups"`  // the largest first, at most 201
	Total    Tally           `json:"total"`
}

// Bucket is one step of the span.
type Bucket struct {
	At string `json:"t"`
	Tally
}

// ActivityGroup is one endpoint, inbox, event or provider.
type ActivityGroup struct {
	Name string `json:"name"`
	Tally
	// Next is when the first of its deliveries in this span is tried again, nil if
	// none is.
	Next *string `json:"next"`
}

// Activity counts the deliveries between two times, each RFC 3339 or one like
// 15m, counted back from now. By is endpoint, inbox, event or provider. Empty
// values take the API's defaults.
func (c *Client) Activity(ctx context.Context, from, to, by, q string) (Activity, error) {
	var a Activity
	err := c.call(ctx, http.MethodGet, withQuery("/activity", "from", from, "to", to, "by", by, "q", q), nil, &a)
	return a, err
}
