package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/web/client"
)

// printPlan says what would happen to an event.
func (a *app) printPlan(event string, sent *client.Sent) error {
	if a.flags.json {
		return a.emit(sent)
	}
	for i := range sent.Plan {
		if err := a.planItem(&sent.Plan[i]); err != nil {
			return err
		}
	}
	a.say("nothing was sent; this is what would happen to %s", terminal.Safe(event))
	return nil
}

func (a *app) planItem(p *client.PlanItem) error {
	sign := a.out.Good.Sprint("send")
	if !p.Matched {
		sign = a.out.Dim.Sprint("skip")
	}
	if err := a.out.Printf("%s  %s  %s  %s\n", sign, a.out.Bold.Sprint(terminal.Safe(first(p.Endpoint, p.URL))), terminal.Safe(p.URL), a.out.Dim.Sprint(terminal.Safe(p.Reason))); err != nil {
		return err
	}
	if !p.Matched {
		return nil
	}
	signed := "not signed"
	if p.Signature != "" {
		signed = "signed as " + p.Signature
	}
	lines := [][2]string{{"", fmt.Sprintf("%s, %s, %s", p.Method, terminal.Bytes(int64(p.Size)), signed)}}
	for _, h := range p.Headers {
		lines = append(lines, [2]string{"", h.Name + ": " + h.Value})
	}
	for _, n := range p.Notes {
		lines = append(lines, [2]string{"", "note: " + n})
	}
	lines = append(lines, [2]string{"", "tries " + a.out.Own(triesText(p.Tries))})
	for _, l := range lines {
		if err := a.out.Printf("      %s\n", terminal.Safe(l[1])); err != nil {
			return err
		}
	}
	return nil
}

// triesText lists when tries would be made: at 0ms, 1m, 2m …
func triesText(tries []client.PlanTry) string {
	var words []string
	for i, t := range tries {
		if i == 12 {
			words = append(words, fmt.Sprintf("… %d in all", len(tries)))
			break
		}
		words = append(words, terminal.Duration(time.Duration(t.At*float64(time.Second))))
	}
	text := "at " + strings.Join(words, ", ")
	if n := len(tries); n > 1 && tries[n-1].Ours < tries[n-1].At {
		text += fmt.Sprintf("; the last one %s from now by our clock", terminal.Duration(time.Duration(tries[n-1].Ours*float64(time.Second))))
	}
	return text
}
