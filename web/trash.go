package web

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/web/client"
)

// deletionTime is the time of a deletion, which also names it: no two have the same
// millisecond. Server.trash must be held.
func (s *Server) deletionTime() time.Time {
	at := s.now().UTC().Truncate(time.Millisecond)
	if !at.After(s.lastDeletion) {
		at = s.lastDeletion.Add(time.Millisecond)
	}
	s.lastDeletion = at
	return at
}

// postTrash puts what ids name or a filter matches into the trash.
func (s *Server) postTrash(c *fiber.Ctx) error {
	var in client.Selection
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if err := oneOf(len(in.IDs) > 0, in.Query != ""); err != nil {
		return err
	}
	var d client.Deletion
	var err error
	if in.Query == "" {
		d, err = s.discardNamed(c.UserContext(), in.IDs)
	} else {
		var q *inspector.Query
		if q, err = s.selection(in.Query); err == nil {
			d, err = s.discardMatching(c.UserContext(), q)
		}
	}
	if err != nil {
		return err
	}
	return sendJSON(c, 200, d)
}

// oneOf wants a selection to be made in exactly one way.
func oneOf(ways ...bool) error {
	n := 0
	for _, way := range ways {
		if way {
			n++
		}
	}
	if n != 1 {
		return withHint(badJSON("ids", "say which deliveries are meant, in one way"), `give ids, or q with a filter; "*" means all`)
	}
	return nil
}

func (s *Server) discardNamed(ctx context.Context, refs []string) (d client.Deletion, err error) {
	rows, err := s.named(ctx, refs)
	if err != nil {
		return d, err
	}
	s.trash.Lock()
	defer s.trash.Unlock()
	at := s.deletionTime()
	var ids []inspector.ID
	for i := range rows {
		if rows[i].Flags&inspector.FlagTrashed == 0 {
			ids = append(ids, rows[i].ID)
		}
	}
	d = client.Deletion{Deleted: len(ids), At: deletionText(at)}
	for len(ids) > 0 && err == nil {
		n := min(len(ids), bulkRows)
		var stopped int
		stopped, err = s.discard(s.ctx, ids[:n], at)
		d.Stopped += stopped
		ids = ids[n:]
	}
	return d, err
}

// named finds the deliveries that ids name.
func (s *Server) named(ctx context.Context, refs []string) ([]inspector.Row, error) {
	if len(refs) > maxMarked {
		return nil, withHint(badJSON("ids", fmt.Sprintf("ids may name at most %d deliveries", maxMarked)), "use q for more")
	}
	var rows []inspector.Row
	for _, ref := range refs {
		row, err := s.rowOf(ctx, ref)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func (s *Server) discardMatching(ctx context.Context, q *inspector.Query) (client.Deletion, error) {
	s.trash.Lock()
	at := s.deletionTime()
	s.trash.Unlock()
	d := client.Deletion{At: deletionText(at)}
	err := s.changeAll(ctx, q, func(rows []inspector.Row) error {
		var ids []inspector.ID
		for i := range rows {
			if rows[i].Flags&inspector.FlagTrashed == 0 {
				ids = append(ids, rows[i].ID)
			}
		}
		stopped, err := s.discard(s.ctx, ids, at)
		d.Deleted += len(ids)
		d.Stopped += stopped
		return err
	})
	return d, err
}

// discard puts deliveries into the trash, and ends the tries that are outstanding.
// Should the process end between the two, the dispatcher ends them when they are
// due.
func (s *Server) discard(ctx context.Context, ids []inspector.ID, at time.Time) (stopped int, err error) {
	if len(ids) == 0 {
		return 0, nil
	}
	b := inspector.Batch{Workspace: s.ws}
	for _, id := range ids {
		b.Patches = append(b.Patches, inspector.Patch{ID: id, Trash: at})
	}
	switch _, err := s.opt.Store.Commit(ctx, &b); {
	case errors.Is(err, inspector.ErrNoSpace):
		p := problem(507, "no-space", "disk is full", "there is not enough free disk space to keep deliveries in the trash")
		return 0, withHint(p, "delete for good, which frees space: DELETE with forever=true, or boathook deliveries delete --forever")
	case err != nil:
		return 0, fmt.Errorf("put deliveries into the trash: %w", err)
	}
	if s.opt.Sender == nil {
		return 0, nil
	}
	return s.opt.Sender.StopTrashed(ctx, ids)
}

const deletionFormat = "2006-01-02T15:04:05.000Z"

func deletionText(at time.Time) string { return at.Format(deletionFormat) }

// postRestore takes out of the trash what ids name, a filter matches, or one deletion
// put there.
func (s *Server) postRestore(c *fiber.Ctx) error {
	var in client.Restoration
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if err := oneOf(len(in.IDs) > 0, in.Query != "", in.At != "", in.Last); err != nil {
		return err
	}
	if len(in.IDs) > 0 {
		rows, err := s.named(c.UserContext(), in.IDs)
		if err != nil {
			return err
		}
		s.trash.Lock()
		defer s.trash.Unlock()
		n, err := s.restore(rows, time.Time{})
		if err != nil {
			return err
		}
		return sendJSON(c, 200, client.Restored{Restored: n})
	}
	q, at, err := s.restoration(c.UserContext(), &in)
	if err != nil {
		return err
	}
	v := client.Restored{}
	err = s.changeAll(c.UserContext(), q, func(rows []inspector.Row) error {
		n, err := s.restore(rows, at)
		v.Restored += n
		return err
	})
	if err != nil {
		return err
	}
	return sendJSON(c, 200, v)
}

var inTrash = func() *inspector.Query {
	q, err := inspector.ParseQuery("is:trashed", time.Time{})
	if err != nil {
		panic(err) // it is right
	}
	return q
}()

// restoration says what is to be restored: of what a filter matches, all that is in
// the trash, or what was put there at one time.
func (s *Server) restoration(ctx context.Context, in *client.Restoration) (q *inspector.Query, at time.Time, err error) {
	switch {
	case in.Query != "":
		if q, err = s.selection(in.Query); err != nil || q == nil || q.String() == "" {
			return inTrash, at, err
		}
		q, err = inspector.ParseQuery("is:trashed ("+q.String()+")", s.now())
	case in.Last:
		q = inTrash
		err = s.eachPage(ctx, q, func(rows []inspector.Row) (context.Context, error) {
			for i := range rows {
				if rows[i].Trashed.After(at) {
					at = rows[i].Trashed
				}
			}
			return ctx, nil
		})
	default:
		q = inTrash
		if at, err = time.Parse(time.RFC3339, in.At); err != nil || at.IsZero() {
			err = withHint(badJSON("at", "at is not the time of a deletion"), `take it from the answer to the deletion`)
		}
	}
	return q, at, err
}

// restore takes rows out of the trash that are there since a time, or at all.
func (s *Server) restore(rows []inspector.Row, at time.Time) (int, error) {
	b := inspector.Batch{Workspace: s.ws}
	for i := range rows {
		if r := &rows[i]; r.Flags&inspector.FlagTrashed != 0 && (at.IsZero() || r.Trashed.Equal(at)) {
			b.Patches = append(b.Patches, inspector.Patch{ID: r.ID, Restore: true})
		}
	}
	if len(b.Patches) == 0 {
		return 0, nil
	}
	if _, err := s.opt.Store.Commit(s.ctx, &b); err != nil {
		return 0, fmt.Errorf("restore deliveries: %w", err)
	}
	return len(b.Patches), nil
}

// deleteTrash deletes for good what is in the trash.
func (s *Server) deleteTrash(c *fiber.Ctx) error {
	d := client.Deletion{}
	err := s.changeAll(c.UserContext(), inTrash, func(rows []inspector.Row) error {
		d.Deleted += len(rows)
		return s.erase(s.ctx, idsOf(rows))
	})
	if err != nil {
		return err
	}
	return sendJSON(c, 200, d)
}
