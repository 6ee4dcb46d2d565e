package main

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// On a full disk the server stays up, acknowledges nothing it cannot keep,
// says why, and takes up work by itself when there is space again.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	volume := t.TempDir()
	if err := syscall.Mount("tmpfs", volume, "tmpfs", 0, "size=192m"); err != nil {
		t.Skipf("left out: mounting a small volume needs more rights than this process has: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(volume, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	s := startServer(t, filepath.Join(volume, "data"), "--min-free", "64MB", "--keep-count", "0", "--keep-bytes", "0", "--keep-age", "0")
	base := strings.TrimSuffix(s.Capture, "/")
	if i := strings.Index(base, "/in/"); i >= 0 {
		base = base[:i]
	}
	post := func() int {
		res, err := http.Post(base+"/in/demo/fill", "application/octet-stream", bytes.NewReader(make([]byte, 200<<10)))
		if err != nil {
			t.Fatalf("the server is gone: %v\n%s", err, s.talk)
		}
		defer res.Body.Close()
		if res.StatusCode == http.StatusServiceUnavailable && res.Header.Get("Retry-After") == "" {
			t.Error("503 without Retry-After")
		}
		return res.StatusCode
	}

	acknowledged := 0
	status := 0
	for range 2000 {
		if status = post(); status != http.StatusOK {
			break
		}
		acknowledged++
	}
	if status != http.StatusServiceUnavailable {
		t.Fatalf("after %d bodies of 200 KiB on 192 MiB the answer is %d, want 503", acknowledged, status)
	}
	if _, raw := s.api("GET", "/status", nil); !bytes.Contains(raw, []byte(`"refusing":"`)) || bytes.Contains(raw, []byte(`"refusing":""`)) {
		t.Errorf("status does not say why it refuses: %s", raw)
	}

	// Somebody else takes the rest of the disk: the guard's reserve must not be
	// what keeps the process alive.
	hog := filepath.Join(volume, "hog")
	f, err := os.Create(hog)
	if err != nil {
		t.Fatal(err)
	}
	for block := make([]byte, 1<<20); ; {
		if _, err := f.Write(block); err != nil {
			break
		}
	}
	f.Close()
	for range 5 {
		if status := post(); status != http.StatusServiceUnavailable {
			t.Errorf("on a volume with no space at all the answer is %d, want 503", status)
		}
	}
	if got := len(s.all("")); got < acknowledged {
		t.Errorf("%d deliveries listed, %d acknowledged", got, acknowledged)
	}

	if err := os.Remove(hog); err != nil {
		t.Fatal(err)
	}
	if status, raw := s.api("DELETE", "/deliveries?q=*", nil); status != http.StatusOK {
		t.Fatalf("delete all: %d %s", status, raw)
	}
	deadline := time.Now().Add(60 * time.Second)
	for post() != http.StatusOK {
		if time.Now().After(deadline) {
			_, raw := s.api("GET", "/status", nil)
			t.Fatalf("still refusing a minute after the deliveries were deleted: %s", raw)
		}
		time.Sleep(200 * time.Millisecond)
	}
}
