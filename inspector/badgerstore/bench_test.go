package badgerstore

import (
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// anonymous is the memory of this process that is not backed by files, in MiB.
func anonymous() float64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			kib, _ := strconv.Atoi(strings.Fields(rest)[0])
			return float64(kib) / 1024
		}
	}
	return 0
}

// BenchmarkCommit commits captures of 2 KiB, 64 at a time. It is one operation
// for each capture.
func BenchmarkCommit(b *testing.B) {
	for _, d := range []Durability{Fsync, Process} {
		b.Run([]string{"fsync", "process"}[d], func(b *testing.B) {
			s, err := Open(b.TempDir(), Options{Durability: d})
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			m := newMaker(1)
			b.SetBytes(2 << 10)
			b.ReportAllocs()
			b.ResetTimer()
			for done := 0; done < b.N; done += 64 {
				b.StopTimer()
				batch := &inspector.Batch{}
				for range 64 {
					m.add(batch, 2<<10)
				}
				b.StartTimer()
				if _, err := s.Commit(b.Context(), batch); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkList searches 100,000 captures, or BADGERSTORE_BENCH_ROWS of them.
func BenchmarkList(b *testing.B) {
	rows := 100_000
	if text := os.Getenv("BADGERSTORE_BENCH_ROWS"); text != "" {
		rows, _ = strconv.Atoi(text)
	}
	dir := b.TempDir()
	s, err := Open(dir, Options{Durability: Process})
	if err != nil {
		b.Fatal(err)
	}
	m := newMaker(1)
	var some string
	began := time.Now()
	var commits []time.Duration
	for made := 0; made < rows; made += 64 {
		batch := &inspector.Batch{}
		for range 64 {
			m.add(batch, 1<<10)
		}
		if made/64 == rows/200 {
			some = batch.Deliveries[7].EventID
			batch.Deliveries[9].Event = "rare.event"
		}
		at := time.Now()
		if _, err := s.Commit(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
		commits = append(commits, time.Since(at))
	}
	took := time.Since(began)
	peak := anonymous()
	runtime.GC()
	debug.FreeOSMemory()
	slices.Sort(commits)
	st, _ := s.Stats(b.Context(), ws)
	b.Logf("%d captures in %s; commit of 64 p50 %s p99 %s max %s; anonymous memory %.0f MiB, %.0f MiB after a collection; journal %d B a capture, all %d",
		st.Deliveries, took.Round(time.Millisecond), commits[len(commits)/2], commits[len(commits)*99/100], commits[len(commits)-1],
		peak, anonymous(), s.journal.Bytes()/int64(st.Deliveries), st.Bytes/int64(st.Deliveries))
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	at := time.Now()
	if s, err = Open(dir, Options{Durability: Process}); err != nil {
		b.Fatal(err)
	}
	b.Logf("open took %s", time.Since(at))
	defer s.Close()
	for _, tt := range []struct{ name, q string }{
		{"newest 50", ""},
		{"indexed", "event:order.7"},
		{"indexed rare", "event:rare.event"},
		{"indexed none", "event:no.such"},
		{"failed", "status:5xx"},
		{"id", some},
		{"event id", "id:" + some},
		{"word", "word:" + some}, {"word nowhere", "word:neverseenword"},
		{"substring rare", some[6:14]},
		{"substring nowhere", "zzqqzz"},
	} {
		b.Run(tt.name, func(b *testing.B) {
			lq := inspector.ListQuery{Workspace: ws, Budget: time.Minute}
			if tt.q != "" {
				if lq.Query, err = inspector.ParseQuery(tt.q, start); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportAllocs()
			found := 0
			for b.Loop() {
				p, err := s.List(b.Context(), lq)
				if err != nil {
					b.Fatal(err)
				}
				found = len(p.Rows)
			}
			b.ReportMetric(float64(found), "rows")
		})
	}
	b.Logf("anonymous memory %.0f MiB after all", anonymous())
}
