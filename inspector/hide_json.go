package inspector

type jsonMode uint8

const (
	jsonValue  jsonMode = iota // a value begins
	jsonAfter                  // a value is over
	jsonKey                    // a key begins
	jsonInKey                  // within one
	jsonColon                  // a key is over
	jsonString                 // within a text
	jsonBare                   // within a number or a word
	jsonNest                   // within an object or array that no path leads into, or that is hidden
	jsonBroken                 // it is no JSON any more
)

// maxHiddenKey is more than any key that a path names takes, escaped.
const maxHiddenKey = 6 * columnName

// hiddenJSON hides values of a JSON text that comes in pieces. Depth beyond where paths
// lead costs a bit for each level. It holds back at most one byte.
type hiddenJSON struct {
	w    *HidingWriter
	mode jsonMode
	open []jsonFrame
	next []*hideNode // that lead to the value that comes
	from []*hideNode // that lead to the text as a whole

	key     []byte
	long    bool // the key is longer than any that is looked for
	escaped bool // the key has an escape
	escape  bool // the byte before was a backslash

	hiding bool   // the text, word, object or array here is hidden
	depth  int    // of what jsonNest is within
	arrays []byte // which of these are arrays, a bit for each
	text   bool   // jsonNest is within a text
	bare   int    // bytes of a hidden word so far, two at most: the last one is held back
}

func newHiddenJSON(w *HidingWriter) *hiddenJSON {
	return &hiddenJSON{w: w, mode: jsonValue, next: w.from, from: w.from}
}

// jsonFrame is an object or an array that paths lead into.
type jsonFrame struct {
	nodes []*hideNode
	array bool
	index int
	empty bool // an array that was just opened
}

func (j *hiddenJSON) hide(out, p []byte) []byte {
	for i := 0; i < len(p); i++ {
		c := p[i]
		switch j.mode {
		case jsonNest:
			out = append(out, j.nest(c))
		case jsonString:
			out = append(out, j.str(c))
		case jsonInKey:
			j.inKey(c)
			out = append(out, c)
		case jsonBroken:
			out = append(out, hiddenByte)
		case jsonBare:
			if !delimits(c) {
				switch {
				case !j.hiding:
					out = append(out, c)
				case j.bare == 1:
					out, j.bare = append(out, '"'), 2
				default:
					out = append(out, hiddenByte)
				}
				continue
			}
			out = j.end(out)
			j.mode = jsonAfter
			i-- // it is looked at again
		default:
			if c == ' ' || c == '\t' || c == '\r' || c == '\n' {
				out = append(out, c)
				continue
			}
			out = j.mark(out, c)
		}
	}
	return out
}

// end writes the last byte of a hidden word: it becomes a text of the same length.
func (j *hiddenJSON) end(out []byte) []byte {
	switch j.bare {
	case 1:
		out = append(out, '0') // no text is that short
	case 2:
		out = append(out, '"')
	}
	j.bare = 0
	return out
}

func delimits(c byte) bool {
	switch c {
	case ' ', '\t', '\r', '\n', ',', ':', '{', '}', '[', ']', '"':
		return true
	}
	return false
}

// mark takes a byte that is no space, between values.
func (j *hiddenJSON) mark(out []byte, c byte) []byte {
	var top *jsonFrame
	if n := len(j.open); n > 0 {
		top = &j.open[n-1]
	}
	switch {
	case j.mode == jsonValue && !(c == ']' && top != nil && top.array && top.empty):
		return j.begin(out, top, c)
	case j.mode == jsonColon && c == ':':
		j.mode = jsonValue
	case j.mode == jsonKey && c == '"':
		j.mode, j.key, j.long, j.escaped = jsonInKey, j.key[:0], false, false
	case j.mode == jsonAfter && top == nil && c != ',' && c != ']' && c != '}' && c != ':':
		j.mode, j.next = jsonValue, j.from // one text after the other
		return j.begin(out, nil, c)
	case j.mode == jsonAfter && top != nil && c == ',':
		j.mode = jsonKey
		if top.array {
			top.index++
			j.mode, j.next = jsonValue, elements(top.nodes, top.index)
		}
	case top != nil && c == '}' && !top.array && (j.mode == jsonAfter || j.mode == jsonKey),
		top != nil && c == ']' && top.array && (j.mode == jsonAfter || j.mode == jsonValue):
		j.open, j.mode = j.open[:len(j.open)-1], jsonAfter
	default:
		c = j.fail()
	}
	return append(out, c)
}

// fail returns what stands for the byte at which it is no JSON any more.
func (j *hiddenJSON) fail() byte {
	j.mode = jsonBroken
	j.w.hid(HiddenRest)
	return hiddenByte
}

// begin takes the first byte of a value.
func (j *hiddenJSON) begin(out []byte, top *jsonFrame, c byte) []byte {
	if top != nil {
		top.empty = false
	}
	j.hiding = false
	for _, n := range j.next {
		if n.end {
			j.hiding = true
			j.w.hid(n.name)
		}
	}
	switch {
	case c == '"':
		j.mode, j.escape = jsonString, false
	case (c == '{' || c == '[') && (j.hiding || len(j.next) == 0):
		j.mode, j.depth, j.text, j.escape = jsonNest, 0, false, false
		j.enter(c == '[')
		if j.hiding {
			c = '"'
		}
	case c == '{':
		j.open, j.mode = append(j.open, jsonFrame{nodes: j.next}), jsonKey
	case c == '[':
		j.open, j.mode = append(j.open, jsonFrame{nodes: j.next, array: true, empty: true}), jsonValue
		j.next = elements(j.next, 0)
	case c == '-' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
		j.mode = jsonBare
		if j.hiding {
			j.bare = 1
			return out
		}
	default:
		c = j.fail()
	}
	return append(out, c)
}

// enter goes one level deeper into what is stepped over.
func (j *hiddenJSON) enter(array bool) {
	at, bit := j.depth/8, byte(1)<<(j.depth%8)
	if at == len(j.arrays) {
		j.arrays = append(j.arrays, 0)
	}
	j.arrays[at] &^= bit
	if array {
		j.arrays[at] |= bit
	}
	j.depth++
}

// leave is false if the level was begun by the other bracket.
func (j *hiddenJSON) leave(array bool) bool {
	j.depth--
	return j.arrays[j.depth/8]>>(j.depth%8)&1 != 0 == array
}

// nest takes a byte within an object or an array that is stepped over.
func (j *hiddenJSON) nest(c byte) byte {
	switch {
	case j.escape:
		j.escape = false
	case j.text && c == '\\':
		j.escape = true
	case c == '"':
		j.text = !j.text
	case j.text:
	case c == '{' || c == '[':
		j.enter(c == '[')
	case c == '}' || c == ']':
		if !j.leave(c == ']') {
			return j.fail()
		}
		if j.depth == 0 {
			j.mode = jsonAfter
			if j.hiding {
				return '"'
			}
		}
	}
	if j.hiding {
		return hiddenByte
	}
	return c
}

// str takes a byte within a text.
func (j *hiddenJSON) str(c byte) byte {
	switch {
	case j.escape:
		j.escape = false
	case c == '\\':
		j.escape = true
	case c == '"':
		j.mode = jsonAfter
		return c
	}
	if j.hiding {
		return hiddenByte
	}
	return c
}

// inKey takes a byte within a key.
func (j *hiddenJSON) inKey(c byte) {
	switch {
	case j.escape:
		j.escape = false
	case c == '\\':
		j.escape, j.escaped = true, true
	case c == '"':
		j.mode, j.next = jsonColon, j.members()
		return
	}
	if j.long = j.long || len(j.key) == maxHiddenKey; !j.long {
		j.key = append(j.key, c)
	}
}

// members are the places that the key leads to.
func (j *hiddenJSON) members() []*hideNode {
	var next []*hideNode
	for _, n := range j.open[len(j.open)-1].nodes {
		if n.member != nil {
			next = append(next, n.member)
		}
		if j.long || n.keys == nil {
			continue
		}
		var to *hideNode
		if j.escaped {
			to = n.keys[unquoteJSON(j.key)]
		} else {
			to = n.keys[string(j.key)]
		}
		if to != nil {
			next = append(next, to)
		}
	}
	return next
}

// elements are the places that an index leads to.
func elements(nodes []*hideNode, index int) []*hideNode {
	var next []*hideNode
	for _, n := range nodes {
		if n.each != nil {
			next = append(next, n.each)
		}
		if to := n.index[index]; to != nil {
			next = append(next, to)
		}
	}
	return next
}
