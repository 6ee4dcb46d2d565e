package portable

import (
	"bufio"
	"encoding/json"
	"io"
)

// document writes a JSON document around a list that is longer than memory.
type document struct {
	w     *bufio.Writer
	wrote bool  // an entry
	err   error // the first of writing
}

func newDocument(w io.Writer, start string) document {
	d := document{w: bufio.NewWriterSize(w, 64<<10)}
	d.text(start)
	return d
}

func (d *document) text(s string) {
	if d.err == nil {
		_, d.err = d.w.WriteString(s)
	}
}

// entry writes the next entry of the list.
func (d *document) entry(v any) error {
	p, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if d.wrote {
		d.text(",")
	}
	d.wrote = true
	d.text("\n" + string(p))
	return d.err
}

// end writes what follows the list.
func (d *document) end(s string) error {
	d.text("\n" + s + "\n")
	if d.err != nil {
		return d.err
	}
	return d.w.Flush()
}
