package proxy

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// What was put into the trash is not tried again: not after it was told so, nor when
// the process ended before it could be.
func TestTrashedIsNotTried(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	d := s.Dispatcher()
	s.endpoint(Endpoint{Name: "crm", URL: "http://" + closedPort(t), Events: []string{"*"}})
	var ids []inspector.ID
	for _, row := range s.emit(EmitRequest{Count: 3}) {
		ids = append(ids, row.ID)
	}
	eventually(t, "the first tries", func() bool {
		for _, id := range ids {
			if n, err := d.Next(t.Context(), id); err != nil || n.Try != 1 || n.UnderWay {
				return false
			}
		}
		return true
	})
	b := &inspector.Batch{Workspace: inspector.DefaultWorkspace}
	for _, id := range ids[:2] {
		b.Patches = append(b.Patches, inspector.Patch{ID: id, Trash: time.Now()})
	}
	if _, err := s.rig.store.Commit(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	if n, err := d.StopTrashed(t.Context(), ids[:1]); n != 1 || err != nil {
		t.Errorf("StopTrashed = %d, %v", n, err)
	}
	if err := d.TryNow(t.Context(), ids[1]); err != nil { // as when it is due
		t.Fatal(err)
	}
	for _, id := range ids[:2] {
		row, attempts := s.over(id)
		if row.Tries != 1 || row.Flags != inspector.FlagFailed|inspector.FlagTrashed || len(attempts) != 1 || !strings.Contains(strings.Join(attempts[0].Notes, "\n"), "put into the trash") {
			t.Errorf("row %+v, attempts %+v", row, attempts)
		}
		var invalid *InvalidError
		if _, err := d.Resend(t.Context(), id); !errors.As(err, &invalid) || invalid.Hint != "restore it first" {
			t.Errorf("Resend: %v", err)
		}
	}
	if n, err := d.StopTrashed(t.Context(), ids[:2]); n != 0 || err != nil {
		t.Errorf("StopTrashed again = %d, %v", n, err)
	}
	if n, err := d.Next(t.Context(), ids[2]); err != nil || n.Try != 1 {
		t.Errorf("one that was not deleted: %+v, %v", n, err)
	}
}
