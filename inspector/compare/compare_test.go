package compare

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"github.com/google/go-cmp/cmp"

	"github.com/boathook/boathook/inspector"
)

func changes(list []Change) string {
	var out []string
	for _, c := range list {
		out = append(out, fmt.Sprintf("%s %s %s→%s", c.Op, c.Path, c.A, c.B))
	}
	return strings.Join(out, "; ")
}

func TestJSON(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a, b, want string
		ignore     []string
		ignored    int
	}{
		{a: `{"a":1}`, b: `{"a":2}`, want: "changed a 1→2"},
		{a: `{"a":1,"b":2}`, b: `{"b":2,"c":null}`, want: "removed a 1→; added c →null"},
		{a: `{"a":1.0}`, b: `{"a":1}`, want: "spelled a 1.0→1"},
		{a: `{"a":1e2}`, b: `{"a":100}`, want: "spelled a 1e2→100"},
		{a: `{"a":1e999999}`, b: `{"a":1e999998}`, want: "changed a 1e999999→1e999998"},
		{a: `{"a":"1"}`, b: `{"a":1}`, want: `changed a "1"→1`},
		{a: `{"a":[1,2,3]}`, b: `{"a":[1,3]}`, want: "removed a[1] 2→"},
		{a: `[1,2]`, b: `[0,1,2]`, want: "added [0] →0"},
		{a: `{"r":[{"id":1,"v":"a"},{"id":2,"v":"b"}]}`, b: `{"r":[{"id":2,"v":"c"},{"id":3,"v":"d"}]}`,
			want: `removed r[id=1] {"id":1,"v":"a"}→; changed r[id=2].v "b"→"c"; added r[id=3] →{"id":3,"v":"d"}`},
		{a: `{"r":[{"id":1},{"id":2}]}`, b: `{"r":[{"id":2},{"id":1}]}`, want: "moved r →"},
		{a: `{"a":{"x.y":1}}`, b: `{"a":{"x.y":2}}`, want: `changed a["x.y"] 1→2`},
		{a: `{"a": 1}`, b: `{"a":1}`, want: "spelled  →"},
		{a: `{"ts":1,"d":{"ts":1,"id":1,"k":1}}`, b: `{"ts":2,"d":{"ts":2,"id":2,"k":2}}`, want: "changed d.k 1→2", ignore: []string{"ts", "d.id"}, ignored: 3},
		{a: `{"l":[{"at":1},{"at":1}]}`, b: `{"l":[{"at":2},{"at":3}]}`, want: "", ignore: []string{"*.at"}, ignored: 2},
	} {
		r := Messages(&Message{Body: []byte(tt.a)}, &Message{Body: []byte(tt.b)}, Options{Ignore: tt.ignore})
		if r.Body.Kind != JSON || changes(r.Body.Changes) != tt.want || r.Ignored != tt.ignored {
			t.Errorf("%s | %s\n got %s (%s, %d ignored)\nwant %s", tt.a, tt.b, changes(r.Body.Changes), r.Body.Kind, r.Ignored, tt.want)
		}
		if r.Equal != (tt.want == "") {
			t.Errorf("%s | %s: equal %v", tt.a, tt.b, r.Equal)
		}
	}
}

func TestOtherBodies(t *testing.T) {
	t.Parallel()
	r := Messages(&Message{Body: []byte("a\nb\nc\n")}, &Message{Body: []byte("a\nB\nc\n")}, Options{})
	if r.Body.Kind != Text || !strings.Contains(r.Body.Unified, "-b\n+B\n") || r.Body.Count != 1 {
		t.Errorf("%+v", r.Body)
	}
	r = Messages(&Message{Body: []byte("\x00abcdefghijklmnop")}, &Message{Body: []byte("\x00aXcdefghijklmnoP")}, Options{})
	if r.Body.Kind != Binary || len(r.Body.Ranges) != 2 || r.Body.Ranges[0].At != 2 || r.Body.Ranges[1].At != 16 {
		t.Errorf("%+v", r.Body)
	}
	r = Messages(&Message{Body: []byte("\x00abcd")}, &Message{Body: []byte("\x00abXXcd")}, Options{})
	if got := r.Body.Ranges; len(got) != 1 || got[0].At != 3 || got[0].LenA != 0 || string(got[0].B) != "XX" {
		t.Errorf("%+v", got)
	}
	// A key that is there twice, and what only looks like JSON, are text.
	for _, body := range []string{`{"a":1,"a":2}`, `{"a":`, `7`, strings.Repeat("[", 5000) + strings.Repeat("]", 5000)} {
		if r = Messages(&Message{Body: []byte(body)}, &Message{Body: []byte(`{"a":1}`)}, Options{}); r.Body.Kind != Text {
			t.Errorf("%.20s is compared as %s", body, r.Body.Kind)
		}
	}
	if r = Messages(&Message{Body: []byte("x")}, &Message{Body: []byte("x")}, Options{}); !r.Equal || r.Body.Kind != Same {
		t.Errorf("%+v", r)
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	f := func(pairs ...string) (list []inspector.Field) {
		for i := 0; i < len(pairs); i += 2 {
			list = append(list, inspector.Field{Name: pairs[i], Value: pairs[i+1]})
		}
		return list
	}
	a := &Message{Start: "POST /a HTTP/1.1", Headers: f("Host", "x", "X-A", "1", "X-A", "2", "Date", "then", "Gone", "1")}
	b := &Message{Start: "POST /b HTTP/1.1", Headers: f("Host", "x", "x-a", "1", "x-a", "3", "Date", "now", "New", "1")}
	r := Messages(a, b, Options{Ignore: []string{"header.date"}})
	want := "changed start POST /a HTTP/1.1→POST /b HTTP/1.1; spelled X-A X-A→x-a; changed X-A 2→3; removed Gone 1→; added New →1"
	if changes(r.Head) != want || r.Ignored != 1 || r.Equal {
		t.Errorf("got %s (%d ignored)\nwant %s", changes(r.Head), r.Ignored, want)
	}
}

// value makes a random JSON value. Arrays of objects have ids or not.
func value(r *rand.Rand, depth int) any {
	switch n := r.IntN(8); {
	case n < 3 || depth == 0:
		return r.IntN(5)
	case n == 3:
		return []any{"a", "b/c~d", "", nil, true}[r.IntN(5)]
	case n < 6:
		m := map[string]any{}
		for range r.IntN(4) {
			m[string("abc~/"[r.IntN(5)])] = value(r, depth-1)
		}
		return m
	default:
		list := []any{}
		ids := r.Perm(5)
		for i := range r.IntN(5) {
			v := value(r, depth-1)
			if m, ok := v.(map[string]any); ok && n == 6 {
				m["id"] = ids[i]
			}
			list = append(list, v)
		}
		return list
	}
}

func TestPatchMakesTheOther(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	for range 5000 {
		a, _ := json.Marshal([]any{value(r, 4), value(r, 4)})
		b, _ := json.Marshal([]any{value(r, 4), value(r, 4)})
		rep := Messages(&Message{Body: a}, &Message{Body: b}, Options{})
		if bytes.Equal(a, b) {
			continue
		}
		text, err := json.Marshal(rep.Body.Patch)
		if err != nil {
			t.Fatal(err)
		}
		p, err := jsonpatch.DecodePatch(text)
		if err != nil {
			t.Fatal(err)
		}
		got, err := p.Apply(a)
		if err != nil {
			t.Fatalf("%s\non %s\nfor %s: %v", text, a, b, err)
		}
		var have, want any
		if json.Unmarshal(got, &have) != nil || json.Unmarshal(b, &want) != nil || !cmp.Equal(have, want) {
			t.Fatalf("%s\non %s\n got %s\nwant %s", text, a, got, b)
		}
		if rep.Equal {
			t.Fatalf("%s and %s are said to be equal", a, b)
		}
	}
}

// Whatever the bodies, a comparison ends, is bounded, and of equals finds nothing.
func FuzzMessages(f *testing.F) {
	f.Add([]byte(`{"a":[1,{"id":2}]}`), []byte(`{"a":[{"id":2},1.0]}`))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		r := Messages(&Message{Body: a}, &Message{Body: b}, Options{})
		if r.Equal != bytes.Equal(a, b) {
			t.Errorf("equal %v", r.Equal)
		}
		if len(r.Body.Changes) > MaxChanges {
			t.Error("too many changes")
		}
	})
}

func BenchmarkMegabyte(b *testing.B) {
	r := rand.New(rand.NewPCG(5, 6))
	list := []map[string]any{}
	for i := range 8000 {
		list = append(list, map[string]any{"id": i, "name": fmt.Sprintf("name %d", r.IntN(1000)), "total": r.Float64(), "tags": []string{"a", "b"}, "note": strings.Repeat("x", 40)})
	}
	x, _ := json.Marshal(list)
	for i := range list {
		if i%10 == 0 {
			list[i] = map[string]any{"id": i, "name": "other", "total": 1, "note": ""}
		}
	}
	slices.Reverse(list[:100])
	y, _ := json.Marshal(list)
	b.SetBytes(int64(len(x)))
	for b.Loop() {
		Messages(&Message{Body: x}, &Message{Body: y}, Options{})
	}
}
