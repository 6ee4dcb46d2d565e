package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/boathook/boathook/web/client"
)

// document is what the tests need of openapi.json.
type document struct {
	Paths map[string]map[string]operation `json:"paths"`
}

type operation struct {
	Security    *[]any              `json:"security"`
	RequestBody response            `json:"requestBody"`
	Responses   map[string]response `json:"responses"`
}

type response struct {
	Content map[string]json.RawMessage `json:"content"`
}

var described = sync.OnceValues(func() (document, error) {
	var doc document
	err := json.Unmarshal(openAPI, &doc)
	return doc, err
})

var schemas = sync.OnceValues(func() (*jsonschema.Compiler, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(openAPI))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	return c, c.AddResource("openapi.json", doc)
})

var compiling sync.Mutex

// valid checks a JSON value against a schema of the document, named by its path
// in the document.
func valid(t *testing.T, pointer string, value []byte) {
	t.Helper()
	compiling.Lock()
	defer compiling.Unlock()
	c, err := schemas()
	if err != nil {
		t.Fatalf("read openapi.json: %v", err)
	}
	schema, err := c.Compile("openapi.json#" + pointer)
	if err != nil {
		t.Fatalf("compile %s: %v", pointer, err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(value))
	if err != nil {
		t.Errorf("%s: not JSON: %v in %.300s", pointer, err, value)
		return
	}
	if err := schema.Validate(v); err != nil {
		t.Errorf("%s: %v in %.300s", pointer, err, value)
	}
}

// conforms holds an answer to the document.
func conforms(t *testing.T, method, path string, a reply) {
	t.Helper()
	path, _, _ = strings.Cut(path, "?")
	kind := a.Header.Get("Content-Type")
	if a.StatusCode >= 400 {
		if kind != typeProblem {
			t.Errorf("%s %s = %d with content type %q, want a problem", method, path, a.StatusCode, kind)
			return
		}
		if method == "HEAD" {
			return
		}
		valid(t, "/components/schemas/Problem", a.body)
		var p client.Problem
		if err := json.Unmarshal(a.body, &p); err == nil && p.Status != a.StatusCode {
			t.Errorf("%s %s = %d, but the problem says %d", method, path, a.StatusCode, p.Status)
		}
		return
	}
	pattern, op, ok := operationOf(t, method, path)
	if !ok {
		t.Errorf("%s %s = %d, but is not in openapi.json", method, path, a.StatusCode)
		return
	}
	status := fmt.Sprint(a.StatusCode)
	answer, ok := op.Responses[status]
	if !ok {
		t.Errorf("%s %s = %d, which is not in openapi.json", method, path, a.StatusCode)
		return
	}
	if len(answer.Content) == 0 || method == "HEAD" {
		return
	}
	if _, ok := answer.Content[kind]; !ok {
		t.Errorf("%s %s answers %q, which is not in openapi.json", method, path, kind)
		return
	}
	if kind != typeJSON && kind != typeRows {
		return
	}
	pointer := fmt.Sprintf("/paths/%s/%s/responses/%s/content/%s/schema", escape(pattern), strings.ToLower(method), status, escape(kind))
	if kind == typeJSON {
		valid(t, pointer, a.body)
		return
	}
	for line := range bytes.Lines(a.body) {
		valid(t, pointer, line)
	}
}

func escape(s string) string {
	return strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace(s)
}

func operationOf(t *testing.T, method, path string) (string, operation, bool) {
	t.Helper()
	doc, err := described()
	if err != nil {
		t.Fatal(err)
	}
	if method == "HEAD" {
		method = "GET"
	}
	best := ""
	for pattern := range doc.Paths {
		hit := matches(pattern, path) || strings.HasSuffix(pattern, "/*") && strings.HasPrefix(path, strings.TrimSuffix(pattern, "*"))
		if hit && (best == "" || strings.Count(pattern, "{") < strings.Count(best, "{")) {
			best = pattern
		}
	}
	op, ok := doc.Paths[best][strings.ToLower(method)]
	return best, op, ok
}

func TestEveryRouteIsDescribedAndEveryDescriptionIsARoute(t *testing.T) {
	t.Parallel()
	doc, err := described()
	if err != nil {
		t.Fatal(err)
	}
	s := New(Options{})
	var routes, operations []string
	for _, r := range s.routes {
		routes = append(routes, r.method+" "+r.path)
		op, ok := doc.Paths[r.path][strings.ToLower(r.method)]
		if !ok {
			continue
		}
		// What needs no token says so, and nothing else does.
		example := strings.NewReplacer("{id}", "1", "{tab}", "raw", "{name}", "demo", "{provider}", "webconnex", "{event}", "registration", "{k}", "0", "*", "index.html").Replace(r.path)
		if free := op.Security != nil && len(*op.Security) == 0; free != open(example) {
			t.Errorf("%s %s: open = %v, but openapi.json says %v", r.method, r.path, open(example), free)
		}
	}
	for path, ops := range doc.Paths {
		for method := range ops {
			operations = append(operations, strings.ToUpper(method)+" "+path)
		}
	}
	for _, r := range routes {
		if !slices.Contains(operations, r) {
			t.Errorf("%s is no operation of openapi.json", r)
		}
	}
	for _, o := range operations {
		if !slices.Contains(routes, o) {
			t.Errorf("openapi.json describes %s, which is no route", o)
		}
	}
}

func TestRoutesRegisteredWithTheRouterAreInTheTable(t *testing.T) {
	t.Parallel()
	s := New(Options{})
	known := map[string]bool{}
	for _, r := range s.routes {
		known[r.method+" "+fiberPath(r.path)] = true
		if r.method == "GET" && !r.noHead {
			known["HEAD "+fiberPath(r.path)] = true
		}
	}
	for _, r := range s.app.GetRoutes() {
		if !known[r.Method+" "+r.Path] {
			t.Errorf("%s %s is registered past the table", r.Method, r.Path)
		}
	}
}

// The described bound of a filter is the one that holds.
func TestBoundOfFiltersIsDescribed(t *testing.T) {
	t.Parallel()
	var doc struct {
		Paths map[string]map[string]struct {
			Parameters []struct {
				Name     string `json:"name"`
				In       string `json:"in"`
				Required bool   `json:"required"`
				Example  string `json:"example"`
				Schema   struct {
					MaxLength int `json:"maxLength"`
				} `json:"schema"`
			} `json:"parameters"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(openAPI, &doc); err != nil {
		t.Fatal(err)
	}
	r := newRig(t)
	found := 0
	for path, methods := range doc.Paths {
		for method, op := range methods {
			for _, p := range op.Parameters {
				if p.Name != "q" {
					continue
				}
				found++
				others := ""
				for _, o := range op.Parameters {
					if o.In == "query" && o.Required && o.Name != "q" {
						others += "&" + o.Name + "=" + url.QueryEscape(o.Example)
					}
				}
				for extra, want := range []int{200, 400} {
					q := strings.Repeat("a", p.Schema.MaxLength+extra)
					if a := r.do(strings.ToUpper(method), example(path, "1")+"?q="+q+others, ""); a.StatusCode != want {
						t.Errorf("%s %s with a filter of %d bytes: %d %s, want %d", method, path, len(q), a.StatusCode, clip(a.body), want)
					}
				}
			}
		}
	}
	if found < 4 {
		t.Errorf("%d parameters q are described, want at least 4", found)
	}
}

func TestOpenAPIIsServed(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	a := r.do("GET", "/api/v1/openapi.json", "")
	if a.StatusCode != 200 || !bytes.Equal(a.body, openAPI) {
		t.Errorf("= %d, %d bytes", a.StatusCode, len(a.body))
	}
}
