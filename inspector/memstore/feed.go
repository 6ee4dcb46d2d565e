package memstore

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/boathook/boathook/inspector"
)

type change struct {
	kind inspector.ChangeKind
	id   inspector.ID
	n    uint64
	key  string
}

// tell appends to the feed and lets go of what is too old.
func (sp *space) tell(c change) {
	sp.feed = append(sp.feed, c)
	sp.feedNext++
	if len(sp.feed) > FeedKeep+FeedKeep/8 {
		sp.trim(FeedKeep)
	}
}

func (sp *space) trim(keep int) {
	if len(sp.feed) > keep {
		sp.feed = slices.Clone(sp.feed[len(sp.feed)-keep:])
	}
}

// first is the number of the oldest change kept.
func (sp *space) first() uint64 { return sp.feedNext - uint64(len(sp.feed)) }

func (s *Store) cursor(next uint64) inspector.Cursor {
	return inspector.Cursor(s.data.mark + "." + strconv.FormatUint(next, 36))
}

// place is the number of the first change that the reader has not seen.
func (s *Store) place(sp *space, c inspector.Cursor) (uint64, error) {
	if c == "" {
		return sp.first(), nil
	}
	mark, num, _ := strings.Cut(string(c), ".")
	next, err := strconv.ParseUint(num, 36, 64)
	if mark != s.data.mark || err != nil || next == 0 || next > sp.feedNext {
		return 0, fmt.Errorf("cursor %.40q: %w", c, inspector.ErrBadCursor)
	}
	if next < sp.first() {
		return 0, fmt.Errorf("cursor %.40q: %w", c, inspector.ErrCursorExpired)
	}
	return next, nil
}

// Feed returns changes after the cursor.
func (s *Store) Feed(ctx context.Context, ws inspector.Workspace, after inspector.Cursor, limit int) (list []inspector.Change, next inspector.Cursor, err error) {
	err = s.read(ctx, ws, func(sp *space) error {
		from, err := s.place(sp, after)
		if err != nil {
			return err
		}
		rest := sp.feed[from-sp.first():]
		rest = rest[:min(len(rest), max(limit, 0))]
		next = s.cursor(from + uint64(len(rest)))
		if len(rest) == 0 {
			return nil
		}
		list = make([]inspector.Change, len(rest))
		for i, c := range rest {
			list[i] = inspector.Change{Kind: c.kind, ID: c.id, N: c.n, Key: c.key}
			if e := sp.byID[c.id]; e != nil && (c.kind == inspector.Added || c.kind == inspector.Changed) {
				row := cloneRow(e.row)
				list[i].Row = &row
			}
		}
		return nil
	})
	return list, next, err
}

// FeedEnd is the cursor after the newest change.
func (s *Store) FeedEnd(ctx context.Context, ws inspector.Workspace) (end inspector.Cursor, err error) {
	err = s.read(ctx, ws, func(sp *space) error {
		end = s.cursor(sp.feedNext)
		return nil
	})
	return end, err
}

// TrimFeed forgets all but the newest keep changes.
func (s *Store) TrimFeed(ctx context.Context, ws inspector.Workspace, keep int) error {
	return s.write(ctx, ws, func(sp *space) { sp.trim(max(keep, 0)) })
}
