package proxy

import (
	"log/slog"
	"testing"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
)

// What an app has answered while the disk was full, for longer than anybody waits, is
// recorded once there is room again; who asked has had the answer.
func TestAnswerOnAFullDisk(t *testing.T) {
	t.Parallel()
	store := &commits{Store: memstore.New()}
	committer := inspector.NewCommitter(store, inspector.CommitterOptions{})
	t.Cleanup(func() { committer.Close() })
	log := &heard{}
	s := newStandOn(t, committer, Options{Log: slog.New(log)})
	app := newApp(t, func([]byte) string {
		eventually(t, "the request to be stored", func() bool { return len(s.rig.rows()) == 1 })
		store.full.Store(true)
		return ok200
	})
	s.forward("shop", "http://"+app.addr)
	if a := s.post("/in/shop"); a.status != 200 {
		t.Fatalf("the sender was answered %d", a.status)
	}
	eventually(t, "the record to be kept", func() bool { return log.has("it is kept in memory until there is room") })
	if all := s.rig.attempts(s.rig.rows()[0].ID); len(all) > 1 {
		t.Fatalf("it is stored already: %+v", all)
	}
	store.full.Store(false)
	row, all := s.recorded("shop", 1, 2)
	if row.Status != 200 || len(all) != 2 || all[1].Response.Head == nil || !all[1].Answered {
		t.Errorf("row %+v, attempts %+v", row, all)
	}
	eventually(t, "the log to say so", func() bool { return log.has("records of answers that had to wait are stored") })
}

// What waits for room is bounded.
func TestShelfIsBounded(t *testing.T) {
	t.Parallel()
	r := &Receiver{stop: make(chan struct{}), log: slog.New(slog.DiscardHandler)}
	r.shelf.serving = true // nobody stores them
	large := []*inspector.Batch{
		{Chunks: []inspector.Chunk{{Data: make([]byte, shelfBytes/5)}}},
		{Attempts: []inspector.Attempt{{Response: inspector.Message{Head: make([]byte, shelfBytes/5)}}}},
	}
	for i := range 5 {
		if got, want := r.shelve(large[i%2]), i < 4; got != want {
			t.Errorf("record %d is kept: %v, want %v", i, got, want)
		}
	}
	for i := range shelfRecords {
		if got, want := r.shelve(&inspector.Batch{}), i < shelfRecords-4; got != want {
			t.Fatalf("small record %d is kept: %v, want %v", i, got, want)
		}
	}
	for range shelfRecords {
		r.unshelved(r.shelved())
	}
	if len(r.shelf.list) > 0 || r.shelf.size != 0 || r.shelf.serving {
		t.Errorf("what is left: %+v", r.shelf)
	}
}

// When the receiver stops while the disk is full, that is asked once for all.
func TestShelfAtTheEnd(t *testing.T) {
	t.Parallel()
	store := &commits{Store: memstore.New()}
	store.full.Store(true)
	committer := inspector.NewCommitter(store, inspector.CommitterOptions{})
	t.Cleanup(func() { committer.Close() })
	r := &Receiver{stop: make(chan struct{}), log: slog.New(slog.DiscardHandler), store: committer}
	r.shelf.serving = true // until it stops
	const many = 20
	for range many {
		if !r.shelve(&inspector.Batch{Workspace: inspector.DefaultWorkspace, Patches: []inspector.Patch{{ID: inspector.ID{1}}}}) {
			t.Fatal("not kept")
		}
	}
	close(r.stop)
	r.unshelve()
	if n, lost := store.n.Load(), r.counts.notStored.Load(); n != 1 || lost != many || len(r.shelf.list) > 0 {
		t.Errorf("%d commits, %d lost, %d left", n, lost, len(r.shelf.list))
	}
}
