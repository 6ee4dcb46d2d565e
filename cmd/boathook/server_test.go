package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"
)

// binary builds boathook once for the tests that need a process to kill.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "boathook-test-")
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "boathook")
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	if out, err := exec.Command("go", "build", "-o", name, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("build boathook: %w\n%s", err, out)
	}
	return name, nil
})

// server is a boathook in a process of its own.
type server struct {
	t       *testing.T
	cmd     *exec.Cmd
	talk    *spoken // its stderr
	exited  chan error
	Page    string `json:"page"`
	Capture string `json:"capture"`
	API     string `json:"api"`
	Token   string `json:"token"`
	PID     int    `json:"pid"`
}

// spoken is what a process writes while a test reads it.
type spoken struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (s *spoken) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buf.Write(p)
}

func (s *spoken) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buf.String()
}

// startServer runs `boathook serve` on data and waits until it is ready. It is
// ended with the test.
func startServer(t *testing.T, data string, args ...string) *server {
	t.Helper()
	s, err := tryServer(t, data, args...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// tryServer is startServer for a server that may refuse to start.
func tryServer(t *testing.T, data string, args ...string) (*server, error) {
	t.Helper()
	exe, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	ready := filepath.Join(t.TempDir(), "ready.json")
	args = append([]string{"serve", "--data", data, "--capture-addr", "127.0.0.1:0", "--ready-file", ready}, args...)
	if !slices.Contains(args, "--addr") {
		args = append(args, "--addr", "127.0.0.1:0")
	}
	s := &server{t: t, cmd: exec.Command(exe, args...), talk: new(spoken), exited: make(chan error, 1)}
	// The project's own settings and the user's must not reach the test.
	s.cmd.Dir = t.TempDir()
	s.cmd.Env = append(os.Environ(), "HOME="+s.cmd.Dir, "XDG_CONFIG_HOME="+s.cmd.Dir, "NO_COLOR=1")
	s.cmd.Stderr = s.talk
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { s.exited <- s.cmd.Wait() }()
	t.Cleanup(s.kill)

	deadline := time.Now().Add(60 * time.Second)
	for {
		raw, err := os.ReadFile(ready)
		if err == nil {
			return s, json.Unmarshal(raw, s)
		}
		select {
		case err := <-s.exited:
			s.exited <- err
			return nil, fmt.Errorf("boathook serve ended: %w\n%s", err, s.talk)
		case <-time.After(5 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			return nil, fmt.Errorf("boathook serve was not ready after a minute\n%s", s.talk)
		}
	}
}

// kill ends the process as kill -9 does.
func (s *server) kill() {
	_ = s.cmd.Process.Kill() // it may have ended already
	s.exited <- <-s.exited
}

// stop ends the process as Ctrl-C does and returns how it ended.
func (s *server) stop() error {
	s.t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGINT); err != nil {
		return err
	}
	select {
	case err := <-s.exited:
		s.exited <- err
		return err
	case <-time.After(30 * time.Second):
		return errors.New("did not stop within 30 s of an interrupt")
	}
}

// api makes a request to the API and returns status and body.
func (s *server) api(method, path string, body []byte) (int, []byte) {
	s.t.Helper()
	req, err := http.NewRequest(method, s.API+path, bytes.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.Token)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
	return res.StatusCode, raw
}

// listed is what these tests read of a row.
type listed struct {
	ID     string `json:"id"`
	N      uint64 `json:"n"`
	Target string `json:"target"`
	Size   int64  `json:"size"`
	Status int    `json:"status"`
}

// all lists every delivery that matches q.
func (s *server) all(q string) []listed {
	s.t.Helper()
	var rows []listed
	before := ""
	for {
		status, raw := s.api("GET", "/deliveries?limit=200&q="+q+"&before="+before, nil)
		var page struct {
			Rows []listed
			Next string
		}
		if status != 200 {
			s.t.Fatalf("list: %d %s", status, raw)
		}
		if err := json.Unmarshal(raw, &page); err != nil {
			s.t.Fatal(err)
		}
		rows = append(rows, page.Rows...)
		if page.Next == "" {
			return rows
		}
		before = page.Next
	}
}
