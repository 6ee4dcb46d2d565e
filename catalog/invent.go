package catalog

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// maxInventDepth is where optional members of an invented payload end: a schema
// may refer to itself.
const maxInventDepth = 8

// inventor makes a value that fits a schema.
type inventor struct {
	s     schemaWalk
	x     *expander
	event string
	count int // of values, so that a schema cannot grow without bound
}

const maxInvented = 20000

// invent makes a payload out of the schema.
func (e *EventType) invent(x *expander) (*value, error) {
	root, err := parseTree(e.Schema)
	if err != nil {
		return nil, err
	}
	i := inventor{s: schemaWalk{&root, e.Schema}, x: x, event: e.Name}
	return i.value(&root, "", 0)
}

func (i *inventor) value(n *node, key string, depth int) (*value, error) {
	if i.count++; i.count > maxInvented || depth > maxDepth/2 {
		return nil, fmt.Errorf("the schema asks for more than %d values", maxInvented)
	}
	n = resolve(i.s.root, n, i.s.text)
	for _, word := range []string{"const", "default", "example"} {
		if v := n.member(word); v != nil {
			return toValue(v, i.s.text), nil
		}
	}
	for _, word := range []string{"examples", "enum"} {
		if v := n.member(word); v != nil && len(v.members) > 0 {
			return toValue(&v.members[0].value, i.s.text), nil
		}
	}
	for _, word := range []string{"oneOf", "anyOf"} {
		if v := n.member(word); v != nil && len(v.members) > 0 && n.member("properties") == nil {
			return i.value(i.first(v), key, depth)
		}
	}
	switch i.typeOf(n) {
	case "object":
		return i.object(n, depth)
	case "array":
		return i.list(n, key, depth)
	case "integer", "number":
		return &value{kind: '0', text: i.number(n, key)}, nil
	case "boolean":
		return &value{kind: 't', text: "true"}, nil
	case "null":
		return &value{kind: 'n', text: "null"}, nil
	}
	text, err := i.string(n, key)
	return &value{kind: '"', text: text}, err
}

// first is the first alternative that is not null.
func (i *inventor) first(list *node) *node {
	for k := range list.members {
		n := resolve(i.s.root, &list.members[k].value, i.s.text)
		if i.typeOf(n) != "null" {
			return n
		}
	}
	return &list.members[0].value
}

// typeOf is the type a value gets: the first that is not null.
func (i *inventor) typeOf(n *node) string {
	types := i.s.types([]*node{n})
	for _, t := range types {
		if t != "null" {
			return t
		}
	}
	switch {
	case len(types) > 0:
		return "null"
	case n.member("properties") != nil, n.member("allOf") != nil:
		return "object"
	case n.member("items") != nil:
		return "array"
	}
	return ""
}

func (i *inventor) object(n *node, depth int) (*value, error) {
	v := &value{kind: '{'}
	for _, s := range i.s.all([]*node{n}) {
		if s != n && !i.partOf(n, s) {
			continue
		}
		props := s.member("properties")
		if props == nil {
			continue
		}
		for k := range props.members {
			m := &props.members[k]
			if slices.Contains(v.keys, m.key) || depth >= maxInventDepth && !i.s.requires([]*node{n}, m.key) {
				continue
			}
			item, err := i.value(&m.value, m.key, depth+1)
			if err != nil {
				return nil, err
			}
			v.keys, v.items = append(v.keys, m.key), append(v.items, item)
		}
	}
	return v, nil
}

// partOf reports whether a schema is one of those that all must hold.
func (i *inventor) partOf(n, s *node) bool {
	all := n.member("allOf")
	for k := 0; all != nil && k < len(all.members); k++ {
		part := resolve(i.s.root, &all.members[k].value, i.s.text)
		if part == s || part != n && i.partOf(part, s) {
			return true
		}
	}
	return false
}

func (i *inventor) list(n *node, key string, depth int) (*value, error) {
	v := &value{kind: '['}
	items := n.member("items")
	if items == nil || items.kind != '{' || depth >= maxInventDepth && n.member("minItems") == nil {
		return v, nil
	}
	for range max(1, min(int(i.limit(n, "minItems", 1)), 100)) {
		item, err := i.value(items, key, depth+1)
		if err != nil {
			return nil, err
		}
		v.items = append(v.items, item)
	}
	return v, nil
}

// limit is a number that a schema holds.
func (i *inventor) limit(n *node, word string, otherwise float64) float64 {
	if m := n.member(word); m != nil && m.kind == '0' {
		if f, err := strconv.ParseFloat(string(m.raw(i.s.text)), 64); err == nil {
			return f
		}
	}
	return otherwise
}

var moneyNames = regexp.MustCompile(`(?i)(amount|total|price|fee|cost)`)

func (i *inventor) number(n *node, key string) string {
	low := i.limit(n, "minimum", i.limit(n, "exclusiveMinimum", 0)+1)
	high := max(low, i.limit(n, "maximum", low+9999))
	if i.typeOf(n) == "number" && moneyNames.MatchString(key) && n.member("maximum") == nil {
		text, err := i.x.amount(nil)
		if err == nil && low <= 5 {
			return text
		}
	}
	if high-low < 1 || max(low, -low) > 1e15 {
		return strconv.FormatFloat(low, 'f', -1, 64)
	}
	return strconv.FormatFloat(float64(int64(low))+float64(i.x.rnd.Int64N(int64(min(high-low, 1e9))+1)), 'f', -1, 64)
}

// madeByName are templates for fields, by a part of their name; the first fits.
var madeByName = []struct {
	name     *regexp.Regexp
	template string
}{
	{regexp.MustCompile(`(?i)e-?mail`), "{{email}}"},
	{regexp.MustCompile(`(?i)first_?name|^first$|given`), "{{first_name}}"},
	{regexp.MustCompile(`(?i)last_?name|^last$|family|surname`), "{{last_name}}"},
	{regexp.MustCompile(`(?i)phone|mobile`), "{{phone}}"},
	{regexp.MustCompile(`(?i)company|organi[sz]ation`), "{{company}}"},
	{regexp.MustCompile(`(?i)street|address`), "{{street}}"},
	{regexp.MustCompile(`(?i)city`), "{{city}}"},
	{regexp.MustCompile(`(?i)zip|post(al)?_?code`), "{{postcode}}"},
	{regexp.MustCompile(`(?i)country`), "{{country}}"},
	{regexp.MustCompile(`(?i)currency`), "{{currency}}"},
	{regexp.MustCompile(`(?i)url|link|href`), "{{url}}"},
	{moneyNames, "{{amount}}"},
	{regexp.MustCompile(`(?i)(_at|date|time|timestamp)$|^(created|modified|updated)`), "{{now}}"},
	{regexp.MustCompile(`(?i)^event_?(type|name)?$`), "{{event}}"},
	{regexp.MustCompile(`(?i)(^|_)name$|[a-z]Name$`), "{{full_name}}"},
	{regexp.MustCompile(`(^|_)id$|[a-z]I[dD]$`), "{{base62 16}}"},
}

var madeByFormat = map[string]string{
	"date-time": "{{now}}", "date": "{{date}}", "email": "{{email}}", "uuid": "{{uuid}}", "uri": "{{url}}", "url": "{{url}}",
	"ipv4": "{{ip}}", "hostname": "example.com", "time": `{{now "15:04:05Z"}}`, "idn-email": "{{email}}", "iri": "{{url}}",
	"uri-reference": "/{{word}}", "ipv6": "2001:db8::1", "duration": "PT1H",
}

func (i *inventor) string(n *node, key string) (string, error) {
	template := "{{word}}"
	for _, m := range madeByName {
		if m.name.MatchString(key) {
			template = m.template
			break
		}
	}
	if f := n.member("format"); f != nil && f.kind == '"' {
		if t, ok := madeByFormat[f.str(i.s.text)]; ok {
			template = t
		}
	}
	plain := *i.x
	plain.JSON = false
	text, err := plain.expand([]byte(template))
	if err != nil {
		return "", err
	}
	for low := int(min(i.limit(n, "minLength", 0), 1e4)); len(text) < low; {
		text = append(text, 'x')
	}
	if high := i.limit(n, "maxLength", 1e9); float64(len(text)) > high {
		text = text[:int(max(high, 0))]
	}
	return string(text), nil
}

// inventSample adds a sample to an event type that has none.
func (e *EventType) inventSample() error {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	vars, err := e.vars(Options{Seed: 1, Now: at})
	if err != nil {
		return err
	}
	v, err := e.invent(newExpander(vars))
	if err != nil {
		return err
	}
	if e.Provider.Batch && v.kind == '[' && len(v.items) > 0 {
		v = v.items[0]
	}
	e.Samples = []Sample{{
		Variant: VariantFull, Body: JSONStyle{}.print(v), Generated: true, fromSchema: true,
		Source: "made from the list of fields; " + e.Provider.Name + " publishes no sample",
	}}
	return nil
}
