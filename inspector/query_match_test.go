package inspector

import (
	"bytes"
	"compress/gzip"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"
)

// stored is the content of one delivery.
type stored struct {
	attempts []Attempt
	bodies   map[BodyKey][]byte
	reads    int
	err      error
}

func (s *stored) Attempts() ([]Attempt, error) {
	s.reads++
	return s.attempts, s.err
}

func (s *stored) Body(attempt int, part Part, limit int) ([]byte, error) {
	s.reads++
	b := s.bodies[BodyKey{Attempt: attempt, Part: part}]
	return b[:min(len(b), limit)], nil
}

// put adds a body and its length.
func (s *stored) put(attempt int, part Part, body string) {
	if s.bodies == nil {
		s.bodies = map[BodyKey][]byte{}
	}
	s.bodies[BodyKey{Attempt: attempt, Part: part}] = []byte(body)
	m := &s.attempts[attempt].Request
	if part == Response {
		m = &s.attempts[attempt].Response
	}
	m.Size = int64(len(body))
}

// request is the content of a captured request.
func request(head, body string) *stored {
	s := &stored{attempts: []Attempt{{Request: Message{Head: []byte("POST /in/demo HTTP/1.1\r\n" + head + "\r\n")}}}}
	s.put(0, Request, body)
	return s
}

func gzipped(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(s))
	w.Close()
	return b.String()
}

var fullRow = Row{
	ID: ID{0x01, 0x97, 0xaa, 0xbb, 0xcc, 0xdd, 0x70, 1, 0x80, 2, 3, 4, 5, 6, 7, 8},
	N:  12406, At: testNow.Add(-5 * time.Minute), Dir: In, Flags: FlagFailed | FlagUnread, Verdict: Invalid,
	Provider: "webconnex", Event: "registration", EventID: "evt_1AbC", Inbox: "demo", Channel: "client_42",
	Scheme: "webconnex", Cause: "reserialized", Run: "r7", Tags: []string{"Later", "rec=checkout"},
	Method: "POST", Target: "/in/demo/hooks/orders?a=1&b=x%20y&empty", Host: "example.org:4601",
	Status: 503, Duration: 104*time.Millisecond + 600*time.Microsecond, Size: 2114, Tries: 2,
}

var sentRow = Row{
	ID: ID{0x01, 0x97, 0xaa, 0xbb, 0xcc, 0xde, 0x70}, N: 7, At: testNow.Add(-2 * time.Hour), Dir: Out,
	Flags: FlagFailed | FlagRetrying, Provider: "shopify", Event: "orders/create", Endpoint: "crm", Method: "PUT",
	Target: "http://crm.example.org/hooks", Host: "crm.example.org", Failure: FailRefused, MaxTries: 10,
}

func TestRowFields(t *testing.T) {
	t.Parallel()
	full, sent, pending := &fullRow, &sentRow, &Row{}
	unreached := &Row{Status: 502, Failure: FailRefused}
	for _, tt := range []struct {
		text string
		row  *Row
		want Match
	}{
		{"", pending, Yes},
		{"*", pending, Yes},
		{"-*", full, No},
		// what
		{"event:registration", full, Yes},
		{"event:Registration", full, Yes},
		{"event:regis", full, No},
		{"event:regis*", full, Yes},
		{"event:*ration", full, Yes},
		{"event:r*s*tion", full, Yes},
		{"event:r*x*tion", full, No},
		{"event:coupon,registration", full, Yes},
		{"event:/^reg/", full, Yes},
		{"event:/^Reg/", full, No},
		{"event:/(?i)^Reg/", full, Yes},
		{"event:*", full, Yes},
		{"event:*", pending, No},
		{`event:""`, pending, Yes},
		{`event:""`, full, No},
		{"event:webconnex/registration", full, Yes},
		{"event:webconnex/reg*", full, Yes},
		{"event:*/registration", full, Yes},
		{"event:github/registration", full, No},
		{"event:orders/create", sent, Yes},
		{"event:shopify/orders/create", sent, Yes},
		{"event:shopify/orders", sent, No},
		{"provider:webconnex", full, Yes},
		{"provider:web", full, No},
		{"dir:in", full, Yes},
		{"dir:OUT", full, No},
		{"dir:out", sent, Yes},
		{"method:post", full, Yes},
		{"method:GET,PUT", sent, Yes},
		{"path:/in/demo/hooks/orders", full, Yes},
		{"path:/hooks/*", full, Yes},
		{"path:/hooks", full, No},
		{"path:/hooks/orders", full, Yes},
		{"path:/hooks/orders?a=1*", full, Yes},
		{"path:/hooks/orders?a=2*", full, No},
		{"path:/hooks", sent, Yes},
		{`path:/orders$/`, full, Yes},
		{"host:example.org", full, Yes},
		{"host:example.org:4601", full, Yes},
		{"host:*.org", full, Yes},
		{"host:example.com", full, No},
		{"id:0197aabb-ccdd-7001-8002-030405060708", full, Yes},
		{"id:0197AABB-ccdd-7001-8002-030405060708", full, Yes},
		{"id:0197aabb-ccdd-7001-8002-030405060709", full, No},
		{"id:0197aabb", full, Yes},
		{"id:0197aabb-ccde", full, No},
		{"id:*060708", full, Yes},
		{"id:evt_1abc", full, Yes},
		{"id:evt_*", full, Yes},
		{"id:evt_", full, No},
		{"n:12406", full, Yes},
		{"n:#12406", full, Yes},
		{"n:12400..12408", full, Yes},
		{"n:12407..", full, No},
		{"n:..12406", full, Yes},
		{"n:>12406", full, No},
		{"n:>=12406", full, Yes},
		{"n:<12407", full, Yes},
		{"n:<=12405", full, No},
		{"n:1,12406", full, Yes},
		// outcome
		{"status:503", full, Yes},
		{"status:5xx", full, Yes},
		{"status:50x", full, Yes},
		{"status:51x", full, No},
		{"status:>=400", full, Yes},
		{"status:<400", full, No},
		{"status:400..599", full, Yes},
		{"status:2xx,503", full, Yes},
		{"status:2xx,304", full, No},
		{"status:=503", full, Yes},
		{"status:>=100", pending, No},
		{"status:none", pending, Yes},
		{"status:none", full, No},
		{"status:none", sent, No},
		{"status:*", pending, No},
		{"status:*", sent, Yes},
		{"status:refused,timeout,tls,dns", sent, Yes},
		{"status:timeout", sent, No},
		{"status:<400", sent, No},
		{"status:502", unreached, Yes},
		{"status:5xx", unreached, Yes},
		{"status:>=400", unreached, Yes},
		{"status:refused", unreached, Yes},
		{"status:timeout", unreached, No},
		{"status:2xx", unreached, No},
		{"status:*", unreached, Yes},
		{"status:none", unreached, No},
		{"-status:5xx", unreached, No},
		{"-status:refused", unreached, No},
		{"dur:>100ms", full, Yes},
		{"dur:>0.1s", full, Yes},
		{"dur:>104ms", full, Yes},
		{"dur:>105ms", full, No},
		{"dur:<=104ms", full, No},
		{"dur:>=104ms", full, Yes},
		{"dur:104ms", full, Yes},
		{"dur:0.10s", full, Yes},
		{"dur:105ms", full, No},
		{"dur:100ms..200ms", full, Yes},
		{"dur:<1m", full, Yes},
		{"dur:<1m", pending, No},
		{"size:>2kb", full, Yes},
		{"size:>2KiB", full, Yes},
		{"size:2.1kb", full, Yes},
		{"size:2.2kb", full, No},
		{"size:2114", full, Yes},
		{"size:<=2114b", full, Yes},
		{"size:>1mb", full, No},
		{"tries:>1", full, Yes},
		{"tries:2", full, Yes},
		{"tries:0", sent, Yes},
		{"error:refus", sent, Yes},
		{"error:certificate", full, Undecided},
		// signature
		{"sig:invalid", full, Yes},
		{"sig:valid,stale", full, No},
		{"sig:unchecked", sent, Yes},
		{"-sig:valid", full, Yes},
		{"scheme:webconnex", full, Yes},
		{"cause:re*", full, Yes},
		// where and when
		{"endpoint:crm", sent, Yes},
		{"endpoint:crm", full, No},
		{"-endpoint:*", full, Yes},
		{"inbox:demo", full, Yes},
		{"channel:client_*", full, Yes},
		{"tag:later", full, Yes},
		{"tag:sooner", full, No},
		{"-tag:*", sent, Yes},
		{"rec:checkout", full, Yes},
		{"rec:later", full, No},
		{"run:r7", full, Yes},
		{"after:10m", full, Yes},
		{"after:4m", full, No},
		{"after:4m59s", full, No},
		{"after:5m", full, Yes},
		{"before:5m", full, No},
		{"before:1h30m", sent, Yes},
		{"after:1d", sent, Yes},
		{"after:2026-01-31", full, Yes},
		{"after:2026-01-31T11:55", full, Yes},
		{"after:2026-01-31T11:55:01", full, No},
		{"after:2026-01-31T11:55:00.5Z", full, No},
		{"after:2026-01-31T13:55+02:00", full, Yes},
		{"after:2026-01-31t13:54+01:00", full, No},
		{"before:2026-01-31T11:56", full, Yes},
		// query parameters are in the row
		{"query.a:1", full, Yes},
		{"query.a:>0", full, Yes},
		{"query.a:2", full, No},
		{"query.A:1", full, No},
		{`query.b:"X y"`, full, Yes},
		{"query.empty:*", full, Yes},
		{`query.empty:""`, full, Yes},
		{"-query.none:*", full, Yes},
		// flags
		{"is:failed", full, Yes},
		{"is:Failed", full, Yes},
		{"is:retrying", full, No},
		{"is:retrying,unread", full, Yes},
		{"-is:looped", full, Yes},
		// logic
		{"event:coupon OR is:failed", full, Yes},
		{"event:coupon is:failed", full, No},
		{"event:registration is:failed", full, Yes},
		{"-(event:coupon OR is:failed)", full, No},
		{"event:coupon sometext", full, No},
		{"event:registration OR sometext", full, Yes},
		{"event:registration sometext", full, Undecided},
		{"-sometext", full, Undecided},
		{"event:coupon -sometext", full, No},
		{"body.a:1", full, Undecided},
		{"header.a:1", full, Undecided},
	} {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			q := mustParse(t, tt.text)
			if got := q.MatchRow(tt.row); got != tt.want {
				t.Errorf("MatchRow = %d, want %d", got, tt.want)
			}
			if tt.want == Undecided {
				return
			}
			s := &stored{}
			if got, err := q.Match(tt.row, s); err != nil || got != (tt.want == Yes) {
				t.Errorf("Match = %v, %v", got, err)
			}
			if s.reads > 0 {
				t.Error("content was read although the row decides")
			}
			if tt.want == Yes && !mayMatch(q.Plan(), tt.row, s) {
				t.Errorf("the plan leaves out a match: %+v", q.Plan())
			}
		})
	}
}

func TestMatchPassesErrorsOn(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk gone")
	for _, text := range []string{"a", "-a", "body.a:1", "a OR b", "error:x", "header.a:1"} {
		if ok, err := mustParse(t, text).Match(&Row{}, &stored{err: broken}); ok || !errors.Is(err, broken) {
			t.Errorf("%s: Match = %v, %v, want the content's error", text, ok, err)
		}
	}
}

func TestNilQueryMatchesAll(t *testing.T) {
	t.Parallel()
	var q *Query
	if q.MatchRow(&Row{}) != Yes || q.String() != "" || q.Plan().Content {
		t.Error("a nil query is not the one that matches all")
	}
}

func TestBodyIsReadOnce(t *testing.T) {
	t.Parallel()
	s := request("", `{"a":1}`)
	q := mustParse(t, "body.b:1 OR body.c:1 OR zzz OR word:yyy OR body.a:1")
	if ok, err := q.Match(&Row{}, s); !ok || err != nil {
		t.Fatalf("Match = %v, %v", ok, err)
	}
	if s.reads != 2 {
		t.Errorf("content was read %d times, want the attempts and the body once", s.reads)
	}
}

func BenchmarkMatchRow(b *testing.B) {
	rows := make([]Row, 100_000)
	for i := range rows {
		rows[i] = fullRow
		rows[i].N = uint64(i)
		rows[i].Event = "event_" + strconv.Itoa(i%50)
		rows[i].Status = 200 + i%400
		rows[i].Target = "/in/demo/hooks?a=" + strconv.Itoa(i%7)
	}
	for _, text := range []string{
		"event:event_7", "event:*_7 status:>=400 -sig:valid after:10m",
		"path:/hooks* query.a:3 is:failed,retrying", "event:/_1.$/", "id:0197ffff",
	} {
		b.Run(text, func(b *testing.B) {
			q := mustParse(b, text)
			b.ReportAllocs()
			for b.Loop() {
				for i := range rows {
					if q.MatchRow(&rows[i]) == Undecided {
						b.Fatal("undecided")
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(rows)), "ns/row")
		})
	}
}

func BenchmarkMatchBody(b *testing.B) {
	body := `{"data":{"items":[` + strings.Repeat(`{"name":"thing","price":12.5,"note":"lorem ipsum dolor"},`, 30) + `{}],"total":125.5}}`
	s := request("Content-Type: application/json\r\n", body)
	for _, text := range []string{"body.data.total:>100", "nowhere", "/no.here/", "body.data.items[*].name:x"} {
		b.Run(text, func(b *testing.B) {
			q := mustParse(b, text)
			b.ReportAllocs()
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				if _, err := q.Match(&fullRow, s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestMatchRowDoesNotAllocate(t *testing.T) {
	row := fullRow
	for _, text := range []string{
		"event:registration status:>=400 after:10m n:>1 tag:later", "event:*x* OR host:*y* OR path:/hooks/*",
		"id:0197aabb", "id:*0708", "query.a:>0", "-sig:valid is:failed", "size:>1kb dur:<1s tries:1..5",
	} {
		q := mustParse(t, text)
		if n := testing.AllocsPerRun(100, func() { q.MatchRow(&row) }); n != 0 {
			t.Errorf("%s: %v allocations a row", text, n)
		}
	}
}
