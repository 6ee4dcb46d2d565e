package main

import (
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"time"
)

// median of a few rounds, so that one disturbed round does not count.
func median[T int64 | float64 | time.Duration](xs []T) T {
	xs = slices.Clone(xs)
	slices.Sort(xs)
	return xs[len(xs)/2]
}

// benchCapture compares durable capture with a Fiber server that stores
// nothing: 1 KiB bodies, 64 connections, alternating rounds.
func benchCapture(ctx context.Context, s settings, out *table) error {
	fiber, err := startRole(ctx, "fiber")
	if err != nil {
		return err
	}
	defer fiber.stop() //nolint:errcheck // it is killed by our own signal
	synced, err := startBoathook(ctx, s, filepath.Join(s.dir, "synced"))
	if err != nil {
		return err
	}
	defer synced.stop() //nolint:errcheck // measured already
	unsynced, err := startBoathook(ctx, s, filepath.Join(s.dir, "unsynced"), "--durability", "process")
	if err != nil {
		return err
	}
	defer unsynced.stop() //nolint:errcheck // measured already

	var rate, rateNo, p99, p99No, amp []float64
	var disk, bare float64
	for range s.rounds {
		base, err := good(closed(ctx, fiber.addr, "/in/demo/hook", 1024, 64, s.duration, 0))
		if err != nil {
			return fmt.Errorf("bare Fiber: %w", err)
		}
		before, err := synced.written()
		if err != nil {
			return err
		}
		l, err := good(closed(ctx, synced.addr, "/in/demo/hook", 1024, 64, s.duration, 0))
		if err != nil {
			return fmt.Errorf("with fsync: %w", err)
		}
		after, err := synced.written()
		if err != nil {
			return err
		}
		n, err := good(closed(ctx, unsynced.addr, "/in/demo/hook", 1024, 64, s.duration, 0))
		if err != nil {
			return fmt.Errorf("without fsync: %w", err)
		}
		captured := float64(l.requests * len(request("/in/demo/hook", make([]byte, 1024), 0)))
		rate = append(rate, l.rate()/base.rate())
		rateNo = append(rateNo, n.rate()/base.rate())
		p99 = append(p99, float64(l.quantile(99))/float64(base.quantile(99)))
		p99No = append(p99No, float64(n.quantile(99))/float64(base.quantile(99)))
		amp = append(amp, float64(after-before)/captured)
		bare = max(bare, base.rate())
	}
	kept, err := synced.count(ctx)
	if err != nil {
		return err
	}
	bytes, err := onDisk(synced.data)
	if err != nil {
		return err
	}
	disk = float64(bytes) / float64(kept)

	beside := fmt.Sprintf("bare Fiber, %.0f/s", bare)
	out.row("durable capture, 1 KiB, 64 connections, fsync", fmt.Sprintf("%.2f × its rate", median(rate)), beside)
	out.row("the same, p99 of the answer", fmt.Sprintf("%.1f × its p99", median(p99)), beside)
	out.row("the same without fsync (`--durability process`)", fmt.Sprintf("%.2f × its rate, %.1f × its p99", median(rateNo), median(p99No)), beside)
	out.row("bytes written to the device for a byte captured", fmt.Sprintf("%.1f", median(amp)), "bytes that crossed the wire")
	out.row("bytes on disk for a delivery of 1 KiB", fmt.Sprintf("%.0f", disk), fmt.Sprintf("%d deliveries", kept))
	return nil
}

// good refuses a load with failed answers: a rate of errors is no figure.
func good(l load, err error) (load, error) {
	if err != nil {
		return l, err
	}
	if l.failed > 0 {
		return l, fmt.Errorf("%d of %d answers were no 2xx", l.failed, l.requests)
	}
	return l, nil
}

// benchMemory captures 100,000 bodies of 2 KiB and looks at the process.
func benchMemory(ctx context.Context, s settings, out *table) error {
	server, err := startBoathook(ctx, s, filepath.Join(s.dir, "memory"))
	if err != nil {
		return err
	}
	defer server.stop() //nolint:errcheck // measured already
	if _, err := good(closed(ctx, server.addr, "/in/demo/hook", 2048, 64, 0, 100_000)); err != nil {
		return err
	}
	anonymous, err := server.status("RssAnon")
	if err != nil {
		return err
	}
	peak, err := server.status("VmHWM")
	if err != nil {
		return err
	}
	out.row("anonymous memory after 100,000 deliveries of 2 KiB", fmt.Sprintf("%d MiB", anonymous>>20), fmt.Sprintf("peak resident, mapped files included, %d MiB", peak>>20))
	return nil
}

// count is how many deliveries the server says it keeps.
func (b *boathook) count(ctx context.Context) (int, error) {
	var status struct {
		Store struct{ Deliveries int }
	}
	err := b.get(ctx, "/status", url.Values{}, &status)
	return status.Store.Deliveries, err
}
