package proxy

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore"
)

// BenchmarkSend sends signed events of 1 KiB to a target that answers at once, from
// the call of Emit until every try is recorded.
func BenchmarkSend(b *testing.B) {
	store, err := badgerstore.Open(b.TempDir(), badgerstore.Options{})
	if err != nil {
		b.Fatal(err)
	}
	c := inspector.NewCommitter(store, inspector.CommitterOptions{})
	defer c.Close()
	s := newStandOn(b, c, Options{}).uncapped()
	defer s.stop()
	addr := quick(b)
	s.endpoint(Endpoint{Name: "crm", URL: "http://" + addr + "/hook", Events: []string{"*"}, Concurrency: 64})
	payload := []byte(fmt.Sprintf(`{"type":"invoice.paid","data":"%s"}`, strings.Repeat("x", 990)))
	b.ReportAllocs()
	before := cpuTime(b)
	b.ResetTimer()
	for done := 0; done < b.N; {
		n := min(b.N-done, 10_000)
		rows := s.emit(EmitRequest{Event: Event{Type: "svix/invoice.paid", Payload: payload}, Count: n})
		for len(rows) > 0 {
			work, err := c.Work(b.Context(), inspector.DefaultWorkspace, workID(rows[len(rows)-1].ID))
			if err != nil {
				b.Fatal(err)
			}
			if len(work) == 0 {
				rows = rows[:len(rows)-1]
				continue
			}
			time.Sleep(5 * time.Millisecond)
		}
		done += n
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64((cpuTime(b)-before).Microseconds())/float64(b.N), "cpu-µs/op")
}
