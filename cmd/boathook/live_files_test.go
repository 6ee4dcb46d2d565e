//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A delivery is marked, another one compared with it: as boathook diff prints it.
func TestFullScreenCompares(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	srv := startServer(t, data)
	capture(t, srv, "/in/demo/one", `{"total":1,"same":true}`, "Authorization", "Bearer canary-one")
	capture(t, srv, "/in/demo/two", `{"total":2,"same":true}`, "Authorization", "Bearer canary-two")
	capture(t, srv, "/in/demo/three", `{"total":3,"same":true}`)
	s := startScreen(t, data, 100, 30, nil, "tail", "-i")
	s.shows(`▸ +3 `)
	s.press("\r6")
	s.shows(`^c marks a delivery; c on another one compares the two here`)
	s.press("jc")
	s.shows(`✓ #2 is marked +c on another delivery compares the two`)
	s.shows(`^▸~ +2 `)
	s.press("j")
	s.shows(`^── #1 .* Compare `)
	s.shows(`^A  #2 attempt 0  ● 200  POST /in/demo/two`)
	s.shows(`^B  #1 attempt 0  ● 200  POST /in/demo/one`)
	s.shows(`^  ~  total +2 → 1$`)
	s.shows(`^  ~  Authorization +\[redacted\] → \[redacted\]$`)
	s.press("c")
	s.shows(`^the responses are the same$`)
	s.press("c")
	s.shows(`^  ~  total +2 → 1$`)
	s.press("kkc") // on #3
	s.shows(`^the responses are the same$`)
	s.press("jc") // #2 itself
	s.shows(`✓ #2 is not marked any more`)

	// what is selected counts as marked
	s.press("\x1b")
	s.hides(`Signature`)
	s.press(".x")
	s.shows(`1 selected`)
	s.press("jc")
	s.shows(`^A  #3 `)
	s.shows(`^B  #1 `)
	s.press("\x1b")
	s.hides(`Signature`)
	s.press("\x1b")
	s.hides(`^ ~ +3 `)
	s.shows(`1 selected`)
	s.press("q")
	if code := s.ends(); code != 0 {
		t.Errorf("q ends it with %d", code)
	}
	if strings.Contains(s.written(), "canary") {
		t.Error("a credential was shown")
	}
}

// What is exported is what boathook export writes, and no file is replaced unasked.
func TestFullScreenExports(t *testing.T) {
	t.Parallel()
	data, dir := t.TempDir(), t.TempDir()
	srv := startServer(t, data)
	for _, path := range []string{"/in/demo/one", "/in/demo/two", "/in/demo/three", "/in/demo/four"} {
		capture(t, srv, path, `{"a":1}`, "Authorization", "Bearer canary-key")
	}
	in := func(name string) string { return filepath.Join(dir, name) }
	read := func(name string) string {
		t.Helper()
		b, err := os.ReadFile(in(name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	s := startScreen(t, data, 220, 30, nil, "tail", "-i")
	s.shows(`▸ +4 `)
	s.press("e")
	s.shows(`^export #4 into FILE.jsonl`)
	s.press(in("one.jsonl") + "\r")
	s.shows(`✓ exported #4 into .*one.jsonl \(jsonl, .*B\), without credentials`)
	// of 1 to 4 without 3, from the place of each
	s.press("xjxx")
	s.shows(`3 selected`)
	s.press("e" + in("three.har") + "\r")
	s.shows(`✓ exported 3 deliveries into .*three.har \(har, .*B\), without credentials`)
	s.press("e'" + in("with secrets.jsonl") + "' --secrets\r")
	s.shows(`✓ exported 3 deliveries into .*with secrets.jsonl \(jsonl, .*B\), with credentials`)

	// a file that is there
	if err := os.WriteFile(in("kept.jsonl"), []byte("kept"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.press("e" + in("kept.jsonl") + "\r")
	s.shows(`kept.jsonl is there already. Replace it\?  y yes`)
	s.press("n")
	s.hides(`Replace it`)
	if got := read("kept.jsonl"); got != "kept" {
		t.Errorf("it was replaced by %q", got)
	}
	s.press("e" + in("kept.jsonl") + "\r")
	s.shows(`Replace it`)
	s.press("y")
	s.shows(`✓ exported 3 deliveries into .*kept.jsonl`)

	for _, tt := range [][2]string{
		{in("no/such.har"), `error: there is no folder .*/no; make it: mkdir -p`},
		{dir, `error: .*folder`},
		{"x --format tar", `error: --format: want one of jsonl`},
		{"x --sectets", `error: unknown flag: --sectets; boathook export --help`},
		{"x y", `error: "y" is too much; a name with spaces goes into quotes`},
		{"--secrets", `error: the name of the file to write is missing`},
		{"-", `error: the list is on standard output; name a file`},
		{"'x", `error: this cannot be read as a command`},
	} {
		s.press("e" + tt[0] + "\r")
		s.shows(tt[1])
	}
	s.press("q")
	if code := s.ends(); code != 0 {
		t.Errorf("q ends it with %d", code)
	}

	run := startScreen(t, data, 220, 30, nil, "export", in("command.jsonl"), "--filter", "n:4")
	if code := run.ends(); code != 0 || read("command.jsonl") != read("one.jsonl") {
		t.Errorf("code %d; boathook export writes\n%s\nnot\n%s", code, read("command.jsonl"), read("one.jsonl"))
	}
	for name, lines := range map[string]int{"one.jsonl": 1, "with secrets.jsonl": 3, "kept.jsonl": 3} {
		text := read(name)
		if n := strings.Count(text, "/in/demo/three"); strings.Count(text, "canary-key") > 0 != (name == "with secrets.jsonl") || n > 0 && lines == 3 {
			t.Errorf("%s: %s", name, text)
		}
	}
}

// Filters get a name, and are gone by.
func TestFullScreenSavedFilters(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	srv := startServer(t, data)
	capture(t, srv, "/in/demo/one", `{}`, "X-GitHub-Event", "push")
	capture(t, srv, "/in/demo/two", `{}`, "X-GitHub-Event", "star")
	s := startScreen(t, data, 100, 30, nil, "tail", "-i", "event:github/push")
	s.shows(`^/ event:github/push`)
	s.shows(`1 delivery$`)
	s.press("s")
	s.shows(`no filter is saved yet +S saves the one that holds`)
	s.press("S")
	s.shows(`^save this filter as: a name`)
	s.press("pushes\r")
	s.shows(`✓ saved as pushes`)
	s.press("\x1b")
	s.shows(`2 deliveries$`)
	s.press("Spurged\r")
	s.shows(`✓ saved as purged`)
	s.press("s")
	s.shows(`^saved filter: purged  pushes|^saved filter: pushes  purged`)
	s.press("pu\r")
	s.shows(`error: several saved filters begin with pu; type more of it`)
	s.press("s")
	s.shows(`^saved filter: pu`)
	s.press("nothing\r")
	s.shows(`error: there is no saved filter nothing`)
	s.press("s")
	s.shows(`^saved filter: pu`)
	s.press("pus\r")
	s.shows(`^/ event:github/push$`)
	s.shows(`1 delivery$`)
	s.press("Spurged\r")
	s.shows(`purged is all deliveries so far. Replace it\?`)
	s.press("y")
	s.shows(`✓ saved as purged`)
	s.press("q")
	s.ends()
	list := startScreen(t, data, 100, 30, nil, "filters", "list")
	list.shows(`purged +event:github/push`)
	list.ends()
}

// A shell that suspends the screen gets its terminal back, and so does the screen.
func TestFullScreenSuspends(t *testing.T) {
	t.Parallel()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("needs bash")
	}
	data := t.TempDir()
	srv := startServer(t, data)
	capture(t, srv, "/in/demo", `{}`, "X-GitHub-Event", "push")
	name, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	shell := exec.Command(bash, "--norc", "--noprofile", "--noediting", "-i")
	shell.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "BOATHOOK_DATA=" + data, "TERM=xterm-256color", "PS1=ready> ", "HISTFILE="}
	s := startTerminal(t, shell, 100, 30)
	s.shows(`^ready>`)
	s.press(name + " tail -i\r")
	s.shows(`▸ +1 .* push`)
	s.press("\x1a")
	s.shows(`Stopped`)
	left(t, s.written())
	s.press("stty -a | grep -ow -e '-*icanon' -e '-*echo'\r")
	s.shows(`^icanon$`)
	s.shows(`^echo$`)
	capture(t, srv, "/in/demo", `{}`, "X-GitHub-Event", "star")
	s.press("fg\r")
	s.shows(`▸ +2 .* star`)
	s.press("?")
	s.shows(`^Keys`)
	s.press("\x1b")
	s.hides(`^Keys`)
	s.press("q")
	s.hides(`Live`)
	left(t, s.written())
	s.press("exit\r")
	s.ends()
}

// A server that goes away is waited for, which is said; what came to it meanwhile is there
// once it is back.
func TestFullScreenOutlivesItsServer(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	srv := startServer(t, data)
	capture(t, srv, "/in/demo", `{}`, "X-GitHub-Event", "push")
	s := startScreen(t, data, 100, 30, nil, "tail", "-i")
	s.shows(`▸ +1 .* push`)
	page := strings.TrimPrefix(srv.Page, "http://")
	srv.kill()
	s.shows(`◐ Reconnecting, try \d+`)
	s.press("m")
	s.shows(`error: .*connection refused`)
	again := startServer(t, data, "--addr", page)
	capture(t, again, "/in/demo", `{}`, "X-GitHub-Event", "star")
	s.shows(`▸ +2 .* star`)
	s.shows(`● Live`)
	s.press("m")
	s.shows(`✓ pinned #2`)
	s.press("q")
	if code := s.ends(); code != 0 {
		t.Errorf("q ends it with %d", code)
	}
	left(t, s.written())
}
