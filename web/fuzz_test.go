package web

import (
	"encoding/json"
	"testing"
	"time"
)

// FuzzSubscription feeds the feed with what a client may send: it is understood,
// or refused with a problem that can be written as JSON.
func FuzzSubscription(f *testing.F) {
	for _, s := range []string{
		``, `{}`, `{"after":"","q":""}`, `{"q":"inbox:demo status:>=400"}`, `{"q":1}`, `[{}]`, `{"q":"a","Q":"b"}`, `{"after":null}`, "\ufeff{}", `{"q":"\ud800"}`,
	} {
		f.Add([]byte(s))
	}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	f.Fuzz(func(t *testing.T, data []byte) {
		_, q, p := readSubscription(data, now)
		if p == nil {
			if !json.Valid(data) {
				t.Errorf("%q was understood", data)
			}
			_ = q.String()
			return
		}
		if p.Status != 400 || p.Detail == "" {
			t.Errorf("%q = %+v", data, p)
		}
		if _, err := json.Marshal(p); err != nil {
			t.Error(err)
		}
	})
}

// FuzzRange checks that what is answered of a body lies inside it.
func FuzzRange(f *testing.F) {
	for _, s := range []string{"", "bytes=0-", "bytes=-1", "bytes=5-2", "bytes=0-1,2-3", "bytes=99999999999999999999-", "bytes= 1-2", "x"} {
		f.Add(s, int64(10))
	}
	f.Fuzz(func(t *testing.T, header string, size int64) {
		if size < 0 {
			return
		}
		r, err := parseRange(header, size)
		if err != nil {
			return
		}
		if r.from < 0 || r.size < 0 || r.from+r.size > size || !r.partial && r.size != size || r.partial && r.size == 0 {
			t.Errorf("%q of %d = %+v", header, size, r)
		}
	})
}
