package inspector_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/boathook/boathook/inspector"
)

// nop stores nothing, so that a benchmark sees the committer alone.
type nop struct{ inspector.Store }

func (nop) Commit(_ context.Context, b *inspector.Batch) (inspector.Result, error) {
	res := inspector.Result{Numbers: make(map[inspector.ID]uint64, len(b.Deliveries))}
	for i := range b.Deliveries {
		res.Numbers[b.Deliveries[i].ID] = uint64(i + 1)
	}
	return res, nil
}
func (nop) Close() error { return nil }

func BenchmarkCommitter(b *testing.B) {
	for _, callers := range []int{1, 32, 256} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			c := inspector.NewCommitter(nop{}, inspector.CommitterOptions{})
			defer c.Close()
			b.ReportAllocs()
			b.SetParallelism(max(callers/2, 1))
			b.RunParallel(func(pb *testing.PB) {
				batch := delivery(b)
				for pb.Next() {
					if _, err := c.Commit(context.Background(), batch); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}
