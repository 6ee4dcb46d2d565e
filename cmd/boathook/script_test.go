package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	watchJSON = conforms
	testscript.Main(m, map[string]func(){"boathook": main})
}

// Scripts are what a user types. Each runs boathook as a process of its own.
func TestScripts(t *testing.T) {
	t.Parallel()
	runScripts(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               ownHome,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"post": cmdPost, "send": cmdSend, "waitfile": cmdWaitFile, "waitfor": cmdWaitFor, "sockets": cmdSockets,
			"terminate": cmdTerminate, "mode": cmdMode, "app": cmdApp, "absent": cmdAbsent, "setready": cmdSetReady,
			"mistake": cmdMistake, "target": cmdTarget, "arrived": cmdArrived, "arrivals": cmdArrivals, "evened": cmdEvened,
		},
	})
}

// ownHome keeps the user's own settings and ports away from a script.
func ownHome(e *testscript.Env) error {
	e.Values[targetsKey{}] = map[string]*target{}
	home := filepath.Join(e.WorkDir, "home")
	e.Setenv("HOME", home)
	e.Setenv("BOATHOOK_DATA", filepath.Join(e.WorkDir, "data"))
	e.Setenv("BOATHOOK_PORT", "0")
	e.Setenv("BOATHOOK_CAPTURE_PORT", "0")
	for _, name := range []string{"XDG_CONFIG_HOME", "XDG_DATA_HOME", "NO_COLOR", "CLICOLOR_FORCE", "TERM"} {
		e.Setenv(name, "")
	}
	return os.MkdirAll(home, 0o700)
}

const patience = time.Minute

// await calls done until it is true.
func await(ts *testscript.TestScript, what string, done func() bool) {
	for deadline := time.Now().Add(patience); !done(); {
		if time.Now().After(deadline) {
			ts.Fatalf("%s: not within %s", what, patience)
		}
		wait := time.NewTimer(10 * time.Millisecond)
		<-wait.C
	}
}

type ready struct {
	Page, Capture, API, Token string
	PID                       int
}

func readReady(ts *testscript.TestScript, file string) (r ready) {
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(file)), &r))
	return r
}

// post READY PATH BODY [STATUS]: sends a file, or the text itself, to the capture port.
func cmdPost(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: post READY PATH BODY [STATUS]")
	}
	body := []byte(args[2])
	if data, err := os.ReadFile(ts.MkAbs(args[2])); err == nil {
		body = data
	}
	res, err := http.Post(readReady(ts, args[0]).Capture+args[1], "application/json", bytes.NewReader(body))
	ts.Check(err)
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	ts.Check(err)
	want := "200"
	if len(args) > 3 {
		want = args[3]
	}
	if strconv.Itoa(res.StatusCode) != want {
		ts.Fatalf("answered %s %s, want %s", res.Status, answer, want)
	}
}

// send READY FILE: writes bytes to the capture port as they are; LF becomes
// CRLF in the head, \x1b and the like become their bytes.
func cmdSend(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: send READY FILE")
	}
	head, body, _ := strings.Cut(ts.ReadFile(args[1]), "\n\n")
	body, err := strconv.Unquote(`"` + strings.ReplaceAll(strings.TrimSuffix(body, "\n"), `"`, `\"`) + `"`)
	ts.Check(err)
	head, err = strconv.Unquote(`"` + strings.ReplaceAll(strings.ReplaceAll(head, `"`, `\"`), "\n", `\r\n`) + `"`)
	ts.Check(err)
	c, err := net.Dial("tcp", strings.TrimPrefix(readReady(ts, args[0]).Capture, "http://"))
	ts.Check(err)
	defer c.Close()
	ts.Check(c.SetDeadline(time.Now().Add(patience)))
	_, err = fmt.Fprintf(c, "%s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", head, len(body), body)
	ts.Check(err)
	answer, err := bufio.NewReader(c).ReadString('\n')
	ts.Check(err)
	ts.Logf("%s", strings.TrimSpace(answer))
}

func cmdWaitFile(ts *testscript.TestScript, neg bool, args []string) {
	for _, name := range args {
		await(ts, "wait for "+name, func() bool {
			info, err := os.Stat(ts.MkAbs(name))
			return (err == nil && info.Size() > 0) != neg
		})
	}
}

// waitfor FILE PATTERN
func cmdWaitFor(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: waitfor FILE PATTERN")
	}
	pattern := regexp.MustCompile("(?m)" + args[1])
	var last []byte
	defer func() { ts.Logf("%s:\n%s", args[0], last) }()
	await(ts, "wait for "+args[1], func() bool {
		last, _ = os.ReadFile(ts.MkAbs(args[0]))
		return pattern.Match(last)
	})
}

// sockets READY N: waits until N sockets follow the feed.
func cmdSockets(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: sockets READY N")
	}
	r := readReady(ts, args[0])
	await(ts, "wait for sockets", func() bool {
		req, err := http.NewRequest("GET", r.API+"/status", nil)
		ts.Check(err)
		req.Header.Set("Authorization", "Bearer "+r.Token)
		res, err := http.DefaultClient.Do(req)
		ts.Check(err)
		defer res.Body.Close()
		var st struct{ Sockets int }
		ts.Check(json.NewDecoder(res.Body).Decode(&st))
		return strconv.Itoa(st.Sockets) == args[1]
	})
}

// terminate sends SIGTERM to what runs in the background.
func cmdTerminate(ts *testscript.TestScript, neg bool, args []string) {
	for _, cmd := range ts.BackgroundCmds() {
		ts.Check(cmd.Process.Signal(syscall.SIGTERM))
	}
}

// mode FILE 0600
func cmdMode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: mode FILE 0600")
	}
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	if got := fmt.Sprintf("%04o", info.Mode().Perm()); got != args[1] {
		ts.Fatalf("%s has mode %s, want %s", args[0], got, args[1])
	}
}

// app NAME STATUS: starts a web app and puts its port into the variable NAME.
func cmdApp(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: app NAME STATUS")
	}
	status, err := strconv.Atoi(args[1])
	ts.Check(err)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	srv := &http.Server{ReadHeaderTimeout: patience, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(status)
		fmt.Fprintf(w, "app got %s %s %s", r.Method, r.URL, body)
	})}
	go func() { _ = srv.Serve(ln) }()
	ts.Defer(func() { _ = srv.Close() })
	ts.Setenv(args[0], strconv.Itoa(ln.Addr().(*net.TCPAddr).Port))
}

// absent WORD FILE…: fails if a word that must stay secret is in a file.
func cmdAbsent(ts *testscript.TestScript, neg bool, args []string) {
	for _, name := range args[1:] {
		if strings.Contains(ts.ReadFile(name), args[0]) {
			ts.Fatalf("%s holds %q", name, args[0])
		}
	}
}

// setready READY: puts the facts of a ready file into variables.
func cmdSetReady(ts *testscript.TestScript, neg bool, args []string) {
	r := readReady(ts, args[0])
	ts.Setenv("PAGE", r.Page)
	ts.Setenv("CAPTURE", r.Capture)
	ts.Setenv("TOKEN", r.Token)
	ts.Setenv("PID", strconv.Itoa(r.PID))
	ts.Setenv("CAPTURE_PORT_USED", r.Capture[strings.LastIndexByte(r.Capture, ':')+1:])
	ts.Setenv("PAGE_PORT_USED", r.Page[strings.LastIndexByte(r.Page, ':')+1:])
}

// mistake CODE FILE COMMAND…: runs a command that fails with an exit code, and
// compares all that it says with a file. Numbers of ports and processes count as N.
func cmdMistake(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: mistake CODE FILE COMMAND…")
	}
	err := ts.Exec(args[2], args[3:]...)
	code := "0"
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code = strconv.Itoa(exit.ExitCode())
	} else {
		ts.Check(err)
	}
	got := ts.ReadFile("stdout") + ts.ReadFile("stderr")
	got = strings.ReplaceAll(got, ts.Getenv("WORK"), "$WORK")
	got = regexp.MustCompile(`(port |pid |127\.0\.0\.1:|-port )\d+`).ReplaceAllString(got, "${1}N")
	if want := ts.ReadFile(args[1]); got != want {
		ts.Fatalf("%s says\n%s\nwant\n%s", strings.Join(args[2:], " "), got, want)
	}
	if code != args[0] {
		ts.Fatalf("%s ends with %s, want %s", strings.Join(args[2:], " "), code, args[0])
	}
}
