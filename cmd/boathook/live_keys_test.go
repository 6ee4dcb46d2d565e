//go:build unix

package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// What the keys of the full screen do, in a real terminal on a real server.
func TestFullScreenKeys(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	srv := startServer(t, data)
	capture(t, srv, "/in/demo/one", `{"total":1,"list":["a"]}`, "X-GitHub-Event", "push")
	s := startScreen(t, data, 100, 30, nil, "tail", "--interactive")
	s.shows(`● Live · newest first +1 delivery`)
	s.shows(`▸ +1 .* ← push +● 200`)
	capture(t, srv, "/in/demo/two", `{"total":2}`, "X-GitHub-Event", "issues")
	s.shows(`▸ +2 .* ← issues`)

	// moving the focus keeps it where it is; rows that come are counted
	s.press("j")
	s.shows(`▸ +1 .* push`)
	capture(t, srv, "/in/demo/three", `{"total":3}`, "X-GitHub-Event", "release")
	s.shows(`● Live +▲ 1 new +3 deliveries`)
	s.shows(`▸ +1 .* push`)
	s.press("k")
	s.shows(`▸ +2 .* issues`)
	s.press(".")
	s.shows(`▸ +3 .* release`)
	s.shows(`newest first`)
	s.press("\x1b[B\x1b[B") // arrows
	s.shows(`▸ +1 .* push`)
	s.press("\x1b[H") // Home
	s.shows(`▸ +3 .* release`)
	s.press("G")
	s.shows(`▸ +1 .* push`)

	// a delivery and its tabs
	s.press("\r")
	s.shows(`^── #1  Overview `)
	s.shows(`^demo received push \(24B\); the inbox answered ● 200`)
	s.press("]")
	s.shows(`^X-Github-Event: push|^X-GitHub-Event: push`)
	s.shows(`^HTTP/1.1 200 OK`)
	s.press("3")
	s.shows(`^  "total": 1,$`)
	s.press("4")
	s.shows(`signature unchecked`)
	s.press("5")
	s.shows(`attempt 0  capture`)
	s.press("[[")
	s.shows(`^  "list": \[$`)
	s.press("k") // the tab stays
	s.shows(`^── #2 `)
	s.shows(`^  "total": 2$`)
	s.press("\r") // the whole screen
	s.hides(`request +outcome`)
	s.press("\x1b")
	s.shows(`request +outcome`)
	s.press("\x1b")
	s.hides(`Signature`)

	// the filter: what is wrong is said, Tab completes, Esc drops it
	s.press("/staus:200\r")
	s.shows(`/ staus:200 +there is no field "staus"; did you mean status\?`)
	s.press("\x15event:github/p\t")
	s.shows(`/ event:github/push`)
	s.press("\r")
	s.shows(`^/ event:github/push$`)
	s.shows(`1 delivery$`)
	capture(t, srv, "/in/demo/four", `{}`, "X-GitHub-Event", "push")
	s.shows(`2 deliveries$`)
	s.press("\x1b")
	s.shows(`^/ all deliveries$`)
	s.shows(`4 deliveries$`)

	// pin, select, resend, delete
	s.press("m")
	s.shows(`✓ pinned #4`)
	s.shows(`^▸\* +4 `)
	s.press("m")
	s.shows(`✓ unpinned #4`)
	s.press("xx")
	s.shows(`2 selected`)
	s.press("#")
	s.shows(`✓ deleted 2 deliveries +z undoes it`)
	s.shows(`2 deliveries$`)
	s.press("z")
	s.shows(`✓ restored 2 deliveries`)
	s.shows(`4 deliveries$`)
	s.press(".")
	s.press("r")
	s.shows(`error: `) // an inbox without an app has nowhere to send to
	s.press("#")
	s.shows(`✓ deleted #4`)
	s.shows(`3 deliveries$`)

	// pause holds the screen, not the recording
	s.press("p")
	s.shows(`‖ Paused`)
	capture(t, srv, "/in/demo/five", `{}`, "X-GitHub-Event", "star")
	s.shows(`▲ 1 new`)
	s.hides(`star`)
	s.press("p")
	s.shows(`▸ +5 .* star`)

	// copying goes through the terminal
	s.press("y")
	s.shows(`^copy: c curl`)
	s.press("b")
	s.shows(`✓ copied the body of #5`)
	if want := "\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte("{}")); !strings.Contains(s.written(), want) {
		t.Errorf("the clipboard did not get %q", want)
	}
	s.press("yp")
	s.shows(`✓ copied the path of #5`)
	if want := "\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte("/in/demo/five")); !strings.Contains(s.written(), want) {
		t.Errorf("the clipboard did not get %q", want)
	}
	s.press("ys")
	s.shows(`error: it is not known what of #5 was signed; boathook verify says why`)
	s.press("?")
	s.shows(`^ +Enter +open, then on the whole screen`)
	s.press("\x1b")
	s.shows(`request +outcome`)
	s.press("q")
	if code := s.ends(); code != 0 {
		t.Errorf("q ends it with %d", code)
	}
}

// An app that failed gets a delivery again by r.
func TestFullScreenResends(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	srv := startServer(t, data)
	capture(t, srv, "/in/demo", `{"a":1}`)
	run := startScreen(t, data, 100, 30, nil, "inboxes", "edit", "demo", "--forward", "http://127.0.0.1:1/")
	if code := run.ends(); code != 0 {
		t.Fatalf("exit code %d", code)
	}
	s := startScreen(t, data, 100, 30, nil, "tail", "-i", "is:failed", "OR", "inbox:demo")
	s.shows(`^/ is:failed OR inbox:demo`)
	s.shows(`▸ +1 `)
	s.press("\r3")
	s.shows(`^Response$`)
	s.press("5r")
	s.shows(`✓ sent again: #1`)
	s.shows(`attempt 1  forward  http://127.0.0.1:1/ +⊘ refused`)
	s.press("q")
	s.ends()
}

// What is replayed and tagged is asked for in the last line.
func TestFullScreenAsks(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	srv := startServer(t, data)
	capture(t, srv, "/in/demo", `{"a":1}`)
	s := startScreen(t, data, 100, 30, nil, "tail", "-i")
	s.shows(`▸ +1 `)
	s.press("t")
	s.shows(`^tag #1: a word, or several`)
	s.press("bux\x7fg late\r")
	s.shows(`✓ tagged #1: bug late`)

	s.press("R")
	s.shows(`^replay #1 --to endpoint, inbox:NAME, port or URL`)
	s.press("\x1b")
	s.shows(`r resend`)
	for _, tt := range [][2]string{
		{"example.org", `error: .*example.org`},
		{"https://example.org/hooks", `error: example.org may not be sent to yet; allow it: boathook config set sending.allow`},
		{"inbox:demo 'a", `error: this cannot be read as a command: .*quote`},
		{"inbox:demo --sing now", `error: unknown flag: --sing; boathook replay --help`},
		{"inbox:demo now", `error: "now" is too much; where to comes first`},
		{"inbox:demo --repeat 0", `error: --repeat: want`},
	} {
		s.press("R" + tt[0] + "\r")
		s.shows(tt[1])
	}
	s.press("Rinbox:demo --header 'X-Again: yes' --set a=2\r")
	s.shows(`✓ replaying #1: run r1 +boathook runs watch r1`)
	s.shows(`▸ +[23] `)
	s.press("q")
	if code := s.ends(); code != 0 {
		t.Errorf("q ends it with %d", code)
	}
	list := startScreen(t, data, 100, 30, nil, "deliveries", "list", "header.x-again:yes body.a:2 dir:in")
	list.shows(`#3|\b3\b`)
	list.ends()
}

// However it ends, the terminal is as it was.
func TestFullScreenLeavesTheTerminalAsItWas(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	startServer(t, data)
	for _, tt := range []struct {
		name string
		end  func(s *screen)
		code int
	}{
		{"q", func(s *screen) { s.press("q") }, 0},
		{"Ctrl-C", func(s *screen) { s.press("\x03") }, 0},
		{"SIGTERM", func(s *screen) { _ = s.cmd.Process.Signal(syscall.SIGTERM) }, exitInterrupted},
		{"SIGINT", func(s *screen) { _ = s.cmd.Process.Signal(os.Interrupt) }, exitInterrupted},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := startScreen(t, data, 80, 24, nil, "tail", "-i")
			s.shows(`Nothing was received yet`)
			tt.end(s)
			if code := s.ends(); code != tt.code {
				t.Errorf("exit code %d, want %d", code, tt.code)
			}
			left(t, s.written())
		})
	}
}

// left makes sure that the screen and what goes with it were given back.
func left(t *testing.T, written string) {
	t.Helper()
	for _, mode := range []string{"1049", "2004"} {
		on, off := strings.LastIndex(written, "\x1b[?"+mode+"h"), strings.LastIndex(written, "\x1b[?"+mode+"l")
		if on < 0 || off < on {
			t.Errorf("mode %s stays on: on at %d, off at %d", mode, on, off)
		}
	}
	if hidden, shown := strings.LastIndex(written, "\x1b[?25l"), strings.LastIndex(written, "\x1b[?25h"); hidden > shown {
		t.Error("the cursor stays hidden")
	}
}

// Keys come from the terminal also where standard input is something else.
func TestFullScreenKeysWithAnotherInput(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	startServer(t, data)
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	s := startScreenFrom(t, null, data, 80, 24, nil, "tail", "-i")
	s.shows(`Nothing was received yet`)
	s.press("?")
	s.shows(`^Keys`)
	s.press("q")
	if code := s.ends(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// hostileText drives a terminal that believes it.
const hostileText = "\x1b]0;pwned\x07\x1b[2J\x1b]52;c;cHduZWQ=\x07\x1bP1$r\x1b\\\u009b31m\u202egnp\r\b\x9b5n"

func TestFullScreenIsNotDrivenByPayloads(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	srv := startServer(t, data)
	s := startScreen(t, data, 90, 30, nil, "tail", "-i")
	s.shows(`Nothing was received yet`)
	before := len(s.written())
	harmless := strings.NewReplacer("\r", "", "\b", "").Replace(hostileText)
	capture(t, srv, "/in/demo/%1b%5d0;pwned", hostileText, "X-Note", "tab\there \u009b31m \u202e", "X-GitHub-Event", "push\u009b2J")
	capture(t, srv, "/in/demo/json", `{"a":"`+harmless+`","b":"`+strings.Repeat("e\u0301\u0302\u0303", 5000)+`"}`)
	s.shows(`▸ +2 `)
	for range 2 {
		s.press("\r")
		for _, tab := range []string{"1", "2", "3", "4", "5"} {
			s.press(tab)
			s.shows(`^── #\d .* ` + liveTabs[tab[0]-'1'] + ` `)
			s.hides(`^Reading`)
		}
		s.press("\x1b")
		s.hides(`Attempts`)
		s.press("j")
		s.shows(`▸ +1 `)
	}
	s.press("/\x1b[200~" + harmless + "\x1b[201~")
	s.shows(`^/ .*gnp`)
	s.press("\x1b")
	s.hides(`^/ .*gnp`)
	written := s.written()[before:]
	for name, pattern := range map[string]string{
		"an OSC sequence": "\x1b\\]", "a DCS sequence": "\x1bP", "a C1 control": "[\u0080-\u009f]", "an override of direction": "\u202e",
		"a screen erased": `\x1b\[2J.*pwned`, "a bell": "\x07", "a question to the terminal": `\x1b\[5n`,
	} {
		if at := regexp.MustCompile(pattern).FindStringIndex(written); at != nil {
			t.Errorf("%s reached the terminal: %q", name, written[max(at[0]-20, 0):min(at[1]+40, len(written))])
		}
	}
	s.press("q")
	s.ends()
}

func TestFullScreenWithoutColour(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	srv := startServer(t, data)
	capture(t, srv, "/in/demo", `{"a":1}`)
	for _, tt := range []struct {
		name   string
		env    []string
		args   []string
		colour bool
	}{
		{"as it comes", nil, nil, true},
		{"NO_COLOR", []string{"NO_COLOR=1"}, nil, false},
		{"--color never", nil, []string{"--color", "never"}, false},
		{"--color always over NO_COLOR", []string{"NO_COLOR=1"}, []string{"--color", "always"}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := startScreen(t, data, 90, 30, tt.env, append([]string{"tail", "-i"}, tt.args...)...)
			s.shows(`▸ +1 `)
			s.press("\r3")
			s.shows(`^  "a": 1`)
			s.press("q")
			s.ends()
			if got := regexp.MustCompile(`\x1b\[(\d+;)*(3[0-7]|9[0-7])m`).MatchString(s.written()); got != tt.colour {
				t.Errorf("colours: %v, want %v", got, tt.colour)
			}
		})
	}
}

func TestFullScreenFollowsTheWindow(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	srv := startServer(t, data)
	for i := range 12 {
		capture(t, srv, "/in/demo", fmt.Sprintf(`{"a":%d}`, i))
	}
	s := startScreen(t, data, 120, 40, nil, "tail", "-i")
	s.shows(`where`)
	s.shows(`▸ +12 `)
	resize := func(columns, rows int) {
		s.term.Resize(columns, rows)
		if err := pty.Setsize(s.tty, &pty.Winsize{Cols: uint16(columns), Rows: uint16(rows)}); err != nil {
			t.Fatal(err)
		}
	}
	resize(40, 12)
	s.shows(`^● Live +12$|^● Live · newest first +12$`)
	s.hides(`where`)
	s.shows(`^▸ +12 ← POST`)
	s.press("\r")
	s.shows(`^── #12 `)
	resize(100, 30)
	s.shows(`where`)
	s.shows(`^── #12  Overview   Headers   Body   Signature   Attempts`)
	s.press("q")
	s.ends()
}

// A flood is painted a few times a second, and all of it is there at the end.
func TestFullScreenInAFlood(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	srv := startServer(t, data)
	s := startScreen(t, data, 100, 30, nil, "tail", "-i")
	s.shows(`Nothing was received yet`)
	before, began := len(s.written()), time.Now()
	const senders, each = 8, 250
	var sending sync.WaitGroup
	for range senders {
		sending.Go(func() {
			for i := range each {
				capture(t, srv, "/in/demo", fmt.Sprintf(`{"i":%d}`, i))
			}
		})
	}
	sending.Wait()
	s.shows(`2,000 deliveries$`)
	s.shows(`▸ +2000 `)
	// a whole screen of 100x30 with its colours takes about 6 kB
	frames := int(time.Since(began)/liveFrame) + 2
	if wrote := len(s.written()) - before; wrote > frames*8<<10 {
		t.Errorf("%d bytes were written in %d frames", wrote, frames)
	}
	s.press("jjj")
	s.shows(`▸ +1997 `)
	s.press("q")
	s.ends()
}
