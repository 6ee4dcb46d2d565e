package badgerstore

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/boathook/boathook/inspector"
)

// FeedKeep is how many changes of a workspace the feed keeps. A reader that is
// further behind is told inspector.ErrCursorExpired.
const FeedKeep = 65_536

// change is one entry of the feed. Its number is that of its batch plus the
// place of its record in it, or the next one, so a replay of the journal numbers
// it the same. It holds no pointer: there are many, and no collection need look at them.
type change struct {
	seq  uint64
	n    uint64
	id   inspector.ID
	kind inspector.ChangeKind
}

// feed keeps the last changes, in order of seq.
type feed struct {
	list  []change
	keys  map[uint64]string // of config entries that changed, by seq
	floor uint64            // changes up to this one are no longer kept
}

// feedSlack is how many more changes are kept until the oldest are let go of at once.
const feedSlack = FeedKeep / 4

func (f *feed) tell(c change) {
	f.list = append(f.list, c)
	if len(f.list) < FeedKeep+feedSlack {
		return
	}
	old := len(f.list) - FeedKeep
	f.floor = f.list[old-1].seq
	f.list = f.list[:copy(f.list, f.list[old:])] // who reads them has a copy
	maps.DeleteFunc(f.keys, func(seq uint64, _ string) bool { return seq <= f.floor })
}

// tellConfig tells of a config entry.
func (f *feed) tellConfig(seq uint64, key string) {
	if f.keys == nil {
		f.keys = map[uint64]string{}
	}
	f.keys[seq] = key
	f.tell(change{seq: seq, kind: inspector.Configd})
}

// cut forgets everything up to seq: readers load their lists anew.
func (f *feed) cut(seq uint64) { *f = feed{floor: seq} }

func (f *feed) after(seq uint64) []change {
	i := sort.Search(len(f.list), func(i int) bool { return f.list[i].seq > seq })
	return f.list[i:]
}

func (s *Store) cursor(seq uint64) inspector.Cursor {
	return inspector.Cursor(s.lineage + "." + strconv.FormatUint(seq, 36))
}

func (s *Store) parseCursor(c inspector.Cursor) (uint64, error) {
	lineage, num, _ := strings.Cut(string(c), ".")
	seq, err := strconv.ParseUint(num, 36, 64)
	if err != nil || lineage != s.lineage || seq > s.seq {
		return 0, fmt.Errorf("cursor %.40q: %w", c, inspector.ErrBadCursor)
	}
	return seq, nil
}

// Feed returns at most limit changes after the cursor. Cursors stay valid
// over a restart as long as their changes are kept.
func (s *Store) Feed(ctx context.Context, ws inspector.Workspace, after inspector.Cursor, limit int) ([]inspector.Change, inspector.Cursor, error) {
	end, err := s.begin(ctx)
	if err != nil {
		return nil, "", err
	}
	defer end()
	s.mu.RLock()
	sp := s.peek(ws)
	seq := sp.feed.floor
	if after != "" {
		if seq, err = s.parseCursor(after); err == nil && seq < sp.feed.floor {
			err = fmt.Errorf("cursor %.40q: %w", after, inspector.ErrCursorExpired)
		}
	}
	if err != nil {
		s.mu.RUnlock()
		return nil, "", err
	}
	rest := sp.feed.after(seq)
	if len(rest) > max(limit, 0) {
		rest = rest[:max(limit, 0)]
		if len(rest) > 0 {
			seq = rest[len(rest)-1].seq
		}
	} else {
		seq = s.seq
	}
	list := make([]inspector.Change, len(rest))
	for i, c := range rest {
		list[i] = inspector.Change{Kind: c.kind, ID: c.id, N: c.n}
		if c.kind == inspector.Configd {
			list[i].Key = sp.feed.keys[c.seq]
		}
	}
	s.mu.RUnlock()

	for i := range list {
		c := &list[i]
		if c.Kind != inspector.Added && c.Kind != inspector.Changed {
			continue
		}
		s.mu.RLock()
		e, err := s.peek(ws).entry(c.N)
		s.mu.RUnlock()
		if err != nil {
			return nil, "", err
		}
		if e.state == live {
			row := cloneRow(&e.row)
			c.Row = &row
		}
	}
	return list, s.cursor(seq), nil
}

// FeedEnd is the cursor after the newest change.
func (s *Store) FeedEnd(ctx context.Context, ws inspector.Workspace) (inspector.Cursor, error) {
	end, err := s.begin(ctx)
	if err != nil {
		return "", err
	}
	defer end()
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.cursor(s.seq), nil
}

// Wake returns a channel that is closed at the next change of any workspace.
func (s *Store) Wake() <-chan struct{} {
	s.wakeMu.Lock()
	defer s.wakeMu.Unlock()
	if s.wake == nil {
		s.wake = make(chan struct{})
	}
	return s.wake
}

func (s *Store) ring() {
	s.wakeMu.Lock()
	defer s.wakeMu.Unlock()
	if s.wake != nil {
		close(s.wake)
		s.wake = nil
	}
}

func cloneRow(r *inspector.Row) inspector.Row {
	c := *r
	c.Tags = slices.Clone(r.Tags)
	return c
}
