package inspector

import "strings"

// begin decides what becomes of an element, once its name is known.
func (x *hiddenXML) begin() {
	if x.hiding {
		return
	}
	n := len(x.open) - 1
	f := &x.open[n]
	name := string(x.tag[f.name:])
	clear(x.seen)
	if n == 0 {
		for _, from := range x.w.from {
			f.nodes = x.reach(f.nodes, nil, from)
		}
		f.nodes = x.members(f.nodes, &xmlFrame{nodes: x.w.from}, name)
	} else {
		f.nodes = x.members(nil, &x.open[n-1], name)
	}
	for _, to := range f.nodes {
		if to.end {
			x.whole = true
			x.w.hid(to.name)
		}
	}
}

// members appends the places that lead to an element.
func (x *hiddenXML) members(next []*hideNode, in *xmlFrame, name string) []*hideNode {
	local := localName(name)
	for _, n := range in.nodes {
		for _, to := range [...]*hideNode{n.member, n.keys[name], n.keys[local], n.each, n.index[in.of]} {
			next = x.reach(next, in, to)
		}
	}
	in.of++
	return next
}

// reach appends a place, and the places of an array in it that has the element: one
// element of many of the same name.
func (x *hiddenXML) reach(next []*hideNode, in *xmlFrame, to *hideNode) []*hideNode {
	if to == nil || x.seen[to] {
		return next
	}
	x.seen[to] = true
	next = append(next, to)
	if in == nil {
		return next
	}
	if to.index != nil {
		if in.count == nil {
			in.count = map[*hideNode]int{}
		}
		next = x.reach(next, in, to.index[in.count[to]])
		in.count[to]++
	}
	return x.reach(next, in, to.each)
}

// attribute reports whether the attribute is hidden.
func (x *hiddenXML) attribute() bool {
	name := string(x.name)
	local, hidden := localName(name), false
	for _, n := range x.open[len(x.open)-1].nodes {
		for _, to := range [...]*hideNode{n.member, n.keys[name], n.keys[local], n.keys["@"+name]} {
			if to != nil && to.end {
				hidden = true
				x.w.hid(to.name)
			}
		}
	}
	return hidden
}

// localName is a name without its prefix.
func localName(name string) string { return name[strings.IndexByte(name, ':')+1:] }
