package catalog

import (
	"bytes"
	"strings"
	"testing"
)

func TestParseAssignment(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text string
		want Assignment
		err  string
	}{
		{"data.total=125.50", Assignment{Path: "data.total", Value: "125.50"}, ""},
		{"a=x y", Assignment{Path: "a", Value: `"x y"`}, ""},
		{"a=", Assignment{Path: "a", Value: `""`}, ""},
		{"a=null", Assignment{Path: "a", Value: "null"}, ""},
		{`a={"b":[1]}`, Assignment{Path: "a", Value: `{"b":[1]}`}, ""},
		{"a=:125", Assignment{Path: "a", Value: `"125"`}, ""},
		{"a:=125", Assignment{Path: "a", Value: "125"}, ""},
		{"a:=", Assignment{Path: "a", Remove: true}, ""},
		{"url=http://x/?a=b", Assignment{Path: "url", Value: `"http://x/?a=b"`}, ""},
		{`["a=b"].c=1`, Assignment{Path: `["a=b"].c`, Value: "1"}, ""},
		{"a:=x", Assignment{}, "the value of a is not JSON: line 1, column 1: the word x; as words there are true, false and null"},
		{"total", Assignment{}, `"total" has no =; write path=value, for example data.total=125.5`},
		{"=1", Assignment{}, "the path is empty"},
		{"a..b=1", Assignment{}, `the path "a..b" has an empty part`},
		{"a[x]=1", Assignment{}, `the path "a[x]": [x is not the number of an element, counted from 0`},
	} {
		got, err := ParseAssignment(tt.text)
		if got != tt.want || (err == nil) != (tt.err == "") || err != nil && err.Error() != tt.err {
			t.Errorf("ParseAssignment(%s) = %+v, %v; want %+v, %s", tt.text, got, err, tt.want, tt.err)
		}
	}
}

func TestSetPath(t *testing.T) {
	t.Parallel()
	const body = "{ \"a\" : 1.0,\n\t\"b\": [ 1e2 , {\"c\":\"\\u00e9\\/\"} ],\"e\":{} }\n"
	for _, tt := range []struct{ name, set, want, err string }{
		{"a value is replaced", "a=2.50", strings.Replace(body, "1.0", "2.50", 1), ""},
		{"inside of a list", "b[1].c=x", strings.Replace(body, `"\u00e9\/"`, `"x"`, 1), ""},
		{"a new member is spaced as the last", "f=1", strings.Replace(body, "{} }", "{},\"f\":1 }", 1), ""},
		{"a new element", "b[2]=3", strings.Replace(body, "} ]", "}, 3 ]", 1), ""},
		{"into an empty object", "e.x.y[0].z=1", strings.Replace(body, "{}", `{"x":{"y":[{"z":1}]}}`, 1), ""},
		{"a name with a dot", `e["a.b"]=1`, strings.Replace(body, "{}", `{"a.b":1}`, 1), ""},
		{"remove the first", "a:=", "{ " + body[strings.Index(body, `"b"`):], ""},
		{"remove the last", "e:=", strings.Replace(body, `,"e":{}`, "", 1), ""},
		{"remove what is not there", "x.y:=", body, ""},
		{"each element", "b[]=0", strings.Replace(body, "[ 1e2 , {\"c\":\"\\u00e9\\/\"} ]", "[ 0 , 0 ]", 1), ""},
		{"an element too far", "b[3]=1", "", "set b[3]: b ends before; the next element to set is [2]"},
		{"into a number", "a.x=1", "", "set a.x: a is a number, not an object"},
		{"an object as a list", "e[0]=1", "", "set e[0]: e is an object, not a list"},
		{"a list from its middle", "e.x[1]=1", "", "set e.x[1]: there is no list yet; its first element is [0]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a, err := ParseAssignment(tt.set)
			if err != nil {
				t.Fatal(err)
			}
			got, err := SetPath([]byte(body), a)
			if string(got) != tt.want || (err == nil) != (tt.err == "") || err != nil && err.Error() != tt.err {
				t.Errorf("SetPath = %q, %v\nwant      %q, %s", got, err, tt.want, tt.err)
			}
		})
	}
	if _, err := SetPath([]byte("{\n x}"), Assignment{Path: "a", Value: "1"}); err == nil || err.Error() != "set a: the body is not JSON: line 2, column 2: 'x' where a name in quotes is expected" {
		t.Errorf("a body that is no JSON: %v", err)
	}
}

func TestSetPathNewMemberIsIndented(t *testing.T) {
	t.Parallel()
	got, err := SetPath([]byte("{\n    \"a\": 1,\n    \"b\": 2\n}"), Assignment{Path: "c", Value: "3"})
	if want := "{\n    \"a\": 1,\n    \"b\": 2,\n    \"c\": 3\n}"; err != nil || string(got) != want {
		t.Errorf("SetPath = %s, %v; want %s", got, err, want)
	}
}

// What is set can be read back, everything else stays, and setting it again
// changes nothing.
func FuzzSetPath(f *testing.F) {
	f.Add([]byte(`{"a":{"b":[1,2]},"c":"d"}`), "a.b[1]=7")
	f.Add([]byte(`[{"x":1}, {"x":2}]`), "[].x=3")
	f.Add([]byte(`{"a": 1, "a": 2 }`), "a:=")
	f.Add([]byte(" {} "), `["\u00e9"].b[0]=x`)
	f.Fuzz(func(t *testing.T, body []byte, text string) {
		a, err := ParseAssignment(text)
		if err != nil {
			return
		}
		out, err := SetPath(body, a)
		if err != nil {
			return
		}
		v, err := parseValue(out)
		if err != nil {
			t.Fatalf("SetPath(%q, %q) = %q: %v", body, text, out, err)
		}
		if a.Remove {
			return
		}
		steps, err := parsePath(a.Path)
		if err != nil {
			t.Fatal(err)
		}
		want, err := parseValue([]byte(a.Value))
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		v.at(steps, func(at *value) {
			if bytes.Equal(JSONStyle{}.print(at), JSONStyle{}.print(want)) {
				found++
			}
		})
		if found == 0 && !strings.Contains(a.Path, "[]") {
			t.Fatalf("SetPath(%q, %q) = %q: the value is not there", body, text, out)
		}
		again, err := SetPath(out, a)
		if err != nil || !bytes.Equal(again, out) {
			t.Fatalf("SetPath twice = %q, %v; once %q", again, err, out)
		}
	})
}

func TestSetPathInOrder(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ body, path, want string }{
		{`{"meta":{"appKey":"k","name":"n"}}`, "meta.appToken", `{"meta":{"appKey":"k","appToken":1,"name":"n"}}`},
		{`{"meta":{"name":"n"}}`, "meta.appKey", `{"meta":{"appKey":1,"name":"n"}}`},
		{`{"meta":{"name":"n"}}`, "meta.z", `{"meta":{"name":"n","z":1}}`},
		{`{"meta":{}}`, "meta.appKey", `{"meta":{"appKey":1}}`},
		{"{\"meta\": {\n  \"b\": 2,\n  \"d\": 3\n}}", "meta.c", "{\"meta\": {\n  \"b\": 2,\n  \"c\": 1,\n  \"d\": 3\n}}"},
	} {
		if got, err := SetPath([]byte(tt.body), Assignment{Path: tt.path, Value: "1", Sorted: true}); err != nil || string(got) != tt.want {
			t.Errorf("%s in %s: %s, %v; want %s", tt.path, tt.body, got, err, tt.want)
		}
	}
}
