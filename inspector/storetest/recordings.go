package storetest

import (
	"reflect"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// PlainSums adds up the recordings of all rows that a list has, for comparing.
func PlainSums(rows []inspector.Row) map[string]inspector.RecordingSum {
	all := map[string]inspector.RecordingSum{}
	for i := range rows {
		for _, name := range rows[i].Recordings() {
			sum := all[name]
			if sum.Deliveries == 0 || rows[i].At.Before(sum.First) {
				sum.First = rows[i].At
			}
			if sum.Deliveries == 0 || rows[i].At.After(sum.Last) {
				sum.Last = rows[i].At
			}
			sum.Deliveries++
			sum.Bytes += rows[i].Size + rows[i].RespSize
			all[name] = sum
		}
	}
	return all
}

// What recordings add up to is what their rows say, after every kind of change.
func testRecordingSums(t *testing.T, open Open) {
	hs := open(t, 2)
	x := start(t, hs[0])
	names := []string{"a", "b", "c d", "größe"}
	tag := func() string { return inspector.RecordingTag + names[x.rnd.IntN(len(names))] }
	var known []inspector.ID
	some := func() inspector.ID { return known[x.rnd.IntN(len(known))] }
	check := func(after string) {
		t.Helper()
		for i, h := range hs {
			got, err := h.RecordingSums(t.Context(), ws)
			if err != nil {
				t.Fatal(err)
			}
			if want := PlainSums(x.list(inspector.ListQuery{Limit: 500})); !reflect.DeepEqual(got, want) {
				t.Fatalf("handle %d after %s:\n%v, want\n%v", i, after, got, want)
			}
		}
	}
	check("nothing")
	for i := range 120 {
		b := rows()
		for range 1 + x.rnd.IntN(20) {
			r := x.row(func(r *inspector.Row) {
				r.At = base.Add(time.Duration(x.rnd.IntN(1e6)) * time.Microsecond)
				r.Size, r.RespSize = int64(x.rnd.IntN(1000)), int64(x.rnd.IntN(100))
				if x.rnd.IntN(3) == 0 {
					r.Tags = []string{"other", tag()}
				}
			})
			b.Deliveries, known = append(b.Deliveries, r), append(known, r.ID)
		}
		x.commitTo(hs[i%2], b)
		b, what := rows(), "rows"
		id := some()
		switch x.rnd.IntN(9) {
		case 0:
			b.Patches, what = []inspector.Patch{{ID: id, AddTags: []string{tag()}}}, "a tag more"
		case 1:
			b.Patches, what = []inspector.Patch{{ID: id, DropTags: []string{tag()}}}, "a tag less"
		case 2:
			for range 20 {
				b.Patches = append(b.Patches, inspector.Patch{ID: some(), Trash: base.Add(time.Duration(i) * time.Minute)})
			}
			what = "a deletion"
		case 3:
			for range 20 {
				b.Patches = append(b.Patches, inspector.Patch{ID: some(), Restore: true})
			}
			what = "an undo"
		case 4:
			b.Erase, what = []inspector.ID{id}, "erasing"
		case 5:
			b.Patches, what = []inspector.Patch{{ID: id, Outcome: &inspector.Outcome{Status: 200, RespSize: 77}}}, "an answer"
		case 6:
			// A recording gets another name.
			for _, r := range x.list(inspector.ListQuery{Query: x.query("rec:a"), Limit: 500}) {
				b.Patches = append(b.Patches, inspector.Patch{ID: r.ID, DropTags: []string{inspector.RecordingTag + "a"}, AddTags: []string{inspector.RecordingTag + "b"}})
			}
			what = "a rename"
		case 7:
			if _, err := hs[i%2].Sweep(t.Context(), ws, base.Add(time.Hour), inspector.Policy{Count: 400 + x.rnd.IntN(400), Trash: time.Duration(x.rnd.IntN(90)) * time.Minute}); err != nil {
				t.Fatal(err)
			}
			what = "a sweep"
		}
		x.commitTo(hs[(i+1)%2], b)
		check(what)
	}
}
