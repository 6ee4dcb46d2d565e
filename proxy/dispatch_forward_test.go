package proxy

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// Whether a received delivery is failed is said by what became of it last: a good
// resend mends it, a bad one breaks it. What its sender was answered stays.
func TestResendSaysWhetherReceivedIsFailed(t *testing.T) {
	t.Parallel()
	answer := func(status *atomic.Int64) func([]byte) string {
		return func([]byte) string { return fmt.Sprintf("HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n", status.Load()) }
	}
	var status, copied atomic.Int64
	main, copies := newApp(t, answer(&status)), newApp(t, answer(&copied))
	s := newStand(t, Options{}).uncapped()
	for _, tt := range []struct {
		name           string
		answerFrom     string
		forward        []Target
		first          int // the answer of the app at first, and of the one that gets a copy
		then, copyThen int // after that
		sender         int // what the sender is answered
		failed         bool
	}{
		{name: "mended", forward: []Target{{URL: "http://" + main.addr}}, first: 500, then: 204, sender: 500},
		{name: "still-broken", forward: []Target{{URL: "http://" + main.addr}}, first: 500, then: 503, sender: 500, failed: true},
		{name: "broken-since", forward: []Target{{URL: "http://" + main.addr}}, first: 200, then: 500, sender: 200, failed: true},
		{name: "redirected", forward: []Target{{URL: "http://" + main.addr}}, first: 200, then: 302, sender: 200, failed: true},
		{name: "a-copy-fails", forward: []Target{{URL: "http://" + main.addr}, {URL: "http://" + copies.addr, Name: "copy"}}, first: 500, then: 200, copyThen: 500, sender: 500},
		{name: "only-a-copy-is-good", forward: []Target{{URL: "http://" + main.addr}, {URL: "http://" + copies.addr, Name: "copy"}}, first: 500, then: 500, copyThen: 200, sender: 500, failed: true},
		{name: "the-inbox-answers", answerFrom: "inbox", forward: []Target{{URL: "http://" + main.addr}, {URL: "http://" + copies.addr, Name: "copy"}}, first: 200, then: 200, copyThen: 500, sender: 200, failed: true},
	} {
		status.Store(int64(tt.first))
		copied.Store(200)
		s.inbox(Inbox{Name: tt.name, AnswerFrom: tt.answerFrom, Forward: tt.forward})
		s.post("/in/" + tt.name)
		row, attempts := s.recorded(tt.name, 1, 1+len(tt.forward))
		if failed := row.Flags&inspector.FlagFailed != 0; row.Status != tt.sender || failed != (tt.sender != 200) {
			t.Fatalf("%s: at first %+v", tt.name, row)
		}
		status.Store(int64(tt.then))
		copied.Store(int64(tt.copyThen))
		if _, err := s.Dispatcher().Resend(t.Context(), row.ID); err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		after, made := s.over(row.ID)
		if len(made) != len(attempts)+len(tt.forward) || after.Status != tt.sender || after.Failure != "" || (after.Flags&inspector.FlagFailed != 0) != tt.failed {
			t.Errorf("%s: %+v after %d attempts, want failed %v", tt.name, after, len(made), tt.failed)
		}
		if found := len(s.rows("is:failed id:"+row.ID.String())) == 1; found != tt.failed {
			t.Errorf("%s: is:failed finds it: %v, want %v", tt.name, found, tt.failed)
		}
	}
}

// A resend of what was received that a kill cut off is made again, and leaves the row
// as one that was not cut off does.
func TestInterruptedForwardKeepsTheAnswer(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{}).uncapped()
	app := newApp(t, always(ok200))
	s.inbox(Inbox{Name: "shop", Answer: Answer{Status: 500}})
	s.post("/in/shop")
	row, _ := s.recorded("shop", 1, 1)
	s.inbox(Inbox{Name: "shop", Answer: Answer{Status: 500}, Forward: []Target{{URL: "http://" + app.addr}}})
	under := inspector.Attempt{Delivery: row.ID, K: 1, Started: time.Now(), Request: inspector.Message{Wanted: -1}, Response: inspector.Message{Wanted: -1}}
	old := job{By: "another", K: 1, Base: time.Now().UnixMilli(), Once: true, Forward: true}
	_, err := s.rig.store.Commit(t.Context(), &inspector.Batch{
		Workspace: inspector.DefaultWorkspace, Attempts: []inspector.Attempt{under},
		Schedule: []inspector.Due{{ID: workID(row.ID), Lane: "forward/shop", Slots: 1, RunAt: time.Now(), Payload: old.encode()}},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Dispatcher().wake()
	after, attempts := s.over(row.ID)
	if len(attempts) != 3 || attempts[1].Failure.Class != inspector.FailInterrupted || attempts[2].Failure.Class != "" || len(app.requests()) != 1 {
		t.Fatalf("attempts %+v", attempts)
	}
	if after.Status != 500 || after.Failure != "" || after.Tries != 2 || after.Flags&(inspector.FlagRetrying|inspector.FlagFailed) != 0 {
		t.Errorf("row %+v", after)
	}
}
