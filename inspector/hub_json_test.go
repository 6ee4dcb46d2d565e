package inspector_test

import (
	"bytes"
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

func FuzzRowJSON(f *testing.F) {
	f.Add("", "", int64(0), uint32(0), int64(0))
	f.Add("/in/demo?a=<b>&c=\"\\\x00\x1f\x7f\u2028\u2029\xff\xfe", "naïve", int64(1234567), uint32(math.MaxUint32), int64(1))
	f.Add("\b\f\n\r\t\xed\xa0\x80\xf0\x9f\x98\x80", "\xc3", int64(-1500), uint32(5), int64(math.MaxInt64/1000))
	f.Add("a\xffb", "\U0010FFFF", int64(math.MaxInt64), uint32(1<<30), int64(-62135596800000000))
	f.Fuzz(func(t *testing.T, a, b string, duration int64, flags uint32, at int64) {
		row := inspector.Row{
			ID: inspector.ID{1, 2, 0xab, 15: 0xff}, N: uint64(flags) * 7, At: time.UnixMicro(at % 4e15),
			Dir: inspector.In, Flags: inspector.Flags(flags), Verdict: inspector.Verdict(b),
			Provider: a, Event: b, EventID: a, Inbox: b, Endpoint: a, Channel: b, Scheme: a, Cause: b, Run: a,
			Method: b, Target: a, Host: b, Source: a, Status: int(int16(flags)), Failure: b,
			Duration: time.Duration(duration), Size: duration, RespSize: at, Tries: int(int8(flags)), MaxTries: int(int8(flags >> 8)),
		}
		if flags%2 == 0 {
			row.Tags = []string{a, b}
		}
		want, err := json.Marshal(row)
		if err != nil {
			t.Fatal(err)
		}
		if got := row.AppendJSON(nil); !bytes.Equal(got, want) {
			t.Errorf("AppendJSON  %s\nMarshalJSON %s", got, want)
		}
	})
}
