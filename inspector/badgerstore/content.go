package badgerstore

import (
	"encoding/binary"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/workqueue"
)

// gone says that deliveries were deleted or pruned.
type gone struct {
	ws      inspector.Workspace
	wipe    bool // their bytes are to be overwritten
	cut     bool // too many for the feed: it starts anew
	numbers []uint64
	ids     []inspector.ID // as many; nil with cut
}

func (g *gone) put(b []byte) []byte {
	b = putWorkspace(b, g.ws)
	b = putBool(putBool(b, g.wipe), g.cut)
	b = binary.AppendUvarint(b, uint64(len(g.numbers)))
	for i, n := range g.numbers {
		b = binary.AppendUvarint(b, n)
		if !g.cut {
			b = append(b, g.ids[i][:]...)
		}
	}
	return b
}

func decodeGone(data []byte) (*gone, error) {
	d := &decoder{b: data}
	g := &gone{ws: d.workspace(), wipe: d.bool(), cut: d.bool()}
	for range d.count() {
		g.numbers = append(g.numbers, d.uvarint())
		if !g.cut {
			g.ids = append(g.ids, d.id())
		}
	}
	return g, d.err
}

type configPut struct {
	key   string
	entry *configEntry
}

// configSet are config entries that were written, or with repeat only written
// down again because the segment that held them goes.
type configSet struct {
	ws     inspector.Workspace
	repeat bool
	puts   []configPut
}

func (c *configSet) put(b []byte) []byte {
	b = putBool(putWorkspace(b, c.ws), c.repeat)
	for _, p := range c.puts {
		b = putConfig(b, p.key, p.entry.rev, p.entry.value)
	}
	return b
}

func decodeConfig(data []byte) (*configSet, error) {
	d := &decoder{b: data}
	c := &configSet{ws: d.workspace(), repeat: d.bool()}
	for len(d.b) > 0 {
		key, e := d.config()
		if d.err == nil {
			c.puts = append(c.puts, configPut{key, e})
		}
	}
	return c, d.err
}

// workSet is work that was scheduled or changed, and work that is done.
type workSet struct {
	ws   inspector.Workspace
	puts []*workqueue.Item
	done []string
	// ended are those that are done, for whom they are at hand; else nil.
	ended []*workqueue.Item
}

func (c *workSet) put(b []byte) []byte {
	b = putWorkspace(b, c.ws)
	for _, w := range c.puts {
		b = putWork(b, w)
	}
	for _, id := range c.done {
		b = putDone(b, id)
	}
	return b
}

func decodeWork(data []byte) (*workSet, error) {
	d := &decoder{b: data}
	c := &workSet{ws: d.workspace()}
	for len(d.b) > 0 && d.err == nil {
		if kind := d.byte(); kind == workDone {
			c.done = append(c.done, d.string())
		} else {
			c.puts = append(c.puts, d.work(kind))
		}
	}
	return c, d.err
}

// mark says how far numbers and ids were given.
type mark struct {
	ws     inspector.Workspace
	lastN  uint64
	lastID inspector.ID
}

func (m *mark) put(b []byte) []byte {
	b = binary.AppendUvarint(putWorkspace(b, m.ws), m.lastN)
	return append(b, m.lastID[:]...)
}

func decodeMark(data []byte) (*mark, error) {
	d := &decoder{b: data}
	m := &mark{ws: d.workspace(), lastN: d.uvarint(), lastID: d.id()}
	return m, d.err
}
