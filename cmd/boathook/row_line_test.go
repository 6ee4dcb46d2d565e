package main

import (
	"testing"
	"time"

	"github.com/mattn/go-runewidth"

	"github.com/boathook/boathook/cmd/boathook/config"
	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/inspector"
)

// A line of a stream fits the terminal.
func TestRowLineFits(t *testing.T) {
	t.Parallel()
	cfg, err := config.Load(config.Sources{Dir: t.TempDir(), Env: func(string) (string, bool) { return "", false }})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	rows := []inspector.Row{
		{N: 7, At: at, Dir: inspector.In, Event: "paid", Status: 200, Inbox: "demo", Verdict: inspector.Valid, Duration: time.Millisecond, Size: 1234},
		{N: 12345, At: at, Dir: inspector.Out, Event: "an.event.with.a.name.that.goes.on.and.on", Failure: inspector.FailUnreachable, Endpoint: "http://localhost:3000/hooks/that/are/far/away",
			Verdict: inspector.Unchecked, Duration: time.Hour, Size: 1 << 30, Tries: 3, MaxTries: 10},
	}
	for width := 40; width <= 160; width++ {
		a := &app{cfg: cfg, out: &terminal.Stream{Palette: terminal.NewPalette(false), Terminal: true, Width: width}, clock: terminal.Clock{Now: func() time.Time { return at }}, rules: newApp().rules}
		for i := range rows {
			if line := a.rowLine(&rows[i]); runewidth.StringWidth(line) > width {
				t.Errorf("at %d columns: %q takes %d", width, line, runewidth.StringWidth(line))
			}
		}
	}
}
