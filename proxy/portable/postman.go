package portable

import (
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/boathook/boathook/inspector"
)

// The parts of Postman's collection format that are written. Source: "Postman
// Collection Format v2.1.0", schema.getpostman.com/json/collection/v2.1.0, and for
// protocolProfileBehavior the documentation of postman-runtime.
type postmanItem struct {
	Name     string            `json:"name"`
	Request  postmanRequest    `json:"request"`
	Response []postmanResponse `json:"response"`
	Behavior map[string]any    `json:"protocolProfileBehavior"`
}

type postmanRequest struct {
	Method      string        `json:"method"`
	Header      []postmanPair `json:"header"`
	URL         postmanURL    `json:"url"`
	Body        *postmanBody  `json:"body,omitempty"`
	Description string        `json:"description,omitempty"`
}

type postmanPair struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

type postmanURL struct {
	Raw   string         `json:"raw"`
	Host  []string       `json:"host"`
	Path  []string       `json:"path"`
	Query []postmanQuery `json:"query,omitempty"`
}

type postmanQuery struct {
	Key   string  `json:"key"`
	Value *string `json:"value"` // nil if there is no = behind the key
}

type postmanBody struct {
	Mode    string         `json:"mode"` // raw or file
	Raw     string         `json:"raw,omitempty"`
	File    map[string]any `json:"file,omitempty"`
	Options map[string]any `json:"options,omitempty"`
}

type postmanResponse struct {
	Name    string         `json:"name"`
	Request postmanRequest `json:"originalRequest"`
	Status  string         `json:"status"`
	Code    int            `json:"code"`
	Header  []postmanPair  `json:"header"`
	Body    string         `json:"body"`
}

type postmanVariable struct {
	Key         string `json:"key"`
	Value       string `json:"value"`
	Type        string `json:"type"`
	Description string `json:"description,omitempty"`
}

// sendAsItIs keeps Postman from changing or adding what was not recorded.
var sendAsItIs = map[string]any{
	"disableBodyPruning": true, "disableUrlEncoding": true, "followRedirects": false,
	"disabledSystemHeaders": map[string]bool{"user-agent": true, "accept": true, "accept-encoding": true, "connection": true, "content-type": true, "cache-control": true, "postman-token": true},
}

// postmanEncoder writes a collection. Scheme and host stand in variables, and so do
// credentials, whose values are left out.
type postmanEncoder struct {
	doc   document
	opt   ExportOptions
	vars  variables
	bases []string
}

func newPostman(w io.Writer, opt ExportOptions) *postmanEncoder {
	start := `{"info":{"name":"boathook","description":"Recorded by boathook. Set the variables of the collection, then send.","schema":"https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},"item":[`
	return &postmanEncoder{doc: newDocument(w, start), opt: opt}
}

func (e *postmanEncoder) hides() {}

func (e *postmanEncoder) item(it *Item) error {
	if len(it.Attempts) == 0 || it.Attempts[0].Request.Head == nil {
		return nil
	}
	v, err := e.entry(it)
	if err != nil {
		return err
	}
	return e.doc.entry(v)
}

func (e *postmanEncoder) close() error {
	list := []postmanVariable{}
	for i, base := range e.bases {
		list = append(list, postmanVariable{Key: baseName(i), Value: base, Type: "string", Description: "where the requests go"})
	}
	for _, v := range e.vars.list {
		list = append(list, postmanVariable{Key: v.name, Type: "string", Description: v.meaning()})
	}
	p, err := json.Marshal(list)
	if err != nil {
		return err
	}
	return e.doc.end("],\"variable\":" + string(p) + "}")
}

func baseName(i int) string {
	if i == 0 {
		return "target"
	}
	return fmt.Sprintf("target_%d", i+1)
}

func (e *postmanEncoder) baseVariable(base string) string {
	for i, b := range e.bases {
		if b == base {
			return "{{" + baseName(i) + "}}"
		}
	}
	e.bases = append(e.bases, base)
	return "{{" + baseName(len(e.bases)-1) + "}}"
}

func (e *postmanEncoder) entry(it *Item) (*postmanItem, error) {
	a := &it.Attempts[0]
	req, err := e.request(it, a)
	if err != nil {
		return nil, err
	}
	name := req.Method + " " + strings.Map(printable, pathOf(it.Row.Target))
	if it.Row.Event != "" {
		name = it.Row.Event
	}
	v := &postmanItem{Name: fmt.Sprintf("#%d %s", it.Row.N, valid(name)), Request: *req, Response: []postmanResponse{}, Behavior: sendAsItIs}
	for i := range it.Attempts {
		if at := &it.Attempts[i]; at.Response.Head != nil {
			r, err := e.response(it, at, req)
			if err != nil {
				return nil, err
			}
			v.Response = append(v.Response, *r)
		}
	}
	return v, nil
}

// fillsIn finds what Postman takes for a variable.
var fillsIn = regexp.MustCompile(`\{\{[^{}]+\}\}`)

// note tells the reader of a request one thing more.
func (r *postmanRequest) note(text string) {
	r.Description = strings.TrimPrefix(r.Description+" "+text, " ")
}

func pathOf(target string) string {
	path, _, _ := strings.Cut(target, "?")
	return path
}

func (e *postmanEncoder) request(it *Item, a *inspector.Attempt) (*postmanRequest, error) {
	h := inspector.ParseHead(a.Request.Head)
	method, target, _ := requestLine(h.Start)
	base := baseOf(it, a, e.opt.Capture)
	r := &postmanRequest{Method: method, Header: []postmanPair{}}
	if _, rest, whole := strings.Cut(target, "://"); whole && !strings.HasPrefix(target, "/") {
		if _, path, found := strings.Cut(rest, "/"); found {
			target = "/" + path // of a request to a proxy
		}
	}
	if !strings.HasPrefix(target, "/") {
		r.note("It asked for " + valid(target) + ", which is no path; Postman puts it behind a slash.")
	}
	r.URL = e.address(it, e.baseVariable(base), target)
	braces := fillsIn.MatchString(target)
	for _, f := range h.Fields {
		switch strings.ToLower(f.Name) {
		case "content-length", "transfer-encoding":
			continue // Postman's own
		case "host":
			if strings.HasSuffix(base, "://"+f.Value) {
				continue
			}
		}
		value := valid(f.Value)
		if value != f.Value {
			r.note("A header line has bytes that are no text; they are left out.")
		}
		braces = braces || fillsIn.MatchString(value)
		if it.line != nil && it.line(f.Name) && f.Value != "" {
			value = "{{" + e.vars.name(f.Name, f.Value) + "}}"
		}
		r.Header = append(r.Header, postmanPair{f.Name, value})
	}
	body, whole, err := it.small(a.BodyKey(inspector.Request), maxCurlBody)
	if braces || fillsIn.Match(body) && utf8.Valid(body) {
		r.note("It has text in {{ }}, which Postman takes for a variable.")
	}
	if err != nil || whole && len(body) == 0 {
		return r, err
	}
	if !whole || !utf8.Valid(body) {
		name := fmt.Sprintf("%06d-%d-request.body", it.Row.N, a.K) // as the ZIP names it
		r.Body = &postmanBody{Mode: "file", File: map[string]any{"src": name}}
		r.note("Its body is no text, or too large to stand here: it is the file " + name + " of an export as ZIP.")
		return r, nil
	}
	r.Body = &postmanBody{Mode: "raw", Raw: string(body)}
	if strings.Contains(strings.ToLower(h.Value("Content-Type")), "json") {
		r.Body.Options = map[string]any{"raw": map[string]string{"language": "json"}}
	}
	if a.Request.Cut {
		r.note("Its body was cut when it was recorded.")
	}
	return r, nil
}

// address takes a target apart as Postman has it: what is joined again is the target.
func (e *postmanEncoder) address(it *Item, base, target string) postmanURL {
	path, query, found := strings.Cut(target, "?")
	u := postmanURL{Host: []string{base}, Path: strings.Split(valid(strings.TrimPrefix(path, "/")), "/")}
	u.Raw = base + "/" + strings.Join(u.Path, "/")
	if !found {
		return u
	}
	var pairs []string
	for part := range strings.SplitSeq(query, "&") {
		name, value, has := strings.Cut(part, "=")
		value = valid(value)
		if value != "" && it.parameter != nil && it.parameter(name) {
			value = "{{" + e.vars.name("?"+name, value) + "}}"
		}
		q := postmanQuery{Key: valid(name)}
		part = valid(name)
		if has {
			q.Value = &value
			part += "=" + value
		}
		u.Query = append(u.Query, q)
		pairs = append(pairs, part)
	}
	u.Raw += "?" + strings.Join(pairs, "&")
	return u
}

func (e *postmanEncoder) response(it *Item, a *inspector.Attempt, req *postmanRequest) (*postmanResponse, error) {
	h := inspector.ParseHead(a.Response.Head)
	_, rest, _ := strings.Cut(h.Start, " ")
	code, reason, _ := strings.Cut(rest, " ")
	text, encoding, _, err := it.harBody(a.BodyKey(inspector.Response))
	if err != nil {
		return nil, err
	}
	if encoding != "" {
		text = "" // no text
	}
	v := &postmanResponse{Name: fmt.Sprintf("attempt %d", a.K), Request: *req, Status: valid(reason), Code: atoi(code), Header: []postmanPair{}, Body: text}
	for _, f := range h.Fields {
		value := valid(f.Value)
		if it.line != nil && it.line(f.Name) {
			value = redactedValue
		}
		v.Header = append(v.Header, postmanPair{f.Name, value})
	}
	return v, nil
}

func valid(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }
