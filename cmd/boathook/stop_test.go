package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// SIGTERM lets requests under way finish: each upload that was half sent is
// answered and stored, the process ends with 0 within ten seconds, and the next
// start finds everything.
func TestStopWithUploadsUnderWay(t *testing.T) {
	t.Parallel()
	const uploads = 100
	data := t.TempDir()
	s := startServer(t, data)
	address := strings.TrimPrefix(s.Capture, "http://")

	var conns []net.Conn
	for i := range uploads {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if err := c.SetDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		beginUpload(t, c, i)
		conns = append(conns, c)
	}

	started := time.Now()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	waitUntil(t, func() bool {
		c, err := net.Dial("tcp", address)
		if err == nil {
			c.Close()
		}
		return err != nil // no new connections
	})
	var wg sync.WaitGroup
	var mu sync.Mutex
	answered := 0
	for i, c := range conns {
		wg.Go(func() {
			if _, err := c.Write([]byte("56789")); err != nil {
				t.Errorf("upload %d: %v", i, err)
				return
			}
			line, err := bufio.NewReader(c).ReadString('\n')
			if err != nil || !strings.HasPrefix(line, "HTTP/1.1 200 ") {
				t.Errorf("upload %d: answered %q, %v", i, line, err)
				return
			}
			mu.Lock()
			answered++
			mu.Unlock()
		})
	}
	wg.Wait()
	select {
	case err := <-s.exited:
		s.exited <- err
		if err != nil {
			t.Errorf("ended with %v, want 0\n%s", err, s.talk)
		}
	case <-time.After(15 * time.Second):
		t.Fatal("did not end within 15 s")
	}
	if took := time.Since(started); took > 10*time.Second {
		t.Errorf("took %s to stop, want at most 10 s", took)
	}
	again := startServer(t, data)
	if got := len(again.all("")); got != answered {
		t.Errorf("%d deliveries after the next start, %d were acknowledged", got, answered)
	}
}

// beginUpload sends half a request. It returns once the server has read the head.
func beginUpload(t *testing.T, c net.Conn, i int) {
	t.Helper()
	if _, err := fmt.Fprintf(c, "POST /in/demo/%d HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n", i); err != nil {
		t.Fatal(err)
	}
	const goOn = "HTTP/1.1 100 Continue\r\n\r\n"
	answer := make([]byte, len(goOn))
	if _, err := io.ReadFull(c, answer); err != nil || string(answer) != goOn {
		t.Fatalf("upload %d: %q, %v", i, answer, err)
	}
	if _, err := io.WriteString(c, "01234"); err != nil {
		t.Fatal(err)
	}
}

func waitUntil(t *testing.T, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !done(); {
		if time.Now().After(deadline) {
			t.Fatal("did not happen within 30 s")
		}
		wait := time.NewTimer(10 * time.Millisecond)
		<-wait.C
	}
}

// A second signal ends the process at once, whatever is under way.
func TestSecondSignalEndsAtOnce(t *testing.T) {
	t.Parallel()
	s := startServer(t, t.TempDir())
	c, err := net.Dial("tcp", strings.TrimPrefix(s.Capture, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	beginUpload(t, c, 0)
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	waitUntil(t, func() bool {
		c, err := net.Dial("tcp", strings.TrimPrefix(s.Capture, "http://"))
		if err == nil {
			c.Close()
		}
		return err != nil
	})
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	err = <-s.exited
	s.exited <- err
	if code := s.cmd.ProcessState.ExitCode(); code != exitInterrupted {
		t.Errorf("exit code %d, want %d", code, exitInterrupted)
	}
}
