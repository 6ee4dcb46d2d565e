package inspector

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
)

func FuzzParseQuery(f *testing.F) {
	for _, s := range []string{
		"", `a b OR -(c "d e") /f\/g/`, "status:>=400,2xx,refused n:1..5 dur:>1.5s size:2kb after:1h30m before:2026-01-31T10:00+02:00",
		`body.a."b c"[0][*].*:>=1e5,"null",null,x*y`, `header.X-A:"b,c"*`, "path:/a/ path:/a/b path:/a*,b/ query.a[b]:1",
		"staus:1 is:faild", "http://x a:b", "event:\"", "body.a:1..x", "word:a error:*", "((((", "- -- NOT NOT a", "a*\"b\"*", "/a",
	} {
		f.Add(s, 3)
	}
	f.Fuzz(func(t *testing.T, text string, pos int) {
		for _, c := range Complete(text, pos, func(field, prefix string) []ValueCount { return []ValueCount{{prefix + "x y", 2}} }) {
			if c.From < 0 || c.To < c.From || c.To > len(text) {
				t.Fatalf("completion of %q at %d replaces %d to %d", text, pos, c.From, c.To)
			}
		}
		q, err := ParseQuery(text, testNow)
		if err != nil {
			var qerr *QueryError
			if !errors.As(err, &qerr) || qerr.Pos < 0 || qerr.End < qerr.Pos || qerr.End > len(text) || qerr.Text == "" {
				t.Fatalf("error of %q: %#v", text, err)
			}
			return
		}
		again, err := ParseQuery(q.String(), testNow)
		if err != nil {
			t.Fatalf("normal form %q of %q does not parse: %v", q, text, err)
		}
		if again.String() != q.String() {
			t.Fatalf("normal form %q of %q becomes %q", q, text, again)
		}
		s := request("Content-Type: application/json\r\n", text)
		first, err1 := q.Match(&fullRow, s)
		second, err2 := again.Match(&fullRow, s)
		if err1 != nil || err2 != nil || first != second {
			t.Fatalf("%q matches %v (%v), its normal form %q %v (%v)", text, first, err1, q, second, err2)
		}
		if first && !mayMatch(q.Plan(), &fullRow, s) {
			t.Fatalf("the plan of %q leaves out a match: %+v", text, q.Plan())
		}
	})
}

// FuzzQueryAgainstReference builds a query, a row and its content from the
// fuzzer's bytes and compares the evaluator and the plan with the plain one.
func FuzzQueryAgainstReference(f *testing.F) {
	f.Add([]byte{})
	f.Fuzz(checkAgainstReference)
}

// The same with choices of a generator, which reach further in a short time.
func TestQueryAgainstReference(t *testing.T) {
	t.Parallel()
	random := rand.NewChaCha8([32]byte{7})
	const cases = 1_000
	matches := 0
	for range cases {
		data := make([]byte, 200)
		random.Read(data)
		if checkAgainstReference(t, data); t.Failed() {
			t.Fatalf("with the choices %x", data)
		}
		d := &dice{data}
		tree := d.node(3)
		if row, content := d.row(); refMatch(tree, row, content) {
			matches++
		}
	}
	if matches < cases/5 || matches > cases*4/5 {
		t.Errorf("%d of %d queries match; the choices are too lopsided to show much", matches, cases)
	}
}

func checkAgainstReference(t *testing.T, data []byte) {
	d := &dice{data}
	tree := d.node(3)
	row, content := d.row()
	text := tree.text()
	q, err := ParseQuery(text, testNow)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	want := refMatch(tree, row, content)
	if m := q.MatchRow(row); m != Undecided && (m == Yes) != want {
		t.Errorf("%s: MatchRow = %d, want %v of %+v", text, m, want, row)
	}
	if got, err := q.Match(row, content); err != nil || got != want {
		t.Errorf("%s: Match = %v, %v, want %v of\n%+v\n%s", text, got, err, want, row, content)
	}
	again, err := ParseQuery(q.String(), testNow)
	if err != nil {
		t.Fatalf("normal form %s of %s: %v", q, text, err)
	}
	if got, _ := again.Match(row, content); got != want {
		t.Errorf("normal form %s of %s: Match = %v", q, text, got)
	}
	if want && !mayMatch(q.Plan(), row, content) {
		t.Errorf("%s: the plan leaves out a match: %+v of\n%+v\n%s", text, q.Plan(), row, content)
	}
}

func (s *stored) String() string {
	var b strings.Builder
	for _, a := range s.attempts {
		b.WriteString(string(a.Request.Head) + "|" + string(a.Response.Head) + "|" + a.Failure.Text + "\n")
	}
	for k, body := range s.bodies {
		b.WriteString(k.String() + ": " + strconv.Quote(string(body)) + "\n")
	}
	return b.String()
}

// dice makes choices from bytes; when they run out every choice is the first.
type dice struct{ data []byte }

func (d *dice) n(sides int) int {
	if len(d.data) == 0 {
		return 0
	}
	c := d.data[0]
	d.data = d.data[1:]
	return int(c) % sides
}

func (d *dice) pick(of ...string) string { return of[d.n(len(of))] }

func (d *dice) node(depth int) refNode {
	if depth == 0 {
		return d.field()
	}
	switch d.n(6) {
	case 1, 2:
		return refAnd{d.node(depth - 1), d.node(depth - 1)}
	case 3, 4:
		return refOr{d.node(depth - 1), d.node(depth - 1)}
	case 5:
		return refNot{d.node(depth - 1)}
	}
	return d.field()
}

var (
	vocabulary = []string{"", "alpha", "beta_two", "Gamma-3", "a/b", "alphabet", "x"}
	uuids      = []string{"0197aabb-ccdd-7001-8002-030405060708", "0197aabb-ccdd-7001-8002-0304050607ff", "7e6ff2f8-5b6a-4b1e-9f51-2f0b1d3ac001"}
)

// name is a value for a text column.
func (d *dice) name() string {
	switch d.n(4) {
	case 1:
		return d.pick("*", "al*", "*a*", "*two", "b*_*", "*/b", "a/*", "*x")
	case 2:
		return d.pick(`/a$/`, `/^[ab]/`, `/TA/`, `/a.*b/`, `/(?i)G/`)
	}
	return d.pick(`""`, "alpha", "beta_two", "gamma-3", "a/b", `"alphabet"`, "ALPHA")
}

func (d *dice) number(unit string) string {
	least := d.n(12)
	a := strconv.Itoa(least)
	switch d.n(7) {
	case 1:
		return ">" + a + unit
	case 2:
		return ">=" + a + unit
	case 3:
		return "<" + a + unit
	case 4:
		return "<=" + a + unit
	case 5:
		return a + unit + ".." + strconv.Itoa(least+d.n(12)) + unit
	case 6:
		return a + unit + ".."
	}
	return a + unit
}

func (d *dice) scalar() string {
	switch d.n(6) {
	case 1:
		return d.number("")
	case 2:
		return d.pick("null", "true", "1e1", "2.50", "9007199254740993", "-3")
	case 3, 4:
		return d.name()
	}
	return d.pick("*", "3", "alpha", `"two words"`, "two*", `"3"`, "*3*")
}

func (d *dice) path() []string {
	path := []string{d.pick("a", "b", "k")}
	for range d.n(3) {
		path = append(path, d.pick("a", "b", "[0]", "[1]", "[*]", "*"))
	}
	return path
}

func (d *dice) field() refNode {
	n := refField{}
	value := d.name
	switch d.n(28) {
	case 0, 1:
		return refField{values: []string{d.pick("alpha", "BETA", `"two words"`, "alpha*beta", "/wor/", "nowhere", `"k: 3"`, "GZIP", `/"a"/`, "ta_tw", `"alpha beta_two "`, "al")}}
	case 2:
		n.field, value = "word", func() string {
			return d.pick("alpha", "beta", "beta_two", `"two words"`, "gamma-3", "a", `"alpha beta_two"`)
		}
	case 3:
		n.field, value = d.pick("dir"), func() string { return d.pick("in", "out") }
	case 4:
		n.field, value = "sig", func() string { return d.pick("valid", "invalid", "missing", "stale", "unchecked") }
	case 5:
		n.field, value = "status", func() string {
			return d.pick("2xx", "5xx", "503", ">=400", "<300", "200..404", "404..", "none", "*", "refused", "timeout", ">600")
		}
	case 6:
		n.field, value = "is", func() string { return d.pick("failed", "retrying", "encoded", "pinned", "trashed") }
	case 7:
		n.field, value = d.pick("n", "tries"), func() string { return d.number("") }
	case 8:
		n.field = "size"
		n.values = []string{n.sizeValue(d)}
		return n
	case 9:
		n.field, value = "dur", func() string { return d.number("ms") }
	case 10:
		n.field, value = d.pick("after", "before"), func() string { return d.pick("1m", "1h", "30m", "2h30m", "60s") }
	case 11:
		n.field, value = "path", func() string {
			return d.pick("*", "/in/*", "/hooks", "/hooks/*", "*/x", "/x", "/in/alpha/x", `/ho+k/`)
		}
	case 12:
		n.field, value = "host", func() string { return d.pick("example.org", "*.org", "example.org:80", "*", "example.com") }
	case 13:
		n.field, value = "id", func() string {
			return d.pick(uuids[0], uuids[1], uuids[2], "0197aabb", "0197aabb-ccde", "*0708", "alpha", "al*", "beta_two", "*")
		}
	case 14:
		n.field = "error"
		value = func() string { return d.pick("refused", "cert", "tls", "*", "/x5.9/", `"has expired"`, "x509*expired") }
	case 15, 16:
		n.field, n.path, value = d.pick("header", "resp.header"), []string{d.pick("k", "x-Alpha", "content-type", "nope")}, d.scalar
	case 17:
		n.field, n.path, value = "query", []string{d.pick("a", "b", "k")}, d.scalar
	case 18, 19, 20, 21, 22:
		n.field, n.path, value = "body", d.path(), d.scalar
	case 23:
		n.field, n.path, value = "resp.body", d.path(), d.scalar
	default:
		n.field = d.pick("event", "provider", "inbox", "endpoint", "channel", "method", "run", "tag")
	}
	for range 1 + d.n(3)/2 {
		v := value()
		if (n.field == "query" || strings.HasSuffix(n.field, "header")) && v == "null" {
			v = "x"
		}
		n.values = append(n.values, v)
	}
	return n
}

// sizeValue keeps one unit within a value.
func (refField) sizeValue(d *dice) string { return d.number(d.pick("b", "kb")) }

func (d *dice) row() (*Row, *stored) {
	word := func() string { return d.pick(vocabulary...) }
	r := &Row{
		N: uint64(d.n(12)), Tries: d.n(4), Size: int64(d.n(12) * (1 + 600*d.n(3))), Dir: Dir(d.pick("in", "out")),
		Verdict: Verdict(d.pick("", "valid", "invalid", "missing", "stale", "unchecked")), Flags: Flags(d.n(4)),
		Event: word(), Provider: d.pick("", "alpha", "a", "x"), Inbox: word(), Endpoint: word(), Channel: d.pick("", "alpha", "a x", "x-1 alpha"), Method: word(), Run: word(),
		EventID: d.pick(append(uuids[2:], vocabulary...)...),
		Host:    d.pick("", "example.org", "example.org:80", "x.com"), Duration: time.Duration(d.n(12)) * 500 * time.Microsecond,
		At: testNow.Add(-time.Duration(d.n(200)) * time.Minute),
	}
	if err := r.ID.UnmarshalText([]byte(d.pick(uuids[:2]...))); err != nil {
		panic(err)
	}
	if d.n(4) == 1 {
		r.Flags |= FlagTrashed
	}
	for range d.n(3) {
		r.Tags = append(r.Tags, word())
	}
	r.Target = d.pick("/", "/hooks", "/in/alpha/hooks", "/in/alpha/x/hooks/x", "/in/alpha")
	if d.n(2) == 1 {
		r.Target += "?" + d.form("")
	}
	if r.Failure = d.pick("", "", "refused", "timeout"); r.Failure == "" || d.n(2) == 1 {
		r.Status = []int{0, 200, 204, 304, 404, 503, 700, 99}[d.n(8)]
	}
	s := &stored{}
	for k := range d.n(3) {
		s.attempts = append(s.attempts, Attempt{K: k})
		a := &s.attempts[k]
		for part, m := range []*Message{&a.Request, &a.Response} {
			if d.n(4) == 0 {
				continue
			}
			head, body := d.message()
			if strings.Contains(head, "gzip") {
				r.Flags |= FlagEncoded
			}
			m.Head = []byte(head)
			if body != "" {
				s.put(k, Part(part), body)
			}
		}
		if d.n(3) == 0 {
			a.Failure = Failure{Class: FailTLS, Phase: "tls", Text: d.pick("x509: certificate has expired", "handshake refused")}
		}
	}
	return r, s
}

func (d *dice) message() (head, body string) {
	head = "POST /x HTTP/1.1\r\n"
	for range d.n(4) {
		head += d.pick("K", "X-alpha", "k") + ":" + d.pick("", " ", "  ") + d.pick("3", "alpha", "beta_two", "two words", "10.50", "") + "\r\n"
	}
	if d.n(3) == 0 {
		head += "Content-Type: application/x-www-form-urlencoded\r\n"
		body = d.form("]")
	} else {
		head += "Content-Type: application/json\r\n"
		body = d.json(3)
	}
	if d.n(5) == 0 {
		head += "Content-Encoding: gzip\r\n"
		body = gzipped(body)
	}
	return head + "\r\n", body
}

// form is urlencoded fields; names have brackets if they may.
func (d *dice) form(brackets string) string {
	var pairs []string
	for range d.n(4) {
		name := d.pick("a", "b", "k")
		for range d.n(3) {
			if brackets == "" {
				break
			}
			name += d.pick("[a]", "[0]", "[1]", "[b]")
		}
		pairs = append(pairs, url.QueryEscape(name)+"="+url.QueryEscape(d.pick("3", "", "alpha", "two words", "10.50", "null", "true", "7")))
	}
	return strings.Join(pairs, "&")
}

func (d *dice) json(depth int) string {
	kind := d.n(9)
	if depth == 3 {
		kind = 7
	}
	if depth == 0 {
		kind %= 7
	}
	switch kind {
	case 0, 1:
		s, err := json.Marshal(d.pick("alpha", "beta_two", "two words", "3", "2.5", "", "null", "a\"b\\", "Gamma-3"))
		if err != nil {
			panic(err)
		}
		if d.n(3) == 0 {
			return strings.NewReplacer("a", `\u0061`, "t", `\u0074`).Replace(string(s[:1])) + strings.NewReplacer("al", `\u0061l`, "tw", `\u0074w`).Replace(string(s[1:]))
		}
		return string(s)
	case 2, 3:
		return d.pick("3", "3.0", "30e-1", "2.50", "10", "-3", "9007199254740992", "9007199254740993", "1E1", "0", "-0")
	case 4:
		return "null"
	case 5:
		return "true"
	case 6:
		return "false"
	case 7:
		var members []string
		for range d.n(5) {
			members = append(members, d.pick(`"a"`, `"b"`, `"k"`, `"\u0061"`)+d.pick(":", " : ")+d.json(depth-1))
		}
		return "{" + strings.Join(members, d.pick(",", " ,\n")) + "}"
	}
	var elements []string
	for range d.n(4) {
		elements = append(elements, d.json(depth-1))
	}
	return "[" + strings.Join(elements, ",") + "]"
}

func ungzipped(b []byte) string {
	r, err := gzip.NewReader(strings.NewReader(string(b)))
	if err != nil {
		panic(err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		panic(err)
	}
	return string(out)
}
