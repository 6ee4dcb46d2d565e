package workqueue

// pile is a heap that finds its elements again: place points to where an element
// notes its place.
type pile[T any] struct {
	list  []T
	less  func(a, b T) bool
	place func(T) *int
}

func (p *pile[T]) push(x T) {
	p.list = append(p.list, x)
	*p.place(x) = len(p.list) - 1
	p.up(len(p.list) - 1)
}

func (p *pile[T]) remove(x T) {
	i, last := *p.place(x), len(p.list)-1
	if i != last {
		p.swap(i, last)
	}
	var none T
	p.list[last] = none
	p.list = p.list[:last]
	if i != last && !p.down(i) {
		p.up(i)
	}
}

// fix restores the order after x has changed.
func (p *pile[T]) fix(x T) {
	if i := *p.place(x); !p.down(i) {
		p.up(i)
	}
}

func (p *pile[T]) swap(i, j int) {
	l := p.list
	l[i], l[j] = l[j], l[i]
	*p.place(l[i]), *p.place(l[j]) = i, j
}

func (p *pile[T]) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if !p.less(p.list[i], p.list[parent]) {
			return
		}
		p.swap(i, parent)
		i = parent
	}
}

// down reports whether the element moved.
func (p *pile[T]) down(i int) bool {
	from := i
	for {
		child := 2*i + 1
		if child >= len(p.list) {
			return i > from
		}
		if right := child + 1; right < len(p.list) && p.less(p.list[right], p.list[child]) {
			child = right
		}
		if !p.less(p.list[child], p.list[i]) {
			return i > from
		}
		p.swap(i, child)
		i = child
	}
}
