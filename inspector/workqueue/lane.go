package workqueue

import (
	"cmp"
	"math"
	"time"
)

// lane holds the pieces of one name. An ordered lane lets its oldest piece run
// and nothing else; any other lets so many run at once, whichever are due first.
type lane struct {
	name  string
	slots int    // 0: ordered
	shape uint64 // order of the piece that said how wide the lane is
	wait  line
	busy  pile[*Item] // leased pieces of a lane that is not ordered
	full  bool        // it is in Queue.full
	place int         // among the lanes there, or in Queue.ready
}

func newLane(name string) *lane {
	l := &lane{name: name}
	l.wait = newLine(older)
	l.busy = pile[*Item]{less: soonest, place: l.wait.rest.place}
	if name == "" {
		l.slots, l.wait = math.MaxInt, newLine(soonest)
	}
	return l
}

func older(a, b *Item) bool { return a.Order < b.Order }

func soonest(a, b *Item) bool {
	return cmp.Or(a.at().Compare(b.at()), cmp.Compare(a.Order, b.Order)) < 0
}

// laneFirst is the order of the heads of two lanes.
func laneFirst(a, b *lane) bool { return soonest(a.head(), b.head()) }

// leased is when the first lease of a lane that is full ends.
func (l *lane) leased() time.Time { return l.busy.list[0].at() }

// leaseFirst is the order of two lanes that are full.
func leaseFirst(a, b *lane) bool { return a.leased().Before(b.leased()) }

func (l *lane) len() int { return l.wait.len() + len(l.busy.list) }

// head is the piece whose time decides when the lane has something to claim.
func (l *lane) head() *Item {
	if l.wait.len() == 0 || l.slots > 0 && len(l.busy.list) >= l.slots {
		return l.busy.list[0]
	}
	if first := l.wait.head(); len(l.busy.list) == 0 || soonest(first, l.busy.list[0]) {
		return first
	}
	return l.busy.list[0]
}

func (l *lane) at() time.Time { return l.head().at() }

// add puts a piece in. The newest says how wide its lane is.
func (l *lane) add(it *Item) {
	it.lane, it.busy = l, false
	l.wait.push(it)
	if l.name == "" || it.Order < l.shape {
		return
	}
	slots := max(it.Slots, 0)
	turned := (l.slots == 0) != (slots == 0)
	l.slots, l.shape = slots, it.Order
	if !turned {
		return
	}
	all := append(l.wait.all(), l.busy.list...)
	l.wait, l.busy.list = newLine(older), nil
	if slots > 0 {
		l.wait = newLine(soonest)
	}
	for _, it := range all {
		if it.busy = slots > 0 && !it.until.IsZero(); it.busy {
			l.busy.push(it)
		} else {
			l.wait.push(it)
		}
	}
}

func (l *lane) remove(it *Item) {
	if it.busy {
		l.busy.remove(it)
		return
	}
	l.wait.remove(it)
}

// giveBack lets pieces whose leases have run out be claimed again.
func (l *lane) giveBack(now time.Time) {
	for len(l.busy.list) > 0 && !l.busy.list[0].until.After(now) {
		it := l.busy.list[0]
		l.busy.remove(it)
		it.busy = false
		l.wait.push(it)
	}
}

// claim leases the first piece that is due, nil if there is none. Leases that have run
// out were given back before.
func (l *lane) claim(now, until time.Time, token uint64) *Item {
	if l.wait.len() == 0 || l.slots > 0 && len(l.busy.list) >= l.slots {
		return nil
	}
	it := l.wait.head()
	if it.at().After(now) {
		return nil
	}
	it.token = token
	if l.slots == 0 {
		it.until = until
		return it // it stays the head, which is what holds back the others
	}
	l.wait.remove(it)
	it.until, it.busy = until, true
	l.busy.push(it)
	return it
}
