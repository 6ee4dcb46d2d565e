//go:build unix

package main

import (
	"bytes"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The token stands in the two files that are for it, and nowhere else: not in
// the arguments or the environment of the process, not in what it says, not in
// what is stored. Nothing in the data folder is open to other users.
func TestTokenStaysSecret(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	s := startServer(t, data, "-v")
	for _, request := range []struct{ method, url, token string }{
		{"GET", s.API + "/status", s.Token},
		{"GET", s.API + "/deliveries?q=nonsense:1", s.Token},
		{"GET", s.API + "/none", s.Token},
		{"GET", s.API + "/status", "wrong" + s.Token},
		{"POST", s.Capture + "/in/demo", ""},
	} {
		req, err := http.NewRequest(request.method, request.url, strings.NewReader("x"))
		if err != nil {
			t.Fatal(err)
		}
		if request.token != "" {
			req.Header.Set("Authorization", "Bearer "+request.token)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
	}
	for _, args := range [][]string{{"-eo", "args"}, {"eww", "-eo", "args"}} {
		out, err := exec.Command("ps", args...).Output()
		if err != nil {
			t.Logf("ps %v: %v", args, err)
			continue
		}
		if bytes.Contains(out, []byte(s.Token)) {
			t.Errorf("ps %v shows the token", args)
		}
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(s.talk.String(), s.Token) {
		t.Error("the log holds the token")
	}
	found := 0
	err := filepath.WalkDir(data, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if open := info.Mode().Perm() & 0o077; open != 0 {
			t.Errorf("%s is open to other users: %04o", path, info.Mode().Perm())
		}
		if d.IsDir() {
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if bytes.Contains(content, []byte(s.Token)) {
			found++
			if path != filepath.Join(data, "token") {
				t.Errorf("%s holds the token", path)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found != 1 {
		t.Errorf("the token is in %d files, want 1: the search finds nothing", found)
	}
}

// Of two servers that start on one folder in the same moment exactly one runs,
// and the other names it.
func TestTwoStartsAtOnce(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	type result struct {
		s   *server
		err error
	}
	results := make(chan result)
	for range 2 {
		go func() {
			s, err := tryServer(t, data)
			results <- result{s, err}
		}()
	}
	running, refused := 0, 0
	for range 2 {
		switch r := <-results; {
		case r.err == nil:
			running++
		case strings.Contains(r.err.Error(), "another boathook (pid "):
			refused++
		default:
			t.Error(r.err)
		}
	}
	if running != 1 || refused != 1 {
		t.Errorf("%d run and %d were refused, want one each", running, refused)
	}
}
