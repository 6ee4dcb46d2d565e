package portable_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/badgerstore"
	"github.com/boathook/boathook/inspector/memstore"
	"github.com/boathook/boathook/proxy/portable"
)

const ws = inspector.DefaultWorkspace

var testTime = time.Date(2026, 3, 1, 12, 0, 0, 123456789, time.UTC)

// saved is all that a store knows of a delivery.
type saved struct {
	Row      inspector.Row
	Attempts []inspector.Attempt
	Bodies   map[string]string
}

func newStore(t *testing.T) inspector.Store {
	t.Helper()
	s := memstore.New()
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func everything(t *testing.T, s inspector.Store) []saved {
	t.Helper()
	page, err := s.List(t.Context(), inspector.ListQuery{Workspace: ws, Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	var all []saved
	for _, row := range page.Rows {
		v := saved{Row: row, Bodies: map[string]string{}}
		v.Row.N = 0
		if v.Attempts, err = s.Attempts(t.Context(), ws, row.ID); err != nil {
			t.Fatal(err)
		}
		for i := range v.Attempts {
			for _, part := range []inspector.Part{inspector.Request, inspector.Response} {
				key := v.Attempts[i].BodyKey(part)
				b, err := s.Body(t.Context(), ws, key)
				if err != nil {
					continue
				}
				data, err := io.ReadAll(io.NewSectionReader(b, 0, b.Size()))
				if err != nil {
					t.Fatal(err)
				}
				v.Bodies[key.String()] = string(data)
				_ = b.Close()
			}
		}
		all = append(all, v)
	}
	return all
}

// fill stores deliveries of every shape: text and bytes, empty and larger than a
// chunk, chunked, cut, with several attempts.
func fill(t *testing.T, s inspector.Store) {
	t.Helper()
	ids := inspector.NewIDs(inspector.ID{})
	rnd := rand.New(rand.NewPCG(1, 2))
	for i, body := range []string{
		`{"a":1,"b":"Ærø <b> \u2028"}`, "", "\x00\xff\xfe binary '", strings.Repeat("x", inspector.ChunkBytes), randomBytes(rnd, 2*inspector.ChunkBytes+7),
		"line\r\nline\n", `it's "quoted" $HOME ` + "`id` \\n", strings.Repeat("\x01", 300_000),
	} {
		id, err := ids.New(testTime.Add(time.Duration(i) * time.Second))
		if err != nil {
			t.Fatal(err)
		}
		row := inspector.Row{
			ID: id, At: testTime.Add(time.Duration(i) * time.Second), Dir: inspector.In, Flags: inspector.FlagUnread | inspector.FlagForwarded, Verdict: inspector.Invalid, Scheme: "webconnex",
			Cause: "reserialized", Inbox: "demo", Method: "POST", Target: fmt.Sprintf("/in/demo/%d?q=a%%20b", i), Host: "example.org", Source: "127.0.0.1",
			Status: 503, Duration: 1234567, Size: int64(len(body)), RespSize: 3, Tries: 1, Tags: []string{"later"},
		}
		head := fmt.Sprintf("POST /in/demo/%d?q=a%%20b HTTP/1.1\r\nHost: example.org\r\nX-ODD:  spaced \r\nx-odd: twice\r\nAuthorization: Bearer abc\r\nContent-Length: %d\r\n\r\n", i, len(body))
		capture := inspector.Attempt{
			Delivery: id, Target: "127.0.0.1:4601", Started: row.At, Remote: "127.0.0.1:5555", Reused: i%2 == 0, Notes: []string{"a note"},
			Request: inspector.Message{Head: []byte(head), Size: row.Size, Wanted: row.Size},
			Timing:  inspector.Timing{Read: 1, Wait: 2},
		}
		if i == 5 {
			capture.Request.Framing = []byte("b\r\n0\r\nX-T: 1\r\n\r\n")
			capture.Request.Wanted = -1
		}
		forward := inspector.Attempt{
			Delivery: id, K: 1, Target: "http://localhost:3000/", Started: row.At.Add(time.Millisecond), Answered: true, Dropped: []string{"Connection: hop-by-hop"},
			Request:  inspector.Message{Head: []byte(strings.Replace(head, "example.org", "localhost:3000", 1)), Size: row.Size, Wanted: row.Size},
			Response: inspector.Message{Head: []byte("HTTP/1.1 503 No\r\nSet-Cookie: s=1\r\nContent-Length: 3\r\nX-ODD:\t spaced \r\n\r\n"), Size: 3, Wanted: 3, Interim: []byte("HTTP/1.1 103 Early\r\n\r\n")},
		}
		failed := inspector.Attempt{
			Delivery: id, K: 2, Target: "http://localhost:1/", Started: row.At, Request: forward.Request,
			Failure: inspector.Failure{Class: inspector.FailRefused, Phase: "connect", Text: "the port is closed"},
		}
		b := &inspector.Batch{Workspace: ws, Deliveries: []inspector.Row{row}, Attempts: []inspector.Attempt{capture, forward, failed}}
		for at := 0; at < len(body); at += inspector.ChunkBytes {
			b.Chunks = append(b.Chunks, inspector.Chunk{Body: capture.BodyKey(inspector.Request), Seq: at / inspector.ChunkBytes, Data: []byte(body[at:min(at+inspector.ChunkBytes, len(body))])})
		}
		b.Chunks = append(b.Chunks, inspector.Chunk{Body: forward.BodyKey(inspector.Response), Data: []byte("no\n")})
		if _, err := s.Commit(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
}

func randomBytes(r *rand.Rand, n int) string {
	p := make([]byte, n)
	for i := range p {
		p[i] = byte(r.Uint32())
	}
	return string(p)
}

func export(t *testing.T, s inspector.Store, opt portable.ExportOptions) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := portable.Export(t.Context(), &b, s, ws, nil, opt); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func read(t *testing.T, s inspector.Store, file []byte, opt portable.ImportOptions) portable.Result {
	t.Helper()
	res, err := portable.Import(t.Context(), bytes.NewReader(file), s, ws, inspector.NewIDs(inspector.ID{}), opt)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// Out and in again gives the same, to the byte and the nanosecond.
func TestJSONLRoundTrip(t *testing.T) {
	t.Parallel()
	from, to := newStore(t), newStore(t)
	fill(t, from)
	file := export(t, from, portable.ExportOptions{Format: portable.JSONL, Secrets: true, Mark: ownMark})
	res := read(t, to, file, portable.ImportOptions{Mark: ownMark})
	if res.Format != portable.JSONL || res.Imported != 8 || res.Failed != 0 {
		t.Fatalf("%+v", res)
	}
	if diff := cmp.Diff(everything(t, from), everything(t, to)); diff != "" {
		t.Errorf("want the same, (-out +in):\n%.3000s", diff)
	}
	if again := export(t, to, portable.ExportOptions{Format: portable.JSONL, Secrets: true, Mark: ownMark}); !bytes.Equal(again, file) {
		t.Error("a second export differs from the first")
	}
	// What is there already is not touched.
	if res = read(t, to, file, portable.ImportOptions{}); res.Imported != 0 || res.Skipped != 8 {
		t.Errorf("imported twice: %+v", res)
	}
	for i, l := range strings.Split(strings.TrimSpace(string(file)), "\n") {
		if len(l) > 16<<20 {
			t.Errorf("line %d has %d bytes, more than are read", i+1, len(l))
		}
	}
}

func TestExportLeavesOutCredentials(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	fill(t, s)
	for _, f := range portable.Formats {
		if f == portable.Raw {
			continue
		}
		file := string(export(t, s, portable.ExportOptions{Format: f, Capture: "http://127.0.0.1:4601"}))
		if f != portable.ZIP && (strings.Contains(file, "Bearer abc") || strings.Contains(file, "s=1")) {
			t.Errorf("%s holds a credential", f)
		}
		if (f == portable.HAR || f == portable.Curl) && !strings.Contains(file, "[redacted]") {
			t.Errorf("%s does not say so", f)
		}
	}
}

// Out and in again gives the same deliveries with the same messages, to the byte.
func TestHARRoundTrip(t *testing.T) {
	t.Parallel()
	from, to := newStore(t), newStore(t)
	fill(t, from)
	opt := portable.ExportOptions{Format: portable.HAR, Secrets: true, Capture: "http://127.0.0.1:4601", Version: "1"}
	file := export(t, from, opt)
	res := read(t, to, file, portable.ImportOptions{Recording: "week", Inbox: "demo"})
	if res.Format != portable.HAR || res.Imported != 8 || res.Skipped != 0 || res.Failed != 0 {
		t.Fatalf("%+v", res)
	}
	if diff := cmp.Diff(messages(t, from), messages(t, to)); diff != "" {
		t.Errorf("want the same, (-out +in):\n%.3000s", diff)
	}
	// Out again it is the same, but for the numbers that the store has given.
	again := export(t, to, opt)
	if diff := cmp.Diff(entries(t, file), entries(t, again)); diff != "" {
		t.Errorf("want the same, (-out +in and out):\n%.3000s", diff)
	}
	for _, v := range everything(t, to) {
		if len(v.Attempts) != 3 || v.Row.Status != 503 || v.Row.Tries != 2 || v.Row.Flags&inspector.FlagForwarded == 0 || !strings.HasPrefix(v.Row.Target, "/in/demo/") || v.Row.Tags[0] != "rec=week" || v.Row.Inbox != "demo" {
			t.Errorf("row %+v", v.Row)
		}
	}
	// What is there already is found again, whatever became of its attempts meanwhile.
	for range 2 {
		if res = read(t, to, file, portable.ImportOptions{Inbox: "demo"}); res.Imported != 0 || res.Skipped != 8 || res.Failed != 0 {
			t.Errorf("imported again: %+v", res)
		}
	}
}

// messages are the bytes of all deliveries, which nothing may change on its way.
func messages(t *testing.T, s inspector.Store) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, v := range everything(t, s) {
		var list []string
		for i := range v.Attempts {
			a := &v.Attempts[i]
			for part, m := range []*inspector.Message{&a.Request, &a.Response} {
				list = append(list, fmt.Sprintf("%d %q %q %q %d %v %x", a.K, m.Head, m.Interim, m.Framing, m.Size, m.Cut,
					sha256.Sum256([]byte(v.Bodies[a.BodyKey(inspector.Part(part)).String()]))))
				if m.Head != nil {
					list = append(list, fmt.Sprint("announced ", m.Wanted))
				}
			}
		}
		all[v.Row.ID.String()] = list
	}
	return all
}

// entries are those of a HAR, without what the store has given.
func entries(t *testing.T, file []byte) []map[string]any {
	t.Helper()
	var har struct {
		Log struct{ Entries []map[string]any }
	}
	if err := json.Unmarshal(file, &har); err != nil {
		t.Fatal(err)
	}
	for _, e := range har.Log.Entries {
		_, e["comment"], _ = strings.Cut(e["comment"].(string), ", ")
	}
	return har.Log.Entries
}

func TestRawForms(t *testing.T) {
	t.Parallel()
	const collection = `{"info":{"schema":"https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}}`
	for _, tt := range []struct{ file, target, body, mistake string }{
		{file: "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi", target: "/a", body: "hi"},
		{file: "POST /a HTTP/1.1\nHost: x\n\nhi\n", target: "/a", body: "hi\n"},
		{file: "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2;e=1\r\nhi\r\n0\r\nT: 1\r\n\r\n", target: "/a", body: "hi"},
		{file: "POST /a HTTP/1.1\nHost: x\n\n" + collection, target: "/a", body: collection},
		{file: "curl --data-raw '" + collection + "' http://x/a", target: "/a", body: collection},
		{file: collection, mistake: "is a collection of Postman"},
		{file: "hello there", mistake: "no HTTP request"},
		{file: "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhi", mistake: "its body"},
	} {
		s := newStore(t)
		res := read(t, s, []byte(tt.file), portable.ImportOptions{})
		if tt.mistake != "" {
			if res.Failed != 1 || !strings.Contains(res.Errors[0].Text, tt.mistake) {
				t.Errorf("%q: %+v, want %q", tt.file, res, tt.mistake)
			}
			continue
		}
		if res.Imported != 1 {
			t.Errorf("%q: %+v", tt.file, res)
			continue
		}
		v := everything(t, s)[0]
		if got := v.Bodies[v.Attempts[0].BodyKey(inspector.Request).String()]; got != tt.body || v.Row.Target != tt.target {
			t.Errorf("%q: %q %q", tt.file, v.Row.Target, got)
		}
	}
}

// A raw export is what crossed the wire, and comes back the same.
func TestRawRoundTrip(t *testing.T) {
	t.Parallel()
	const request = "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2;e=1\r\nhi\r\n0\r\nT: 1\r\n\r\n"
	s := newStore(t)
	read(t, s, []byte(request), portable.ImportOptions{})
	if got := export(t, s, portable.ExportOptions{Format: portable.Raw}); string(got) != request {
		t.Errorf("%q, want %q", got, request)
	}
}

func TestImportMistakes(t *testing.T) {
	t.Parallel()
	good := newStore(t)
	fill(t, good)
	file := export(t, good, portable.ExportOptions{Format: portable.JSONL, Secrets: true})
	first, _, _ := bytes.Cut(file, []byte("\n"))
	har := export(t, good, portable.ExportOptions{Format: portable.HAR, Capture: "http://x"})
	for _, tt := range []struct {
		name, file         string
		imported, failed   int
		mistake            string
		format             portable.Format
		nothing, badFormat bool
	}{
		{name: "blank lines and CRLF", file: "\r\n" + string(first) + "\r\n\r\n", imported: 1, format: portable.JSONL},
		{name: "last line cut", file: string(first) + "\n" + string(first[:100]), imported: 1, failed: 1, mistake: "line 2"},
		{name: "other version", file: strings.Replace(string(first), `"v":1`, `"v":2`, 1), failed: 1, mistake: `"v" 2, want 1`},
		{name: "wrong type", file: `{"v":1,"delivery":7}`, failed: 1, mistake: `line 1: is no delivery: column 19: delivery must be an object`},
		{name: "a list", file: "[1]", format: portable.JSONL, failed: 1, mistake: "line 1: is no delivery: column 1: it must be an object"},
		{name: "no JSON", file: `{"v":1,"delivery":nil}`, failed: 1, mistake: "line 1: is no delivery: column 19: the word nil; as words there are true, false and null"},
		{name: "JSON of others", file: `{"a":1}`, failed: 1, mistake: `line 1: is no delivery: it has no "v"`},
		{name: "no delivery", file: `{"v":1}`, failed: 1, mistake: "neither"},
		{name: "size does not fit", file: strings.Replace(string(first), `"size":`, `"size":1`, 2), failed: 1, mistake: "bytes"},
		{name: "long line", file: `{"v":1,"x":"` + strings.Repeat("x", 17<<20) + "\"}\n" + string(first), imported: 1, failed: 1, mistake: "longer than 16 MiB"},
		{name: "byte order mark", file: "\xef\xbb\xbf" + string(first), imported: 1},
		{name: "empty", file: " \n", nothing: true},
		{name: "empty HAR", file: "{}", format: portable.HAR, failed: 1, mistake: `no "log"`},
		{name: "HAR of nothing", file: "\n", format: portable.HAR, failed: 1, mistake: "is no HAR: it ends before its entries"},
		{name: "HAR without a list", file: `{"log":{"entries":null}}`, format: portable.HAR, failed: 1, mistake: "no list"},
		{name: "HAR cut", file: string(har[:len(har)/2]), failed: 1, mistake: "entry"},
		{name: "HAR with a wrong type", file: `{"log":{"entries":[{"request":7},{"request":{"method":"GET","url":"http://x/"}}]}}`, format: portable.HAR, imported: 1, failed: 1, mistake: `entry 1, at byte 19: request must be an object`},
		{name: "HAR that is no JSON", file: `{"log":{'entries':[]}}`, format: portable.HAR, failed: 1, mistake: `at byte 8: is no HAR: names and texts stand in double quotes`},
		{name: "HAR with a broken entry", file: `{"log":{"entries":[{"request":{"method":"GET","url":"http://x/"}}, {"request":nil}]}}`, format: portable.HAR, imported: 1, failed: 1, mistake: `entry 2, at byte 78: the word nil; as words there are true, false and null; what stands before it is imported`},
		{name: "a body that is no base64", file: `{"v":1,"chunk":{"data":"!"}}`, failed: 1, mistake: "is no delivery: a text in base64 is broken at its byte 0"},
		{name: "a body that is no text", file: `{"v":1,"chunk":{"data":7}}`, failed: 1, mistake: "column 24: chunk.data must be a text in base64"},
		{name: "HAR with bad base64", file: `{"log":{"entries":[{"request":{"method":"POST","url":"http://x/","postData":{"text":"!","encoding":"base64"}}}]}}`, format: portable.HAR, failed: 1, mistake: `"postData": its base64 is broken at byte 0`},
		{name: "unknown format", file: "x", format: "tar", badFormat: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newStore(t)
			res, err := portable.Import(t.Context(), strings.NewReader(tt.file), s, ws, inspector.NewIDs(inspector.ID{}), portable.ImportOptions{Format: tt.format})
			if tt.nothing || tt.badFormat {
				if want := map[bool]error{true: portable.ErrNothing, false: portable.ErrFormat}[tt.nothing]; !errors.Is(err, want) {
					t.Fatalf("%v, want %v", err, want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if tt.name == "HAR cut" {
				tt.imported = res.Imported // whatever was whole
			}
			if res.Imported != tt.imported || res.Failed != tt.failed {
				t.Errorf("%+v", res)
			}
			if tt.failed > 0 && !strings.Contains(res.Errors[0].String(), tt.mistake) {
				t.Errorf("%q does not say %q", res.Errors[0], tt.mistake)
			}
			if n := len(everything(t, s)); n != tt.imported {
				t.Errorf("%d are stored", n)
			}
		})
	}
}

func FuzzImport(f *testing.F) {
	for _, seed := range []string{"curl -d x http://x/", `{"v":1,"delivery":{}}`, `{"log":{"entries":[{"request":{}}]}}`, "POST / HTTP/1.1\r\nHost: x\r\n\r\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		s := memstore.New()
		defer s.Close()
		for _, format := range portable.ImportFormats {
			res, err := portable.Import(t.Context(), bytes.NewReader(file), s, ws, inspector.NewIDs(inspector.ID{}), portable.ImportOptions{Format: format})
			if err == nil && res.Imported+res.Skipped+res.Failed == 0 {
				t.Errorf("%s: nothing was read of %q, and nothing said", format, file)
			}
		}
	})
}

// What was deleted for good comes back as a delivery with an id of its own, since
// the store keeps the old one deleted.
func TestImportAfterErasure(t *testing.T) {
	t.Parallel()
	s, err := badgerstore.Open(t.TempDir(), badgerstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	fill(t, s)
	file := export(t, s, portable.ExportOptions{Format: portable.JSONL, Secrets: true, Mark: ownMark})
	before := everything(t, s)
	if _, err := s.Commit(t.Context(), &inspector.Batch{Workspace: ws, Erase: []inspector.ID{before[0].Row.ID, before[3].Row.ID}}); err != nil {
		t.Fatal(err)
	}
	if res := read(t, s, file, portable.ImportOptions{Mark: ownMark}); res.Imported != 2 || res.Skipped != 6 {
		t.Errorf("%+v", res)
	}
	bodies := func(all []saved) map[string]int {
		n := map[string]int{}
		for _, v := range all {
			for key, body := range v.Bodies {
				n[key[strings.IndexByte(key, '/'):]+body]++
			}
		}
		return n
	}
	if diff := cmp.Diff(bodies(before), bodies(everything(t, s))); diff != "" {
		t.Errorf("want the same bodies again:\n%.3000s", diff)
	}
}
