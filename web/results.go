package web

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/proxy/portable"
)

// maxResults is how many deliveries of a replay a report holds.
const maxResults = 100_000

// getResults writes what a replay of a recording came to, as JUnit XML. It is of the
// last replay and the recording's own expectation where run and expect are not given.
func (s *Server) getResults(c *fiber.Ctx) error {
	r, err := s.recording(c.UserContext(), nameOf(c))
	if err != nil {
		return err
	}
	runs, err := s.runs()
	if err != nil {
		return err
	}
	id := cmp.Or(c.Query("run"), r.Run)
	if id == "" {
		return withHint(problem(409, "not-replayed", "not replayed yet", "the recording was not replayed yet"), "replay all of it first")
	}
	run, err := runs.Get(id)
	if err != nil {
		return runProblem(err)
	}
	if !run.State.Over() {
		return problem(409, "under-way", "run is not over", "its results are there when it is over")
	}
	res := portable.Results{Name: r.Name, Expect: cmp.Or(c.Query("expect"), r.Expect, "-is:failed"), Failed: map[inspector.ID]bool{}, Mask: s.rules()}
	if len(res.Expect) > maxQuery {
		return badParameter("expect", "the filter is too long")
	}
	if _, err := inspector.ParseQuery(res.Expect, s.now()); err != nil {
		return err
	}
	if res.Rows, err = s.allOf(c, run.Query); err != nil {
		return err
	}
	bad, err := s.allOf(c, run.Query+" -("+res.Expect+")")
	if err != nil {
		return err
	}
	for i := range bad {
		res.Failed[bad[i].ID] = true
	}
	recorded, err := s.allOf(c, r.Query)
	if err != nil {
		return err
	}
	res.Source = sources(res.Rows, recorded)
	var out bytes.Buffer
	if err := res.WriteJUnit(&out); err != nil {
		return err
	}
	asBytes(c, "boathook-"+run.ID+".xml")
	return c.Send(out.Bytes())
}

// sources are the numbers of the recorded deliveries that others were made of.
func sources(made, recorded []inspector.Row) map[inspector.ID]uint64 {
	numbers := map[inspector.ID]uint64{}
	for i := range recorded {
		numbers[recorded[i].ID] = recorded[i].N
	}
	out := map[inspector.ID]uint64{}
	for i := range made {
		id, _ := proxy.SourceOf(&made[i])
		if n, ok := numbers[id]; ok {
			out[made[i].ID] = n
		}
	}
	return out
}

// allOf are the deliveries of a filter, oldest first.
func (s *Server) allOf(c *fiber.Ctx, query string) ([]inspector.Row, error) {
	ctx, cancel := s.reading(c)
	defer cancel()
	q, err := inspector.ParseQuery(query, s.now())
	if err != nil {
		return nil, err
	}
	var rows []inspector.Row
	for list := (inspector.ListQuery{Workspace: s.ws, Query: q, Limit: maxRows}); ; {
		page, err := s.opt.Store.List(ctx, list)
		if err != nil {
			return nil, err
		}
		if rows = append(rows, page.Rows...); len(rows) > maxResults {
			return nil, badParameter("run", fmt.Sprintf("the run has over %d deliveries, too many for one report", maxResults))
		}
		if list.Before = page.Next; list.Before == "" {
			slices.Reverse(rows)
			return rows, nil
		}
	}
}
