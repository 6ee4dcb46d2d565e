package main

import (
	"bytes"
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

// A resend goes beyond what the retry rule allows, and is no "2/1".
func TestTries(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		tries, most int
		want        string
	}{{0, 0, ""}, {2, 0, ""}, {0, 1, ""}, {1, 1, ""}, {2, 1, "2"}, {1, 10, "1/10"}, {10, 10, "10/10"}, {11, 10, "11"}} {
		if got := tryText(&inspector.Row{Tries: c.tries, MaxTries: c.most}); got != c.want {
			t.Errorf("%d of %d: %q, want %q", c.tries, c.most, got, c.want)
		}
	}
}

// What a check prints is in words for a person, in milliseconds for a program.
func TestCheckedDuration(t *testing.T) {
	t.Parallel()
	rows := []inspector.Row{{N: 7, Event: "paid", Status: 200, Duration: 93784567 * time.Microsecond}}
	for person, want := range map[bool]string{
		true:  "      #  event  outcome   took\npass  7  paid   200      1m34s\n",
		false: "pass\t7\tpaid\t200\t93784.567\n",
	} {
		var out bytes.Buffer
		a := &app{out: &terminal.Stream{Writer: &out, Palette: terminal.NewPalette(false), Terminal: person, Width: 80}, rules: newApp().rules}
		if err := a.printChecked(rows, nil); err != nil || out.String() != want {
			t.Errorf("to a person %v: %q, %v; want %q", person, out.String(), err, want)
		}
	}
}
