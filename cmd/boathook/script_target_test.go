package main

import (
	"bytes"
	"os"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// targetsKey finds the targets of a script.
type targetsKey struct{}

func targetOf(ts *testscript.TestScript, name string) *target {
	tg := ts.Value(targetsKey{}).(map[string]*target)[name]
	if tg == nil {
		ts.Fatalf("there is no target %s", name)
	}
	return tg
}

// target NAME STATUS…: starts a receiver that keeps the bytes it gets, and puts its
// port into the variable NAME. It answers with one status after the other, and with
// the last one from then on.
func cmdTarget(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: target NAME STATUS…")
	}
	var answers []int
	for _, text := range args[1:] {
		status, err := strconv.Atoi(text)
		ts.Check(err)
		answers = append(answers, status)
	}
	tg, stop, err := newTarget(answers...)
	ts.Check(err)
	ts.Defer(stop)
	ts.Value(targetsKey{}).(map[string]*target)[args[0]] = tg
	ts.Setenv(args[0], tg.addr[strings.LastIndexByte(tg.addr, ':')+1:])
}

// arrived NAME N FILE: waits for the Nth request, and writes its bytes into FILE, and
// into FILE.txt as text: the port of the target is PORT there, and a line end that is
// not CRLF is written \n.
func cmdArrived(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: arrived NAME N FILE")
	}
	tg := targetOf(ts, args[0])
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	await(ts, "wait for request "+args[1], func() bool { return len(tg.arrived()) >= n })
	raw := tg.arrived()[n-1].raw
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), raw, 0o600))
	var text bytes.Buffer
	for _, line := range bytes.SplitAfter(raw, []byte("\n")) {
		if whole, ok := bytes.CutSuffix(line, []byte("\r\n")); ok {
			text.Write(append(whole, '\n'))
		} else {
			text.Write(bytes.ReplaceAll(line, []byte("\n"), []byte(`\n`)))
		}
	}
	shown := strings.ReplaceAll(text.String(), ts.Getenv(args[0]), "PORT")
	ts.Check(os.WriteFile(ts.MkAbs(args[2]+".txt"), []byte(strings.TrimSuffix(shown, "\n")+"\n"), 0o600))
}

// arrivals NAME N: fails unless N requests have come by now.
func cmdArrivals(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: arrivals NAME N")
	}
	if got := strconv.Itoa(len(targetOf(ts, args[0]).arrived())); got != args[1] {
		ts.Fatalf("%s requests have come, want %s", got, args[1])
	}
}

// evened NAME RUN: waits until as many requests have come as a run has done.
func cmdEvened(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: evened NAME RUN")
	}
	tg := targetOf(ts, args[0])
	await(ts, "wait for the end of what is under way", func() bool {
		ts.Check(ts.Exec("boathook", "runs", "view", args[1], "--json", "--jq", ".done"))
		return strings.TrimSpace(ts.ReadFile("stdout")) == strconv.Itoa(len(tg.arrived()))
	})
}
