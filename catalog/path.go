package catalog

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// step is one step into a payload: a member's name, or the index of an element.
type step struct {
	name  string
	index int // eachItem, or -1 for a member
}

// eachItem is the index of "[]", which stands for every element.
const eachItem = -2

// parsePath reads a path such as data.items[0].name, [0].id, data["a.b"], or
// data.items[].id.
func parsePath(path string) ([]step, error) {
	if !utf8.ValidString(path) {
		return nil, fmt.Errorf("the path %q is not text in UTF-8", path)
	}
	var steps []step
	rest := path
	for rest != "" {
		if rest[0] == '[' {
			inside, after, closed := strings.Cut(rest[1:], "]")
			if strings.HasPrefix(inside, `"`) {
				quoted, err := strconv.QuotedPrefix(rest[1:])
				if err != nil || !strings.HasPrefix(rest[1+len(quoted):], "]") {
					return nil, fmt.Errorf(`the path %q has a name in ["…"] that is not closed`, path)
				}
				name, err := strconv.Unquote(quoted)
				if err != nil {
					return nil, fmt.Errorf("the path %q: %w", path, err)
				}
				steps, rest = append(steps, step{name, -1}), rest[1+len(quoted)+1:]
			} else {
				index, err := strconv.Atoi(inside)
				if inside == "" {
					index, err = eachItem, nil
				}
				if !closed || err != nil || index < 0 && index != eachItem || inside != "" && index > 1<<24 {
					return nil, fmt.Errorf("the path %q: [%.20s is not the number of an element, counted from 0", path, inside)
				}
				steps, rest = append(steps, step{"", index}), after
			}
			if strings.HasPrefix(rest, ".") && len(rest) > 1 {
				rest = rest[1:]
			} else if rest != "" && rest[0] != '[' {
				return nil, fmt.Errorf("the path %q: a dot or a bracket is expected before %q", path, rest)
			}
			continue
		}
		n := strings.IndexAny(rest, ".[")
		if n < 0 {
			n = len(rest)
		}
		if n == 0 {
			return nil, fmt.Errorf("the path %q has an empty part", path)
		}
		steps = append(steps, step{rest[:n], -1})
		if rest = rest[n:]; rest == "." {
			return nil, fmt.Errorf("the path %q ends in a dot", path)
		}
		rest = strings.TrimPrefix(rest, ".")
	}
	if len(steps) == 0 {
		return nil, errors.New("the path is empty")
	}
	if len(steps) > maxDepth {
		return nil, fmt.Errorf("the path has more than %d parts", maxDepth)
	}
	return steps, nil
}

// joinPath writes a path of an object's member.
func joinPath(path, name string) string {
	if name == "" || strings.ContainsAny(name, ".[]\"\n") {
		return path + "[" + strconv.Quote(name) + "]"
	}
	if path == "" {
		return name
	}
	return path + "." + name
}

// joinIndex writes a path of a list's element.
func joinIndex(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// Assignment sets, or removes, one place in a payload.
type Assignment struct {
	Path   string
	Value  string // JSON
	Remove bool
	// Sorted: a member that is added to an object stands before the first one whose
	// name comes after it, rather than at the end.
	Sorted bool

	template string // what Value is made of for each payload, "" if it is always the same
}

// assignment makes the value of one whose text holds templates; any other one stays.
func (x *expander) assignment(a Assignment) (Assignment, error) {
	if a.template == "" {
		return a, nil
	}
	in := *x
	_, err := parseTree([]byte(a.template))
	in.JSON = err == nil
	text, err := in.expand([]byte(a.template))
	if err != nil {
		return a, fmt.Errorf("set %s: %w", a.Path, err)
	}
	if _, err := parseTree(text); err == nil {
		a.Value = string(text)
	} else {
		a.Value = quote(string(text))
	}
	return a, nil
}

// ParseAssignment reads path=value. The value is JSON if it reads as JSON, else a
// string. path=:text is always a string, path:=json must be JSON, and path:= with
// nothing behind it removes what is there. Templates such as {{seq}} are filled in
// when a payload is made, but for path=:text, and what comes out is read by the same
// rules.
func ParseAssignment(text string) (Assignment, error) {
	at := assignmentSign(text)
	if at < 0 {
		return Assignment{}, fmt.Errorf("%q has no =; write path=value, for example data.total=125.5", text)
	}
	a := Assignment{Path: text[:at]}
	value := text[at+1:]
	strict := strings.HasSuffix(a.Path, ":")
	a.Path = strings.TrimSuffix(a.Path, ":")
	if _, err := parsePath(a.Path); err != nil {
		return Assignment{}, err
	}
	if strict && value == "" {
		a.Remove = true
		return a, nil
	}
	if !utf8.ValidString(value) {
		return Assignment{}, fmt.Errorf("the value of %s is not text in UTF-8", a.Path)
	}
	if literal, found := strings.CutPrefix(value, ":"); found && !strict {
		a.Value = quote(literal)
		return a, nil
	}
	_, err := parseTree([]byte(value))
	if strings.Contains(value, "{{") && (err == nil || !strict) {
		a.template = value
	}
	switch {
	case err == nil:
		a.Value = strings.TrimSpace(value)
	case strict:
		return Assignment{}, fmt.Errorf("the value of %s is not JSON: %w", a.Path, err)
	default:
		a.Value = quote(value)
	}
	return a, nil
}

// assignmentSign is where the = stands that ends the path, not one in a quoted
// name.
func assignmentSign(text string) int {
	for i := 0; i < len(text); i++ {
		if text[i] == '=' {
			return i
		}
		if strings.HasPrefix(text[i:], `["`) {
			quoted, err := strconv.QuotedPrefix(text[i+1:])
			if err != nil {
				return -1
			}
			i += len(quoted)
		}
	}
	return -1
}

// quote writes a string as JSON.
func quote(s string) string { return `"` + string(inString(s)) + `"` }
