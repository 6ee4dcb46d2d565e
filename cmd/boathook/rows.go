package main

import (
	"strconv"
	"strings"
	"time"

	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/inspector"
)

// rowColumns are the columns of a row in a pipe, in this order for good.
const rowColumns = "number, time, direction, outcome, method, target, inbox or endpoint, event, milliseconds, body bytes, id, verdict, cause"

func outcome(r *inspector.Row) terminal.Outcome {
	return terminal.Outcome{Status: r.Status, Failure: r.Failure, Kept: kept(r)}
}

// kept reports whether a message was recorded for an endpoint without a mail server.
func kept(r *inspector.Row) bool {
	return r.Method == "MAIL" && r.Tries > 0 && r.Status == 0 && r.Failure == "" && r.Flags&inspector.FlagRetrying == 0
}

// settled reports whether a row's last outcome is known.
func settled(r *inspector.Row) bool { return r.Status != 0 || r.Failure != "" || kept(r) }

// where is the inbox or the endpoint of a delivery.
func where(r *inspector.Row) string { return first(r.Inbox, r.Endpoint) }

// what is the event's name, or the request line while no provider is known.
func (a *app) what(r *inspector.Row) string {
	if r.Event != "" {
		return r.Event
	}
	return r.Method + " " + a.target(r.Target)
}

func (a *app) arrow(r *inspector.Row) string {
	in, out := "←", "→"
	if a.cfg.On("ascii") {
		in, out = "<", ">"
	}
	if r.Dir == inspector.Out {
		return a.out.Out.Sprint(out)
	}
	return a.out.In.Sprint(in)
}

// pipeRow is a row for a program: all of it, tab-separated.
func (a *app) pipeRow(r *inspector.Row) []terminal.Cell {
	texts := []string{
		strconv.FormatUint(r.N, 10), a.clock.Write(r.At, false), string(r.Dir), outcome(r).Word(), r.Method, a.target(r.Target),
		where(r), r.Event, millisText(r.Duration),
		strconv.FormatInt(r.Size, 10), r.ID.String(),
		string(r.Verdict), r.Cause,
	}
	cells := make([]terminal.Cell, len(texts))
	for i, t := range texts {
		cells[i].Text = t
	}
	return cells
}

func (a *app) verdictPaint(v inspector.Verdict) func(...any) string {
	switch v {
	case inspector.Valid:
		return a.out.Good.Sprint
	case inspector.Stale:
		return a.out.Warn.Sprint
	}
	return a.out.Bad.Sprint
}

// shorten cuts text for a terminal's width, with a visible mark.
func (a *app) shorten(text string, width int) string {
	return terminal.Shorten(text, width, a.cfg.On("ascii"))
}

// rowTable lists rows.
func (a *app) rowTable(rows []inspector.Row) error {
	t := terminal.Table{Header: []string{"#", "time", "", "request", "outcome", "sig", "took", "size", "where"}, Spare: []string{"size", "took", "time", "where", "sig"}}
	for i := range rows {
		r := &rows[i]
		if !a.out.Terminal {
			t.Rows = append(t.Rows, a.pipeRow(r))
			continue
		}
		o := outcome(r)
		dir := map[inspector.Dir]string{inspector.In: "←", inspector.Out: "→"}[r.Dir]
		if a.cfg.On("ascii") {
			dir = strings.NewReplacer("←", "<", "→", ">").Replace(dir)
		}
		paintDir := a.out.In
		if r.Dir == inspector.Out {
			paintDir = a.out.Out
		}
		width := 48
		if a.out.Width > 0 {
			width = a.out.Width
		}
		t.Rows = append(t.Rows, []terminal.Cell{
			{Text: strconv.FormatUint(r.N, 10), Right: true}, {Text: a.clock.Write(r.At, true), Paint: a.out.Dim.Sprint},
			{Text: dir, Paint: paintDir.Sprint}, {Text: a.shorten(terminal.Safe(a.what(r)), width), Paint: a.out.Bold.Sprint},
			{Text: o.Shape(a.cfg.On("ascii")) + " " + o.Word(), Paint: a.out.Paint(o).Sprint},
			{Text: a.verdictSign(r.Verdict), Paint: a.verdictPaint(r.Verdict)},
			{Text: terminal.Duration(r.Duration), Right: true}, {Text: terminal.Bytes(r.Size), Right: true},
			{Text: where(r), Paint: a.out.Dim.Sprint},
		})
	}
	return t.Write(a.out)
}

// safeWhat is what for a terminal.
func (a *app) safeWhat(r *inspector.Row) string { return terminal.Safe(a.what(r)) }

// safeLine is foreign text on one line.
func safeLine(s string) string { return terminal.Safe(s) }

// millisText is a length of time in milliseconds, for programs.
func millisText(d time.Duration) string { return number(float64(d.Microseconds()) / 1000) }

// shortly is a length of time in words.
func shortly(d time.Duration) string { return terminal.Duration(d) }

// rule is a remark between rows.
func (a *app) rule(text string) string {
	if a.cfg.On("ascii") {
		return "-- " + text + " --"
	}
	return "── " + text + " ──"
}
