package memstore

import (
	"bytes"
	"slices"

	"github.com/boathook/boathook/inspector"
)

func cloneRow(r *inspector.Row) inspector.Row {
	c := *r
	c.Tags = slices.Clone(r.Tags)
	return c
}

func cloneAttempt(a *inspector.Attempt) inspector.Attempt {
	c := *a
	c.Request, c.Response = cloneMessage(&a.Request), cloneMessage(&a.Response)
	c.Dropped, c.Notes, c.Secrets = slices.Clone(a.Dropped), slices.Clone(a.Notes), slices.Clone(a.Secrets)
	return c
}

func cloneMessage(m *inspector.Message) inspector.Message {
	c := *m
	c.Head, c.Framing, c.Interim = bytes.Clone(m.Head), bytes.Clone(m.Framing), bytes.Clone(m.Interim)
	return c
}

func sameAttempt(a, b *inspector.Attempt) bool {
	return a.Delivery == b.Delivery && a.K == b.K && a.Target == b.Target && a.Started.Equal(b.Started) &&
		a.Remote == b.Remote && a.Reused == b.Reused && a.Timing == b.Timing && a.Failure == b.Failure &&
		a.Answered == b.Answered && slices.Equal(a.Dropped, b.Dropped) && slices.Equal(a.Notes, b.Notes) && slices.Equal(a.Secrets, b.Secrets) &&
		sameMessage(&a.Request, &b.Request) && sameMessage(&a.Response, &b.Response)
}

func sameMessage(a, b *inspector.Message) bool {
	return bytes.Equal(a.Head, b.Head) && bytes.Equal(a.Framing, b.Framing) && bytes.Equal(a.Interim, b.Interim) &&
		a.Size == b.Size && a.Wanted == b.Wanted && a.Cut == b.Cut
}

func sameRow(a, b *inspector.Row) bool {
	x, y := *a, *b
	x.Tags, y.Tags = nil, nil
	return x.At.Equal(y.At) && equalExceptAt(x, y) && slices.Equal(a.Tags, b.Tags)
}

func equalExceptAt(x, y inspector.Row) bool {
	return x.ID == y.ID && x.Flags == y.Flags && x.Verdict == y.Verdict && x.Scheme == y.Scheme &&
		x.Cause == y.Cause && x.Status == y.Status && x.Failure == y.Failure && x.Duration == y.Duration &&
		x.RespSize == y.RespSize && x.Tries == y.Tries && x.MaxTries == y.MaxTries && x.Trashed.Equal(y.Trashed)
}

// rowBytes estimates the memory of a row.
func rowBytes(r *inspector.Row) int64 {
	n := 450 + len(r.Provider) + len(r.Event) + len(r.EventID) + len(r.Inbox) + len(r.Endpoint) + len(r.Channel) +
		len(r.Cause) + len(r.Run) + len(r.Method) + len(r.Target) + len(r.Host) + len(r.Source)
	for _, tag := range r.Tags {
		n += 16 + len(tag)
	}
	return int64(n)
}

// attemptBytes estimates the memory of an attempt without bodies.
func attemptBytes(a *inspector.Attempt) int64 {
	return int64(500 + len(a.Target) + len(a.Remote) + len(a.Request.Head) + len(a.Request.Framing) +
		len(a.Response.Head) + len(a.Response.Framing) + len(a.Response.Interim) + len(a.Failure.Text))
}
