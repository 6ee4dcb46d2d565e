package catalog

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// The commonest mistakes in JSON that is written by hand are told in plain words, with
// their place.
func TestMistakesInJSON(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, want string }{
		{``, "line 1, column 1: the text ends where a value is expected"},
		{"{\n  \"a\": 1,\n}", "line 2, column 9: a comma before the end; nothing follows it"},
		{`{"a": [1, 2,]}`, "line 1, column 12: a comma before the end; nothing follows it"},
		{`{"a": 1 "b": 2}`, `line 1, column 9: '"' where a comma or '}' is expected`},
		{`{'a': 1}`, `line 1, column 2: names and texts stand in double quotes, not in '\''`},
		{`{"a": 'x'}`, `line 1, column 7: names and texts stand in double quotes, not in '\''`},
		{`{“a”: 1}`, `line 1, column 2: names and texts stand in double quotes, not in '“'`},
		{`{a: 1}`, `line 1, column 2: 'a' where a name in quotes is expected`},
		{"{\n// a\n}", "line 2, column 1: a comment; JSON has none"},
		{`{"a": 1`, `line 1, column 8: the text ends before '}'`},
		{`{"a": "x`, `line 1, column 9: the text ends inside of a string`},
		{"{\"a\": \"x\ny\"}", `line 1, column 9: a line break inside of a string; write \n`},
		{`{"a": NaN}`, `line 1, column 7: the word NaN; as words there are true, false and null`},
		{`{"a": True}`, `line 1, column 7: the word True; as words there are true, false and null`},
		{`{"a": nul}`, `line 1, column 7: the word nul; as words there are true, false and null`},
		{`{"a": 007}`, "line 1, column 7: a number does not begin with zeros"},
		{`{"a": +1}`, "line 1, column 7: a number does not begin with '+'"},
		{`{"a": .5}`, "line 1, column 7: a number does not begin with '.'"},
		{`{"a": "C:\dir"}`, "line 1, column 11: a backslash before a character that it cannot escape"},
		{`{"a" 1}`, `line 1, column 6: no colon after the name "a"`},
		{`{"a" = 1}`, `line 1, column 6: no colon after the name "a"`},
		{`{"a": 1} {"a": 2}`, "line 1, column 10: text after the end of the JSON value"},
		{"\xef\xbb\xbf{}", "line 1, column 1: a byte order mark is not JSON"},
	} {
		err := CheckJSON([]byte(tt.text))
		if err == nil || err.Error() != tt.want {
			t.Errorf("%q\n is %v\nwant %s", tt.text, err, tt.want)
		}
		if json.Valid([]byte(tt.text)) {
			t.Errorf("%q is JSON", tt.text)
		}
	}
}

// own reads itself.
type own struct{}

func (o *own) UnmarshalJSON(text []byte) error {
	var plain struct{}
	return json.Unmarshal(text, &plain)
}

// What is JSON, but not what is wanted, is told with its field and what it must be.
func TestMistakesInValues(t *testing.T) {
	t.Parallel()
	type inner struct {
		Port uint16 `json:"port"`
	}
	for _, tt := range []struct{ text, field, want string }{
		{`{"on": "yes"}`, "on", "line 1, column 8: on must be true or false"},
		{"{\n \"count\": \"3\"}", "count", "line 2, column 11: count must be a whole number"},
		{`{"count": 1.5}`, "count", "line 1, column 11: count must be a whole number"},
		{`{"inner": {"port": -1}}`, "inner.port", "line 1, column 20: inner.port must be a whole number from 0 on"},
		{`{"inner": [1]}`, "inner", "line 1, column 11: inner must be an object"},
		{`{"rate": {}}`, "rate", "line 1, column 10: rate must be a number"},
		{`{"name": 1}`, "name", "line 1, column 10: name must be a text in quotes"},
		{`{"list": "a"}`, "list", "line 1, column 10: list must be a list"},
		{`{"list": ["a", 2]}`, "list", "line 1, column 16: list must be a text in quotes"},
		{`{"name": "a", "nmae": 1}`, "nmae", "line 1, column 15: there is no field nmae"},
		{`{"at": "tomorrow"}`, "", `"tomorrow" is no time; write it as in 2026-01-31T10:00:00Z`},
		{`{"own": 7}`, "own", "line 1, column 9: own must be an object"},
		{`{"data": 7}`, "data", "line 1, column 10: data must be a text in base64"},
		{`{"data": "!"}`, "", "a text in base64 is broken at its byte 0"},
		{`[]`, "", "line 1, column 1: it must be an object"},
	} {
		var v struct {
			On    bool      `json:"on"`
			Count int       `json:"count"`
			Rate  float64   `json:"rate"`
			Name  string    `json:"name"`
			List  []string  `json:"list"`
			Inner *inner    `json:"inner"`
			At    time.Time `json:"at"`
			Own   own       `json:"own"`
			Data  []byte    `json:"data"`
		}
		d := json.NewDecoder(bytes.NewReader([]byte(tt.text)))
		d.DisallowUnknownFields()
		err := d.Decode(&v)
		if err == nil {
			t.Fatalf("%s was read", tt.text)
		}
		m, ok := ExplainJSON([]byte(tt.text), err).(*JSONMistake)
		if !ok || m.Error() != tt.want || m.Field != tt.field && !strings.HasPrefix(m.Field, tt.field) {
			t.Errorf("%s\n is %v, field %+v\nwant %s, field %s", tt.text, m, m, tt.want, tt.field)
		}
	}
}
