package catalog

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
)

// Bounds of an OpenAPI or AsyncAPI document.
const (
	maxDocumentBytes = 16 << 20
	maxSchemasBytes  = 64 << 20 // of all event types together
	maxImported      = 2000     // event types
	maxNotes         = 100      // that become facts
)

// document is an OpenAPI or AsyncAPI file as JSON.
type document struct {
	file string
	text []byte
	root node
	json bool // it was JSON, so that places in text are places in the file
}

var documentKey = regexp.MustCompile(`(?m)^["']?(openapi|asyncapi)["']?[ \t]*:`)

// documentKind says whether a text is an OpenAPI or an AsyncAPI document, or "".
func documentKind(data []byte) string {
	start := bytes.TrimLeft(data, " \t\r\n")
	if !bytes.HasPrefix(start, []byte("{")) {
		if m := documentKey.FindSubmatch(data); m != nil {
			return string(m[1])
		}
		return ""
	}
	if len(data) > maxDocumentBytes {
		return "openapi" // too long for anything else; the reader says that it is too long
	}
	root, err := parseTree(data)
	if err != nil {
		return ""
	}
	for _, kind := range []string{"openapi", "asyncapi"} {
		if root.member(kind) != nil {
			return kind
		}
	}
	return ""
}

// openDocument reads JSON or YAML.
func openDocument(file string, data []byte) (*document, error) {
	if len(data) > maxDocumentBytes {
		return nil, &FileError{File: file, Text: fmt.Sprintf("%d bytes long; at most %d MiB are read", len(data), maxDocumentBytes>>20)}
	}
	d := &document{file: file, text: data}
	if d.json = bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("{")); !d.json {
		f, err := parseYAML(file, data)
		if err != nil {
			return nil, err
		}
		v, err := f.ordered()
		if err != nil {
			return nil, err
		}
		var w jsonWriter
		w.any(v)
		d.text = w.out
	}
	var err error
	if d.root, err = parseTree(d.text); err != nil {
		return nil, &FileError{File: file, Text: err.Error()}
	}
	if d.root.kind != '{' {
		return nil, &FileError{File: file, Text: "not an object"}
	}
	return d, nil
}

// any writes what goccy/go-yaml decodes, with maps in their order.
func (b *jsonWriter) any(v any) {
	switch v := v.(type) {
	case yaml.MapSlice:
		b.open('{')
		for _, item := range v {
			b.key(fmt.Sprint(item.Key))
			b.any(item.Value)
		}
		b.close('}')
	case []any:
		b.open('[')
		for _, item := range v {
			b.any(item)
		}
		b.close(']')
	default:
		b.put(marshal(v))
	}
}

// fail is an error at a node, which a pointer names.
func (d *document) fail(n *node, pointer, format string, args ...any) error {
	e := &FileError{File: d.file, Text: pointer + ": " + fmt.Sprintf(format, args...)}
	if d.json && n != nil {
		e.Line, e.Column = position(d.text, n.start)
	}
	return e
}

// member follows references of the document to a member that is an object.
func (d *document) member(n *node, name string) *node {
	m := n.member(name)
	if m == nil {
		return nil
	}
	return resolve(&d.root, m, d.text)
}

// string is the text of a member, "" if there is none.
func (d *document) string(n *node, names ...string) string {
	for _, name := range names {
		if m := n.member(name); m != nil && m.kind == '"' {
			return m.str(d.text)
		}
	}
	return ""
}

// external is an error if a node refers to another document.
func (d *document) external(n *node, pointer string) error {
	ref := n.member("$ref")
	if ref == nil || ref.kind != '"' {
		return nil
	}
	text := ref.str(d.text)
	if !strings.HasPrefix(text, "#") {
		return d.fail(ref, pointer, "the reference %.200q leads out of this file; references to other documents are not followed: put it into this file", text)
	}
	return d.fail(ref, pointer, "the reference %.200q leads nowhere, or round in a circle", text)
}

// provider begins a provider out of the document's info.
func (d *document) provider() *Provider {
	info := d.root.member("info")
	p := &Provider{Name: d.string(info, "title"), Description: firstLine(d.string(info, "summary", "description")), Custom: true}
	p.ID = slug(p.Name)
	if docs := d.member(&d.root, "externalDocs"); docs != nil {
		p.Docs = d.string(docs, "url")
	}
	p.Facts = []Fact{{Topic: "Event types", Text: "read from a description of the API", Source: d.file}}
	p.setDefaults()
	return p
}

// add completes an event type. One that no payload can be made of is left out, with
// a note.
func (d *document) add(p *Provider, e *EventType, n *node, pointer string) error {
	e.Provider = p
	if e.Source = d.file; e.Source == "" {
		e.Source = "imported"
	}
	if len(p.Events) >= maxImported {
		return d.fail(n, pointer, "more than %d event types", maxImported)
	}
	total := len(e.Schema)
	for _, other := range p.Events {
		total += len(other.Schema)
		if other.Name == e.Name {
			return d.fail(n, pointer, "the event type %s is there already", e.Name)
		}
	}
	if total > maxSchemasBytes {
		return d.fail(n, pointer, "the schemas of the event types add up to more than %d MiB", maxSchemasBytes>>20)
	}
	err := e.complete(func(_, format string, args ...any) error {
		return d.fail(n, pointer, format, args...)
	})
	if err != nil {
		p.Notes = append(p.Notes, fmt.Sprintf("%s is left out: %v", e.Name, err))
		return nil
	}
	p.Events = append(p.Events, e)
	return nil
}

// firstLine shortens a description to one line of at most 300 characters.
func firstLine(text string) string {
	text, _, _ = strings.Cut(strings.TrimSpace(text), "\n")
	if r := []rune(text); len(r) > 300 {
		text = string(r[:300]) + "…"
	}
	return text
}

var notInSlug = regexp.MustCompile(`[^a-z0-9]+`)

// slug makes an id out of a title.
func slug(title string) string {
	id := strings.Trim(notInSlug.ReplaceAllString(strings.ToLower(title), "-"), "-")
	if len(id) > 40 {
		id = strings.Trim(id[:40], "-")
	}
	if id == "" {
		return "imported"
	}
	return id
}

// importDocument reads a document of a kind.
func importDocument(kind string, f File) (*Provider, error) {
	d, err := openDocument(f.Name, f.Data)
	if err != nil {
		return nil, err
	}
	read := d.openAPI
	if kind == "asyncapi" {
		read = d.asyncAPI
	}
	p, err := read()
	if err != nil {
		return nil, err
	}
	if len(p.Events) == 0 {
		return nil, d.fail(&d.root, "#", "no event type of it can be made: %s", shortList(p.Notes))
	}
	for _, note := range p.Notes[:min(len(p.Notes), maxNotes)] {
		p.Facts = append(p.Facts, Fact{Topic: ImportTopic, Text: note, Source: d.file})
	}
	return p, nil
}

// shortList is the beginning of a list in one line.
func shortList(items []string) string {
	const shown = 5
	text := strings.Join(items[:min(len(items), shown)], "; ")
	if more := len(items) - shown; more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return text
}

// ImportTopic is the topic of facts that say what of a document was not taken over.
const ImportTopic = "Import"

// FromOpenAPI makes a provider of the webhooks section of an OpenAPI 3.1 document,
// or of x-webhooks of an older one. Its id is made of the title. References to
// other documents are errors; nothing is fetched.
func FromOpenAPI(data []byte) (*Provider, error) {
	return importDocument("openapi", File{"openapi", data})
}

// FromAsyncAPI makes a provider of the messages of an AsyncAPI document, of
// version 2 or 3.
func FromAsyncAPI(data []byte) (*Provider, error) {
	return importDocument("asyncapi", File{"asyncapi", data})
}
