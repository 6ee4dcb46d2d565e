package instance

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestListenOnBothLoopbacks(t *testing.T) {
	t.Parallel()
	lns, err := Listen(t.Context(), "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer CloseAll(lns)
	port := lns[0].Addr().(*net.TCPAddr).Port
	for _, ln := range lns {
		if got := ln.Addr().(*net.TCPAddr).Port; got != port || !Loopback(ln) {
			t.Errorf("listens on %s, want loopback and port %d", ln.Addr(), port)
		}
	}
	// One of the two taken is enough to refuse.
	_, err = Listen(t.Context(), "localhost:"+strconv.Itoa(port))
	var busy *PortError
	if !errors.As(err, &busy) || !busy.InUse || busy.Port() != strconv.Itoa(port) {
		t.Errorf("the same port again: %v", err)
	}
	CloseAll(lns[:1])
	if len(lns) == 2 {
		if got, err := Listen(t.Context(), "localhost:"+strconv.Itoa(port)); err == nil {
			CloseAll(got)
			t.Error("a port that is taken on ::1 was opened on 127.0.0.1 alone")
		}
	}
}

func TestListenErrors(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{"nonsense", "256.0.0.1:0", "203.0.113.1:0"} {
		_, err := Listen(t.Context(), addr)
		var p *PortError
		if !errors.As(err, &p) || p.InUse || !strings.Contains(err.Error(), addr) {
			t.Errorf("%s: %v", addr, err)
		}
	}
}

func TestURLOfAnyAddress(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	if got, want := URL(ln), "http://127.0.0.1:"+strconv.Itoa(ln.Addr().(*net.TCPAddr).Port); got != want {
		t.Errorf("URL = %s, want %s", got, want)
	}
	if Loopback(ln) {
		t.Error("0.0.0.0 counts as loopback")
	}
}

func TestLockHasOneOwner(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l, err := Acquire(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := announce(dir, Running{Page: "http://127.0.0.1:1", PID: os.Getpid()}); err != nil {
		t.Fatal(err)
	}
	_, err = Acquire(t.Context(), dir)
	var held *HeldError
	if !errors.As(err, &held) || held.PID != os.Getpid() || held.Running == nil {
		t.Errorf("a second owner: %v", err)
	}
	if err := errors.Join(withdraw(dir), withdraw(dir)); err != nil {
		t.Errorf("withdraw twice: %v", err)
	}
	// Without a server the owner is a short command, which is waited for.
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err = Acquire(ctx, dir); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting for a command: %v", err)
	}
	if err := l.Release(); err != nil {
		t.Fatal(err)
	}
	// The file is still there, which means nothing.
	again, err := Acquire(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Release(); err != nil {
		t.Fatal(err)
	}
}

func TestFindIgnoresWhatIsStale(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"nothing": "", "junk": "{", "dead": `{"pid":2147483646}`, "no pid": `{}`, "negative": `{"pid":-1}`,
		"pid of somebody else": fmt.Sprintf(`{"pid":%d}`, os.Getpid()),
	} {
		dir := t.TempDir()
		if content != "" {
			if err := os.WriteFile(filepath.Join(dir, runningFile), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if r, err := Find(dir); !errors.Is(err, ErrNoServer) {
			t.Errorf("%s: %v, %v", name, r, err)
		}
	}
}

func TestTokenIsMadeOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	one, err := Token(dir)
	if err != nil {
		t.Fatal(err)
	}
	two, err := Token(dir)
	if err != nil || one != two || len(one) < 43 {
		t.Errorf("token %q, then %q, %v", one, two, err)
	}
	other, err := Token(t.TempDir())
	if err != nil || other == one {
		t.Errorf("two folders have the same token: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "token"), []byte("short\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if three, err := Token(dir); err != nil || len(three) < 43 {
		t.Errorf("a short token is kept: %q, %v", three, err)
	}
}

func TestPrepare(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("left out: about modes and links of Unix")
	}
	base := t.TempDir()
	real := filepath.Join(base, "real")
	if err := os.Mkdir(real, 0o755); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(base, "link")
	if err := os.Symlink(real, link); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(base, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, dir string
		notices   int
		want      error
	}{
		{"new, with odd name", filepath.Join(base, "a b\nc", "deep"), 0, nil},
		{"open to others, behind a link", link, 1, nil},
		{"now closed", link, 0, nil},
		{"a file", file, 0, ErrFolder},
		{"below a file", filepath.Join(file, "x"), 0, fs.ErrInvalid},
	} {
		notices, err := Prepare(tt.dir)
		switch {
		case tt.want == nil && err != nil, tt.want != nil && err == nil, errors.Is(tt.want, ErrFolder) && !errors.Is(err, ErrFolder):
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		case len(notices) != tt.notices:
			t.Errorf("%s: notices %q, want %d", tt.name, notices, tt.notices)
		case err == nil:
			if info, err := os.Stat(tt.dir); err != nil || info.Mode().Perm() != 0o700 {
				t.Errorf("%s: mode %v, %v", tt.name, info.Mode(), err)
			}
		}
	}
}

func TestInstanceInMemory(t *testing.T) {
	t.Parallel()
	page, capture := NewMemory(), NewMemory()
	s, err := Open(t.Context(), Options{
		Store: "memory:", Token: strings.Repeat("t", 43), Page: []net.Listener{page}, Capture: []net.Listener{capture},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ready := make(chan struct{})
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx, func() error { close(ready); return nil }) }()
	<-ready
	if err := checkPage(t.Context(), page.Client(), "http://localhost"); err != nil {
		t.Error(err)
	}
	stop()
	if err := errors.Join(<-ended, s.Close(), s.Close()); err != nil {
		t.Error(err)
	}
}

func TestReadyFailsWithTheCaller(t *testing.T) {
	t.Parallel()
	page, err := Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	capture, err := Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), Options{Store: "memory:", Token: strings.Repeat("t", 43), Page: page, Capture: capture})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	wrong := errors.New("ready file cannot be written")
	if err := s.Run(t.Context(), func() error { return wrong }); !errors.Is(err, wrong) {
		t.Errorf("Run = %v, want %v", err, wrong)
	}
}
