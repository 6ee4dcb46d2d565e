package workqueue

// line holds pieces in the order of less. Those that come in that order, as most do,
// stand in a list, where the first is found and taken without a look at others; the rest
// are in a heap.
type line struct {
	list []*Item // nil: removed; the first and the last are not
	base int     // place of list[0]
	gone int     // how many of the list are nil
	rest pile[*Item]
}

func newLine(less func(a, b *Item) bool) line {
	return line{rest: pile[*Item]{less: less, place: func(it *Item) *int { return &it.place }}}
}

func (l *line) len() int { return len(l.list) - l.gone + len(l.rest.list) }

// head is the first piece; there must be one.
func (l *line) head() *Item {
	if len(l.rest.list) == 0 || len(l.list) > 0 && l.rest.less(l.list[0], l.rest.list[0]) {
		return l.list[0]
	}
	return l.rest.list[0]
}

func (l *line) push(it *Item) {
	n := len(l.list)
	it.listed = n == 0 || !l.rest.less(it, l.list[n-1])
	if !it.listed {
		l.rest.push(it)
		return
	}
	it.place = l.base + n
	l.list = append(l.list, it)
}

func (l *line) remove(it *Item) {
	if !it.listed {
		l.rest.remove(it)
		return
	}
	l.list[it.place-l.base] = nil
	l.gone++
	for len(l.list) > 0 && l.list[0] == nil {
		l.list, l.base, l.gone = l.list[1:], l.base+1, l.gone-1
	}
	for n := len(l.list); n > 0 && l.list[n-1] == nil; n = len(l.list) {
		l.list, l.gone = l.list[:n-1], l.gone-1
	}
	if l.gone > len(l.list)/2 {
		l.close()
	}
}

// close closes the gaps.
func (l *line) close() {
	kept := l.list[:0]
	for _, it := range l.list {
		if it != nil {
			it.place = l.base + len(kept)
			kept = append(kept, it)
		}
	}
	clear(l.list[len(kept):])
	l.list, l.gone = kept, 0
}

// all are the pieces in no order.
func (l *line) all() []*Item {
	l.close()
	return append(l.list[:len(l.list):len(l.list)], l.rest.list...)
}
