package inspector

import (
	"slices"
	"strconv"
	"testing"
)

func cursorAt(i int) Cursor { return Cursor(strconv.Itoa(i)) }

func frameAt(i, bytes int) queued {
	return queued{frame: Frame{From: cursorAt(i), To: cursorAt(i + 1)}, bytes: bytes}
}

func TestSubscriptionQueueIsBounded(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		bytes int // of a frame
		fit   int // frames that fit
	}{
		{"by frames", 10, queueFrames},
		{"by bytes", queueBytes / 4, 4},
		{"one frame fits whatever its size", 2 * queueBytes, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := NewHub(nil, DefaultWorkspace, HubOptions{}).Subscribe("0", nil)
			// Frames that were taken out do not count.
			for i := range 3 * tt.fit {
				s.push(frameAt(i, tt.bytes))
				if got, ok := s.pop(); !ok || got.frame.From != cursorAt(i) {
					t.Fatalf("frame %d came out as %+v", i, got.frame)
				}
			}
			for i := range tt.fit {
				s.push(frameAt(i, tt.bytes))
			}
			if n := s.hub.Stats().Lags; n != 0 || len(s.queue) != tt.fit {
				t.Fatalf("%d frames are queued with %d lags, want %d without", len(s.queue), n, tt.fit)
			}
			s.push(frameAt(tt.fit, tt.bytes))
			if n := s.hub.Stats().Lags; n != 1 || len(s.queue) != 1 || s.bytes != 0 {
				t.Fatalf("%d frames of %d bytes with %d lags, want one lag", len(s.queue), s.bytes, n)
			}
			got, _ := s.pop()
			if f := got.frame; !f.Lag || f.Reset || f.From != "0" || f.To != cursorAt(tt.fit+1) {
				t.Errorf("frame %+v, want a lag over all of it", f)
			}
		})
	}
}

func TestSubscriptionOverflowKeepsAReset(t *testing.T) {
	t.Parallel()
	s := NewHub(nil, DefaultWorkspace, HubOptions{}).Subscribe("0", nil)
	s.push(frameAt(0, queueBytes/2))
	s.push(queued{frame: resetFrame("1", "2")})
	s.push(frameAt(2, queueBytes))
	got, ok := s.pop()
	if f := got.frame; !ok || !f.Reset || f.Lag || f.To != "3" {
		t.Errorf("frame %+v, want a reset to 3", f)
	}
}

func TestTickFolds(t *testing.T) {
	t.Parallel()
	one, two := ID{1}, ID{2}
	before, after := &Row{ID: one, Status: 200}, &Row{ID: one, Status: 500}
	for _, tt := range []struct {
		name    string
		changes []Change
		want    []event
	}{
		{"added, then changed, is added as it is now",
			[]Change{{Kind: Added, ID: one, Row: before}, {Kind: Changed, ID: one, Row: after}}, []event{{id: one, row: after, added: true}}},
		{"changed twice is changed once",
			[]Change{{Kind: Changed, ID: one, Row: before}, {Kind: Changed, ID: one, Row: after}}, []event{{id: one, row: after}}},
		{"what is gone is gone, whatever came before",
			[]Change{{Kind: Changed, ID: one, Row: before}, {Kind: Gone, ID: one}}, []event{{id: one}}},
		{"a gone delivery has no row, whatever the store says", []Change{{Kind: Gone, ID: one, Row: before}}, []event{{id: one}}},
		{"deliveries keep their order",
			[]Change{{Kind: Added, ID: two, Row: after}, {Kind: Added, ID: one, Row: before}, {Kind: Changed, ID: two, Row: after}},
			[]event{{id: two, row: after, added: true}, {id: one, row: before, added: true}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := newTick("a", "b", tt.changes).events
			same := func(x, y event) bool { return x.id == y.id && x.row == y.row && x.added == y.added }
			if !slices.EqualFunc(got, tt.want, same) {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
	config := newTick("a", "b", []Change{{Kind: Configd, Key: "x"}, {Kind: Configd, Key: "y"}, {Kind: Configd, Key: "x"}})
	if !slices.Equal(config.config, []string{"x", "y"}) || len(config.events) != 0 {
		t.Errorf("config %q with %d events, want x and y", config.config, len(config.events))
	}
}
