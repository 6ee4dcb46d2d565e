//go:build unix

package badgerstore

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/boathook/boathook/inspector"
)

// processorTime is what this process has used of the processors so far.
func processorTime(b *testing.B) time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkRecord commits what a replay records of 1 KiB, 256 deliveries at a time, and
// tells the time of the processors for each, with that of what is done in the background.
func BenchmarkRecord(b *testing.B) {
	s, err := Open(b.TempDir(), Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	body := []byte(strings.Repeat(`{"id":"5f1d7c3a","type":"invoice.paid","amount":1250,"name":"Ada"},`, 16))
	head := "POST /hook HTTP/1.1\r\nHost: 127.0.0.1:4242\r\nUser-Agent: load/1\r\nContent-Type: application/json\r\n" +
		"X-Delivery: %08d\r\nX-Signature: 6a09e667f3bcc908b2fb1366ea957d3e3adec17512775099da2f590b0667322a\r\nContent-Length: 1072\r\n\r\n"
	answer := []byte("HTTP/1.1 200 OK\r\nServer: target\r\nDate: Tue, 14 Jul 2026 08:00:00 GMT\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 2\r\n\r\n")
	const at = 256
	batch := &inspector.Batch{Workspace: ws}
	var ids inspector.IDs
	b.ReportAllocs()
	b.ResetTimer()
	before := processorTime(b)
	for done := 0; done < b.N; done += at {
		batch.Reset()
		batch.Workspace = ws
		for i := range at {
			now := start.Add(time.Duration(done+i) * 20 * time.Microsecond)
			id, err := ids.New(now)
			if err != nil {
				b.Fatal(err)
			}
			batch.Deliveries = append(batch.Deliveries, inspector.Row{
				ID: id, At: now, Dir: inspector.Out, Verdict: inspector.Unchecked, Flags: inspector.FlagReplay,
				Endpoint: "127.0.0.1", Run: "run-000001", Tags: []string{fmt.Sprint("of=", id)}, Method: "POST",
				Target: "/hook", Host: "127.0.0.1:4242", Size: int64(len(body)), Status: 200, Duration: time.Duration(900+i) * time.Microsecond,
				RespSize: 2, Tries: 1, MaxTries: 1,
			})
			batch.Attempts = append(batch.Attempts, inspector.Attempt{
				Delivery: id, Target: "http://127.0.0.1:4242/hook", Started: now, Remote: "127.0.0.1:4242", Reused: true, Answered: true,
				Request:  inspector.Message{Head: fmt.Appendf(nil, head, done+i), Size: int64(len(body))},
				Response: inspector.Message{Head: answer, Size: 2},
				Timing:   inspector.Timing{Send: 20 * time.Microsecond, Wait: 800 * time.Microsecond},
			})
			batch.Chunks = append(batch.Chunks,
				inspector.Chunk{Body: inspector.BodyKey{Delivery: id}, Data: body},
				inspector.Chunk{Body: inspector.BodyKey{Delivery: id, Part: inspector.Response}, Data: []byte("ok")})
		}
		if _, err := s.Commit(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(processorTime(b)-before)/float64(b.N)/1000, "cpu-µs/op")
}
