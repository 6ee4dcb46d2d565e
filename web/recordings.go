package web

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web/client"
)

// Recordings is what the API needs of recordings; [proxy.Recordings] has it.
type Recordings interface {
	List() []proxy.Recording
	Get(name string) (proxy.Recording, error)
	Put(ctx context.Context, r proxy.Recording, now time.Time) (proxy.Recording, error)
	Delete(ctx context.Context, name string, rev uint64) error
	Rename(ctx context.Context, from, to string, taken bool, now time.Time) error
	Retag(ctx context.Context, from, to string) (int, error)
}

func (s *Server) recordings() (Recordings, error) {
	if s.opt.Recordings == nil {
		return nil, absent("recordings")
	}
	return s.opt.Recordings, nil
}

// recordingSums are what the deliveries of all recordings add up to.
func (s *Server) recordingSums(ctx context.Context) (map[string]inspector.RecordingSum, error) {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	return s.opt.Store.RecordingSums(ctx, s.ws)
}

// allRecordings are those with an entry and those that only deliveries name.
func (s *Server) allRecordings(ctx context.Context) (client.Recordings, error) {
	kept, err := s.recordings()
	if err != nil {
		return client.Recordings{}, err
	}
	sums, err := s.recordingSums(ctx)
	if err != nil {
		return client.Recordings{}, err
	}
	v := client.Recordings{Recordings: []client.Recording{}}
	seen := map[string]bool{}
	runs := s.runsOfRecordings()
	add := func(r proxy.Recording) {
		one := client.Recording{Recording: r, RecordingSum: sums[r.Name], Query: proxy.RecordingQuery(r.Name)}
		one.Run = runs[one.Query]
		v.Recordings = append(v.Recordings, one)
		seen[r.Name] = true
	}
	for _, r := range kept.List() {
		add(r)
	}
	for name, one := range sums {
		if !seen[name] {
			add(proxy.Recording{Name: name, Created: one.First})
		}
	}
	slices.SortFunc(v.Recordings, func(a, b client.Recording) int { return strings.Compare(a.Name, b.Name) })
	return v, nil
}

// runsOfRecordings are the newest replays by the filter of their source.
func (s *Server) runsOfRecordings() map[string]string {
	byQuery := map[string]string{}
	if s.opt.Runs == nil {
		return byQuery
	}
	for _, r := range s.opt.Runs.List() {
		if r.Kind != proxy.RunReplay {
			continue
		}
		q, err := inspector.ParseQuery(r.Spec.Source.Query, s.now())
		if err != nil {
			continue
		}
		name, ok := strings.CutPrefix(q.String(), "rec:")
		if !ok || strings.ContainsAny(name, " ()") {
			continue
		}
		key := proxy.RecordingQuery(strings.Trim(name, `"`))
		byQuery[key] = cmp.Or(byQuery[key], r.ID)
	}
	return byQuery
}

func (s *Server) listRecordings(c *fiber.Ctx) error {
	v, err := s.allRecordings(c.UserContext())
	if err != nil {
		return err
	}
	return sendJSON(c, 200, v)
}

func (s *Server) recording(ctx context.Context, name string) (client.Recording, error) {
	v, err := s.allRecordings(ctx)
	if err != nil {
		return client.Recording{}, err
	}
	for _, r := range v.Recordings {
		if r.Name == name {
			return r, nil
		}
	}
	return client.Recording{}, notFound("there is no such recording")
}

// nameOf is the name in the address.
func nameOf(c *fiber.Ctx) string {
	name := c.Params("name")
	if plain, err := url.PathUnescape(name); err == nil {
		return plain
	}
	return name
}

func (s *Server) getRecording(c *fiber.Ctx) error {
	r, err := s.recording(c.UserContext(), nameOf(c))
	if err != nil {
		return err
	}
	return sendJSON(c, 200, r)
}

// createRecording makes a recording, of deliveries there are, or that records from
// now on, or empty.
func (s *Server) createRecording(c *fiber.Ctx) error {
	kept, err := s.recordings()
	if err != nil {
		return err
	}
	var in client.RecordingInput
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if _, err := s.recording(c.UserContext(), in.Name); err == nil {
		return configProblem("recording", &proxy.InvalidError{Field: "name", Text: fmt.Sprintf("there is a recording %.80q already", in.Name), Hint: "choose another name, or add to it with a mark rec=NAME"})
	}
	if err := s.checkLive(in.Live); err != nil {
		return err
	}
	var ids []inspector.ID
	if len(in.IDs) > 0 || in.Query != "" {
		if ids, err = s.marked(c.UserContext(), &client.Marks{IDs: in.IDs, Query: in.Query}, func(*inspector.Row) {}); err != nil {
			return err
		}
	}
	if _, err := kept.Put(s.ctx, proxy.Recording{Name: in.Name, Note: in.Note, Expect: in.Expect, Live: in.Live}, s.now()); err != nil {
		return configProblem("recording", err)
	}
	if err := s.patchAll(ids, inspector.Patch{AddTags: []string{inspector.RecordingTag + in.Name}}); err != nil {
		return err
	}
	r, err := s.recording(c.UserContext(), in.Name)
	if err != nil {
		return err
	}
	return sendJSON(c, 201, r)
}

// checkLive wants the inbox to record from to be there.
func (s *Server) checkLive(live *proxy.RecordingLive) error {
	if live == nil || live.Inbox == "" || s.opt.Inboxes == nil {
		return nil
	}
	if _, err := s.opt.Inboxes.Get(live.Inbox); err != nil {
		return configProblem("recording", &proxy.InvalidError{Field: "live.inbox", Text: fmt.Sprintf("there is no inbox %.80q", live.Inbox), Hint: "leave it empty for every inbox"})
	}
	return nil
}

// putRecording changes the entry of a recording, and renames it.
func (s *Server) putRecording(c *fiber.Ctx) error {
	kept, err := s.recordings()
	if err != nil {
		return err
	}
	name := nameOf(c)
	now, err := s.recording(c.UserContext(), name)
	if err != nil {
		return err
	}
	var in proxy.Recording
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if err := s.checkLive(in.Live); err != nil {
		return err
	}
	to := cmp.Or(in.Name, name)
	in.Name, in.Created = name, now.Created
	if _, err := kept.Put(s.ctx, in, s.now()); err != nil {
		return configProblem("recording", err)
	}
	if to != name {
		sums, err := s.recordingSums(s.ctx) // what is half changed by now is changed whole
		if err != nil {
			return err
		}
		_, taken := sums[to]
		if err := kept.Rename(s.ctx, name, to, taken, s.now()); err != nil {
			return configProblem("recording", err)
		}
	}
	r, err := s.recording(c.UserContext(), to)
	if err != nil {
		return err
	}
	return sendJSON(c, 200, r)
}

// deleteRecording puts a recording's deliveries into the trash, or with keep only
// takes its name off them. Those that another recording holds too stay either way.
func (s *Server) deleteRecording(c *fiber.Ctx) error {
	kept, err := s.recordings()
	if err != nil {
		return err
	}
	keep, err := flagOf(c, "keep")
	if err != nil {
		return err
	}
	name := nameOf(c)
	r, err := s.recording(c.UserContext(), name)
	if err != nil {
		return err
	}
	if r.Rev != 0 { // first, so that nothing is recorded any more
		if err := kept.Delete(s.ctx, name, r.Rev); err != nil {
			return configProblem("recording", err)
		}
	}
	d := client.Deletion{}
	if keep {
		_, err = kept.Retag(s.ctx, name, "")
	} else {
		var q *inspector.Query
		if q, err = inspector.ParseQuery(r.Query, s.now()); err == nil {
			d, err = s.discardRecording(q, inspector.RecordingTag+name)
		}
	}
	if err != nil {
		return err
	}
	return sendJSON(c, 200, d)
}

// discardRecording puts what a recording alone holds into the trash, and takes its tag off
// the rest. What has no entry any more is not left half there, so the caller may be gone.
func (s *Server) discardRecording(q *inspector.Query, tag string) (client.Deletion, error) {
	var kept []string
	err := s.changeAll(s.ctx, q, func(rows []inspector.Row) error {
		var ids []inspector.ID
		for i := range rows {
			if slices.ContainsFunc(rows[i].Tags, func(t string) bool { return t != tag && strings.HasPrefix(t, inspector.RecordingTag) }) {
				ids, kept = append(ids, rows[i].ID), append(kept, rows[i].ID.String())
			}
		}
		return s.patchAll(ids, inspector.Patch{DropTags: []string{tag}})
	})
	if err != nil {
		return client.Deletion{}, err
	}
	d, err := s.discardMatching(s.ctx, q)
	d.Kept = kept
	return d, err
}
