package proxy

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/boathook/boathook/inspector"
)

// Bounds of windows.
const (
	windowSlots = 4    // live at once
	windowMost  = 1024 // deliveries of one
	// windowSpan is about how far ahead of the sending a window reaches: what a
	// process that is killed has begun is then known nearly to the delivery.
	windowSpan = 50 * time.Millisecond
)

// never is when the work that keeps a window is due: it is not there to be run.
var never = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)

// begun is a delivery of a replay that was begun, or is about to be.
type begun struct {
	Of inspector.ID `json:"of"` // the recorded delivery
	ID inspector.ID `json:"id"`
	// K is the number of the attempt. 0 of one that is to be sent again means that
	// nothing of it had left.
	K int `json:"k,omitempty"`

	at     int64 // of the recorded delivery, as in chosen
	kept   bool  // it had not left when its process ended
	unsure bool  // nothing tells whether it had
}

// window is a row of deliveries that may be sent once it is stored. Since outcomes
// are stored behind the sending, it is what tells after a crash which deliveries
// may have left without a record. Where the store keeps marks, the mark of the run
// tells which of them had not been handed out yet.
type window struct {
	n     int
	items []begun
	last  runPlace // of its last item
	left  int      // items without a stored outcome, in windows.mu

	sources []*inspector.Recorded // of the items; nil for those that are read one by one
	read    time.Time             // when they were
}

const (
	aheadBytes = 4 << 20     // of bodies that are read ahead for one window
	aheadFor   = time.Second // how long what was read ahead counts: it may be deleted meanwhile
)

// readAhead reads what the items of a window send again.
func (j *replaying) readAhead(ctx context.Context, w *window) error {
	ids := make([]inspector.ID, len(w.items))
	for i := range w.items {
		ids[i] = w.items[i].Of
	}
	var err error
	w.read = time.Now()
	w.sources, err = j.d.store.Recorded(ctx, j.d.ws, ids, aheadBytes)
	return err
}

// source is what was read ahead for an item, which is given once.
func (w *window) source(i int, now time.Time) *inspector.Recorded {
	if i >= len(w.sources) || now.Sub(w.read) > aheadFor {
		return nil
	}
	s := w.sources[i]
	w.sources[i] = nil
	return s
}

// storedWindow is the payload of the work that keeps a window.
type storedWindow struct {
	N     int      `json:"n"`
	Last  runPlace `json:"last"`
	Items []byte   `json:"items"` // 32 bytes each: Of and ID
}

func windowID(run string, slot int) string { return fmt.Sprintf("run/%s/%d", run, slot) }

func (w *window) encode() ([]byte, error) {
	s := storedWindow{N: w.n, Last: w.last, Items: make([]byte, 0, 32*len(w.items))}
	for _, it := range w.items {
		s.Items = append(append(s.Items, it.Of[:]...), it.ID[:]...)
	}
	return json.Marshal(s)
}

func decodeWindow(payload []byte) (*window, error) {
	var s storedWindow
	if err := json.Unmarshal(payload, &s); err != nil {
		return nil, err
	}
	w := &window{n: s.N, last: s.Last}
	for b := s.Items; len(b) >= 32; b = b[32:] {
		w.items = append(w.items, begun{Of: inspector.ID(b[:16]), ID: inspector.ID(b[16:32])})
	}
	return w, nil
}

// windows are the live windows of a run.
type windows struct {
	r *run

	mu     sync.Mutex
	free   *sync.Cond
	live   [windowSlots]*window
	next   int // number of the next one
	stored int // number of the newest that is stored
}

func newWindows(r *run) *windows {
	ws := &windows{r: r, next: 1}
	ws.free = sync.NewCond(&ws.mu)
	return ws
}

// open stores a window. It waits while too many are live.
func (ws *windows) open(ctx context.Context, items []begun, last runPlace) (*window, error) {
	ws.mu.Lock()
	w := &window{n: ws.next, items: items, last: last, left: len(items)}
	slot := w.n % windowSlots
	for ws.live[slot] != nil && ctx.Err() == nil {
		ws.free.Wait()
	}
	if ctx.Err() != nil {
		ws.mu.Unlock()
		return nil, ctx.Err()
	}
	ws.next++
	ws.live[slot] = w
	ws.mu.Unlock()
	payload, err := w.encode()
	if err != nil {
		return nil, fmt.Errorf("encode a window of run %s: %w", ws.r.id, err)
	}
	b := &inspector.Batch{
		Workspace: ws.r.rs.ws, Schedule: []inspector.Due{{ID: windowID(ws.r.id, slot), RunAt: never, Payload: payload}},
	}
	if err := ws.r.rs.d.keep(ctx, b, nil); err != nil {
		return nil, err
	}
	ws.mu.Lock()
	ws.stored = w.n
	ws.mu.Unlock()
	return w, nil
}

// wake lets a wait of open look at its ctx.
func (ws *windows) wake() {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.free.Broadcast()
}

// recorded notes that outcomes are stored, or are about to be together with the end of
// their windows.
func (ws *windows) recorded(list []ending) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	for i := range list {
		if w := list[i].window; w != nil {
			w.left--
		}
	}
}

// over are the windows that are of no use any more: all their outcomes are stored,
// and a newer one, or with all the run itself, says how far the run came.
func (ws *windows) over(all bool) []*window {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	var list []*window
	for _, w := range ws.live {
		if w != nil && (all || w.left == 0 && w.n < ws.stored) {
			list = append(list, w)
		}
	}
	return list
}

// finish adds to b that the windows are gone.
func (ws *windows) finish(ctx context.Context, b *inspector.Batch, list []*window) error {
	for _, w := range list {
		work, err := ws.r.rs.store.Work(ctx, ws.r.rs.ws, windowID(ws.r.id, w.n%windowSlots))
		if err != nil {
			return err
		}
		for _, l := range work {
			b.Finish = append(b.Finish, inspector.Finish{ID: l.ID, Token: l.Token})
		}
	}
	return nil
}

// gone frees the places of windows whose end is stored.
func (ws *windows) gone(list []*window) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	for _, w := range list {
		ws.live[w.n%windowSlots] = nil
	}
	ws.free.Broadcast()
}
