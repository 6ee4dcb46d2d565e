package web

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing"
)

// Templates of the page hold no words: those stand in i18n, once for each language.
func TestTemplatesHaveNoWords(t *testing.T) {
	t.Parallel()
	n := 0
	err := fs.WalkDir(files, "static", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != ".js" || strings.HasPrefix(name, "static/lib/") || strings.HasPrefix(name, "static/i18n/") {
			return err
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		found := templates(string(text))
		n += len(found)
		for _, m := range found {
			for _, w := range m.words() {
				t.Errorf("%s: %q is written in a template; give it from i18n", name, w)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n < 300 {
		t.Errorf("only %d templates were found", n)
	}
}

func TestWordsOfTemplates(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"html`<p>Hello</p>`":                          "[Hello]",
		"html`<p>${t.hello} – ${count(n)} ms</p>`":    "[]",
		"html`<a title=\"Go home\">${x}</a>`":         "[Go home]",
		"html`<a class=\"btn small\" title=${t.x}/>`": "[]",
		"html`<code>boathook open</code>`":            "[]",
		"html`${a ? html`<b>one two</b>` : null}`":    "[one two]",
		"html`<p>${n ? 'Some of them' : ''}</p>`":     "[Some of them]",
		"html`<p class=${n ? 'a b' : ''}>x</p>`":      "[]",
		"html`<p aria-label=${n ? 'On now' : ''}/>`":  "[On now]",
		"const a = `Not a ${t} template`":             "[]",
	} {
		var got []string
		for _, m := range templates(source) {
			got = append(got, m.words()...)
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%s = %v, want %s", source, got, want)
		}
	}
}

// template is one html`…`: its text with expressions taken out, and what stood in them.
type template struct {
	text        string   // each expression is one \x00
	expressions []string // without templates in them
}

// templates finds all, those within expressions too.
func templates(source string) []template {
	var out []template
	for {
		i := strings.Index(source, "html`")
		if i < 0 {
			return out
		}
		source = source[i+len("html`"):]
		m, rest := readTemplate(source, &out)
		out = append(out, m)
		source = rest
	}
}

func readTemplate(s string, out *[]template) (template, string) {
	var m template
	var text strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			i++
		case s[i] == '`':
			m.text = text.String()
			return m, s[i+1:]
		case strings.HasPrefix(s[i:], "${"):
			expression, rest := readExpression(s[i+2:], out)
			m.expressions = append(m.expressions, expression)
			text.WriteByte(0)
			s, i = rest, -1
		default:
			text.WriteByte(s[i])
		}
	}
	m.text = text.String()
	return m, ""
}

// readExpression reads up to the closing brace.
func readExpression(s string, out *[]template) (string, string) {
	var text strings.Builder
	depth := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case (c == '\'' || c == '"') && !strings.HasSuffix(text.String(), "/"): // not in a regular expression
			end := i + 1
			for end < len(s) && s[end] != c {
				if s[end] == '\\' {
					end++
				}
				end++
			}
			text.WriteString(s[i:min(end+1, len(s))])
			i = end
		case c == '`':
			m, rest := readTemplate(s[i+1:], out)
			if strings.HasSuffix(text.String(), "html") {
				*out = append(*out, m)
			}
			s, i = rest, -1
		case c == '}' && depth == 0:
			return text.String(), s[i+1:]
		default:
			depth += map[byte]int{'{': 1, '}': -1}[c]
			text.WriteByte(c)
		}
	}
	return text.String(), ""
}

var (
	unspoken = regexp.MustCompile(`(?s)<(code|kbd|pre)\b[^>]*>.*?</(code|kbd|pre)>`)
	tag      = regexp.MustCompile(`(?s)<[^>]*>`)
	spoken   = regexp.MustCompile(`\b(?:title|aria-label|placeholder|alt|label|what|text|aria-description|aria-roledescription)=(?:"([^"]*)"|(\x00))`)
	word     = regexp.MustCompile(`\pL{3,}`)
	sample   = regexp.MustCompile(`://|^[a-z0-9_.:@<>*-]+$|^boathook [a-z]`) // addresses, names, filters and commands are the same in all languages
	literal  = regexp.MustCompile(`(class: )?'([^'\\]*)'`)
	sentence = regexp.MustCompile(`^\s?[\pL’]+( [\pL’]+)+[.…]?$|^[A-Z][a-z]{2,}[.…]?$`)
)

// words are the words a reader would see or hear.
func (m template) words() []string {
	var out []string
	see := func(s string) {
		if word.MatchString(s) && !sample.MatchString(strings.TrimSpace(s)) {
			out = append(out, strings.TrimSpace(s))
		}
	}
	text := unspoken.ReplaceAllStringFunc(m.text, func(s string) string { return strings.Repeat("\x01", strings.Count(s, "\x00")) })
	at := 0 // of the next expression
	expression := func(shown bool) {
		if shown && at < len(m.expressions) {
			for _, l := range literal.FindAllStringSubmatch(m.expressions[at], -1) {
				if l[1] == "" && sentence.MatchString(l[2]) {
					see(l[2])
				}
			}
		}
		at++
	}
	pieces := tag.FindAllStringIndex(text, -1)
	last := 0
	plain := func(s string) {
		for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r <= 1 }) {
			see(part)
		}
		for _, c := range s {
			switch c {
			case 0:
				expression(true)
			case 1:
				expression(false)
			}
		}
	}
	for _, p := range pieces {
		plain(text[last:p[0]])
		markup := text[p[0]:p[1]]
		heard := map[int]bool{}
		for _, a := range spoken.FindAllStringSubmatchIndex(markup, -1) {
			if a[2] >= 0 {
				see(markup[a[2]:a[3]])
			} else {
				heard[a[4]] = true
			}
		}
		for i := range markup {
			if markup[i] == 0 {
				expression(heard[i])
			} else if markup[i] == 1 {
				expression(false)
			}
		}
		last = p[1]
	}
	plain(text[last:])
	return out
}
