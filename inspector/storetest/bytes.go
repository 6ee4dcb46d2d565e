package storetest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// awkward bytes are those that stores have been known to change.
func awkward() map[string]string {
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	return map[string]string{
		"NUL":            "a\x00b\x00",
		"invalid UTF-8":  "\xff\xfe\xc3(\xed\xa0\x80",
		"duplicate keys": `{"b":1,"a":2,"b":3, "a" : 1.0e5 }`,
		"line ends":      "a\r\nb\nc\rd\r\n\r\n",
		"escapes":        `{"a":"\u0041\u0000\/"}`,
		"one byte":       "\x00",
		"every byte":     string(every),
		"long":           string(bytes.Repeat(every, 500)),
	}
}

func testBytes(t *testing.T, open Open) {
	x := start(t, open(t, 2)[0])
	for name, data := range awkward() {
		b := x.batch(data)
		id := b.Deliveries[0].ID
		a := &b.Attempts[0]
		a.Request.Head = []byte("POST /" + data + " HTTP/1.1\r\nX: " + data + "\r\n\r\n")
		a.Request.Framing = []byte("1;x=\"" + data + "\"\r\n0\r\n\r\n")
		a.Response = inspector.Message{Head: []byte("HTTP/1.1 200 " + data), Interim: []byte(data), Size: 3, Wanted: -1, Cut: true}
		b.Chunks = append(b.Chunks, inspector.Chunk{Body: inspector.BodyKey{Delivery: id, Part: inspector.Response}, Data: []byte("res")})
		x.commit(b)
		if got := x.body(inspector.BodyKey{Delivery: id}); string(got) != data {
			t.Errorf("%s: body %q, want %q", name, got, data)
		}
		if got := x.body(inspector.BodyKey{Delivery: id, Part: inspector.Response}); string(got) != "res" {
			t.Errorf("%s: response body %q, want %q", name, got, "res")
		}
		x.same(name+": attempts", x.attempts(id), b.Attempts)
	}
}

func testFields(t *testing.T, open Open) {
	x := start(t, open(t, 1)[0])
	full := inspector.Row{
		ID: x.id(), At: base.Add(123456 * time.Microsecond), Dir: inspector.Out,
		Flags: inspector.FlagFailed | inspector.FlagForwarded | inspector.FlagTrashed | 1<<31, Verdict: inspector.Stale,
		Provider: "svix", Event: "contact.created", EventID: "msg_\x00\xff", Inbox: "demo", Endpoint: "crm", Channel: "ch",
		Scheme: "standard", Cause: "body altered", Run: "run", Tags: []string{"a", "", "B\xff"},
		Method: "P\xffST", Target: "/a\x00\xff?b", Host: "h\xff", Source: "::1",
		Status: 503, Failure: inspector.FailTimeout, Duration: 1234567 * time.Nanosecond, Size: 1 << 40, RespSize: 1 << 33,
		Tries: 3, MaxTries: 9, Trashed: base.Add(987 * time.Millisecond),
	}
	least := inspector.Row{ID: x.id(), At: base, Dir: inspector.In}
	attempts := []inspector.Attempt{
		{Delivery: full.ID, K: 0, Started: base},
		{
			Delivery: full.ID, K: 1, Target: "http://x/\xff", Started: base.Add(time.Microsecond), Remote: "[::1]:1", Reused: true,
			Request:  inspector.Message{Head: []byte("a"), Framing: []byte("b"), Size: 5, Wanted: 6, Cut: true, Interim: []byte("c")},
			Response: inspector.Message{Head: []byte("d"), Framing: []byte("e"), Size: 7, Wanted: -1, Interim: []byte("f")},
			Timing:   inspector.Timing{DNS: 1, Connect: 2, TLS: 3, Send: 4, Wait: 5, Read: 6},
			Failure:  inspector.Failure{Class: inspector.FailReset, Phase: "read", Text: "peer \x00\xff"},
			Answered: true, Dropped: []string{"Connection: hop-by-hop"}, Notes: []string{"one", "two"}, Secrets: []string{"X-Own", "?own"},
		},
		{Delivery: full.ID, K: 7, Started: base},
	}
	// In the batch out of order; told back in order of K.
	res := x.commit(&inspector.Batch{Workspace: ws, Deliveries: []inspector.Row{full, least},
		Attempts: []inspector.Attempt{attempts[2], attempts[0], attempts[1]}})
	for _, want := range []inspector.Row{full, least} {
		want.N = res.Numbers[want.ID]
		if want.N == 0 {
			t.Errorf("no number for %s", want.ID)
		}
		x.same("Get", x.get(want.ID), want)
		got, err := x.s.Lookup(t.Context(), ws, want.N)
		if err != nil {
			t.Fatalf("Lookup: %v", err)
		}
		x.same("Lookup", got, want)
	}
	x.same("attempts", x.attempts(full.ID), attempts)
	if as := x.attempts(least.ID); len(as) != 0 {
		t.Errorf("%d attempts of a delivery that has none", len(as))
	}
}

func testMemory(t *testing.T, open Open) {
	x := start(t, open(t, 1)[0])
	b := x.batch("hello")
	id := b.Deliveries[0].ID
	b.Deliveries[0].Tags = []string{"one"}
	b.Schedule = []inspector.Due{{ID: "w", RunAt: base, Payload: []byte("pay")}}
	b.Config = []inspector.ConfigPut{{Key: "k", Value: []byte("val")}}
	x.commit(b)
	copy(b.Chunks[0].Data, "XXXXX")
	copy(b.Attempts[0].Request.Head, "XXXXX")
	copy(b.Schedule[0].Payload, "XXX")
	copy(b.Config[0].Value, "XXX")
	b.Deliveries[0].Tags[0] = "two"

	for range 2 {
		body, as, row := x.body(inspector.BodyKey{Delivery: id}), x.attempts(id), x.get(id)
		config, err := x.s.Config(t.Context(), ws, "")
		if err != nil {
			t.Fatal(err)
		}
		if string(body) != "hello" || !bytes.HasPrefix(as[0].Request.Head, []byte("POST")) ||
			row.Tags[0] != "one" || string(config[0].Value) != "val" {
			t.Fatalf("stored %q, %q, %q, %q", body, as[0].Request.Head, row.Tags, config[0].Value)
		}
		// What was handed out is the caller's as well.
		copy(body, "YYYYY")
		copy(as[0].Request.Head, "YYYYY")
		copy(config[0].Value, "YYY")
		row.Tags[0] = "three"
	}
	leases, _ := x.claim(base, time.Second, 1)
	if string(leases[0].Payload) != "pay" {
		t.Errorf("payload %q, want %q", leases[0].Payload, "pay")
	}
}

// read reads n bytes at an offset, in a buffer of exactly that size.
func (x *suite) read(b inspector.Body, off int64, n int) []byte {
	x.Helper()
	buf := make([]byte, n)
	got, err := b.ReadAt(buf, off)
	short := off+int64(n) > b.Size()
	end := errors.Is(err, io.EOF)
	if err != nil && !end || short && !end {
		x.Fatalf("ReadAt %d bytes at %d of %d = %d, %v", n, off, b.Size(), got, err)
	}
	if !short && got != n {
		x.Fatalf("ReadAt %d bytes at %d of %d = %d, %v", n, off, b.Size(), got, err)
	}
	return buf[:got]
}

func testLargeBody(t *testing.T, open Open) {
	hs := open(t, 2)
	x := start(t, hs[0])
	const chunk = inspector.ChunkBytes
	for _, size := range []int{1, chunk - 1, chunk, chunk + 1, 3*chunk + 12345} {
		data := make([]byte, size)
		for i := range data {
			data[i] = byte(i*7 + i>>8 + i>>16)
		}
		b := x.batch("")
		key := inspector.BodyKey{Delivery: b.Deliveries[0].ID, Attempt: 0}
		seq := 0
		for piece := range slices.Chunk(data, chunk) {
			c := &inspector.Batch{Workspace: ws, Chunks: []inspector.Chunk{{Body: key, Seq: seq, Data: piece}}}
			x.commit(c)
			x.commit(c) // the outcome of the first was not known
			seq++
		}
		b.Deliveries[0].Size = int64(size)
		b.Attempts[0].Request.Size = int64(size)
		x.commit(b)

		body, err := hs[1].Body(t.Context(), ws, key)
		if err != nil {
			t.Fatalf("Body of %d bytes: %v", size, err)
		}
		if body.Size() != int64(size) {
			t.Fatalf("Size = %d, want %d", body.Size(), size)
		}
		for _, off := range []int{0, 1, size / 3, chunk - 1, chunk, chunk + 1, 2*chunk - 7, size - 1, size} {
			for _, n := range []int{0, 1, 13, 4096, chunk, chunk + 3, size} {
				if off > size {
					continue
				}
				if want := data[off:min(off+n, size)]; !bytes.Equal(x.read(body, int64(off), n), want) {
					t.Fatalf("%d bytes at %d of %d are not those stored", n, off, size)
				}
			}
		}
		if n, err := body.ReadAt(make([]byte, 5), int64(size)+99); n != 0 || !errors.Is(err, io.EOF) {
			t.Errorf("ReadAt past the end = %d, %v; want 0, EOF", n, err)
		}
		if _, err := body.ReadAt(make([]byte, 5), -1); err == nil || errors.Is(err, io.EOF) {
			t.Errorf("ReadAt before the start = %v, want an error", err)
		}
		all, err := io.ReadAll(io.NewSectionReader(body, 0, body.Size()))
		if err != nil || !bytes.Equal(all, data) {
			t.Errorf("reading all %d bytes: %d bytes, %v", size, len(all), err)
		}
		if err := body.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
}

func testBodyBeforeAttempt(t *testing.T, open Open) {
	x := start(t, open(t, 1)[0])
	b := x.batch("hello")
	key := inspector.BodyKey{Delivery: b.Deliveries[0].ID}
	x.commit(&inspector.Batch{Workspace: ws, Chunks: b.Chunks})
	_, err := x.s.Body(t.Context(), ws, key)
	x.want("Body without delivery", err, inspector.ErrNotFound)
	x.commit(&inspector.Batch{Workspace: ws, Deliveries: b.Deliveries})
	_, err = x.s.Body(t.Context(), ws, key)
	x.want("Body without attempt", err, inspector.ErrNotFound)
	x.commit(&inspector.Batch{Workspace: ws, Attempts: b.Attempts})
	if got := x.body(key); string(got) != "hello" {
		t.Errorf("body %q, want hello", got)
	}
}

func testNotFound(t *testing.T, open Open) {
	x := start(t, open(t, 1)[0])
	x.commit(x.batch("")) // a delivery with an attempt and no body
	known := x.list(inspector.ListQuery{})[0]
	ctx := t.Context()
	_, err := x.s.Get(ctx, ws, x.id())
	x.want("Get", err, inspector.ErrNotFound)
	for _, n := range []uint64{0, known.N + 1, 1 << 40} {
		_, err = x.s.Lookup(ctx, ws, n)
		x.want("Lookup", err, inspector.ErrNotFound)
	}
	for _, key := range []inspector.BodyKey{
		{Delivery: x.id()},
		{Delivery: known.ID},
		{Delivery: known.ID, Part: inspector.Response},
		{Delivery: known.ID, Attempt: 1},
	} {
		_, err = x.s.Body(ctx, ws, key)
		x.want("Body "+key.String(), err, inspector.ErrNotFound)
	}
	x.noAttempts(x.id())
}

// noAttempts checks that an unknown delivery has none, said either way.
func (x *suite) noAttempts(id inspector.ID) {
	x.Helper()
	as, err := x.s.Attempts(context.WithoutCancel(x.Context()), ws, id)
	if len(as) != 0 {
		x.Errorf("%d attempts of an unknown delivery", len(as))
	}
	if err != nil {
		x.want("Attempts", err, inspector.ErrNotFound)
	}
}
