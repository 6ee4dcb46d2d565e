package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/proxy"
)

// runProgress shows on standard error how far a run is: a bar on a terminal, a line
// every tenth elsewhere.
type runProgress struct {
	a     *app
	bar   *progressbar.ProgressBar
	tenth int // that were told
}

func (a *app) newRunProgress() *runProgress { return &runProgress{a: a} }

var runWords = map[proxy.RunKind]string{
	proxy.RunReplay: "Replaying", proxy.RunResend: "Resending", proxy.RunBackfill: "Backfilling", proxy.RunRecheck: "Rechecking",
}

func (p *runProgress) show(run *proxy.Run) {
	a := p.a
	if a.flags.quiet || run.Total == 0 {
		return
	}
	word := first(runWords[run.Kind], "Running")
	if run.State == proxy.RunPaused {
		word = "Paused"
	}
	if a.err.Terminal {
		if p.bar == nil {
			p.bar = progressbar.NewOptions(run.Total, progressbar.OptionSetWriter(a.err), progressbar.OptionSetPredictTime(false), progressbar.OptionSetElapsedTime(false),
				progressbar.OptionClearOnFinish(), progressbar.OptionUseANSICodes(true), progressbar.OptionSetWidth(20), progressbar.OptionSetTheme(barTheme(a.cfg.On("ascii"))))
		}
		p.bar.ChangeMax(run.Total)
		_ = p.bar.Set(min(run.Done, run.Total-1)) // a bar that cannot be drawn is no failure; the last step is the end
		p.bar.Describe(fmt.Sprintf("%s %s  %s%s", word, runCount(run), pace(run), a.outcomeCounts(a.err, run)))
		return
	}
	if tenth := run.Done * 10 / run.Total; tenth > p.tenth {
		p.tenth = tenth
		a.say("%s %s  %s%s", word, runCount(run), pace(run), a.outcomeCounts(a.err, run))
	}
}

func (p *runProgress) end() {
	if p.bar != nil {
		_ = p.bar.Finish() // see show
		_ = p.bar.Clear()
	}
}

// pace is how fast a run is and how long it still takes.
func pace(run *proxy.Run) string {
	text := ""
	if run.Rate > 0 {
		text += fmt.Sprintf("%.0f/s  ", run.Rate)
	}
	if run.ETA != nil && *run.ETA > 0 {
		text += terminal.Duration(time.Duration(*run.ETA*float64(time.Second))) + " left  "
	}
	return text
}

func runCount(run *proxy.Run) string {
	return terminal.Count(run.Done) + "/" + terminal.Count(run.Total)
}

// outcomeCounts are the outcomes of a run with their shapes: ● 1,180 ■ 24.
func (a *app) outcomeCounts(s *terminal.Stream, run *proxy.Run) string {
	var words []string
	for _, class := range sortedKeys(run.Outcomes) {
		if run.Kind == proxy.RunRecheck {
			words = append(words, class+" "+terminal.Count(run.Outcomes[class]))
			continue
		}
		o := outcomeOf(class)
		words = append(words, s.Paint(o).Sprintf("%s %s", o.Shape(a.cfg.On("ascii")), terminal.Safe(class))+" "+terminal.Count(run.Outcomes[class]))
	}
	if run.Skipped > 0 {
		words = append(words, terminal.Count(run.Skipped)+" skipped")
	}
	return strings.Join(words, "  ")
}

// outcomeOf is the outcome that stands for a class such as 5xx or refused.
func outcomeOf(class string) terminal.Outcome {
	if len(class) == 3 && class[1:] == "xx" && class[0] >= '1' && class[0] <= '5' {
		return terminal.Outcome{Status: int(class[0]-'0') * 100}
	}
	return terminal.Outcome{Failure: class}
}

// badOutcomes are the classes of what failed.
func badOutcomes(run *proxy.Run) []string {
	return slices.DeleteFunc(sortedKeys(run.Outcomes), func(class string) bool { return class == "2xx" })
}
