package inspector

import "slices"

// Frame is one message of the feed to one subscriber. Frames are contiguous:
// From is the To of the frame before.
type Frame struct {
	From, To Cursor
	Rows     []Row    // new deliveries that match
	Changed  []Row    // deliveries that changed and match
	Gone     []ID     // deliveries that were deleted, or changed and do not match
	Config   []string // keys of configuration entries that changed
	// Lag says that the subscriber was too slow: what happened between From and
	// To is not told, and has to be read from the store.
	Lag bool
	// Reset says that the subscriber's cursor is not one the store can go on
	// from. The list has to be loaded anew; the feed goes on from To.
	Reset bool
	// JSON is the frame as it goes over a socket. It is shared between
	// subscribers and must not be changed.
	JSON []byte
}

// event is what became of one delivery within a tick.
type event struct {
	id    ID
	row   *Row // nil: it is gone
	added bool
	json  []byte // the row, encoded by the first who needs it
}

// tick is a contiguous piece of the feed, each delivery told once.
type tick struct {
	from, to Cursor
	events   []event
	config   []string
}

// newTick folds changes. A delivery's last change decides what it is now; it
// counts as added if any of its changes added it.
func newTick(from, to Cursor, changes []Change) *tick {
	t := &tick{from: from, to: to, events: make([]event, 0, len(changes)), config: configKeys(changes)}
	at := make(map[ID]int, len(changes))
	for i := range changes {
		c := &changes[i]
		if c.Kind == Configd {
			continue
		}
		row := c.Row
		if c.Kind == Gone {
			row = nil
		}
		if j, known := at[c.ID]; known {
			t.events[j].row = row
			t.events[j].added = t.events[j].added || c.Kind == Added
			continue
		}
		at[c.ID] = len(t.events)
		t.events = append(t.events, event{id: c.ID, row: row, added: c.Kind == Added})
	}
	return t
}

// configKeys are the keys of the configuration entries that changed, each once.
func configKeys(changes []Change) []string {
	var keys []string
	for i := range changes {
		if c := &changes[i]; c.Kind == Configd && !slices.Contains(keys, c.Key) {
			keys = append(keys, c.Key)
		}
	}
	return keys
}

// encode writes the JSON of every row and returns its bytes.
func (t *tick) encode() (bytes int) {
	for i := range t.events {
		e := &t.events[i]
		if e.row != nil && e.json == nil {
			e.json = e.row.AppendJSON(make([]byte, 0, 512))
		}
		bytes += 40 + len(e.json)
	}
	return bytes
}

// frame is what a subscriber sees of a tick, given which rows match.
func (t *tick) frame(match func(i int) bool) Frame {
	f := Frame{From: t.from, To: t.to, Config: t.config}
	size := 160
	shown := make([]bool, len(t.events))
	rows, changed := 0, 0
	for i := range t.events {
		e := &t.events[i]
		if e.row == nil || !match(i) {
			if e.row == nil || !e.added {
				f.Gone = append(f.Gone, e.id)
				size += 40
			}
			continue
		}
		shown[i] = true
		if e.json == nil {
			e.json = e.row.AppendJSON(make([]byte, 0, 512))
		}
		size += len(e.json) + 1
		if e.added {
			rows++
		} else {
			changed++
		}
	}
	f.Rows, f.Changed = make([]Row, 0, rows), make([]Row, 0, changed)
	for i := range t.events {
		if !shown[i] {
			continue
		}
		if e := &t.events[i]; e.added {
			f.Rows = append(f.Rows, *e.row)
		} else {
			f.Changed = append(f.Changed, *e.row)
		}
	}

	b := make([]byte, 0, size)
	b = appendMember(b, `{"from":`, string(f.From))
	b = appendMember(b, `,"to":`, string(f.To))
	b = t.appendRows(append(b, `,"rows":[`...), shown, true)
	b = t.appendRows(append(b, `],"changed":[`...), shown, false)
	b = append(b, `],"gone":[`...)
	for i, id := range f.Gone {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendID(b, id)
	}
	b = append(b, ']')
	if len(f.Config) > 0 {
		b = appendStrings(append(b, `,"config":`...), f.Config)
	}
	f.JSON = append(b, '}')
	return f
}

func (t *tick) appendRows(b []byte, shown []bool, added bool) []byte {
	first := true
	for i := range t.events {
		if !shown[i] || t.events[i].added != added {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(b, t.events[i].json...)
	}
	return b
}

func lagFrame(from, to Cursor) Frame {
	b := appendMember([]byte(`{"lag":true`), `,"from":`, string(from))
	b = append(appendMember(b, `,"to":`, string(to)), '}')
	return Frame{From: from, To: to, Lag: true, JSON: b}
}

func resetFrame(from, to Cursor) Frame {
	b := appendMember([]byte(`{"reset":true`), `,"to":`, string(to))
	return Frame{From: from, To: to, Reset: true, JSON: append(b, '}')}
}
