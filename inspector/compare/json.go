package compare

import (
	"fmt"
	"strings"

	"github.com/aymanbagabas/go-udiff"
)

// differ gathers the differences of two JSON values.
type differ struct {
	ign     *ignore
	body    *Body
	ignored int
}

func (d *differ) add(op Op, path string, a, b *tree) {
	if d.ign.match(path) {
		d.ignored++
		return
	}
	d.body.Count++
	if len(d.body.Changes) >= MaxChanges {
		return
	}
	c := Change{Op: op, Path: path}
	if a != nil {
		c.A = clip(a.text)
	}
	if b != nil {
		c.B = clip(b.text)
	}
	d.body.Changes = append(d.body.Changes, c)
}

func (d *differ) node(path string, a, b *tree) {
	if a.text == b.text {
		return
	}
	switch {
	case a.kind != b.kind:
		d.add(Changed, path, a, b)
	case a.kind == '{':
		d.object(path, a, b)
	case a.kind == '[':
		d.array(path, a, b)
	case same(a, b):
		d.add(Spelled, path, a, b)
	default:
		d.add(Changed, path, a, b)
	}
}

func (d *differ) object(path string, a, b *tree) {
	for i, k := range a.keys {
		if other := b.get(k); other != nil {
			d.node(join(path, k), &a.subs[i], other)
		} else {
			d.add(Removed, join(path, k), &a.subs[i], nil)
		}
	}
	for i, k := range b.keys {
		if a.get(k) == nil {
			d.add(Added, join(path, k), nil, &b.subs[i])
		}
	}
}

// array pairs the elements by a key that names them, else by what is the same.
func (d *differ) array(path string, a, b *tree) {
	if key := idKey(a, b); key != "" {
		d.named(path, key, a, b)
		return
	}
	for _, p := range align(a, b) {
		switch {
		case p.b < 0:
			d.add(Removed, index(path, p.a), &a.subs[p.a], nil)
		case p.a < 0:
			d.add(Added, index(path, p.b), nil, &b.subs[p.b])
		default:
			d.node(index(path, p.b), &a.subs[p.a], &b.subs[p.b])
		}
	}
}

func (d *differ) named(path, key string, a, b *tree) {
	where := map[string]int{}
	for i := range b.subs {
		where[b.subs[i].get(key).text] = i
	}
	there := map[string]bool{}
	last, moved := -1, false
	for i := range a.subs {
		id := a.subs[i].get(key).text
		there[id] = true
		at := fmt.Sprintf("%s[%s=%s]", path, key, strings.Trim(id, `"`))
		j, ok := where[id]
		if !ok {
			d.add(Removed, at, &a.subs[i], nil)
			continue
		}
		moved = moved || j < last
		last = j
		d.node(at, &a.subs[i], &b.subs[j])
	}
	for j := range b.subs {
		if id := b.subs[j].get(key).text; !there[id] {
			d.add(Added, fmt.Sprintf("%s[%s=%s]", path, key, strings.Trim(id, `"`)), nil, &b.subs[j])
		}
	}
	if moved {
		d.add(Moved, path, nil, nil)
	}
}

// idKeys are keys that name an element, in the order of trust.
var idKeys = []string{"id", "_id", "uuid", "key", "code", "sku", "name"}

// idKey is the key that names each element of both arrays, "" if there is none.
func idKey(a, b *tree) string {
	if len(a.subs) == 0 || len(b.subs) == 0 {
		return ""
	}
next:
	for _, key := range idKeys {
		for _, list := range []*tree{a, b} {
			seen := map[string]bool{}
			for i := range list.subs {
				v := list.subs[i].get(key)
				if v == nil || v.kind != 'v' || v.text == "null" || seen[v.text] {
					continue next
				}
				seen[v.text] = true
			}
		}
		return key
	}
	return ""
}

// pair is an element of one array and its partner in the other, -1 for none.
type pair struct{ a, b int }

// align pairs elements by their longest common run; between two of those, in
// their order.
func align(a, b *tree) []pair {
	lines := func(t *tree) string {
		var s strings.Builder
		for i := range t.subs {
			s.WriteString(t.subs[i].text) // compact JSON has no line end
			s.WriteByte('\n')
		}
		return s.String()
	}
	before := lines(a)
	var out []pair
	i, j, at := 0, 0, 0
	for _, e := range udiff.Lines(before, lines(b)) {
		for same := strings.Count(before[at:e.Start], "\n"); same > 0; same-- {
			out = append(out, pair{i, j})
			i, j = i+1, j+1
		}
		gone, come := strings.Count(before[e.Start:e.End], "\n"), strings.Count(e.New, "\n")
		for k := range max(gone, come) {
			p := pair{-1, -1}
			if k < gone {
				p.a, i = i, i+1
			}
			if k < come {
				p.b, j = j, j+1
			}
			out = append(out, p)
		}
		at = e.End
	}
	for ; i < len(a.subs); i, j = i+1, j+1 {
		out = append(out, pair{i, j})
	}
	return out
}

func join(path, key string) string {
	if strings.ContainsAny(key, ".[]* ") || key == "" {
		return path + "[" + written(key) + "]"
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

func index(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }
