package catalog

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
)

func (p *Provider) knowsHeaderVar(name string) bool {
	return slices.Contains(HeaderVars, name) || has(p.Vars, name)
}

// headerVars are values for each name that headers may use.
func (p *Provider) headerVars() Vars {
	return Vars{Seed: 1, Values: p.headerValues()}
}

// headerValues are those values.
func (p *Provider) headerValues() map[string]string {
	values := make(map[string]string, len(HeaderVars)+len(p.Vars))
	for _, name := range HeaderVars {
		values[name] = ""
	}
	for name, value := range p.Vars {
		values[name] = value
	}
	return values
}

func (p *Provider) checkHeaderValue(template string) error {
	_, err := Expand([]byte(template), p.headerVars())
	return err
}

// headerPart is a piece of a header template: text, or the name of a value.
type headerPart struct{ text, name string }

// readHeader takes a template apart, if it holds nothing but text and names of
// values. What has calls is filled in by [Expand].
func (p *Provider) readHeader(template string) []headerPart {
	var parts []headerPart
	for template != "" {
		text, rest, open := strings.Cut(template, "{{")
		if text != "" {
			parts = append(parts, headerPart{text: text})
		}
		if !open {
			break
		}
		name, after, closed := strings.Cut(rest, "}}")
		if !closed || !p.knowsHeaderVar(name) {
			return nil
		}
		parts = append(parts, headerPart{name: name})
		template = after
	}
	return parts
}

// readHeaders takes all templates apart and notes which values they need.
func (p *Provider) readHeaders() {
	need := map[string]bool{}
	for i := range p.Headers {
		h := &p.Headers[i]
		need[h.When] = true
		if h.Slot != "" || !strings.Contains(h.Value, "{{") {
			continue
		}
		if h.parts = p.readHeader(h.Value); h.parts == nil {
			for _, name := range HeaderVars {
				need[name] = true
			}
		}
		for _, part := range h.parts {
			need[part.name] = true
		}
	}
	delete(need, "")
	p.headerNeeds = slices.Sorted(maps.Keys(need))
}

// HeaderNeeds are the names of the values that the headers are made of, beside
// event and attempt, on which others depend.
func (p *Provider) HeaderNeeds() []string { return p.headerNeeds }

// WireHeaders fills in the header templates. Lines whose When is empty are left
// out; places ([SlotSignature], [SlotContentLength]) stay where they are. Values
// that v does not have are those of the event type that v names (its Vars), those
// of [Provider.Vars], or empty. The values retry and
// retries are made of attempt.
func (p *Provider) WireHeaders(v Vars) ([]Header, error) {
	return p.AppendHeaders(make([]Header, 0, len(p.Headers)), v)
}

// AppendHeaders is [Provider.WireHeaders] into memory that is there.
func (p *Provider) AppendHeaders(lines []Header, v Vars) ([]Header, error) {
	s := headerScope{p: p, given: v.Values}
	for _, h := range p.Headers {
		if h.When != "" && s.value(h.When) == "" {
			continue
		}
		if h.Slot == "" {
			var err error
			if h.Value, err = s.fill(&h, v); err != nil {
				return nil, err
			}
		}
		lines = append(lines, h)
	}
	return lines, nil
}

// headerScope finds the values of headers.
type headerScope struct {
	p      *Provider
	given  map[string]string
	looked bool
	event  map[string]string // Vars of the event type, once looked is set
	x      *expander
}

func (s *headerScope) value(name string) string {
	if value, ok := s.given[name]; ok {
		return value
	}
	switch name {
	case "retry":
		return retryNumber(s.given["attempt"])
	case "retries":
		return cmp.Or(retryNumber(s.given["attempt"]), "0")
	}
	if !has(s.p.Vars, name) {
		return "" // event types have values for these names only
	}
	if !s.looked {
		s.looked, s.event = true, s.p.eventVars(s.given["event"])
	}
	if value, ok := s.event[name]; ok {
		return value
	}
	return s.p.Vars[name]
}

// fill fills in a template.
func (s *headerScope) fill(h *Header, v Vars) (string, error) {
	switch {
	case h.parts == nil && !strings.Contains(h.Value, "{{"):
		return h.Value, nil
	case h.parts == nil:
		return s.expand(h.Value, v)
	case len(h.parts) == 1:
		return s.value(h.parts[0].name), nil
	}
	var b strings.Builder
	for _, part := range h.parts {
		b.WriteString(part.text)
		if part.name != "" {
			b.WriteString(s.value(part.name))
		}
	}
	return b.String(), nil
}

// expand fills in a template that makes up values.
func (s *headerScope) expand(template string, v Vars) (string, error) {
	if s.x == nil {
		all := s.p.headerValues()
		for name := range all {
			all[name] = s.value(name)
		}
		maps.Copy(all, v.Values)
		v.Values, v.JSON = all, false
		s.x = newExpander(v)
	}
	value, err := s.x.expand([]byte(template))
	return string(value), err
}

// retryNumber counts from 1 what comes after the first attempt, which has none.
func retryNumber(attempt string) string {
	n, err := strconv.Atoi(attempt)
	if err != nil || n < 2 {
		return ""
	}
	return strconv.Itoa(n - 1)
}
