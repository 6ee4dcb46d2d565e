package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/fatih/color"

	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/inspector/compare"
	"github.com/boathook/boathook/web/client"
)

// diffSigns are the signs of changes, the same in every form of output.
var diffSigns = map[compare.Op]string{
	compare.Changed: "~", compare.Added: "+", compare.Removed: "-", compare.Spelled: "=", compare.Moved: ">",
}

func (a *app) diffPaint(op compare.Op) *color.Color {
	switch op {
	case compare.Added:
		return a.out.Good
	case compare.Removed:
		return a.out.Bad
	}
	return a.out.Warn
}

// printPatch writes the operations that turn the first body into the second.
func (a *app) printPatch(v *client.Comparison) error {
	if kind := v.Body.Kind; kind != compare.JSON && kind != compare.Same {
		return fail(exitFailed, "", "the bodies are compared as %s, and a JSON Patch is for two JSON bodies", kind)
	}
	patch := v.Body.Patch
	if patch == nil {
		patch = []compare.PatchOp{}
	}
	data, err := json.Marshal(patch)
	if err != nil {
		return fmt.Errorf("write the patch: %w", err)
	}
	return a.printText(string(data))
}

func (a *app) printDiff(v *client.Comparison) error {
	if a.out.Terminal {
		if err := a.diffHead(v); err != nil {
			return err
		}
	}
	if err := a.changes("header", "headers", v.Head); err != nil {
		return err
	}
	if err := a.changes("body", "body", v.Body.Changes); err != nil {
		return err
	}
	if more := v.Body.Count - len(v.Body.Changes); v.Body.Kind == compare.JSON && more > 0 {
		a.say("%s %s of the body are not listed", a.err.Warn.Sprint("note:"), plural(more, "further change", "further changes"))
	}
	if err := a.unified(v.Body.Unified); err != nil {
		return err
	}
	if err := a.ranges(v.Body.Ranges); err != nil {
		return err
	}
	if v.Body.Cut {
		a.say("%s one of the bodies is not whole; what is missing was not compared", a.err.Warn.Sprint("note:"))
	}
	return nil
}

// diffHead says what is compared, and the outcome in one line.
func (a *app) diffHead(v *client.Comparison) error {
	for _, side := range []struct {
		name string
		*client.Side
	}{{"A", &v.A}, {"B", &v.B}} {
		r := &side.Row
		o := outcome(r)
		err := a.out.Printf("%s  #%d attempt %d  %s  %s %s\n", a.out.Bold.Sprint(side.name), r.N, side.K,
			a.out.Paint(o).Sprint(o.Shape(a.cfg.On("ascii")), " ", o.Word()), a.safeWhat(r), a.out.Dim.Sprint(a.clock.Write(r.At, true)))
		if err != nil {
			return err
		}
	}
	text := a.diffCounts(v)
	if v.Equal {
		text = a.out.Good.Sprint(text)
	}
	return a.out.Printf("%s\n", text)
}

func (a *app) diffCounts(v *client.Comparison) string {
	counts := map[compare.Op]int{}
	for _, c := range append(append([]compare.Change{}, v.Head...), v.Body.Changes...) {
		counts[c.Op]++
	}
	var words []string
	for _, op := range []compare.Op{compare.Changed, compare.Added, compare.Removed, compare.Spelled, compare.Moved} {
		if n := counts[op]; n > 0 {
			words = append(words, fmt.Sprintf("%s %s", terminal.Count(n), map[compare.Op]string{
				compare.Changed: "changed", compare.Added: "added", compare.Removed: "removed", compare.Spelled: "written otherwise", compare.Moved: "moved",
			}[op]))
		}
	}
	switch {
	case v.Body.Kind == compare.Text:
		words = append(words, "the texts differ")
	case v.Body.Kind == compare.Binary:
		words = append(words, plural(len(v.Body.Ranges), "range of bytes differs", "ranges of bytes differ"))
	}
	if v.Equal {
		words = append(words, "the "+v.Part+"s are the same")
	}
	if v.Ignored > 0 {
		words = append(words, terminal.Count(v.Ignored)+" ignored")
	}
	return a.out.Own(strings.Join(words, " · "))
}

// changes lists the changes of one part.
func (a *app) changes(where, title string, changes []compare.Change) error {
	table := terminal.Table{}
	for _, c := range changes {
		place := where
		if c.Path == "start" && where == "header" {
			place = "start"
		}
		paint := a.diffPaint(c.Op).Sprint
		sign := diffSigns[c.Op]
		if !a.out.Terminal {
			table.Rows = append(table.Rows, []terminal.Cell{{Text: place}, {Text: sign}, {Text: c.Path}, {Text: c.A}, {Text: c.B}})
			continue
		}
		table.Rows = append(table.Rows, []terminal.Cell{{Text: "  " + sign, Paint: paint}, {Text: first(c.Path, "(the whole body)"), Paint: a.out.Name.Sprint}, {Text: a.values(c), Paint: paint}})
	}
	if a.out.Terminal && len(changes) > 0 {
		if err := a.out.Printf("%s\n", a.out.Bold.Sprint(title)); err != nil {
			return err
		}
	}
	return table.Write(a.out)
}

// values are both sides of a change for a person.
func (a *app) values(c compare.Change) string {
	width := 40
	if a.out.Width > 0 {
		width = max((a.out.Width-30)/2, 16)
	}
	arrow := " → "
	if a.cfg.On("ascii") {
		arrow = " -> "
	}
	one, two := a.shorten(terminal.Safe(c.A), width), a.shorten(terminal.Safe(c.B), width)
	switch c.Op {
	case compare.Added:
		return two
	case compare.Removed:
		return one
	}
	return one + arrow + two
}

// unified prints a unified diff, its lines in the colours of changes.
func (a *app) unified(text string) error {
	for line := range strings.Lines(text) {
		paint := a.out.Dim
		switch line[0] {
		case '+':
			paint = a.out.Good
		case '-':
			paint = a.out.Bad
		case '@':
			paint = a.out.Number
		}
		if err := a.out.Printf("%s\n", paint.Sprint(terminal.SafeText(strings.TrimRight(line, "\n")))); err != nil {
			return err
		}
	}
	return nil
}

// ranges prints the bytes that differ.
func (a *app) ranges(ranges []compare.Range) error {
	table := terminal.Table{Header: []string{"", "", "bytes", "A", "B"}}
	for _, r := range ranges {
		sign := diffSigns[compare.Changed]
		switch {
		case r.LenA == 0:
			sign = diffSigns[compare.Added]
		case r.LenB == 0:
			sign = diffSigns[compare.Removed]
		}
		table.Rows = append(table.Rows, []terminal.Cell{
			{Text: "body"}, {Text: sign, Paint: a.out.Warn.Sprint}, {Text: fmt.Sprintf("%d+%d", r.At, max(r.LenA, r.LenB))},
			{Text: hexOf(r.A, r.LenA)}, {Text: hexOf(r.B, r.LenB)},
		})
	}
	if len(ranges) == 0 {
		return nil
	}
	return table.Write(a.out)
}

// hexOf writes bytes; all of them are length.
func hexOf(p []byte, length int) string {
	text := hex.EncodeToString(p)
	if len(p) < length {
		text += "…"
	}
	return text
}
