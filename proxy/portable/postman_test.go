package portable_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/boathook/boathook/proxy/portable"
)

// collection has the fields of Postman's format that may be written, and no other: a
// name that its schema (schemas/draft-07/v2.1.0 of postmanlabs/schemas) does not have
// cannot be decoded into it. Two names are of Postman's runner alone: the options of a
// body, and of protocolProfileBehavior all but disableBodyPruning.
type collection struct {
	Info *struct {
		Name        *string `json:"name"`
		Description string  `json:"description"`
		Schema      *string `json:"schema"`
	} `json:"info"`
	Item     []collectionItem `json:"item"`
	Variable []struct {
		Key         *string `json:"key"`
		Value       string  `json:"value"`
		Type        string  `json:"type"`
		Description string  `json:"description"`
	} `json:"variable"`
}

type collectionItem struct {
	Name     string             `json:"name"`
	Request  *collectionRequest `json:"request"`
	Response []struct {
		Name            string             `json:"name"`
		OriginalRequest *collectionRequest `json:"originalRequest"`
		Status          string             `json:"status"`
		Code            int                `json:"code"`
		Header          []collectionHeader `json:"header"`
		Body            string             `json:"body"`
	} `json:"response"`
	ProtocolProfileBehavior struct {
		DisableBodyPruning    *bool           `json:"disableBodyPruning"`
		DisableURLEncoding    bool            `json:"disableUrlEncoding"`
		FollowRedirects       bool            `json:"followRedirects"`
		DisabledSystemHeaders map[string]bool `json:"disabledSystemHeaders"`
	} `json:"protocolProfileBehavior"`
}

type collectionHeader struct {
	Key   *string `json:"key"`
	Value *string `json:"value"`
}

type collectionRequest struct {
	Method string             `json:"method"`
	Header []collectionHeader `json:"header"`
	URL    struct {
		Raw   string   `json:"raw"`
		Host  []string `json:"host"`
		Path  []string `json:"path"`
		Query []struct {
			Key   string  `json:"key"`
			Value *string `json:"value"`
		} `json:"query"`
	} `json:"url"`
	Body *struct {
		Mode string `json:"mode"`
		Raw  string `json:"raw"`
		File struct {
			Src string `json:"src"`
		} `json:"file"`
		Options map[string]map[string]string `json:"options"`
	} `json:"body"`
	Description string `json:"description"`
}

// readCollection decodes a collection, and holds it to what the schema asks for.
func readCollection(t *testing.T, file []byte) *collection {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(file))
	dec.DisallowUnknownFields()
	var v collection
	if err := dec.Decode(&v); err != nil {
		t.Fatal(err)
	}
	if v.Info == nil || v.Info.Name == nil || v.Info.Schema == nil || v.Item == nil {
		t.Fatalf("info or item is missing: %.300s", file)
	}
	for i := range v.Variable {
		if x := &v.Variable[i]; x.Key == nil || x.Type != "string" {
			t.Errorf("variable %d has no key, or is of type %q", i, x.Type)
		}
	}
	for i := range v.Item {
		it := &v.Item[i]
		if it.Request == nil || it.ProtocolProfileBehavior.DisableBodyPruning == nil {
			t.Fatalf("%s has no request, or no behaviour", it.Name)
		}
		it.Request.check(t, it.Name)
		for _, r := range it.Response {
			checkHeader(t, it.Name, r.Header)
			if r.OriginalRequest != nil {
				r.OriginalRequest.check(t, it.Name)
			}
		}
	}
	return &v
}

func (r *collectionRequest) check(t *testing.T, name string) {
	t.Helper()
	checkHeader(t, name, r.Header)
	if b := r.Body; b != nil && b.Mode != "raw" && b.Mode != "file" {
		t.Errorf("%s: the mode of a body is %q", name, b.Mode)
	}
	// What Postman puts together of the parts is the address.
	address := strings.Join(r.URL.Host, ".") + "/" + strings.Join(r.URL.Path, "/")
	for i, q := range r.URL.Query {
		address += string("?&"[min(i, 1)]) + q.Key
		if q.Value != nil {
			address += "=" + *q.Value
		}
	}
	if r.Method == "" || address != r.URL.Raw {
		t.Errorf("%s: %q %q, of parts that make %q", name, r.Method, r.URL.Raw, address)
	}
}

func checkHeader(t *testing.T, name string, list []collectionHeader) {
	t.Helper()
	for _, h := range list {
		if h.Key == nil || h.Value == nil {
			t.Errorf("%s: a header line has no key or no value", name)
		}
	}
}

// A collection keeps to the format whatever was recorded.
func TestPostmanCollectionOfOddRequests(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ request, raw, description string }{
		{"POST /a?flag&b=&&=c&d=%zz HTTP/1.1\r\nHost: h\r\n\r\n", "{{target}}/a?flag&b=&&=c&d=%zz", ""},
		{"GET /? HTTP/1.1\r\nHost: h\r\n\r\n", "{{target}}/?", ""},
		{"GET //x//y/ HTTP/1.1\r\nHost: h\r\nX-Empty:\r\n\r\n", "{{target}}//x//y/", ""},
		{"GET /:id HTTP/1.1\r\nHost: h\r\n\r\n", "{{target}}/:id", ""},
		{"GET http://x.example:99/abs?y HTTP/1.1\r\nHost: h\r\n\r\n", "{{target}}/abs?y", ""},
		{"GET /{{target}}?{{y}}=1 HTTP/1.1\r\nHost: h\r\n\r\n", "{{target}}/{{target}}?{{y}}=1", "It has text in {{ }}, which Postman takes for a variable."},
		{"PUT /a HTTP/1.1\r\nHost: h\r\nX-B: \xff\r\nContent-Length: 9\r\n\r\n{{$guid}}", "{{target}}/a",
			"A header line has bytes that are no text; they are left out. It has text in {{ }}, which Postman takes for a variable."},
		{"PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n\x00\xff\xfe", "{{target}}/a",
			"Its body is no text, or too large to stand here: it is the file 000001-0-request.body of an export as ZIP."},
	} {
		s := newStore(t)
		if res := read(t, s, []byte(tt.request), portable.ImportOptions{Format: portable.Raw}); res.Imported != 1 {
			t.Errorf("%q: %+v", tt.request, res)
			continue
		}
		for _, secrets := range []bool{false, true} {
			v := readCollection(t, export(t, s, portable.ExportOptions{Format: portable.Postman, Secrets: secrets, Capture: "http://127.0.0.1:1"}))
			r := v.Item[0].Request
			if r.URL.Raw != tt.raw || r.Description != tt.description {
				t.Errorf("%q (secrets %t): %q %q\nwant %q %q", tt.request, secrets, r.URL.Raw, r.Description, tt.raw, tt.description)
			}
		}
	}
}
