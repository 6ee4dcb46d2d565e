package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/boathook/boathook/cmd/boathook/config"
	"github.com/boathook/boathook/cmd/boathook/instance"
)

// A server that begins to answer while a command takes the data folder for itself is
// the one that the command speaks to.
func TestServerStartsMeanwhile(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	lock, err := instance.Acquire(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Release()
	asked := 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if asked++; asked == 1 {
			w.WriteHeader(http.StatusServiceUnavailable) // not yet
		}
	}))
	defer srv.Close()
	at, err := json.Marshal(instance.Running{Page: srv.URL, Capture: srv.URL, API: srv.URL + "/api/v1", Token: "x", PID: os.Getpid()})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(data, "server.json"), at, 0o600); err != nil {
		t.Fatal(err)
	}
	a := newApp()
	a.cfg, err = config.Load(config.Sources{Dir: data, Env: func(string) (string, bool) { return "", false }, Flags: map[string][]string{"data": {data}}})
	if err != nil {
		t.Fatal(err)
	}
	s, err := a.connect(t.Context())
	if err != nil || s == nil || s.running == nil {
		t.Fatalf("it got %+v, %v; want the server that runs", s, err)
	}
}
