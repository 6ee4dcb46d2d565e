package proxy

import (
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
)

// Bounds that were set outlive the server, but for those that it is started with;
// where one is set back to what it is started with, nothing of it is stored.
func TestBoundsThatAreStored(t *testing.T) {
	t.Parallel()
	store := memstore.New()
	defer store.Close()
	open := func(start BoundsValues) *Bounds {
		t.Helper()
		b, err := OpenBounds(t.Context(), store, inspector.DefaultWorkspace, start, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	start := BoundsValues{Count: 1000, TrashS: 7 * 86400, BodyLimit: 10 << 20}
	b := open(start)
	v := b.Get()
	v.Count, v.AgeS, v.BodyLimit = 50, 3600, 1<<20
	v, err := b.Update(t.Context(), v)
	if err != nil || v.Rev == 0 || v.Count != 50 {
		t.Fatalf("update: %+v, %v", v, err)
	}
	if p := v.Policy(); p != (inspector.Policy{Count: 50, Age: time.Hour, Trash: 7 * 24 * time.Hour}) {
		t.Errorf("policy = %+v", p)
	}
	start.TrashS, start.AgeS, start.Fixed = 86400, 0, map[string]string{"age_s": "--keep-age"}
	again := open(start)
	if v := again.Get(); v.Count != 50 || v.AgeS != 0 || v.TrashS != 86400 || v.BodyLimit != 1<<20 || again.BodyLimit() != 1<<20 {
		t.Errorf("after a restart = %+v", v)
	}
	v = again.Get()
	v.AgeS = 60
	var invalid *InvalidError
	if _, err := again.Update(t.Context(), v); !errors.Is(err, ErrFixed) || !errors.As(err, &invalid) || invalid.Field != "age_s" || invalid.Text != "is set by --keep-age" {
		t.Errorf("what is fixed: %v", err)
	}
	v = again.Get()
	v.Count = start.Count
	if _, err := again.Update(t.Context(), v); err != nil {
		t.Fatal(err)
	}
	start.Count, start.Fixed = 700, nil
	if v := open(start).Get(); v.Count != 700 || v.AgeS != 3600 {
		t.Errorf("what was set back, and what was fixed meanwhile = %+v", v)
	}
	for _, bad := range []BoundsValues{{Count: -1, BodyLimit: 1 << 20}, {BodyLimit: 1}, {BodyLimit: 2e9}, {AgeS: 1 << 40, BodyLimit: 1 << 20}} {
		if err := b.Check(bad); !errors.As(err, &invalid) || errors.Is(err, ErrFixed) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

// The limit of bodies counts at once, also on a connection that is open.
func TestBodyLimitIsSetWhileItRuns(t *testing.T) {
	t.Parallel()
	s := newStand(t, Options{Limits: Limits{Body: 1 << 20}})
	request := "POST /in/demo HTTP/1.1\r\nHost: sender\r\nContent-Length: 4096\r\n\r\n" + strings.Repeat("x", 4096)
	c := s.rig.dial()
	defer c.Close()
	if got := c.send(request).answer("POST").status; got != 200 {
		t.Fatalf("before: %d", got)
	}
	set := func(limit int64) {
		t.Helper()
		v := s.Bounds().Get()
		v.BodyLimit = limit
		if _, err := s.Bounds().Update(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
	set(2048)
	if got := c.send(request).answer("POST").status; got != 413 {
		t.Errorf("with less: %d", got)
	}
	set(4096)
	if got := s.raw(request).status; got != 200 {
		t.Errorf("with just so much: %d", got)
	}
}
