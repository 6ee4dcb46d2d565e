package proxy

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// Samples show every state: the signatures of most are valid by the inbox's own
// secret, what was broken is found, and nothing is left to be sent.
func TestSamples(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{})
	d := s.Dispatcher()
	now := time.Now()
	received, err := d.Samples(t.Context(), DemoInbox, 200, now)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Checker().CheckImported(t.Context(), received); err != nil {
		t.Fatal(err)
	}
	verdicts, causes, providers, outcomes := map[inspector.Verdict]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	q, err := inspector.ParseQuery("tag:sample rec:samples", now)
	if err != nil {
		t.Fatal(err)
	}
	rows := listRows(t, s.rig.store, q)
	if len(rows) != 200 || len(received) != 160 {
		t.Fatalf("%d samples of which %d were received, want 200 and 160", len(rows), len(received))
	}
	for _, row := range rows {
		all, err := s.rig.store.Attempts(t.Context(), inspector.DefaultWorkspace, row.ID)
		if err != nil || len(all) == 0 || !slices.Contains(all[0].Notes, sampleNote) {
			t.Fatalf("#%d: attempts %+v, %v", row.N, all, err)
		}
		if row.Event == "" || row.At.After(now) || now.Sub(row.At) > 7*time.Hour || row.Flags&inspector.FlagRetrying != 0 {
			t.Errorf("row %+v", row)
		}
		providers[row.Provider]++
		outcomes[row.Value(inspector.ColOutcome)]++
		if _, err := d.Next(t.Context(), row.ID); !errors.Is(err, ErrNoTry) {
			t.Errorf("#%d is to be sent: %v", row.N, err)
		}
		if row.Dir == inspector.Out {
			continue
		}
		check, err := s.Checker().Diagnose(t.Context(), row, CheckInput{})
		if err != nil {
			t.Fatal(err)
		}
		verdicts[row.Verdict]++
		causes[check.Cause]++
	}
	t.Logf("verdicts %v, causes %v, providers %v, outcomes %v", verdicts, causes, providers, outcomes)
	if verdicts[inspector.Valid] < 80 || verdicts[inspector.Invalid] < 15 || verdicts[inspector.Unchecked] < 10 || verdicts[inspector.Stale] < 2 {
		t.Errorf("verdicts %v, want some of each and most valid", verdicts)
	}
	if len(causes) < 4 || len(providers) < 15 || len(outcomes) < 6 {
		t.Errorf("%d causes, %d providers and %d outcomes; want more", len(causes), len(providers), len(outcomes))
	}
	// Every event of the catalogue comes up in as many.
	if ids, err := d.Samples(t.Context(), DemoInbox, 2500, now); err != nil || len(ids) != 2000 {
		t.Errorf("%d of 2,500 samples were received, %v", len(ids), err)
	}
	if _, err := d.Samples(t.Context(), "nobody", 10, now); !errors.Is(err, inspector.ErrNotFound) {
		t.Errorf("an inbox that is not there: %v", err)
	}
}

func listRows(t *testing.T, store inspector.Store, q *inspector.Query) (all []inspector.Row) {
	t.Helper()
	for before := ""; ; {
		p, err := store.List(t.Context(), inspector.ListQuery{Workspace: inspector.DefaultWorkspace, Query: q, Limit: 500, Before: before})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p.Rows...)
		if before = p.Next; before == "" {
			return all
		}
	}
}
