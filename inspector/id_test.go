package inspector_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

func TestIDsOnlyGrow(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name string
		at   func(i int) time.Time
	}{
		{"a clock that runs", func(i int) time.Time { return start.Add(time.Duration(i) * time.Millisecond) }},
		{"a clock that stands", func(int) time.Time { return start }},
		{"a clock that goes back", func(i int) time.Time { return start.Add(-time.Duration(i) * time.Hour) }},
		{"a clock before 1970", func(i int) time.Time { return time.Unix(-int64(i), 0) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			g := inspector.NewIDs(inspector.ID{})
			var last inspector.ID
			for i := range 5000 {
				id, err := g.New(tt.at(i))
				if err != nil {
					t.Fatal(err)
				}
				if id.Compare(last) <= 0 {
					t.Fatalf("id %d: %s is not above %s", i, id, last)
				}
				if s := id.String(); s[14] != '7' || !strings.ContainsRune("89ab", rune(s[19])) {
					t.Fatalf("%s is no UUIDv7", s)
				}
				last = id
			}
		})
	}
}

func TestIDsStartAboveTheFloor(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for _, floor := range []string{
		"ffffffff-0000-7fff-bfff-ffffffffffff", // every counting bit is set, so the time itself is stepped
		"ffffffff-0000-7000-bfff-ffffffffffff",
		"ffffffff-0000-7000-8000-000000000000",
	} {
		id, err := inspector.ParseID(floor)
		if err != nil {
			t.Fatal(err)
		}
		next, err := inspector.NewIDs(id).New(now)
		if err != nil {
			t.Fatal(err)
		}
		if next.Compare(id) <= 0 || next.String()[14] != '7' || !strings.ContainsRune("89ab", rune(next.String()[19])) {
			t.Errorf("after %s came %s", floor, next)
		}
	}
}

func TestIDsFromManyGoroutinesAreDistinct(t *testing.T) {
	t.Parallel()
	g := inspector.NewIDs(inspector.ID{})
	const workers, each = 8, 1000
	lists := make([][]inspector.ID, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for range each {
				id, err := g.New(time.Now())
				if err != nil {
					t.Error(err)
				}
				lists[w] = append(lists[w], id)
			}
			if !slices.IsSortedFunc(lists[w], inspector.ID.Compare) {
				t.Error("one goroutine saw its ids out of order")
			}
		})
	}
	wg.Wait()
	seen := map[inspector.ID]bool{}
	for _, list := range lists {
		for _, id := range list {
			seen[id] = true
		}
	}
	if len(seen) != workers*each {
		t.Errorf("%d distinct ids, want %d", len(seen), workers*each)
	}
}

func TestIDTime(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 0, 38, 24, 123_000_000, time.UTC)
	id, err := inspector.NewIDs(inspector.ID{}).New(at)
	if err != nil {
		t.Fatal(err)
	}
	if !id.Time().Equal(at) {
		t.Errorf("Time = %s, want %s", id.Time(), at)
	}
}

func TestParseID(t *testing.T) {
	t.Parallel()
	const form = "019d2f3a-1b2c-7d4e-8f90-a1b2c3d4e5f6"
	for _, tt := range []struct {
		name, text string
		ok         bool
	}{
		{"the usual form", form, true},
		{"upper case", strings.ToUpper(form), true},
		{"nothing", "", false},
		{"in braces", "{" + form + "}", false},
		{"as urn", "urn:uuid:" + form, false},
		{"without dashes", strings.ReplaceAll(form, "-", ""), false},
		{"no hex digit", "z" + form[1:], false},
		{"a dash too far", "019d2f3-a1b2c-7d4e-8f90-a1b2c3d4e5f6", false},
		{"a path", "../../../../../../../../etc/passwd\x00\x00", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			id, err := inspector.ParseID(tt.text)
			if (err == nil) != tt.ok {
				t.Fatalf("ParseID = %v, want ok %t", err, tt.ok)
			}
			if tt.ok && id.String() != form {
				t.Errorf("read back as %s", id)
			}
			if !tt.ok && !id.Zero() {
				t.Errorf("an error came with id %s", id)
			}
		})
	}
}

func TestIDAppendText(t *testing.T) {
	t.Parallel()
	ids := inspector.NewIDs(inspector.ID{})
	for range 100 {
		id, err := ids.New(time.Now())
		if err != nil {
			t.Fatal(err)
		}
		got, err := id.AppendText([]byte("of="))
		if want := "of=" + id.String(); err != nil || string(got) != want {
			t.Errorf("%s, %v, want %s", got, err, want)
		}
	}
}
