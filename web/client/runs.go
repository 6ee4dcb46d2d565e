package client

import (
	"context"
	"net/http"
	"net/url"

	"github.com/boathook/boathook/proxy"
)

// Runs are runs, the newest first.
type Runs struct {
	Runs []proxy.Run `json:"runs"`
}

// ListRuns returns all runs that are kept, the newest first.
func (c *Client) ListRuns(ctx context.Context) ([]proxy.Run, error) {
	var v Runs
	err := c.call(ctx, http.MethodGet, "/runs", nil, &v)
	return v.Runs, err
}

// GetRun returns a run.
func (c *Client) GetRun(ctx context.Context, id string) (proxy.Run, error) {
	var v proxy.Run
	err := c.call(ctx, http.MethodGet, "/runs/"+url.PathEscape(id), nil, &v)
	return v, err
}

// StartRun starts a run.
func (c *Client) StartRun(ctx context.Context, spec proxy.RunSpec) (proxy.Run, error) {
	var v proxy.Run
	spec.DryRun = false
	err := c.call(ctx, http.MethodPost, "/runs", spec, &v)
	return v, err
}

// PlanRun says what a run would do, and does nothing.
func (c *Client) PlanRun(ctx context.Context, spec proxy.RunSpec) (proxy.RunPlan, error) {
	var v proxy.RunPlan
	spec.DryRun = true
	err := c.call(ctx, http.MethodPost, "/runs", spec, &v)
	return v, err
}

// PauseRun has a run start nothing more until it is resumed.
func (c *Client) PauseRun(ctx context.Context, id string) (proxy.Run, error) {
	return c.steer(ctx, id, "pause")
}

// ResumeRun lets a paused or interrupted run go on.
func (c *Client) ResumeRun(ctx context.Context, id string) (proxy.Run, error) {
	return c.steer(ctx, id, "resume")
}

// CancelRun ends a run. What is under way is still recorded.
func (c *Client) CancelRun(ctx context.Context, id string) (proxy.Run, error) {
	return c.steer(ctx, id, "cancel")
}

// RetryFailed starts a new run over the failures of one that is over.
func (c *Client) RetryFailed(ctx context.Context, id string) (proxy.Run, error) {
	return c.steer(ctx, id, "retry-failed")
}

func (c *Client) steer(ctx context.Context, id, what string) (proxy.Run, error) {
	var v proxy.Run
	err := c.call(ctx, http.MethodPost, "/runs/"+url.PathEscape(id)+"/"+what, struct{}{}, &v)
	return v, err
}

// BackfillInput chooses the earlier events that an endpoint is sent.
type BackfillInput struct {
	Query  string `json:"q"`     // filter of deliveries, "": all
	Limit  int    `json:"limit"` // the most events, 0: all
	DryRun bool   `json:"dry_run"`
}
