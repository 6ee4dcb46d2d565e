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
	return Vars{Seed: 1, Values: p.headerValues(0)}
}

// headerValues are those values, with room for more.
func (p *Provider) headerValues(more int) map[string]string {
	values := make(map[string]string, len(HeaderVars)+len(p.Vars)+more)
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

// WireHeaders fills in the header templates. Lines whose When is empty are left
// out; places ([SlotSignature], [SlotContentLength]) stay where they are. Values
// that v does not have are those of the event type that v names (its Vars), those
// of [Provider.Vars], or empty. The values retry and
// retries are made of attempt.
func (p *Provider) WireHeaders(v Vars) ([]Header, error) {
	all := p.headerValues(2)
	maps.Copy(all, p.eventVars(v.Values["event"]))
	all["retry"] = retryNumber(v.Values["attempt"])
	all["retries"] = cmp.Or(all["retry"], "0")
	maps.Copy(all, v.Values)
	v.Values, v.JSON = all, false
	var x *expander
	lines := make([]Header, 0, len(p.Headers))
	for _, h := range p.Headers {
		if h.When != "" && all[h.When] == "" {
			continue
		}
		if h.Slot == "" && strings.Contains(h.Value, "{{") {
			if name, ok := lone(h.Value); ok && has(all, name) {
				h.Value = all[name]
				lines = append(lines, h)
				continue
			}
			if x == nil {
				x = newExpander(v)
			}
			value, err := x.expand([]byte(h.Value))
			if err != nil {
				return nil, err
			}
			h.Value = string(value)
		}
		lines = append(lines, h)
	}
	return lines, nil
}

// lone is the name that a template consists of, if it is nothing but one.
func lone(template string) (name string, ok bool) {
	inner, ok := strings.CutPrefix(template, "{{")
	if !ok {
		return "", false
	}
	if inner, ok = strings.CutSuffix(inner, "}}"); !ok {
		return "", false
	}
	return inner, !strings.ContainsAny(inner, "{} \t\"\\")
}

// retryNumber counts from 1 what comes after the first attempt, which has none.
func retryNumber(attempt string) string {
	n, err := strconv.Atoi(attempt)
	if err != nil || n < 2 {
		return ""
	}
	return strconv.Itoa(n - 1)
}
