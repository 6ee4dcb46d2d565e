package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"time"
)

// replaySources is how many recorded deliveries a replay sends again, in turn.
const replaySources = 5000

// benchReplay compares a replay of recorded requests, whose attempts are recorded
// in batches behind the sending and are durable before it is done, with our own
// load generator, which sends the same size and records nothing, to the same target.
func benchReplay(ctx context.Context, s settings, out *table) error {
	target, err := startRole(ctx, "target", "0s")
	if err != nil {
		return err
	}
	defer target.stop() //nolint:errcheck // it is killed by our own signal
	server, err := startBoathook(ctx, s, filepath.Join(s.dir, "replay"))
	if err != nil {
		return err
	}
	defer server.stop() //nolint:errcheck // measured already
	if err := server.call(ctx, http.MethodPut, "/settings", map[string]any{"rev": 0, "sending": true, "allow": []string{"localhost"}, "cap": 0}); err != nil {
		return err
	}
	if _, err := good(closed(ctx, server.addr, "/in/demo/hook", 1024, sendConns, 0, replaySources)); err != nil {
		return fmt.Errorf("record what is replayed: %w", err)
	}
	var pair sendPair
	for range s.rounds {
		err := pair.round(ctx, s, target, server, func(base load) (int, time.Duration, error) {
			repeat := max(int(base.rate()*s.duration.Seconds()/2)/replaySources, 1)
			return server.replay(ctx, "http://"+target.addr+"/hook", repeat)
		})
		if err != nil {
			return err
		}
	}
	pair.row(out, fmt.Sprintf("replay of exact bytes, 1 KiB, %d at once, recorded in batches behind the sending", sendConns),
		"our load generator, not recorded, to the same target")
	return nil
}

// replay sends what was recorded again and waits until every outcome is stored.
func (b *boathook) replay(ctx context.Context, to string, repeat int) (int, time.Duration, error) {
	start := time.Now()
	err := b.call(ctx, http.MethodPost, "/runs", map[string]any{
		"kind": "replay", "source": map[string]any{"q": "dir:in"}, "to": map[string]any{"url": to}, "parallel": sendConns, "repeat": repeat,
	})
	if err != nil {
		return 0, 0, err
	}
	for {
		var all struct {
			Runs []struct {
				State     string
				Error     string
				Total, OK int
			}
		}
		if err := b.get(ctx, "/runs", url.Values{}, &all); err != nil {
			return 0, 0, err
		}
		switch r := all.Runs[0]; {
		case r.State == "done" && r.OK == r.Total:
			return r.Total, time.Since(start), nil
		case r.State != "running":
			return 0, 0, fmt.Errorf("the replay is %s after %d of %d: %s", r.State, r.OK, r.Total, r.Error)
		case time.Since(start) > 5*time.Minute:
			return 0, 0, fmt.Errorf("%d of %d were replayed within 5 minutes", r.OK, r.Total)
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return 0, 0, ctx.Err()
		}
	}
}
