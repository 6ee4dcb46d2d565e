package signer

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
)

const custom = `[
 {"id": "acme.v1", "name": "Acme",
  "signature": {"headers": ["X-Acme-Signature"], "layout": "pairs", "separator": ",", "accept": ["v1"]},
  "algorithm": "hmac-sha256", "encoding": "hex", "content": "{timestamp}.{method} {path}\n{body}",
  "secret": "text", "timestamp": {"key": "t", "unit": "s", "past": "5m"}}
]`

// A scheme of a user's own signs and verifies like those of the table.
func TestParseCustom(t *testing.T) {
	t.Parallel()
	list, err := Parse([]byte(custom))
	if err != nil {
		t.Fatal(err)
	}
	s := list[0]
	m := signedMessage(t, s, testMessage(s), 0, testNow)
	if r := check(t, s, m, testNow, Options{}, testKey(s, 0).verify); r.Verdict != Valid {
		t.Errorf("%+v", r)
	}
	// A fixed vector, so that the construction cannot drift.
	if v, _ := m.Value("X-Acme-Signature"); v != "t=1772620927,v1="+hmacHex(testKey(s, 0).sign, "1772620927.POST /in/demo\n"+string(m.Body)) {
		t.Error(v)
	}
	if one, err := Parse([]byte(strings.Trim(custom, "[] \n"))); err != nil || len(one) != 1 {
		t.Errorf("one row without a list: %v", err)
	}
}

func hmacHex(secret, content string) string {
	return Hex.encode(HMACSHA256.digest(&key{bytes: []byte(secret)}, []byte(content)))
}

func TestParseErrors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, from, to, want string }{
		{"no JSON", `"v1"]`, `"v1"`, `line 3, column 102: here it stops being JSON`},
		{"unknown field", `"name"`, `"nmae"`, `line 2, column 20: scheme #1: nmae: there is no such field; allowed: id, name, provider,`},
		{"unknown field inside", `"layout"`, `"format"`, `line 3, column 50: scheme #1: signature.format: there is no such field; allowed: headers, body,`},
		{"wrong type", `["v1"]`, `"v1"`, `scheme #1: signature.accept: a string stands where a []string is wanted`},
		{"no id", `"acme.v1"`, `""`, `line 2, column 9: id: it is missing`},
		{"bad id", `"acme.v1"`, `"Acme v1"`, `line 2, column 9: scheme Acme v1: id: "Acme v1": allowed are at most 64 of a-z, 0-9, point, hyphen and underscore`},
		{"bad header", `X-Acme-Signature`, `X Acme`, `line 3, column 29: scheme acme.v1: signature.headers[0]: "X Acme" is no name of a header`},
		{"no place", `"headers": ["X-Acme-Signature"], `, ``, `line 3, column 16: scheme acme.v1: signature: it says not where the signature stands: give headers, body or query`},
		{"layout", `"pairs"`, `"csv"`, `scheme acme.v1: signature.layout: "csv" is no layout; allowed: raw, pairs, versions, list, credential, keyed`},
		{"separator", `"separator": ",", `, ``, `signature.separator: the layout pairs needs one, for example a comma`},
		{"accept", `"v1"]`, `]`, `signature.accept: the layout pairs needs the names that count, for example v1`},
		{"algorithm", `hmac-sha256`, `md5`, `line 4, column 16: scheme acme.v1: algorithm: "md5" is no algorithm; allowed: hmac-sha1, hmac-sha256,`},
		{"encoding", `"hex"`, `"base32"`, `encoding: "base32" is no encoding; allowed: hex, HEX, base64, base64url, text`},
		{"secret", `"secret": "text"`, `"secret": "raw"`, `secret: "raw" is no form of a secret; allowed: text, base64,`},
		{"secret of another kind", `"secret": "text"`, `"secret": "certificate"`, `secret: "certificate" makes no key of hmac-sha256; allowed: text, base64, hex, nfkd, base64|text`},
		{"length of secrets", `"secret": "text"`, `"secret": "text", "secret_bytes": 33`, `secret_bytes: 33 is out of range; use 1 to 32, or leave it out`},
		{"no content", `{timestamp}.{method} {path}\n{body}`, ``, `content: it is missing, for example {timestamp}.{body}`},
		{"unknown part", `{path}`, `{paht}`, `line 4, column 61: scheme acme.v1: content: template: there is no part {paht}; allowed: {body}, {timestamp}, {id}, {method}, {url}, {path}, {query}, {secret}, {header.NAME}, {query.sorted}, {body.sha256}, {body.sha256.hex}, {body.crc32}, {body.PATH} and {context.NAME}`},
		{"open brace", `{body}`, `{body`, `a brace is not closed`},
		{"no id header", `{path}`, `{id}`, `id_headers: the content uses {id}, so it must be said which header it is`},
		{"unit", `"unit": "s"`, `"unit": "sec"`, `line 5, column 55: scheme acme.v1: timestamp.unit: "sec" is no unit; allowed: s, ms, us, rfc3339, http-date`},
		{"duration", `"5m"`, `"5"`, `time: missing unit in duration`},
		{"no timestamp", `, "timestamp": {"key": "t", "unit": "s", "past": "5m"}`, ``, `timestamp: the content uses {timestamp}, so it must be said where it stands`},
		{"key without pairs", `"layout": "pairs"`, `"layout": "raw"`, `timestamp.key: a key is for the layout pairs only`},
		{"plain hash", `"hmac-sha256"`, `"sha256"`, `content: sha256 is a plain hash: without {secret} in the content anybody could make it`},
		{"internal code", `"secret": "text"`, `"secret": "text", "code": "form-in-order"`, `code: "form-in-order" is no step of code; allowed: adyen-item,`},
		{"same id", ` {"id"`, strings.Trim(custom, "[] \n") + `, {"id"`, `scheme acme.v1: id: two schemes have this id`},
		{"no object", `[`, `[1, `, `line 1, column 2: scheme #1: a scheme is an object`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			text := strings.Replace(custom, tt.from, tt.to, 1)
			_, err := Parse([]byte(text))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v\nwant %s", err, tt.want)
			}
			var field *FieldError
			if !errors.As(err, &field) || field.Line == 0 {
				t.Errorf("%T %+v", err, field)
			}
		})
	}
}

// The names that errors offer are those of the structs.
func TestRowFields(t *testing.T) {
	t.Parallel()
	for inside, typ := range map[string]reflect.Type{"": reflect.TypeFor[Scheme](), "signature": reflect.TypeFor[Signature](), "timestamp": reflect.TypeFor[Timestamp]()} {
		var names []string
		for i := range typ.NumField() {
			name, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
			names = append(names, name)
		}
		slices.Sort(names)
		if want := slices.Sorted(slices.Values(rowFields[inside])); !slices.Equal(names, want) {
			t.Errorf("%q: %v, want %v", inside, want, names)
		}
	}
}

// A row written as JSON reads back as itself.
func TestRowsRoundTrip(t *testing.T) {
	t.Parallel()
	for _, s := range All() {
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		list, err := Parse(text)
		if err != nil || !reflect.DeepEqual(list[0], s) {
			t.Errorf("%s: %v\n%s", s.ID, err, text)
		}
	}
}
