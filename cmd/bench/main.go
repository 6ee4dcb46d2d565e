// Command bench measures boathook on the machine at hand and prints a table of
// ratios: each figure stands beside something run in the same minute on the
// same machine, because absolute rates of shared machines say little.
//
//	go run ./cmd/bench                    everything, about ten minutes
//	go run ./cmd/bench -only capture,proxy
//	go run ./cmd/bench -deliveries 100000 stores of up to that size only
//
// All traffic stays on 127.0.0.1, and every run is bounded in time.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"time"
)

// settings are the flags of a run.
type settings struct {
	binary     string        // the boathook under test
	dir        string        // where its data folders go: must be a real disk
	duration   time.Duration // of one load
	rounds     int           // of each compared pair, alternating
	deliveries int           // size of the largest store
}

// bench is one part of the table.
type bench struct {
	name string
	run  func(ctx context.Context, s settings, out *table) error
}

var benches = []bench{
	{"capture", benchCapture},
	{"memory", benchMemory},
	{"proxy", benchProxy},
	{"send", benchSend},
	{"replay", benchReplay},
	{"feed", benchFeed},
	{"lists", benchLists},
}

func main() {
	// The other ends of a measurement are this program too, started anew so that
	// they have a process, and so a memory and a CPU time, of their own.
	if len(os.Args) > 2 && os.Args[1] == "role" {
		if err := runRole(os.Args[2], os.Args[3:]); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, w io.Writer) (err error) {
	flags := flag.NewFlagSet("bench", flag.ExitOnError)
	only := flags.String("only", "", "comma list of parts: capture, memory, proxy, send, replay, feed, lists")
	var s settings
	flags.StringVar(&s.binary, "binary", "", "boathook to measure (default: built from this tree)")
	dir := flags.String("dir", ".", "folder on the disk to measure")
	flags.DurationVar(&s.duration, "time", 4*time.Second, "length of one load")
	flags.IntVar(&s.rounds, "rounds", 5, "rounds of each compared pair; the median counts")
	flags.IntVar(&s.deliveries, "deliveries", 1_000_000, "size of the largest store")
	if err := flags.Parse(args); err != nil {
		return err
	}

	s.dir, err = os.MkdirTemp(*dir, ".bench-")
	if err != nil {
		return fmt.Errorf("make a folder for the measurement: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(s.dir)) }()
	if s.binary == "" {
		if s.binary, err = build(ctx, s.dir); err != nil {
			return err
		}
	}

	fmt.Fprintf(w, "%s, %s/%s, %d CPUs, %s\n\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), time.Now().UTC().Format(time.DateOnly))
	out := &table{w: w}
	for _, b := range benches {
		if *only != "" && !strings.Contains(","+*only+",", ","+b.name+",") {
			continue
		}
		if err := b.run(ctx, s, out); err != nil {
			return fmt.Errorf("%s: %w", b.name, err)
		}
	}
	return nil
}

// table prints rows of the form the README holds.
type table struct {
	w      io.Writer
	titled bool
}

func (t *table) row(what, figure, beside string) {
	if !t.titled {
		fmt.Fprintf(t.w, "| what | figure | measured beside |\n| --- | --- | --- |\n")
		t.titled = true
	}
	fmt.Fprintf(t.w, "| %s | %s | %s |\n", what, figure, beside)
}
