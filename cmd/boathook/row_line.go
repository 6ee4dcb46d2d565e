package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/mattn/go-runewidth"

	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/inspector"
)

// printRow writes one row of a stream as it comes.
func (a *app) printRow(r *inspector.Row) error {
	if !a.out.Terminal {
		return (&terminal.Table{Rows: [][]terminal.Cell{a.pipeRow(r)}}).Write(a.out)
	}
	return a.out.Printf("%s\n", a.rowLine(r))
}

// Widths of terminals from which the time, the size and how long it took are shown.
const (
	widthOfTime = 42 // and its own
	widthOfSize = 80
	widthOfTook = 70
)

// rowLine is a row on one line. What stands where depends on the width of the
// terminal alone, so that the lines of a stream are in columns.
func (a *app) rowLine(r *inspector.Row) string {
	wide := a.out.Width
	if wide == 0 {
		wide = 120
	}
	o := outcome(r)
	var left []string
	right := fmt.Sprintf("%s %-9s", o.Shape(a.cfg.On("ascii")), o.Word())
	used := 9 + 11 // by what is always there: arrow and number, the outcome
	if at := a.clock.Write(r.At, true); wide >= widthOfTime+len(at) {
		left, used = append(left, a.out.Dim.Sprint(at)), used+len(at)+1
	}
	number := fmt.Sprintf("%5s", "#"+strconv.FormatUint(r.N, 10))
	long := runewidth.StringWidth(right) - 11 + len(number) - 5 // beyond what is usual
	right = a.out.Paint(o).Sprint(right)
	if wide >= widthOfTook {
		right, used = fmt.Sprintf("%s  %6s", right, terminal.Duration(r.Duration)), used+8
	}
	if wide >= widthOfSize {
		right, used = fmt.Sprintf("%s %6s", right, terminal.Bytes(r.Size)), used+7
	}
	tail := max(14, wide/4-6) // for the place at the end
	name := min(max(wide-used-tail, 12), 48)
	left = append(left, a.arrow(r), number, a.out.Bold.Sprint(runewidth.FillRight(a.shorten(a.safeWhat(r), name), name)), right)
	return strings.TrimRight(strings.Join(left, " ")+a.rowTail(r, wide-used-name-long), " ")
}

// rowTail is the end of a line: where, and as far as there is room the verdict and the try.
func (a *app) rowTail(r *inspector.Row, room int) string {
	ends := ""
	if sign := a.verdictSign(r.Verdict); sign != "" {
		ends, room = "  "+a.verdictPaint(r.Verdict)("sig "+sign), room-7
	}
	const least = 8
	if try := tryText(r); try != "" && room-len(try)-8 >= least {
		ends, room = ends+"  try "+try, room-len(try)-6
	}
	at := a.shorten(terminal.Safe(where(r)), max(room-2, 0))
	if at == "" || room-2 < min(least, runewidth.StringWidth(where(r))) {
		return ends
	}
	return "  " + a.out.Dim.Sprint(at) + ends
}
