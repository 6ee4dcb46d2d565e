package catalog

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// maxExpanded bounds what a template may grow to.
const maxExpanded = 16 << 20

// HeaderVars are the values that header templates of a provider may use, beside
// the provider's own [Provider.Vars] and the names of [Expand].
var HeaderVars = []string{
	"content_type", "event", "subscription", "event_id", "delivery_id", "message_id",
	"request_id", "timestamp", "event_time", "attempt", "retry", "retries", "host", "url", "endpoint",
}

// Vars are what a template is filled in with.
type Vars struct {
	// Now is the time of {{now}}; the zero value is the time of the call.
	Now time.Time
	// Seq is the number of {{seq}}.
	Seq int
	// Seed decides everything random. 0: a new one for each call.
	Seed uint64
	// Values are further names.
	Values map[string]string
	// JSON: values are escaped as they must be inside of a JSON string.
	JSON bool
}

// TemplateError says where a template is wrong.
type TemplateError struct {
	Offset       int // of the braces, in bytes
	Line, Column int
	Text         string
	Suggestions  []string // similar names, if a name is unknown
}

func (e *TemplateError) Error() string {
	text := fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Text)
	if len(e.Suggestions) > 0 {
		text += "; did you mean " + strings.Join(e.Suggestions, " or ") + "?"
	}
	return text
}

// Expand fills in a template: {{now}}, {{uuid}}, {{seq}}, {{first_name}} and the
// like; [TemplateNames] lists them. Arguments follow the name, in quotes if they
// hold a space: {{now "2006-01-02"}}, {{hex 32}}. {{"text"}} is text, for braces
// that shall stay. A [*TemplateError] says where a template is wrong.
func Expand(template []byte, v Vars) ([]byte, error) { return newExpander(v).expand(template) }

// expander fills in templates with one source of random numbers.
type expander struct {
	Vars
	rnd *rand.Rand
	src io.Reader
}

func newExpander(v Vars) *expander {
	if v.Now.IsZero() {
		v.Now = time.Now()
	}
	if v.Seed == 0 {
		v.Seed = rand.Uint64()
	}
	return &expander{v, rand.New(rand.NewPCG(v.Seed, 1)), seeded(v.Seed)}
}

// seeded is a stream of bytes that one seed always makes the same.
func seeded(seed uint64) io.Reader {
	var key [32]byte
	for i := range 8 {
		key[i] = byte(seed >> (8 * i))
	}
	return rand.NewChaCha8(key)
}

func (x *expander) expand(template []byte) ([]byte, error) {
	var out []byte
	for at := 0; ; {
		open := bytes.Index(template[at:], []byte("{{"))
		if open < 0 {
			return append(out, template[at:]...), nil
		}
		open += at
		out = append(out, template[at:open]...)
		fail := func(text string, suggestions ...string) error {
			line, column := position(template, open)
			return &TemplateError{open, line, column, text, suggestions}
		}
		words, after, err := splitCall(template, open+2)
		if err != nil {
			return nil, fail(err.Error())
		}
		if out, err = x.call(out, words, fail); err != nil {
			return nil, err
		}
		if len(out) > maxExpanded {
			return nil, fail(fmt.Sprintf("the text grows beyond %d MiB here", maxExpanded>>20))
		}
		at = after
	}
}

// word is a part of a call; quoted words are never names.
type word struct {
	text   string
	quoted bool
}

// splitCall reads the words up to the closing braces, and says where the text goes
// on behind them. Inside of a JSON string the quotes are written \".
func splitCall(text []byte, at int) ([]word, int, error) {
	var words []word
	for at < len(text) {
		rest := text[at:]
		switch {
		case bytes.HasPrefix(rest, []byte("}}")):
			return words, at + 2, nil
		case rest[0] == ' ':
			at++
		case rest[0] == '"', bytes.HasPrefix(rest, []byte(`\"`)):
			quote := []byte(`"`)
			if rest[0] == '\\' {
				quote = []byte(`\"`)
			}
			inner, _, closed := bytes.Cut(rest[len(quote):], quote)
			if !closed {
				return nil, 0, fmt.Errorf("a quote is not closed")
			}
			words = append(words, word{string(inner), true})
			at += len(inner) + 2*len(quote)
		case rest[0] == '\n', rest[0] == '{':
			return nil, 0, fmt.Errorf("{{ without }}")
		default:
			n := bytes.IndexAny(rest, " }\"\n")
			if n <= 0 {
				return nil, 0, fmt.Errorf("{{ without }}")
			}
			words = append(words, word{string(rest[:n]), false})
			at += n
		}
	}
	return nil, 0, fmt.Errorf("{{ without }}")
}

// call appends the value of a name with its arguments.
func (x *expander) call(out []byte, words []word, fail func(string, ...string) error) ([]byte, error) {
	if len(words) == 0 {
		return nil, fail("nothing between {{ and }}")
	}
	name, args := words[0], make([]string, len(words)-1)
	for i, w := range words[1:] {
		args[i] = w.text
	}
	var value string
	switch {
	case name.quoted:
		value = name.text
		if x.JSON { // it stands in the template as it shall stand in the text
			return append(out, value...), nil
		}
	case x.Values != nil && len(args) == 0 && has(x.Values, name.text):
		value = x.Values[name.text]
	default:
		i := slices.IndexFunc(templateFuncs, func(f templateFunc) bool { return f.name == name.text })
		if i < 0 {
			return nil, fail(fmt.Sprintf("{{%.60s}} is no known name", name.text), closest(name.text, x.names())...)
		}
		f := templateFuncs[i]
		if len(args) < f.min || len(args) > f.max {
			return nil, fail(fmt.Sprintf("{{%s}} has %d arguments; usage: {{%s}}", f.name, len(args), f.usage))
		}
		var err error
		if value, err = f.make(x, args); err != nil {
			return nil, fail(fmt.Sprintf("{{%s}}: %v; usage: {{%s}}", f.name, err, f.usage))
		}
	}
	if x.JSON {
		return append(out, inString(value)...), nil
	}
	return append(out, value...), nil
}

func has(m map[string]string, name string) bool { _, ok := m[name]; return ok }

func (x *expander) names() []string {
	var names []string
	for name := range x.Values {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, f := range templateFuncs {
		names = append(names, f.name)
	}
	return names
}

// inString escapes text as it stands inside of a JSON string.
func inString(text string) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if enc.Encode(text) != nil {
		return nil // a string always encodes
	}
	return b.Bytes()[1 : b.Len()-2]
}
