package catalog

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// bundler copies a schema out of a document, with all it refers to under $defs.
type bundler struct {
	d     *document
	p     *Provider // gets notes
	names map[string]string
	queue []string // references whose targets are still to be copied
	out   jsonWriter
}

// bundle makes a schema that stands alone.
func (d *document) bundle(p *Provider, schema *node, at string) (json.RawMessage, error) {
	b := &bundler{d: d, p: p, names: map[string]string{}}
	b.out.open('{')
	b.out.set("$schema", draft)
	if schema.kind == '{' {
		if err := b.members(schema, at); err != nil {
			return nil, err
		}
	} else if err := b.schema(schema, at); err != nil {
		return nil, err
	}
	if len(b.queue) > 0 {
		b.out.key("$defs")
		b.out.open('{')
		for len(b.queue) > 0 {
			ref := b.queue[0]
			b.queue = b.queue[1:]
			target := pointer(&d.root, ref)
			if target == nil {
				return nil, d.fail(schema, at, "the reference %.200q leads nowhere", ref)
			}
			b.out.key(b.names[ref])
			if err := b.schema(target, ref); err != nil {
				return nil, err
			}
			if len(b.out.out) > maxSchemasBytes/4 {
				return nil, d.fail(schema, at, "the schema grows beyond %d MiB", maxSchemasBytes>>22)
			}
		}
		b.out.close('}')
	}
	b.out.close('}')
	return b.out.out, nil
}

// schema copies one schema.
func (b *bundler) schema(n *node, at string) error {
	switch n.kind {
	case '{':
		b.out.open('{')
		if err := b.members(n, at); err != nil {
			return err
		}
		b.out.close('}')
		return nil
	case 't', 'f':
		b.out.put(n.raw(b.d.text))
		return nil
	}
	return b.d.fail(n, at, "%s where a schema is expected", kindName(n.kind))
}

var (
	// schemaMaps are words whose members are schemas by a name.
	schemaMaps = []string{"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"}
	// schemaLists are words whose elements are schemas.
	schemaLists = []string{"allOf", "anyOf", "oneOf", "prefixItems"}
	// subschemas are words that hold a schema.
	subschemas = []string{"items", "not", "if", "then", "else", "additionalProperties", "unevaluatedProperties", "unevaluatedItems", "additionalItems", "contains", "propertyNames", "contentSchema"}
	// leftOut are words that mean nothing here, or something else than in JSON Schema.
	leftOut = []string{"$schema", "$id", "id", "$anchor", "$dynamicAnchor", "nullable", "xml", "externalDocs", "discriminator"}
)

func (b *bundler) members(n *node, at string) error {
	nullable := n.member("nullable") != nil && n.member("nullable").kind == 't'
	for i := range n.members {
		m := &n.members[i]
		if slices.Contains(leftOut, m.key) {
			continue
		}
		if err := b.word(m.key, &m.value, at+"/"+m.key, nullable); err != nil {
			return err
		}
	}
	return nil
}

// word copies one member of a schema.
func (b *bundler) word(key string, v *node, at string, nullable bool) error {
	text := b.d.text
	switch {
	case key == "$ref" || key == "$dynamicRef":
		return b.ref(v, at)
	case slices.Contains(schemaMaps, key) && v.kind == '{':
		b.out.key(key)
		b.out.open('{')
		for i := range v.members {
			b.out.key(v.members[i].key)
			if err := b.schema(&v.members[i].value, at+"/"+v.members[i].key); err != nil {
				return err
			}
		}
		b.out.close('}')
	case slices.Contains(schemaLists, key) && v.kind == '[', key == "items" && v.kind == '[':
		if key == "items" {
			key = "prefixItems" // as drafts before 2020-12 write it
		}
		b.out.key(key)
		b.out.open('[')
		for i := range v.members {
			if err := b.schema(&v.members[i].value, at+"/"+strconv.Itoa(i)); err != nil {
				return err
			}
		}
		b.out.close(']')
	case slices.Contains(subschemas, key):
		b.out.key(key)
		return b.schema(v, at)
	case key == "type" && nullable && v.kind == '"':
		b.out.set(key, []string{v.str(text), "null"})
	case key == "enum" && nullable && v.kind == '[':
		b.out.key(key)
		b.out.open('[')
		for i := range v.members {
			b.out.put(v.members[i].value.raw(text))
		}
		b.out.put([]byte("null"))
		b.out.close(']')
	case strings.HasPrefix(key, "exclusiveM") && v.kind != '0': // true and false, as OpenAPI 3.0 has it
	case key == "pattern" && v.kind == '"':
		if _, err := regexp.Compile(v.str(text)); err != nil {
			b.p.Notes = append(b.p.Notes, fmt.Sprintf("%s is not checked: %v", at, err))
			return nil
		}
		b.out.key(key)
		b.out.put(v.raw(text))
	default:
		b.out.key(key)
		b.out.put(v.raw(text))
	}
	return nil
}

// ref turns a reference into the document into one into $defs.
func (b *bundler) ref(v *node, at string) error {
	if v.kind != '"' {
		return b.d.fail(v, at, "a reference is a text")
	}
	ref := v.str(b.d.text)
	if !strings.HasPrefix(ref, "#/") {
		return b.d.fail(v, at, "the reference %.200q leads out of this file, or is none that is read; references to other documents are not followed: put the schema into this file", ref)
	}
	if pointer(&b.d.root, ref) == nil {
		return b.d.fail(v, at, "the reference %.200q leads nowhere", ref)
	}
	name, known := b.names[ref]
	if !known {
		name = notInName.ReplaceAllString(ref[strings.LastIndex(ref, "/")+1:], "_")
		for taken := b.taken(name); taken; taken = b.taken(name) {
			name += "_"
		}
		b.names[ref] = name
		b.queue = append(b.queue, ref)
	}
	b.out.set("$ref", "#/$defs/"+name)
	return nil
}

var notInName = regexp.MustCompile(`[^A-Za-z0-9_.-]`)

func (b *bundler) taken(name string) bool {
	for _, other := range b.names {
		if other == name {
			return true
		}
	}
	return false
}
