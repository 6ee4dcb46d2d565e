package inspector

import (
	"bytes"
	"reflect"
	"slices"
	"testing"
	"time"
)

// mayMatch applies a plan as a store does: by the row, and by the stored text
// unless a coding hides it.
func mayMatch(p Plan, r *Row, s *stored) bool {
	for _, need := range p.Need {
		if !slices.Contains(need.Values, r.Value(need.Column)) {
			return false
		}
	}
	if !p.After.IsZero() && r.At.Before(p.After) || !p.Before.IsZero() && r.At.After(p.Before) {
		return false
	}
	if r.Flags&p.Flags != p.Flags {
		return false
	}
	if r.N < p.MinN || p.MaxN != 0 && r.N > p.MaxN {
		return false
	}
	if p.IDs != nil && !slices.Contains(p.IDs, r.ID) {
		return false
	}
	if r.Flags&FlagEncoded != 0 {
		return true
	}
	var texts [][]byte
	for _, a := range s.attempts {
		texts = append(texts, a.Request.Head, a.Response.Head)
	}
	for _, b := range s.bodies {
		texts = append(texts, b)
	}
	words := map[string]bool{}
	for _, t := range texts {
		ScanWords(t, func(w []byte) { words[string(w)] = true })
	}
	for _, w := range p.Words {
		if !words[w] {
			return false
		}
	}
	for _, sub := range p.Substring {
		if !slices.ContainsFunc(texts, func(t []byte) bool { return bytes.Contains([]byte(lowerASCII(string(t))), []byte(sub)) }) {
			return false
		}
	}
	return true
}

func TestPlan(t *testing.T) {
	t.Parallel()
	need := func(c Column, values ...string) []Need { return []Need{{c, values}} }
	failed := func(classes ...string) []string { return slices.Concat(classes, Failures) }
	id, err := ParseID("0197aabb-ccdd-7001-8002-030405060708")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		text string
		want Plan
	}{
		{"", Plan{}},
		{"event:Coupon", Plan{Need: need(ColEvent, "coupon")}},
		{"event:a,b", Plan{Need: need(ColEvent, "a", "b")}},
		{"event:a,b*", Plan{}},
		{"event:a/b", Plan{Need: need(ColEvent, "a/b", "b")}},
		{"-event:a", Plan{}},
		{"inbox:demo dir:in", Plan{Need: []Need{{ColInbox, []string{"demo"}}, {ColDir, []string{"in"}}}}},
		{"event:a OR event:b", Plan{Need: need(ColEvent, "a", "b")}},
		{"event:a OR inbox:b", Plan{}},
		{"(event:a inbox:b) OR event:c", Plan{Need: need(ColEvent, "a", "c")}},
		{"sig:unchecked", Plan{Need: need(ColVerdict, "unchecked", "")}},
		{"status:2xx,refused", Plan{Need: need(ColOutcome, failed("2xx")...)}},
		{"status:>=400", Plan{Need: need(ColOutcome, failed("4xx", "5xx", "")...)}},
		{"status:404", Plan{Need: need(ColOutcome, failed("4xx")...)}},
		{"status:refused", Plan{Need: need(ColOutcome, "refused")}},
		{"status:none", Plan{Need: need(ColOutcome, "")}},
		{"n:5..9", Plan{MinN: 5, MaxN: 9}},
		{"n:>5", Plan{MinN: 6}},
		{"n:3,7", Plan{MinN: 3, MaxN: 7}},
		{"n:>5 n:<9", Plan{MinN: 6, MaxN: 8}},
		{"after:10m", Plan{After: testNow.Add(-10 * time.Minute)}},
		{"after:1h after:10m before:1m", Plan{After: testNow.Add(-10 * time.Minute), Before: testNow.Add(-time.Minute)}},
		{"after:1h OR after:10m", Plan{After: testNow.Add(-time.Hour)}},
		{"after:1h OR n:1", Plan{}},
		{"id:" + id.String(), Plan{IDs: []ID{id}}},
		{"id:" + id.String() + " id:0197aabb-ccdd-7001-8002-030405060709", Plan{IDs: []ID{}}},
		{"id:evt_1", Plan{Need: need(ColEventID, "evt_1")}},
		{"id:7e6ff2f8-5b6a-4b1e-9f51-2f0b1d3ac001", Plan{Need: need(ColEventID, "7e6ff2f8-5b6a-4b1e-9f51-2f0b1d3ac001")}},
		{"id:0197aabb", Plan{}},
		{"path:/x tag:y dur:>1s", Plan{}},
		{"is:failed is:ping", Plan{Flags: FlagFailed | FlagPing}},
		{"is:failed,ping", Plan{}},
		{"Coupon", Plan{Content: true, Substring: []string{"coupon"}}},
		{"ab", Plan{Content: true}},
		{`"one three_four, five"`, Plan{Content: true, Substring: []string{"one three_four, five"}, Words: []string{"three_four"}}},
		{"abc*defg", Plan{Content: true, Substring: []string{"abc", "defg"}}},
		{"/abc/", Plan{Content: true}},
		{"-abc", Plan{Content: true}},
		{"abc OR def", Plan{Content: true}},
		{"abc OR (def abc)", Plan{Content: true, Substring: []string{"abc"}}},
		{"word:evt_1AbC", Plan{Content: true, Words: []string{"evt_1abc"}, Substring: []string{"evt_1abc"}}},
		{"header.x-event:push", Plan{Content: true, Substring: []string{"x-event:", "push"}, Words: []string{"push"}}},
		{"header.x-event:push*", Plan{Content: true, Substring: []string{"x-event:", "push"}}},
		{"header.x-event:*", Plan{Content: true, Substring: []string{"x-event:"}}},
		{"header.x-event:push,pull", Plan{Content: true, Substring: []string{"x-event:"}}},
		{`header.x-event:"a two"`, Plan{Content: true, Substring: []string{"x-event:", "two"}}},
		{"body.a:text", Plan{Content: true}},
		{"body.a:null", Plan{Content: true, Substring: []string{"null"}}},
		{"query.a:text", Plan{}},
		{"error:text", Plan{Content: true}},
	} {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			if got := mustParse(t, tt.text).Plan(); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("Plan = %+v\nwant   %+v", got, tt.want)
			}
		})
	}
}
