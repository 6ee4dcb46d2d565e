package catalog

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// draft is the JSON Schema that fields are written as.
const draft = "https://json-schema.org/draft/2020-12/schema"

// anySchema accepts every JSON value.
const anySchema = `{"$schema":"` + draft + `"}`

// complete makes the schema and the list of fields out of what the files give.
func (e *EventType) complete(fail failAt) error {
	if e.Name == "" || !nameForm.MatchString(e.Name) {
		return fail(".name", "%q is no name of an event type: use letters, digits and . _ - : /", e.Name)
	}
	e.Fresh = slices.Concat(e.Fresh, e.Provider.Fresh)
	for i := range e.Fresh {
		var err error
		if e.Fresh[i].steps, err = parsePath(e.Fresh[i].Path); err != nil {
			return fail(fmt.Sprintf(".fresh[%d]", i), "%v", err)
		}
	}
	if len(e.Schema) == 0 {
		if err := e.schemaOfFields(fail); err != nil {
			return err
		}
	} else if err := e.schemaOfFile(fail); err != nil {
		return err
	}
	e.compiled = sync.OnceValues(e.compile)
	if len(e.Samples) == 0 {
		if err := e.inventSample(); err != nil {
			return fail("", "no sample is given, and none can be made: %v", err)
		}
	}
	for i := range e.Samples {
		s := &e.Samples[i]
		if s.fromSchema || s.Generated && bytes.Contains(s.Body, []byte("{{")) {
			continue
		}
		var err error
		if s.parsed, err = parseValue(s.Body); err != nil {
			return fail(fmt.Sprintf(".samples[%d]", i), "%v", err)
		}
	}
	return nil
}

func (e *EventType) schemaOfFields(fail failAt) error {
	root := &shape{}
	for i := range e.Fields {
		if err := root.add(&e.Fields[i]); err != nil {
			return fail(fmt.Sprintf(".fields[%d]", i), "%v", err)
		}
	}
	for i := range e.Samples {
		n, err := parseTree(e.Samples[i].Body)
		if err != nil {
			return fail(fmt.Sprintf(".samples[%d]", i), "%v", err)
		}
		for _, item := range e.eventsOf(&n) {
			root.learn(item, e.Samples[i].Body)
		}
	}
	e.Fields = root.fields("", e.Fields[:len(e.Fields):len(e.Fields)])
	var inner jsonWriter
	root.schema(&inner)
	e.Schema = e.bodySchema(inner.out)
	return nil
}

func (e *EventType) schemaOfFile(fail failAt) error {
	file := e.Schema
	n, err := parseTree(file)
	if err != nil {
		return fail(".schema", "%v", err)
	}
	if n.kind != '{' {
		return fail(".schema", "a schema is a JSON object")
	}
	e.Schema = e.bodySchema(file)
	if len(e.Fields) == 0 {
		e.Fields = schemaFields(&n, file)
	}
	if e.SchemaFile == "" { // imported: references have been followed already
		return nil
	}
	if _, err := e.compile(); err != nil {
		return fail(".schema", "%v", err)
	}
	return nil
}

// eventsOf are the events of a body: its elements for a provider that sends
// lists, else the body.
func (e *EventType) eventsOf(n *node) []*node {
	if !e.Provider.Batch || n.kind != '[' {
		return []*node{n}
	}
	var items []*node
	for i := range n.members {
		items = append(items, &n.members[i].value)
	}
	return items
}

// bodySchema is the schema of a body out of the schema of an event.
func (e *EventType) bodySchema(event []byte) json.RawMessage {
	var b jsonWriter
	b.open('{')
	b.set("$schema", draftOf(event))
	if e.Provider.Batch {
		b.set("type", "array")
		b.set("minItems", 1)
		b.key("items")
		b.open('{')
		// A resource of its own, so that # inside of it means itself.
		b.set("$id", "event")
		b.embed(event)
		b.close('}')
	} else {
		b.embed(event)
	}
	b.close('}')
	return b.out
}

// draftOf is the draft that a schema names, or ours.
func draftOf(schema []byte) string {
	n, err := parseTree(schema)
	if at := n.member("$schema"); err == nil && at != nil && at.kind == '"' {
		return at.str(schema)
	}
	return draft
}

// embed writes the members of an object, but $schema, into the object that is open.
func (b *jsonWriter) embed(object []byte) {
	n, err := parseTree(object)
	if err != nil {
		return // checked before
	}
	for _, m := range n.members {
		if m.key == "$schema" {
			continue
		}
		b.key(m.key)
		b.put(m.value.raw(object))
	}
}

// compile makes the schema ready for checking. It reads nothing but the schema:
// a reference to another document is an error.
func (e *EventType) compile() (*jsonschema.Schema, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(e.Schema))
	if err != nil {
		return nil, fmt.Errorf("read the schema: %w", err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.UseLoader(noLoader{})
	c.AssertFormat()
	if err := c.AddResource("payload.json", doc); err != nil {
		return nil, fmt.Errorf("read the schema: %w", err)
	}
	s, err := c.Compile("payload.json")
	if err != nil {
		return nil, fmt.Errorf("read the schema: %w", err)
	}
	return s, nil
}

// noLoader fetches nothing.
type noLoader struct{}

func (noLoader) Load(url string) (any, error) {
	return nil, fmt.Errorf("%s is outside of this file; references to other documents are not followed", url)
}
