package inspector

import (
	"bytes"
	"encoding/json"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func hider(t testing.TB, paths ...string) *Hider {
	t.Helper()
	var picks []Pick
	for _, p := range paths {
		if !strings.HasPrefix(p, "body[") {
			p = "body." + p
		}
		pick, err := ParsePick(p)
		if err != nil {
			t.Fatal(err)
		}
		picks = append(picks, pick)
	}
	return NewHider(picks)
}

func headOf(media string) *Head {
	h := ParseHead([]byte("POST / HTTP/1.1\r\nContent-Type: " + media + "\r\n\r\n"))
	return &h
}

// hideIn hides in a body that comes in pieces of n bytes.
func hideIn(t testing.TB, h *Hider, head *Head, body string, n int) (string, []string) {
	t.Helper()
	var out bytes.Buffer
	w := h.Writer(&out, head)
	for rest := []byte(body); len(rest) > 0; {
		m := min(n, len(rest))
		if k, err := w.Write(rest[:m]); k != m || err != nil {
			t.Fatal(k, err)
		}
		rest = rest[m:]
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String(), w.Hidden()
}

// hideCase is a body, and what is shown of it.
type hideCase struct {
	name, media, paths, body, want string
}

// check hides in the body, in pieces of any length.
func (tt *hideCase) check(t *testing.T) {
	t.Helper()
	h := hider(t, strings.Split(tt.paths, ";")...)
	for n := 1; n <= len(tt.body)+1; n++ {
		got, _ := hideIn(t, h, headOf(tt.media), tt.body, n)
		if got != tt.want || len(got) != len(tt.body) {
			t.Fatalf("in pieces of %d: %s\nwant %s", n, got, tt.want)
		}
	}
}

func TestHide(t *testing.T) {
	t.Parallel()
	const form = "application/x-www-form-urlencoded"
	for _, tt := range []hideCase{
		{"text", "application/json", "a", `{"a":"card","b":"x"}`, `{"a":"****","b":"x"}`},
		{"deep", "application/json", "card.number", `{"card": {"number" : 4111, "brand":"v"},"number":4111}`, `{"card": {"number" : "**", "brand":"v"},"number":4111}`},
		{"short numbers", "application/json", "a[*]", `{"a":[1, 12, -3.5e7, true,null]}`, `{"a":[0, "", "****", "**","**"]}`},
		{"object", "application/json", "a", `{"a":{"x":[1,"}\"]"],"y":{}},"b":1}`, `{"a":"*********************","b":1}`},
		{"array", "application/json", "a", `{"a":["x", 1] ,"b":1}`, `{"a":"******" ,"b":1}`},
		{"any element", "application/json", "people[*].email", `{"people":[{"email":"a@b"},{"id":1,"email":null}]}`, `{"people":[{"email":"***"},{"id":1,"email":"**"}]}`},
		{"one element", "application/json", "p[1]", `{"p":["a","b","c"]}`, `{"p":["a","*","c"]}`},
		{"any member", "application/json", "*.pin", `{"a":{"pin":"1"},"b":{"pin":"22"},"pin":"3"}`, `{"a":{"pin":"*"},"b":{"pin":"**"},"pin":"3"}`},
		{"overlap", "application/json", "card;card.number", `{"card":{"number":"1"}}`, `{"card":"************"}`},
		{"repeated key", "application/json", "a", `{"a":"1","a":"2"}`, `{"a":"*","a":"*"}`},
		{"escaped key", "application/json", "card", `{"\u0063ard":"x","c\u0061rd":"y"}`, `{"\u0063ard":"*","c\u0061rd":"*"}`},
		{"escapes in the value", "application/json", "a", `{"a":"q\"x\\","b":"x"}`, `{"a":"******","b":"x"}`},
		{"unicode", "application/json", `"clé π"`, `{"clé π":"œ","cle":"x"}`, `{"clé π":"**","cle":"x"}`},
		{"quoted key with a dot", "application/json", `"a.b"`, `{"a.b":"x","a":{"b":"y"}}`, `{"a.b":"*","a":{"b":"y"}}`},
		{"text like a pattern", "application/json", `"(.+)"`, `{"(.+)":"x","abc":"y"}`, `{"(.+)":"*","abc":"y"}`},
		{"no type", "", "a", `{"a":"x"}`, `{"a":"*"}`},
		{"mark of byte order", "application/json", "a", "\ufeff {\"a\":\"x\"}", "\ufeff {\"a\":\"*\"}"},
		{"one after the other", "application/x-ndjson", "a", "{\"a\":\"x\"}\n{\"a\":\"y\"}\n", "{\"a\":\"*\"}\n{\"a\":\"*\"}\n"},
		{"an array at the top", "application/json", "a", `[{"a":"x"}]`, `[{"a":"x"}]`},
		{"elements of an array at the top", "application/json", "body[*].a;body[1].b", `[{"a":"x","b":1},{"a":2,"b":"x"}]`, `[{"a":"*","b":1},{"a":0,"b":"*"}]`},
		{"cut within", "application/json", "a", `{"a":"secr`, `{"a":"****`},
		{"cut within a number", "application/json", "a", `{"a":1234`, `{"a":"**"`},
		{"not there", "application/json", "b", `{"a":"x"}`, `{"a":"x"}`},
		{"fault before", "application/json", "a", `{"x":1,,"a":"x"}`, `{"x":1,*********`},
		{"brackets that do not match", "application/json", "a", `{"x":[},"a":"s"}`, `{"x":[**********`},
		{"brackets that do not match, hidden", "application/json", "card;number", `{"card":{],"number":4111}`, `{"card":"****************`},
		{"brackets far within", "application/json", "a", `{"x":[{"y":[[[[[[[[[{}]]]]]]]]]}],"a":"s"}`, `{"x":[{"y":[[[[[[[[[{}]]]]]]]]]}],"a":"*"}`},
		{"no JSON in spite of its type", "application/json", "a", `<a>x</a>`, `********`},
		{"form", form, "card", `card=4111&x=1&card=2`, `card=****&x=1&card=*`},
		{"form with brackets", form, "card.number", `card%5Bnumber%5D=4111&card.number=1&card=x`, `card%5Bnumber%5D=****&card.number=*&card=x`},
		{"JSON as a form", form, "a", `{"a":"x"}`, `{"a":"*"}`},
		{"all in a field", form, "card", `card[number]=4111&card[x][]=1&card.y=2&cards=3`, `card[number]=****&card[x][]=*&card.y=*&cards=3`},
		{"JSON in a field", form, "card.number", `x=1&payload=%7b%22card%22:{"number":"4111","x":%22%C3%A9+%22}}&y=2`, `x=1&payload=%7b%22card%22:{"number":"****","x":%22%C3%A9+%22}}&y=2`},
		{"JSON in a field, escaped", form, "card", `payload=%7B%22card%22%3A%7B%22number%22%3A4111%7D%7D`, `payload=%7B%22card%22%3A%22%2A******%2A%2A****%22%7D`},
		{"JSON in a field, by its name", form, "payload.number;payload.x", `payload=%7B%22number%22%3A4111%2C%22x%22%3A%31%7D&other={"number":1}`, `payload=%7B%22number%22%3A"**"%2C%22x%22%3A%30%7D&other={"number":1}`},
		{"a field that begins as JSON", form, "card", `note={hello}&x=%7b&card=1&y=[%5`, `note={******&x=%7b&card=*&y=[**`},
		{"escapes that are none", form, "card", `x=%&y=%7&z=%zz%7B&card=%34`, `x=%&y=%7&z=%zz%7B&card=***`},
		{"XML as a form", form, "number", `<card><number>4111</number></card>`, `<card><number>****</number></card>`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.check(t)
		})
	}
}

// What is hidden in JSON leaves JSON of the same length, in which everything else is
// as it was.
func TestHideKeepsJSON(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	var value func(depth int) any
	value = func(depth int) any {
		switch n := r.IntN(8); {
		case depth > 0 && n < 3:
			o := map[string]any{}
			for range r.IntN(4) {
				o[string("abc"[r.IntN(3)])] = value(depth - 1)
			}
			return o
		case depth > 0 && n < 5:
			a := []any{}
			for range r.IntN(4) {
				a = append(a, value(depth-1))
			}
			return a
		}
		return []any{"secret", 12345.5, true, false, nil, "", 7, "é\"\\\n"}[r.IntN(8)]
	}
	h := hider(t, "a", "b.c", "b.a[*].b", "c[1]", "*.*.a")
	for i := range 3000 {
		var v any
		for m, ok := map[string]any(nil), false; !ok || len(m) == 0; {
			v = value(5)
			m, ok = v.(map[string]any)
		}
		body, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		got, names := hideIn(t, h, headOf("application/json"), string(body), 1+r.IntN(20))
		var shown map[string]any
		if err := json.Unmarshal([]byte(got), &shown); err != nil || len(got) != len(body) || slices.Contains(names, HiddenRest) {
			t.Fatalf("%d: %s\nof %s: %v, %q", i, got, body, err, names)
		}
		for name, was := range v.(map[string]any) {
			is, err := json.Marshal(shown[name])
			if err != nil {
				t.Fatal(err)
			}
			if name == "a" && strings.Trim(string(is), `"*0`) != "" {
				t.Fatalf("a is %s in %s", is, got)
			}
			if b, _ := json.Marshal(was); name != "a" && len(is) != len(b) {
				t.Fatalf("%s is %s, was %s", name, is, b)
			}
		}
	}
}

// A body that is read at places is the one that is read from the start to the end.
func TestHideAtPlaces(t *testing.T) {
	t.Parallel()
	body := `{"x":"` + strings.Repeat("plain ", 20000) + `","card":"` + strings.Repeat("4", 50000) + `","y":1}`
	h := hider(t, "card")
	r, names, err := h.Hide(headOf("application/json"), strings.NewReader(body), int64(len(body)))
	if err != nil || !slices.Equal(names, []string{"body.card"}) {
		t.Fatal(names, err)
	}
	want := strings.Replace(body, strings.Repeat("4", 50000), strings.Repeat("*", 50000), 1)
	if err := iotest.TestReader(io.NewSectionReader(r, 0, int64(len(body))), []byte(want)); err != nil {
		t.Error(err)
	}
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 50 {
		at := rnd.IntN(len(body))
		p := make([]byte, 1+rnd.IntN(70000))
		n, err := r.ReadAt(p, int64(at))
		if string(p[:n]) != want[at:at+n] || err == nil && n < len(p) {
			t.Fatalf("%d bytes at %d: %v", n, at, err)
		}
	}
}

func TestHideInEncodedBody(t *testing.T) {
	t.Parallel()
	h := hider(t, "card")
	for body, hidden := range map[string]bool{`{"card":"4111"}`: true, `{"other":"4111"}`: false} {
		packed := []byte(gzipped(body))
		head := ParseHead([]byte("POST / HTTP/1.1\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n\r\n"))
		r, names, err := h.Hide(&head, bytes.NewReader(packed), int64(len(packed)))
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(io.NewSectionReader(r, 0, int64(len(packed))))
		if err != nil || len(got) != len(packed) || (len(names) > 0) != hidden || bytes.Equal(got, packed) == hidden {
			t.Errorf("%s: %q %q %v", body, got, names, err)
		}
	}
	head := ParseHead([]byte("POST / HTTP/1.1\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n\r\n"))
	if _, names, err := h.Hide(&head, strings.NewReader("no gzip"), 7); err != nil || len(names) != 1 {
		t.Errorf("what does not decode: %q %v", names, err)
	}
}

func FuzzHide(f *testing.F) {
	f.Add(`{"card":{"a":[1,"x"]},"x":[{"pin":1}]}`, "application/json")
	f.Add("card=1&x[pin]=2", "application/x-www-form-urlencoded")
	f.Add("--b\r\nContent-Disposition: form-data; name=card\r\n\r\nx\r\n--b--", "multipart/form-data; boundary=b")
	f.Add("--b\nContent-Disposition: form-data; name=x\n\n[{\"pin\":1}]\n--b --\n--b\n\n", "multipart/form-data; boundary=b")
	f.Add("payload=%7B%22card%22%3A4111%7D&x=[%7b%22pin\"%3a1%7d", "application/x-www-form-urlencoded")
	f.Add("<a card='1'><card><!-- </card> --><b>2</b></card><x/><x pin='3'/></a>", "text/xml")
	f.Add("a card=4111\ncard: 1", "text/plain")
	h := hider(f, "card", "x[*].pin", "*.b")
	f.Fuzz(func(t *testing.T, body, media string) {
		all, names := hideIn(t, h, headOf(media), body, len(body)+1)
		if len(all) != len(body) || len(names) == 0 && all != body {
			t.Fatalf("%q became %q, %q", body, all, names)
		}
		if got, _ := hideIn(t, h, headOf(media), body, 1); got != all {
			t.Fatalf("%q in pieces: %q, whole %q", body, got, all)
		}
	})
}
