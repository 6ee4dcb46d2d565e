//go:build unix

package main

import (
	"bufio"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// A tail ends with whoever reads it, without another delivery.
func TestTailEndsWithItsReader(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	s := startServer(t, data)
	post := func() {
		t.Helper()
		resp, err := http.Post(s.Capture+"/in/demo/x", "application/json", strings.NewReader(`{"a":1}`))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	post()
	exe, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"--since", "1h"}, {"--since", "1h", "--json"}, nil} {
		tail := exec.Command(exe, append([]string{"tail", "--data", data}, args...)...)
		tail.Dir, tail.Env = s.cmd.Dir, s.cmd.Env
		talk := new(spoken)
		tail.Stderr = talk
		// A pipe of our own: the one of the package is read until the end.
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		tail.Stdout = w
		if err := tail.Start(); err != nil {
			t.Fatal(err)
		}
		w.Close()
		exited := make(chan error, 1)
		go func() { exited <- tail.Wait() }()
		if args == nil { // nobody ever reads
			r.Close()
		} else if line, err := bufio.NewReader(r).ReadString('\n'); err != nil || !strings.Contains(line, "demo") {
			t.Errorf("%v: the first line is %q, %v", args, line, err)
		}
		if args != nil {
			select {
			case err := <-exited:
				t.Fatalf("%v: ended while it was read: %v\n%s", args, err, talk)
			default:
			}
			r.Close()
		}
		select {
		case err := <-exited:
			if err != nil || talk.String() != "" {
				t.Errorf("%v: ended with %v, want a quiet 0: %s", args, err, talk)
			}
		case <-time.After(30 * time.Second):
			t.Errorf("%v: did not end within 30 s", args)
			_ = tail.Process.Kill()
			<-exited
		}
	}
}
