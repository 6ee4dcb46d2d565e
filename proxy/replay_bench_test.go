package proxy

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore"
)

// quick answers whatever comes at once, and costs as little as it can.
func quick(b *testing.B) string {
	return listen(b, func(c net.Conn) {
		r := bufio.NewReader(c)
		for {
			n := 0
			for {
				line, err := r.ReadSlice('\n')
				if err != nil {
					return
				}
				if len(line) <= 2 {
					break
				}
				if v, ok := strings.CutPrefix(string(line), "Content-Length: "); ok {
					n, _ = strconv.Atoi(strings.TrimSpace(v))
				}
			}
			if _, err := r.Discard(n); err != nil {
				return
			}
			if _, err := io.WriteString(c, ok200); err != nil {
				return
			}
		}
	})
}

// BenchmarkReplay replays requests of 1 KiB to a target that answers at once, until
// every outcome is stored.
func BenchmarkReplay(b *testing.B) {
	store, err := badgerstore.Open(b.TempDir(), badgerstore.Options{})
	if err != nil {
		b.Fatal(err)
	}
	c := inspector.NewCommitter(store, inspector.CommitterOptions{})
	defer c.Close()
	s := newStandOn(b, c, Options{}).uncapped()
	defer s.stop()
	addr := quick(b)
	const sources = 1000
	for i := range sources {
		s.seed(plainRequest(i, fmt.Sprintf(`{"type":"invoice.paid","data":"%s"}`, strings.Repeat("x", 990))))
	}
	b.ReportAllocs()
	b.ResetTimer()
	run := s.begin(RunSpec{
		Kind: RunReplay, Source: RunSource{Query: "dir:in"}, To: &RunTarget{URL: "http://" + addr + "/hook"}, Parallel: 64,
		Repeat: max(b.N/sources, 1),
	})
	for run.State == RunRunning {
		time.Sleep(5 * time.Millisecond)
		run, _ = s.Runs().Get(run.ID)
	}
	if run.State != RunDone || run.OK != run.Total {
		b.Fatalf("%+v", run)
	}
	b.ReportMetric(float64(run.Total)/b.Elapsed().Seconds(), "requests/s")
}
