package badgerstore

import (
	"context"
	"fmt"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore/journal"
)

var _ inspector.Checker = (*Store)(nil)

// maxProblems bounds a report.
const maxProblems = 100

// Check reads every record of the journal and compares it with the index.
func (s *Store) Check(ctx context.Context) (inspector.Report, error) {
	end, err := s.begin(ctx)
	if err != nil {
		return inspector.Report{}, err
	}
	defer end()
	release := s.journal.Freeze()
	defer release()
	c := check{s: s}
	err = s.journal.Walk(0, func(rec journal.Record) error {
		c.report.Records++
		c.report.Bytes += int64(rec.Size)
		if _, err := decode(rec); err != nil {
			c.problem("%v", err)
		}
		return ctx.Err()
	}, c.damaged)
	if err != nil {
		return inspector.Report{}, fmt.Errorf("check journal: %w", err)
	}
	for _, ws := range s.workspaces() {
		if err := c.space(ctx, ws); err != nil {
			return inspector.Report{}, fmt.Errorf("check index: %w", err)
		}
	}
	return c.report, nil
}

type check struct {
	s      *Store
	report inspector.Report
}

func (c *check) problem(format string, args ...any) {
	if len(c.report.Problems) < maxProblems {
		c.report.Problems = append(c.report.Problems, fmt.Sprintf(format, args...))
	}
}

// damaged notes damage that belongs to no delivery that is kept: what does
// shows when the delivery is read.
func (c *check) damaged(d journal.Damage) {
	if d.N == 0 {
		c.problem("%s", d)
	}
}

// space reads the records of every live delivery where the index says they are.
func (c *check) space(ctx context.Context, ws inspector.Workspace) error {
	c.s.mu.RLock()
	sp := c.s.peek(ws)
	c.report.Losses = append(c.report.Losses, sp.losses...)
	c.s.mu.RUnlock()
	r := c.s.journal.Reader()
	defer r.Close()
	var buf []byte
	err := c.s.eachLive(ws, nil, func(e *entry) bool {
		c.report.Deliveries++
		for i, p := range e.pieces {
			var rec journal.Record
			var err error
			rec, buf, err = r.Read(p, buf)
			if err == nil && rec.N != e.row.N && rec.N != 0 {
				err = fmt.Errorf("record at %s is of #%d", p.Pos, rec.N)
			}
			if err != nil {
				c.lost(e, i, err)
				break
			}
		}
		return ctx.Err() == nil
	})
	if err != nil {
		return err
	}
	return ctx.Err()
}

func (c *check) lost(e *entry, piece int, err error) {
	for _, l := range c.report.Losses {
		if l.FirstN <= e.row.N && e.row.N <= l.LastN {
			return
		}
	}
	if len(c.report.Losses) >= maxLosses {
		c.problem("#%d: %v", e.row.N, err)
		return
	}
	count := 0
	if piece == 0 {
		count = 1
	}
	c.report.Losses = append(c.report.Losses, inspector.Loss{
		FirstN: e.row.N, LastN: e.row.N, Count: count, From: e.row.At, To: e.row.At, Reason: err.Error(),
	})
}
