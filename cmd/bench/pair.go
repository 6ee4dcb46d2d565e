package main

import (
	"context"
	"fmt"
	"os"
	"time"
)

// sendPair compares what boathook sends to a target with what our load generator,
// which records nothing, sends to the same target, in alternating rounds. The rates
// of both depend on what else the machine does; the CPU that one request costs all
// who take part in it hardly does, so it stands beside them.
type sendPair struct {
	ratio, rate, plain  []float64
	own, both, plainCPU []float64 // microseconds: boathook's, with the target's, and the load generator's with the target's
}

// round measures the plain load and then what send sends, which returns how many it
// sent and how long that took. send is told what the plain load reached.
func (p *sendPair) round(ctx context.Context, s settings, target *process, server *boathook, send func(base load) (int, time.Duration, error)) error {
	before, err := cpuOfAll(os.Getpid(), target.pid())
	if err != nil {
		return err
	}
	base, err := good(closed(ctx, target.addr, "/hook", 1024, sendConns, s.duration, 0))
	if err != nil {
		return fmt.Errorf("plain load: %w", err)
	}
	after, err := cpuOfAll(os.Getpid(), target.pid())
	if err != nil {
		return err
	}
	p.plain = append(p.plain, base.rate())
	p.plainCPU = append(p.plainCPU, each(after-before, base.requests))

	own, err := server.cpu()
	if err != nil {
		return err
	}
	both, err := cpuOfAll(server.pid(), target.pid())
	if err != nil {
		return err
	}
	n, took, err := send(base)
	if err != nil {
		return err
	}
	ownAfter, err := server.cpu()
	if err != nil {
		return err
	}
	bothAfter, err := cpuOfAll(server.pid(), target.pid())
	if err != nil {
		return err
	}
	rate := float64(n) / took.Seconds()
	p.rate, p.ratio = append(p.rate, rate), append(p.ratio, rate/base.rate())
	p.own, p.both = append(p.own, each(ownAfter-own, n)), append(p.both, each(bothAfter-both, n))
	return nil
}

func each(used time.Duration, n int) float64 { return float64(used.Microseconds()) / float64(n) }

// row prints the medians.
func (p *sendPair) row(out *table, what, beside string) {
	out.row(what,
		fmt.Sprintf("%.2f × its rate, %.0f/s, %.0f µs of CPU each, %.0f with the target's", median(p.ratio), median(p.rate), median(p.own), median(p.both)),
		fmt.Sprintf("%s, %.0f/s, %.0f µs of CPU with the target's", beside, median(p.plain), median(p.plainCPU)))
}
