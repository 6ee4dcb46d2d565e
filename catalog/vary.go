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
	c := changer{s: schemaWalk{&root, e.Schema}, variant: variant, event: e.Name, fresh: e.freshPlaces(v, x)}
	c.knows = strings.Contains(string(e.Schema), `"required":`)
	c.change(v, []*node{&root}, "")
	switch texts := c.freest(); variant {
	case VariantUnicode:
		for i, text := range texts {
			text.text = scripts[i%len(scripts)]
		}
	case VariantHuge:
		enlarge(v, longest(texts), x)
	}
}

// freshPlaces are the values that are written anew after a payload was varied.
func (e *EventType) freshPlaces(v *value, x *expander) map[*value]bool {
	places := map[*value]bool{}
	for _, event := range e.eventsIn(v) {
		for _, f := range e.Fresh {
			if f.When == "" || x.Values[f.When] != "" {
				event.at(f.steps, func(at *value) { places[at] = true })
			}
		}
	}
	return places
}

// changer walks a payload beside its schema.
type changer struct {
	s       schemaWalk
	variant string
	event   string
	knows   bool            // the schema says which fields are required
	fresh   map[*value]bool // what is written anew afterwards
	texts   [4][]*value     // that may hold something else, the most likely ones first
}

// freest are the texts that are changed: those for people, and where there are none,
// others that the schema leaves free.
func (c *changer) freest() []*value {
	for _, texts := range c.texts {
		if len(texts) > 0 {
			return texts
		}
	}
	return nil
}

func longest(texts []*value) *value {
	var found *value
	for _, text := range texts {
		if found == nil || len(text.text) > len(found.text) {
			found = text
		}
	}
	return found
}

func (c *changer) change(v *value, schemas []*node, key string) {
	if how, free := c.freedom(v, schemas, key); free && !c.fresh[v] {
		c.texts[how] = append(c.texts[how], v)
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

// computedWith is text that programs compare or compute with: a time, a number, an address.
var computedWith = regexp.MustCompile(`^([-+0-9.:,TZ/ ]*|[0-9]{4}-[0-9]{2}-[0-9]{2}\S*|[^\s@]+@\S+|[a-z]+://\S*)$`)

// isProse reports whether a text is for people, who write anything.
func (c *changer) isProse(v *value, schemas []*node, key string) bool {
	how, free := c.freedom(v, schemas, key)
	return free && how == 0
}

// freedom says how likely a text may hold anything, 0 the most; false if it is no
// text, or must have a certain form.
func (c *changer) freedom(v *value, schemas []*node, key string) (how int, free bool) {
	if v.kind != '"' || v.text == c.event || c.s.constrained(schemas) {
		return 0, false
	}
	id, prose := strings.HasSuffix(strings.ToLower(key), "id"), proseNames.MatchString(key)
	switch {
	case !id && !codeLike.MatchString(v.text) && (prose || strings.Contains(v.text, " ")):
		return 0, true
	case !id && prose && !computedWith.MatchString(v.text):
		return 1, true
	case !id && !strings.HasSuffix(key, "type") && !computedWith.MatchString(v.text):
		return 2, true
	}
	return 3, true
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
