package catalog

import (
	"errors"
	"fmt"
	"net/mail"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
)

// What makes a text one of few values: at most so many different ones, each seen
// so often, in so many bodies.
const (
	maxEnumValues  = 8
	minEnumSeen    = 12
	minEnumRepeats = 3
	// An object with more names than this has names that are data.
	maxNamesOfObject = 300
)

// Infer makes an event type out of bodies that were recorded. The name is
// provider/name. A field is required if all of at least two bodies have it; texts
// that all are times, addresses, or a few values again and again, are named so.
// The last body is its sample.
func Infer(name string, bodies [][]byte) (*EventType, error) {
	id, event, found := strings.Cut(name, "/")
	if !found || !idForm.MatchString(id) {
		return nil, fmt.Errorf("%q is no name of an event type: write provider/name", name)
	}
	if len(bodies) == 0 {
		return nil, errors.New("no bodies to learn from")
	}
	var root seen
	var first byte
	for i, body := range bodies {
		n, err := parseTree(body)
		if err != nil {
			return nil, fmt.Errorf("body %d of %d is not JSON: %w", i+1, len(bodies), err)
		}
		if i == 0 {
			first = n.kind
		}
		if n.kind != first || n.kind != '{' && n.kind != '[' {
			return nil, fmt.Errorf("body %d of %d is %s; all of them must be objects, or all of them lists", i+1, len(bodies), kindName(n.kind))
		}
		root.learn(&n, body)
	}
	p := &Provider{ID: id, Description: "learned from recorded deliveries", Custom: true, Facts: []Fact{{
		Topic: "Event types", Text: "learned from recorded deliveries", Documented: Undocumented,
	}}}
	p.setDefaults()
	e := &EventType{
		Provider: p, Name: event, Documented: Undocumented, Source: "recorded deliveries",
		Description: fmt.Sprintf("learned from %d recorded bodies", len(bodies)),
		Samples:     []Sample{{Variant: VariantFull, Body: slices.Clone(bodies[len(bodies)-1]), Source: "a recorded delivery"}},
	}
	e.Fields = root.fields("", 0, nil)
	p.Events = []*EventType{e}
	return e, e.complete(func(_, format string, args ...any) error { return fmt.Errorf(format, args...) })
}

// seen is what was seen at one place of the bodies.
type seen struct {
	kinds  map[byte]int
	whole  bool // every number is whole
	merged bool // names of the object are data, and stand under *
	names  []string
	props  map[string]*seen
	items  *seen
	values map[string]int // texts, while there are few
	format map[string]bool
}

func (s *seen) learn(n *node, text []byte) {
	if s.kinds == nil {
		s.kinds, s.whole = map[byte]int{}, true
		s.values, s.props = map[string]int{}, map[string]*seen{}
		s.format = map[string]bool{}
		for name := range formats {
			s.format[name] = true
		}
	}
	kind := n.kind
	if kind == 'f' {
		kind = 't'
	}
	s.kinds[kind]++
	switch kind {
	case '0':
		s.whole = s.whole && !strings.ContainsAny(string(n.raw(text)), ".eE")
	case '"':
		s.text(n.str(text))
	case '[':
		for i := range n.members {
			if s.items == nil {
				s.items = &seen{}
			}
			s.items.learn(&n.members[i].value, text)
		}
	case '{':
		for i := range n.members {
			m := &n.members[i]
			if n.member(m.key) != &m.value {
				continue // given twice: the last one counts
			}
			name := m.key
			if len(s.props) >= maxNamesOfObject {
				s.merged, s.names, s.props = true, nil, map[string]*seen{}
			}
			if s.merged || unnameable(name) {
				name = "*"
			}
			if s.props[name] == nil {
				s.names, s.props[name] = append(s.names, name), &seen{}
			}
			s.props[name].learn(&m.value, text)
		}
	}
}

// unnameable reports whether no field can be called so: its name would mean
// something else.
func unnameable(name string) bool {
	return name == "" || name == "*" || strings.HasSuffix(name, "[]") || strings.ContainsAny(name, "\\\x00") || !utf8.ValidString(name)
}

func (s *seen) text(text string) {
	if len(s.values) <= maxEnumValues && len(text) <= 40 {
		s.values[text]++
	} else {
		s.values["\x00long"] = 0
	}
	for name, is := range s.format {
		if is && !formats[name](text) {
			s.format[name] = false
		}
	}
}

// formats are those that a text is tried for.
var formats = map[string]func(string) bool{
	"date-time": func(s string) bool {
		_, err := time.Parse(time.RFC3339, s)
		return err == nil && strings.Contains(s, "T")
	},
	"date": func(s string) bool { _, err := time.Parse(time.DateOnly, s); return err == nil },
	"email": func(s string) bool {
		a, err := mail.ParseAddress(s)
		return err == nil && a.Address == s && strings.Contains(s, ".")
	},
	"uuid": regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`).MatchString,
	"uri": func(s string) bool {
		u, err := url.Parse(s)
		return err == nil && u.Scheme != "" && u.Host != ""
	},
	"ipv4": func(s string) bool { a, err := netip.ParseAddr(s); return err == nil && a.Is4() },
}

// field says what the place is.
func (s *seen) field(path string, required bool) Field {
	f := Field{Name: path, Required: required}
	var types []string
	for _, k := range []struct {
		kind byte
		name string
	}{{'{', "object"}, {'[', "array"}, {'"', "string"}, {'0', "number"}, {'t', "boolean"}, {'n', "null"}} {
		if s.kinds[k.kind] > 0 {
			if k.kind == '0' && s.whole {
				k.name = "integer"
			}
			types = append(types, k.name)
		}
	}
	f.Type = strings.Join(types, "|")
	if f.Type == "null" {
		f.Type = "any"
	}
	texts := s.kinds['"']
	if texts == 0 {
		return f
	}
	for _, name := range []string{"date-time", "date", "uuid", "email", "uri", "ipv4"} {
		if s.format[name] {
			f.Format = name
			return f
		}
	}
	_, long := s.values["\x00long"]
	if texts == total(s.kinds) && !long && texts >= minEnumSeen && len(s.values) <= maxEnumValues && texts >= minEnumRepeats*len(s.values) {
		for value := range s.values {
			f.Enum = append(f.Enum, value)
		}
		slices.SortFunc(f.Enum, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	}
	return f
}

func total(counts map[byte]int) int {
	n := 0
	for _, c := range counts {
		n += c
	}
	return n
}

// fields lists what is below a place that was an object so many times.
func (s *seen) fields(path string, depth int, list []Field) []Field {
	if depth > 50 {
		return list
	}
	objects := s.kinds['{']
	for _, name := range s.names {
		p := s.props[name]
		at := name
		if name != "*" {
			at = strings.ReplaceAll(name, ".", `\.`)
		}
		if path != "" {
			at = path + "." + at
		}
		list = append(list, p.field(at, name != "*" && objects > 1 && total(p.kinds) == objects))
		list = p.fields(at, depth+1, list)
	}
	if s.items != nil {
		list = append(list, s.items.field(path+"[]", false))
		list = s.items.fields(path+"[]", depth+1, list)
	}
	return list
}

// YAML writes the event type as a file of its own, which [Parse] reads again.
func (e *EventType) YAML() ([]byte, error) {
	type sample struct {
		Variant string `yaml:"variant"`
		Body    string `yaml:"body"`
		Source  string `yaml:"source,omitempty"`
	}
	type field struct {
		Name        string `yaml:"name"`
		Type        string `yaml:"type"`
		Required    bool   `yaml:"required,omitempty"`
		Format      string `yaml:"format,omitempty"`
		Enum        []any  `yaml:"enum,omitempty"`
		Description string `yaml:"description,omitempty"`
	}
	type event struct {
		Name        string   `yaml:"name"`
		Description string   `yaml:"description"`
		Documented  bool     `yaml:"documented"`
		Fields      []field  `yaml:"fields"`
		Samples     []sample `yaml:"samples"`
		Source      string   `yaml:"source,omitempty"`
	}
	ev := event{Name: e.Name, Description: e.Description, Documented: e.Documented.Bool(), Source: e.Source}
	for _, f := range e.Fields {
		if !f.FromSample {
			ev.Fields = append(ev.Fields, field{f.Name, f.Type, f.Required, f.Format, f.Enum, f.Description})
		}
	}
	for _, s := range e.Samples {
		ev.Samples = append(ev.Samples, sample{s.Variant, string(s.Body), s.Source})
	}
	return yaml.Marshal(struct {
		ID          string  `yaml:"id"`
		Name        string  `yaml:"name"`
		Description string  `yaml:"description"`
		Events      []event `yaml:"events"`
	}{e.Provider.ID, e.Provider.Name, e.Provider.Description, []event{ev}})
}
