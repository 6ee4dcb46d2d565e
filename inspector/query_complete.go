package inspector

import (
	"cmp"
	"slices"
	"strings"
)

// ValueCount is a value that was seen, and how often.
type ValueCount struct {
	Value string
	Count int
}

// Completion is a proposal for what is being typed: Text takes the place of the
// bytes From to To of the filter. All proposals of one call share From and To.
type Completion struct {
	Text  string `json:"text"`
	Kind  string `json:"kind"`            // field, flag or value
	Count int    `json:"count,omitempty"` // how often the value was seen, 0 if unknown
	From  int    `json:"-"`
	To    int    `json:"-"`
}

const maxCompletions = 50

// Complete proposes how to go on at byte pos of a filter: fields, then flags,
// then values. values tells the values seen of a field that begin with prefix,
// most frequent first; it may be nil. For header, query, body, resp.header and
// resp.body it tells names and paths.
func Complete(text string, pos int, values func(field, prefix string) []ValueCount) []Completion {
	if values == nil {
		values = func(string, string) []ValueCount { return nil }
	}
	pos = min(max(pos, 0), len(text))
	c := &completer{lexer: lexer{src: text}, at: pos, values: values}
	c.find()
	return c.out[:min(len(c.out), maxCompletions)]
}

type completer struct {
	lexer
	at     int // the caret
	values func(field, prefix string) []ValueCount
	from   int
	to     int
	out    []Completion
}

// find goes term by term to the one the caret stands in.
func (c *completer) find() {
	for {
		c.skipSpace()
		for c.peek() == '(' || c.peek() == ')' || c.peek() == '-' {
			if c.pos >= c.at {
				break
			}
			c.pos++
			c.skipSpace()
		}
		start := c.pos
		if start >= c.at {
			c.from, c.to = c.at, c.at
			c.names("")
			return
		}
		end, isField := c.fieldName()
		if !isField {
			c.skipValue(nil)
			if c.at <= c.pos {
				c.from, c.to = start, c.pos
				c.names(c.src[start:c.at])
				return
			}
			continue
		}
		if c.at <= end {
			c.from, c.to = start, end+1
			c.names(c.src[start:c.at])
			return
		}
		if f := c.field(start, end); c.inValues(f, end+1) {
			return
		}
	}
}

// field is the field named by src[start:end], nil if there is none.
func (c *completer) field(start, end int) *field {
	p := &parser{src: c.src, lexer: c.lexer}
	f, _, err := p.lookup(start, end)
	if err != nil {
		return nil
	}
	return f
}

// inValues reports whether the caret stands in one of the values from i on, and
// proposes values then.
func (c *completer) inValues(f *field, i int) bool {
	c.pos = i
	for {
		start := c.pos
		c.skipValue(f)
		if c.at <= c.pos {
			c.from, c.to = start, c.pos
			if f != nil {
				c.valuesOf(f, c.src[start:c.at])
			}
			return true
		}
		if c.peek() != ',' {
			return false
		}
		c.pos++
	}
}

// skipValue steps to the end of a value, whether it is well written or not.
func (c *completer) skipValue(f *field) {
	if c.peek() == '/' {
		if _, ok := c.regex(f); ok {
			return
		}
	}
	for c.pos < len(c.src) && c.space(c.pos) == 0 && c.peek() != ')' && (c.peek() != ',' || f == nil) {
		if c.peek() == '"' {
			if _, ok := c.quoted(); ok {
				continue
			}
			c.pos = len(c.src)
			return
		}
		c.pos++
	}
}

func (c *completer) add(text, kind string, count int) {
	c.out = append(c.out, Completion{Text: text, Kind: kind, Count: count, From: c.from, To: c.to})
}

// names proposes fields, flags and values whose name begins with prefix.
func (c *completer) names(prefix string) {
	lower := lowerASCII(prefix)
	for _, f := range fields {
		switch {
		case strings.HasPrefix(f.title(), lower):
			c.add(f.title(), "field", 0)
		case f.named && strings.HasPrefix(lower, f.name+"."):
			for _, v := range c.values(f.name, prefix[len(f.name)+1:]) {
				c.add(c.named(f, v.Value), "field", v.Count)
			}
		}
	}
	if lower == "" {
		return
	}
	for _, word := range fieldByName["is"].words {
		if strings.HasPrefix(word, lower) {
			c.add("is:"+word, "flag", 0)
		}
	}
	for _, name := range []string{"event", "inbox", "endpoint", "provider"} {
		for _, v := range c.values(name, prefix) {
			if v.Value != "" && strings.HasPrefix(lowerASCII(v.Value), lower) {
				c.add(name+":"+writeValue(v.Value), "value", v.Count)
			}
		}
	}
}

// named writes a field with a name that was seen. Paths come written.
func (c *completer) named(f *field, name string) string {
	if f.kind == kindBody {
		return f.name + "." + name + ":"
	}
	if f.kind == kindHeader {
		name = lowerASCII(name)
	}
	return f.name + "." + writeKey(name, f.kind == kindParam) + ":"
}

func writeValue(s string) string {
	p := literal(s)
	return p.String()
}

// valuesOf proposes the values seen of a field and its words, the most frequent first.
func (c *completer) valuesOf(f *field, typed string) {
	typed = strings.TrimPrefix(typed, `"`)
	kind := "value"
	if f.kind == kindFlags {
		kind = "flag"
	}
	seen := c.values(f.name, typed)
	count := func(word string) int {
		i := slices.IndexFunc(seen, func(v ValueCount) bool { return v.Value == word })
		if i < 0 {
			return 0
		}
		return seen[i].Count
	}
	from := len(c.out)
	words := slices.Concat(f.words, f.samples)
	for _, word := range words {
		if strings.HasPrefix(word, lowerASCII(typed)) {
			c.add(word, kind, count(word))
		}
	}
	for _, v := range seen {
		if v.Value != "" && !slices.Contains(words, v.Value) && strings.HasPrefix(lowerASCII(v.Value), lowerASCII(typed)) {
			c.add(writeValue(v.Value), kind, v.Count)
		}
	}
	slices.SortStableFunc(c.out[from:], func(a, b Completion) int { return cmp.Compare(b.Count, a.Count) })
}
