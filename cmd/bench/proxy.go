package main

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"time"
)

// forwardTo makes an inbox that passes everything on to addr.
func (b *boathook) forwardTo(ctx context.Context, inbox, addr string) error {
	return b.call(ctx, http.MethodPost, "/inboxes", map[string]any{
		"name":    inbox,
		"forward": []map[string]any{{"name": "app", "url": "http://" + addr + "/hook", "path": "fixed"}},
	})
}

// benchProxy measures what the recording proxy adds to direct calls, and its
// rate beside Go's own reverse proxy, which records nothing.
func benchProxy(ctx context.Context, s settings, out *table) error {
	slow, err := startRole(ctx, "target", "2ms")
	if err != nil {
		return err
	}
	defer slow.stop() //nolint:errcheck // it is killed by our own signal
	quick, err := startRole(ctx, "target", "0s")
	if err != nil {
		return err
	}
	defer quick.stop() //nolint:errcheck // it is killed by our own signal
	plain, err := startRole(ctx, "reverseproxy", quick.addr)
	if err != nil {
		return err
	}
	defer plain.stop() //nolint:errcheck // it is killed by our own signal
	pooled, err := startRole(ctx, "reverseproxy", quick.addr, "pooled")
	if err != nil {
		return err
	}
	defer pooled.stop() //nolint:errcheck // it is killed by our own signal
	server, err := startBoathook(ctx, s, filepath.Join(s.dir, "proxy"))
	if err != nil {
		return err
	}
	defer server.stop() //nolint:errcheck // measured already
	if err := server.forwardTo(ctx, "slow", slow.addr); err != nil {
		return err
	}
	if err := server.forwardTo(ctx, "quick", quick.addr); err != nil {
		return err
	}

	var added, added99, ratio, ratioPooled []float64
	for range s.rounds {
		direct, err := good(paced(ctx, slow.addr, "/hook", 1024, 32, 1000, s.duration))
		if err != nil {
			return fmt.Errorf("direct: %w", err)
		}
		through, err := good(paced(ctx, server.addr, "/in/slow", 1024, 32, 1000, s.duration))
		if err != nil {
			return fmt.Errorf("through the recording proxy: %w", err)
		}
		added = append(added, ms(through.quantile(50)-direct.quantile(50)))
		added99 = append(added99, ms(through.quantile(99)-direct.quantile(99)))

		beside, err := good(closed(ctx, plain.addr, "/hook", 1024, 64, s.duration, 0))
		if err != nil {
			return fmt.Errorf("httputil.ReverseProxy: %w", err)
		}
		besidePooled, err := good(closed(ctx, pooled.addr, "/hook", 1024, 64, s.duration, 0))
		if err != nil {
			return fmt.Errorf("httputil.ReverseProxy with a pool: %w", err)
		}
		recorded, err := good(closed(ctx, server.addr, "/in/quick", 1024, 64, s.duration, 0))
		if err != nil {
			return fmt.Errorf("recording proxy: %w", err)
		}
		ratio = append(ratio, recorded.rate()/beside.rate())
		ratioPooled = append(ratioPooled, recorded.rate()/besidePooled.rate())
	}
	out.row("recording proxy, added by it at 1,000/s to a target of 2 ms", fmt.Sprintf("p50 +%.2f ms, p99 +%.1f ms", median(added), median(added99)), "direct calls")
	out.row("recording proxy, rate at 64 connections", fmt.Sprintf("%.2f ×", median(ratio)), "`httputil.ReverseProxy` as it comes, which records nothing")
	out.row("the same", fmt.Sprintf("%.2f ×", median(ratioPooled)), "`httputil.ReverseProxy` with a pool for 256 connections")
	return nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
