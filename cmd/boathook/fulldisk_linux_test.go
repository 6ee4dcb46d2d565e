package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
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
	// What the index gives back may let a few more in meanwhile.
	waitUntil(t, func() bool {
		if post() == http.StatusOK {
			acknowledged++
			return false
		}
		_, raw := s.api("GET", "/status", nil)
		return bytes.Contains(raw, []byte(`"refusing":"`)) && !bytes.Contains(raw, []byte(`"refusing":""`))
	})

	res, err := http.Get(s.Page + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(res.Body)
	res.Body.Close()
	if err != nil || res.StatusCode != http.StatusServiceUnavailable || bytes.Contains(raw, []byte(volume)) {
		t.Errorf("its health is %d %s, %v; want 503 and no word of where it is", res.StatusCode, raw, err)
	}
	exe, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	// A command knows that the server is there, and does not take the folder itself.
	if out, err := exec.Command(exe, "status", "--data", filepath.Join(volume, "data")).CombinedOutput(); err != nil || !bytes.Contains(out, []byte("refusing")) {
		t.Errorf("status beside it: %v\n%s", err, out)
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
	// The trash frees nothing, and says what does.
	if status, raw := s.api("DELETE", "/deliveries?q=*", nil); status != http.StatusOK && (status != http.StatusInsufficientStorage || !strings.Contains(string(raw), "forever=true")) {
		t.Errorf("delete all: %d %s", status, raw)
	}
	if status, raw := s.api("DELETE", "/deliveries?q=*&forever=true", nil); status != http.StatusOK {
		t.Fatalf("delete all for good: %d %s", status, raw)
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

// On a full disk nothing is sent that could not be recorded: an event is refused with
// a reason, what was under way keeps its outcome until there is space, a run waits,
// and all of it comes to its end once.
func TestFullDiskSending(t *testing.T) {
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
	const events, parallel = 40, 4
	gate := make(chan struct{})
	target := &counter{seen: map[string]int{}}
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		<-gate
		target.ServeHTTP(w, r)
	}))
	defer app.Close()
	s := startServer(t, filepath.Join(volume, "data"), "--min-free", "64MB")
	must := func(method, path, body string, want int) []byte {
		t.Helper()
		status, raw := s.api(method, path, []byte(body))
		if status != want {
			t.Fatalf("%s %s: %d %s", method, path, status, raw)
		}
		return raw
	}
	must("PUT", "/settings", `{"rev":0,"sending":true,"allow":["localhost"],"cap":0}`, 200)
	must("POST", "/endpoints", fmt.Sprintf(`{"name":"crm","url":%q,"events":["*"],"concurrency":%d,"retry":{"preset":"none"},"timeout_ms":120000}`, app.URL, parallel), 201)
	event := `{"type":"sitestacker/person_create","count":%d}`
	must("POST", "/events", fmt.Sprintf(event, events), 202)

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
	refusing := func() string {
		var v struct {
			Store struct{ Refusing string }
		}
		if err := json.Unmarshal(must("GET", "/status", "", 200), &v); err != nil {
			t.Fatal(err)
		}
		return v.Store.Refusing
	}
	for end := time.Now().Add(30 * time.Second); refusing() == ""; {
		if time.Now().After(end) {
			t.Fatal("it does not say that the disk is full")
		}
	}
	for _, call := range []struct{ path, body string }{
		{"/events", fmt.Sprintf(event, 1)}, {"/runs", `{"kind":"resend","source":{"q":"dir:out"}}`},
	} {
		if status, raw := s.api("POST", call.path, []byte(call.body)); status != 503 && status != 507 || !bytes.Contains(raw, []byte("space")) {
			t.Errorf("%s on a full disk: %d %s", call.path, status, raw)
		}
	}
	close(gate) // what was under way is answered, and nobody can write that down
	for end := time.Now().Add(30 * time.Second); ; {
		target.mu.Lock()
		n := len(target.seen)
		target.mu.Unlock()
		if n >= parallel {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("%d requests arrived", n)
		}
	}
	if got := len(s.all("status:200")); got != 0 {
		t.Errorf("%d outcomes are on record although nothing could be stored", got)
	}
	target.mu.Lock()
	if n := len(target.seen); n > 5*parallel {
		t.Errorf("%d of %d events were sent without a record of their beginning", n, events)
	}
	target.mu.Unlock()

	if err := os.Remove(hog); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(time.Minute); len(s.all("dir:out%20status:200")) != events; {
		if time.Now().After(end) {
			t.Fatalf("%d of %d came to an end\n%s", len(s.all("dir:out%20status:200")), events, s.talk)
		}
		time.Sleep(50 * time.Millisecond) // each look costs the server
	}
	target.mu.Lock()
	defer target.mu.Unlock()
	for id, n := range target.seen {
		if n != 1 {
			t.Errorf("%s was sent %d times", id, n)
		}
	}
	if len(target.seen) != events {
		t.Errorf("%d events arrived, want %d", len(target.seen), events)
	}
	if !strings.Contains(s.talk.String(), "cannot be stored now; will try again") {
		t.Errorf("the log does not say it: %s", s.talk)
	}
}
