package badgerstore

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// looks is a context that ends when it was looked at so often.
type looks struct {
	context.Context
	mu   sync.Mutex
	most int
	n    int
	end  context.CancelCauseFunc
}

var errEnough = errors.New("enough")

func (l *looks) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.n++; l.n > l.most {
		l.end(errEnough)
	}
	return l.Context.Err()
}

// Who asked has gone: no block is read that was not begun, whatever is looked for.
func TestListEnds(t *testing.T) {
	t.Parallel()
	s := openTest(t, t.TempDir())
	defer closeTest(t, s)
	m := newMaker(5)
	for range 48 {
		b := &inspector.Batch{}
		for range blockRows / 2 {
			m.add(b, 80)
		}
		commit(t, s, b)
	}
	if err := s.flush(); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"zzqqzz", "body.nowhere:1", "path:/nowhere", "-body.id:*", "tag:none"} {
		q, err := inspector.ParseQuery(text, start)
		if err != nil {
			t.Fatal(err)
		}
		lq := inspector.ListQuery{Workspace: ws, Query: q, Budget: time.Minute}
		most := 9 // so many blocks are begun, of 24
		if text[0] == '-' || text[0] == 'b' {
			most = 3 // the rows of a block are looked at one by one
		}
		ctx, end := context.WithCancelCause(t.Context())
		l := &looks{Context: ctx, most: most, end: end}
		w := walk{s: s, ctx: l, ws: ws, f: newSearch(q), limit: defaultLimit, below: 1<<63 - 1, deadline: time.Now().Add(lq.Budget)}
		err = w.blocks()
		end(nil)
		if !errors.Is(err, errEnough) {
			t.Errorf("%s: %v, want the cause of the end", text, err)
		}
		if l.n > most+4 || w.page.Scanned > most*blockRows {
			t.Errorf("%s: %d rows of %d blocks, looked %d times after the end (two read side by side, and ask for the cause)", text, w.page.Scanned, 24, l.n-most)
		}
	}
}
