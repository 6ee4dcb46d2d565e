package web

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/boathook/boathook/web/client"
)

// goWords are how package encoding/json speaks.
var goWords = regexp.MustCompile(`invalid character|unexpected end|unexpected EOF|cannot unmarshal|Go (?:struct|value)|json:|unknown field|parsing time`)

// Every route that reads JSON says what is wrong with it in words of its own, and where.
func TestMistakesInBodies(t *testing.T) {
	t.Parallel()
	doc, err := described()
	if err != nil {
		t.Fatal(err)
	}
	r := newRig(t)
	row := r.capture(capture{})
	for _, body := range []struct{ name, path string }{
		{"/api/v1/endpoints", `{"name":"demo","kind":"url","url":"http://127.0.0.1:1","events":["*"]}`}, {"/api/v1/recordings", `{"name":"demo"}`},
	} {
		if a := r.do("POST", body.name, body.path); a.StatusCode != 201 {
			t.Fatalf("%d %s", a.StatusCode, a.body)
		}
	}
	tried, told := 0, 0
	for path, ops := range doc.Paths {
		for method, op := range ops {
			if _, reads := op.RequestBody.Content[typeJSON]; !reads {
				continue
			}
			tried++
			for name, tt := range map[string]struct{ body, want string }{
				"a comma at the end":  {"{\n  \"name\": \"a\",\n}", "line 2, column 14: a comma before the end; nothing follows it"},
				"no comma":            {`{"name": "a" "b": 1}`, `line 1, column 14: '"' where a comma or '}' is expected`},
				"single quotes":       {`{'name': "a"}`, "line 1, column 2: names and texts stand in double quotes, not in '\\''"},
				"no quotes":           {`{name: "a"}`, "line 1, column 2: 'n' where a name in quotes is expected"},
				"no colon":            {`{"name" "a"}`, `line 1, column 9: no colon after the name "name"`},
				"a comment":           {"{\n// a\n}", "line 2, column 1: a comment; JSON has none"},
				"cut":                 {`{"name": "a"`, "line 1, column 13: the text ends before '}'"},
				"cut in a text":       {`{"name": "a`, "line 1, column 12: the text ends inside of a string"},
				"Python":              {`{"name": None}`, "line 1, column 10: the word None; as words there are true, false and null"},
				"a backslash":         {`{"name": "C:\dir"}`, "line 1, column 14: a backslash before a character that it cannot escape"},
				"a zero before":       {`{"name": 01}`, "line 1, column 10: a number does not begin with zeros"},
				"two values":          {`{} {}`, "line 1, column 4: text after the end of the JSON value"},
				"an unknown field":    {"{\n\"naem\": 1}", "there is no field naem"},
				"a list":              {`[]`, "the body is no JSON object"},
				"nothing":             {` `, "the body is empty, a JSON object is needed"},
				"twice":               {`{"q": 1, "q": 2}`, "q occurs twice"},
				"another kind, field": {`{"name": {}, "rev": "1", "q": 1, "count": "x"}`, ""},
			} {
				a := r.do(strings.ToUpper(method), example(path, row.ID.String()), tt.body)
				var p client.Problem
				if err := json.Unmarshal(a.body, &p); err != nil || a.StatusCode < 400 {
					t.Errorf("%s %s, %s: %d %s", method, path, name, a.StatusCode, a.body)
					continue
				}
				if p.Type == problemPrefix+"json" {
					told++
				}
				if goWords.Match(a.body) || a.StatusCode == 400 && !strings.Contains(p.Detail, tt.want) && p.Type == problemPrefix+"json" {
					t.Errorf("%s %s, %s: %s\nwant %s", method, path, name, a.body, tt.want)
				}
			}
		}
	}
	if tried < 35 || told < 450 {
		t.Errorf("only %d routes read JSON, and told %d mistakes", tried, told)
	}
}
