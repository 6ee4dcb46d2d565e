package inspector_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
)

// BenchmarkHub keeps 50 subscribers with 10 distinct queries up to date at
// 20,000 rows a second and reports the share of a core that the process used,
// writer and store included, and the same without subscribers.
func BenchmarkHub(b *testing.B) {
	for _, subs := range []int{0, 50} {
		b.Run(fmt.Sprintf("subscribers=%d", subs), func(b *testing.B) {
			s := memstore.New()
			h := startHub(b, s)
			ctx, cancel := context.WithCancel(context.Background())
			var wg sync.WaitGroup
			var frames, lags, bytes atomic.Int64
			queries := []string{"", "is:failed", "event:contact.created", "status:200", "inbox:demo",
				"provider:svix", "status:5xx", "event:invoice.*", "dir:in status:2xx", "-status:2xx"}
			for i := range subs {
				sub := h.Subscribe(end(b, s), parse(b, queries[i%len(queries)]))
				wg.Go(func() {
					defer sub.Close()
					for {
						f, err := sub.Next(ctx)
						if err != nil {
							return
						}
						frames.Add(1)
						bytes.Add(int64(len(f.JSON)))
						if f.Lag {
							lags.Add(1)
						}
					}
				})
			}
			const rate, step = 20_000, 5 * time.Millisecond
			used := cpu(b)
			start := time.Now()
			rows := 0
			for b.Loop() { // one iteration is one step of the load
				batch := &inspector.Batch{Workspace: ws}
				for range rate / int(time.Second/step) {
					batch.Deliveries = append(batch.Deliveries, delivery(b).Deliveries[0])
				}
				commit(b, s, batch)
				rows += len(batch.Deliveries)
				time.Sleep(time.Until(start.Add(time.Duration(rows) * time.Second / rate)))
			}
			took := time.Since(start)
			b.ReportMetric(float64(cpu(b)-used)/float64(took), "cores")
			b.ReportMetric(float64(rows)/took.Seconds(), "rows/s")
			b.ReportMetric(float64(frames.Load())/took.Seconds(), "frames/s")
			b.ReportMetric(float64(bytes.Load())/took.Seconds()/1e6, "MB/s")
			b.ReportMetric(float64(lags.Load()), "lags")
			cancel()
			wg.Wait()
		})
	}
}

func BenchmarkRowJSON(b *testing.B) {
	row := delivery(b).Deliveries[0]
	buf := make([]byte, 0, 1024)
	b.Run("append", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			buf = row.AppendJSON(buf[:0])
		}
		b.SetBytes(int64(len(buf)))
	})
	b.Run("encoding/json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := row.MarshalJSON(); err != nil {
				b.Fatal(err)
			}
		}
	})
}
