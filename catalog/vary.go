package catalog

import (
	"regexp"
	"slices"
	"strings"
)

// hugeBytes is about how long the variant huge is.
const hugeBytes = 1 << 20

// scripts are texts that programs stumble over: scripts, marks that combine,
// writing from right to left, characters beyond 16 bits, separators of lines.
var scripts = []string{
	"Zoë Ångström-Łukasz", "日本語のテスト 高橋", "Привет, мир", "مرحبا بالعالم", "שלום עולם", "ทดสอบ", "नमस्ते दुनिया",
	"e\u0301 and é", "👩‍👩‍👧‍👦 🎉 🇪🇺", "𝒳𝓎𝓏 𠜎", "soft\u00adhyphen\u200bzero\u2028line", `quotes " ' \ < > & /`,
}

// vary turns a full payload into a variant of it.
func (e *EventType) vary(v *value, variant string, x *expander) {
	if !slices.Contains([]string{VariantMinimal, VariantNull, VariantUnicode, VariantHuge}, variant) {
		return
	}
	root, err := parseTree(e.Schema)
	if err != nil {
		return // checked when the catalogue was made
	}
	c := changer{s: schemaWalk{&root, e.Schema}, variant: variant, x: x, event: e.Name}
	c.knows = strings.Contains(string(e.Schema), `"required":`)
	c.change(v, []*node{&root}, "")
	if variant == VariantHuge {
		enlarge(v, c.longest, x)
	}
}

// changer walks a payload beside its schema.
type changer struct {
	s       schemaWalk
	variant string
	x       *expander
	event   string
	knows   bool // the schema says which fields are required
	count   int
	longest *value // text for people
}

func (c *changer) change(v *value, schemas []*node, key string) {
	switch {
	case v.kind != '"' || !c.isProse(v, schemas, key):
	case c.variant == VariantUnicode:
		v.text = scripts[c.count%len(scripts)]
		c.count++
	case c.longest == nil || len(v.text) > len(c.longest.text):
		c.longest = v
	}
	if v.kind == '[' {
		items := c.s.items(schemas)
		for _, item := range v.items {
			c.change(item, items, key)
		}
		return
	}
	var keys []string
	var kept []*value
	for i, item := range v.items {
		below, _ := c.s.property(schemas, v.keys[i])
		optional := c.knows && !c.s.requires(schemas, v.keys[i])
		if c.variant == VariantMinimal && optional {
			continue
		}
		if c.variant == VariantNull && c.nulls(item, below, v.keys[i], optional) {
			item = &value{kind: 'n', text: "null"}
		} else {
			c.change(item, below, v.keys[i])
		}
		keys, kept = append(keys, v.keys[i]), append(kept, item)
	}
	v.keys, v.items = keys, kept
}

// nulls reports whether a member becomes null: what may be null, and single
// values that are optional. Where nothing is known, texts for people.
func (c *changer) nulls(v *value, schemas []*node, key string, optional bool) bool {
	if slices.Contains(c.s.types(schemas), "null") {
		return true
	}
	if !c.knows {
		return c.isProse(v, schemas, key)
	}
	return optional && v.kind != '{' && v.kind != '['
}

// proseNames are parts of the names of fields that hold text for people.
var proseNames = regexp.MustCompile(`(?i)(name|title|label|desc|note|comment|message|text|subject|city|street|address1|company|first|last|reason|category|summary)`)

// codeLike is text with a meaning for programs: times, ids, numbers, addresses.
var codeLike = regexp.MustCompile(`^([-+0-9.:,TZ/ ]+|[A-Z0-9_]+|[a-z0-9]+([_.:-][a-zA-Z0-9]+)+|\S*[0-9]\S*|[^\s@]+@\S+|[a-z]+://\S*)$`)

// isProse reports whether a text may hold anything.
func (c *changer) isProse(v *value, schemas []*node, key string) bool {
	if v.kind != '"' || v.text == c.event || c.s.constrained(schemas) {
		return false
	}
	if strings.HasSuffix(strings.ToLower(key), "id") || codeLike.MatchString(v.text) {
		return false
	}
	return strings.Contains(v.text, " ") || proseNames.MatchString(key)
}

// enlarge repeats what the largest list holds, or lengthens a text for people if
// there is no list.
func enlarge(v, text *value, x *expander) {
	var list *value
	var walk func(v *value)
	walk = func(v *value) {
		if v.kind == '[' && len(v.items) > 0 && (list == nil || v.items[0].size() > list.items[0].size()) {
			list = v
		}
		for _, item := range v.items {
			walk(item)
		}
	}
	for _, item := range v.items { // the body itself is not repeated
		walk(item)
	}
	switch {
	case list != nil:
		each := list.items
		for size := 0; size < hugeBytes; {
			for _, item := range each {
				list.items = append(list.items, item.clone())
				size += item.size()
			}
		}
	case text != nil:
		if words, err := x.words("150000"); err == nil {
			text.text += " " + words
		}
	}
}
