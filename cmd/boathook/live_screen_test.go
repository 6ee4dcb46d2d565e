//go:build unix

package main

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
)

// screen is a program in a terminal of its own, mostly boathook.
type screen struct {
	t    *testing.T
	cmd  *exec.Cmd
	tty  *os.File
	term vt10x.Terminal

	mu     sync.Mutex
	raw    bytes.Buffer // all that it wrote
	exited chan error
}

// startScreen runs a command of boathook in a terminal.
func startScreen(t *testing.T, data string, columns, rows int, env []string, args ...string) *screen {
	t.Helper()
	return startScreenFrom(t, nil, data, columns, rows, env, args...)
}

// startScreenFrom is startScreen with another standard input than the terminal.
func startScreenFrom(t *testing.T, in *os.File, data string, columns, rows int, env []string, args ...string) *screen {
	t.Helper()
	name, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(name, args...)
	if in != nil {
		cmd.Stdin = in
	}
	home := filepath.Join(data, "home")
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "BOATHOOK_DATA=" + data, "TERM=xterm-256color", "TZ=UTC"}, env...)
	return startTerminal(t, cmd, columns, rows)
}

// startTerminal runs any program in a terminal.
func startTerminal(t *testing.T, cmd *exec.Cmd, columns, rows int) *screen {
	t.Helper()
	s := &screen{t: t, cmd: cmd, exited: make(chan error, 1)}
	var err error
	size := &pty.Winsize{Cols: uint16(columns), Rows: uint16(rows)}
	if s.tty, err = pty.StartWithAttrs(s.cmd, size, &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 1}); err != nil {
		t.Fatal(err)
	}
	s.term = vt10x.New(vt10x.WithSize(columns, rows), vt10x.WithWriter(s.tty))
	read := make(chan struct{})
	go func() {
		defer close(read)
		buf, held := make([]byte, 32<<10), 0
		for {
			n, err := s.tty.Read(buf[held:])
			s.mu.Lock()
			s.raw.Write(buf[held : held+n])
			s.mu.Unlock()
			n += held
			whole := n
			for whole > max(n-utf8.UTFMax, 0) && !utf8.FullRune(buf[lastRune(buf[:whole]):whole]) {
				whole = lastRune(buf[:whole])
			}
			_, _ = s.term.Write(buf[:whole]) // it takes no half characters
			held = copy(buf, buf[whole:n])
			if err != nil {
				return
			}
		}
	}()
	go func() {
		err := s.cmd.Wait()
		<-read
		s.exited <- err
	}()
	t.Cleanup(func() {
		_ = s.cmd.Process.Kill()
		_ = s.tty.Close()
		if t.Failed() {
			t.Logf("the screen was:\n%s", s.text())
		}
	})
	return s
}

// lastRune is where the last character begins.
func lastRune(p []byte) int {
	for i := len(p) - 1; i >= 0; i-- {
		if utf8.RuneStart(p[i]) {
			return i
		}
	}
	return 0
}

// text is what stands on the screen.
func (s *screen) text() string {
	var lines []string
	for line := range strings.Lines(s.term.String()) {
		lines = append(lines, strings.TrimRight(line, " \n"))
	}
	return strings.Join(lines, "\n") + "\n"
}

// written is all that the program wrote so far.
func (s *screen) written() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.raw.String()
}

// press types keys.
func (s *screen) press(keys string) {
	s.t.Helper()
	if _, err := s.tty.WriteString(keys); err != nil {
		s.t.Fatal(err)
	}
}

// until waits for the screen to be as is wanted.
func (s *screen) until(what string, done func(text string) bool) {
	s.t.Helper()
	for deadline := time.Now().Add(patience); !done(s.text()); {
		if time.Now().After(deadline) {
			s.t.Fatalf("not within %s: %s", patience, what)
		}
		wait := time.NewTimer(10 * time.Millisecond)
		<-wait.C
	}
}

// shows waits for a pattern on the screen.
func (s *screen) shows(pattern string) {
	s.t.Helper()
	re := regexp.MustCompile("(?m)" + pattern)
	s.until("shows "+pattern, re.MatchString)
}

// hides waits until a pattern is not on the screen.
func (s *screen) hides(pattern string) {
	s.t.Helper()
	re := regexp.MustCompile("(?m)" + pattern)
	s.until("hides "+pattern, func(text string) bool { return !re.MatchString(text) })
}

// ends waits for the program to end, and returns its exit code.
func (s *screen) ends() int {
	s.t.Helper()
	select {
	case err := <-s.exited:
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			s.t.Fatal(err)
		}
		return s.cmd.ProcessState.ExitCode()
	case <-time.After(patience):
		s.t.Fatal("it does not end")
	}
	return -1
}

// capture sends a request to an inbox.
func capture(t *testing.T, srv *server, path, body string, headers ...string) {
	t.Helper()
	req, err := http.NewRequest("POST", srv.Capture+path, strings.NewReader(body))
	if err != nil {
		t.Error(err)
		return
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Error(err)
		return
	}
	if err := res.Body.Close(); err != nil {
		t.Error(err)
		return
	}
}
