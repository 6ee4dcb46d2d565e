package web

import (
	"context"
	"errors"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web/client"
)

// Runs is what the API needs of the long jobs; [proxy.Runs] has it.
type Runs interface {
	List() []proxy.Run
	Get(id string) (proxy.Run, error)
	Start(ctx context.Context, spec proxy.RunSpec) (proxy.Run, error)
	Plan(ctx context.Context, spec proxy.RunSpec) (proxy.RunPlan, error)
	Pause(ctx context.Context, id string) (proxy.Run, error)
	Resume(ctx context.Context, id string) (proxy.Run, error)
	Cancel(ctx context.Context, id string) (proxy.Run, error)
	RetryFailed(ctx context.Context, id string) (proxy.Run, error)
}

func (s *Server) runs() (Runs, error) {
	if s.opt.Runs == nil {
		return nil, absent("runs")
	}
	return s.opt.Runs, nil
}

// runProblem turns what runs refuse into an answer.
func runProblem(err error) error {
	switch {
	case errors.Is(err, proxy.ErrRunOver):
		return problem(409, "run-over", "run is over", err.Error())
	case errors.Is(err, proxy.ErrTooManyRuns):
		return problem(409, "too-many-runs", "too many runs", proxy.ErrTooManyRuns.Error())
	case errors.Is(err, proxy.ErrNoFailures):
		return problem(409, "no-failures", "nothing to try again", "the run has no failures that could be sent again")
	case errors.Is(err, proxy.ErrUnderWay):
		return problem(409, "under-way", "run is not over", "its failures can be tried again when it is over; cancel it first")
	case isGone(err):
		return notFound("there is no such run")
	}
	var host *proxy.HostError
	if errors.As(err, &host) {
		return sendingProblem(err)
	}
	return configProblem("run", err)
}

func (s *Server) listRuns(c *fiber.Ctx) error {
	runs, err := s.runs()
	if err != nil {
		return err
	}
	return sendJSON(c, 200, client.Runs{Runs: list(runs.List())})
}

func (s *Server) getRun(c *fiber.Ctx) error {
	runs, err := s.runs()
	if err != nil {
		return err
	}
	r, err := runs.Get(c.Params("id"))
	if err != nil {
		return runProblem(err)
	}
	return sendJSON(c, 200, r)
}

// postRun starts a run, or says what it would do.
func (s *Server) postRun(c *fiber.Ctx) error {
	runs, err := s.runs()
	if err != nil {
		return err
	}
	var spec proxy.RunSpec
	if err := readJSON(c, &spec); err != nil {
		return err
	}
	return s.startRun(c, runs, spec)
}

func (s *Server) startRun(c *fiber.Ctx, runs Runs, spec proxy.RunSpec) error {
	ctx, cancel := s.reading(c)
	defer cancel()
	if spec.DryRun {
		plan, err := runs.Plan(ctx, spec)
		if err != nil {
			return runProblem(err)
		}
		return sendJSON(c, 200, plan)
	}
	r, err := runs.Start(ctx, spec)
	if err != nil {
		return runProblem(err)
	}
	return startedRun(c, r)
}

func startedRun(c *fiber.Ctx, r proxy.Run) error {
	c.Set("Location", apiPrefix+"runs/"+r.ID)
	return sendJSON(c, 202, r)
}

// postBackfill sends earlier events to an endpoint.
func (s *Server) postBackfill(c *fiber.Ctx) error {
	runs, err := s.runs()
	if err != nil {
		return err
	}
	var in client.BackfillInput
	if err := readJSON(c, &in); err != nil {
		return err
	}
	return s.startRun(c, runs, proxy.RunSpec{Kind: proxy.RunBackfill, Endpoint: c.Params("name"), Query: in.Query, Limit: in.Limit, DryRun: in.DryRun})
}

func (s *Server) pauseRun(c *fiber.Ctx) error  { return s.steerRun(c, Runs.Pause) }
func (s *Server) resumeRun(c *fiber.Ctx) error { return s.steerRun(c, Runs.Resume) }
func (s *Server) cancelRun(c *fiber.Ctx) error { return s.steerRun(c, Runs.Cancel) }

func (s *Server) steerRun(c *fiber.Ctx, do func(Runs, context.Context, string) (proxy.Run, error)) error {
	ctx, cancel := s.brief()
	defer cancel()
	r, err := s.steered(ctx, c, do)
	if err != nil {
		return err
	}
	return sendJSON(c, 200, r)
}

// retryRun starts a new run over the failures of one that is over.
func (s *Server) retryRun(c *fiber.Ctx) error {
	ctx, cancel := s.reading(c)
	defer cancel()
	r, err := s.steered(ctx, c, Runs.RetryFailed)
	if err != nil {
		return err
	}
	return startedRun(c, r)
}

func (s *Server) steered(ctx context.Context, c *fiber.Ctx, do func(Runs, context.Context, string) (proxy.Run, error)) (proxy.Run, error) {
	runs, err := s.runs()
	if err != nil {
		return proxy.Run{}, err
	}
	if err := readEmpty(c); err != nil {
		return proxy.Run{}, err
	}
	r, err := do(runs, ctx, c.Params("id"))
	if err != nil {
		return r, runProblem(err)
	}
	return r, nil
}

// getFailures answers a page of what failed in a run, newest first.
func (s *Server) getFailures(c *fiber.Ctx) error {
	runs, err := s.runs()
	if err != nil {
		return err
	}
	r, err := runs.Get(c.Params("id"))
	if err != nil {
		return runProblem(err)
	}
	if r.Query == "" {
		return notFound("a recheck sends nothing, so nothing of it fails")
	}
	c.Context().QueryArgs().Set("q", r.Query+" is:failed")
	return s.listDeliveries(c)
}
