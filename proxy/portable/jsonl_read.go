package portable

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/boathook/boathook/inspector"
)

// maxLine is the longest line that is read.
const maxLine = 16 << 20

// pending is the delivery whose larger bodies are being read.
type pending struct {
	from  inspector.ID // as the file has it
	id    inspector.ID // as it is stored
	fresh bool         // false: it is there already
	next  map[inspector.BodyKey]int
	bytes map[inspector.BodyKey]int64
	bad   string // why it cannot be imported, "" if nothing is wrong so far
}

// lines reads JSON Lines.
func (im *importer) lines(r *bufio.Reader) error {
	var open *pending
	for no := 1; ; no++ {
		text, err := readLine(r)
		if errors.Is(err, io.EOF) && len(text) == 0 {
			break
		}
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, errLongLine) {
			return fmt.Errorf("read line %d: %w", no, err)
		}
		if errors.Is(err, errLongLine) {
			im.mistake(Mistake{Line: no, Byte: -1, Text: fmt.Sprintf("is longer than %d MiB", maxLine>>20)})
			continue
		}
		if text = bytes.TrimSpace(text); len(text) == 0 {
			continue
		}
		l, bad := readJSONLine(text)
		if bad == "" {
			if l.Chunk != nil {
				if open == nil || open.from != l.Chunk.Delivery {
					im.mark.sum = nil
				}
				im.mark.piece(text)
			} else {
				l.own = im.mark.holds(text)
			}
			open, bad, err = im.line(l, open)
			if err != nil {
				return err
			}
		}
		if bad != "" {
			im.mistake(Mistake{Line: no, Byte: -1, Text: bad})
		}
	}
	return nil
}

var errLongLine = errors.New("the line is too long")

// readLine reads a line without its end. A line that is too long is passed over.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	long := false
	for {
		part, err := r.ReadSlice('\n')
		if len(line)+len(part) > maxLine {
			long, line = true, nil
		}
		if !long {
			line = append(line, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if long && (err == nil || errors.Is(err, io.EOF)) {
			return nil, errLongLine
		}
		return line, err
	}
}

// readJSONLine reads one line, or says what is wrong with it.
func readJSONLine(text []byte) (*line, string) {
	l := &line{}
	if err := json.Unmarshal(text, l); err != nil {
		_, column, what := explainJSON(text, err)
		if column > 0 {
			what = fmt.Sprintf("column %d: %s", column, what)
		}
		return nil, "is no delivery: " + what
	}
	switch {
	case l.V == 0:
		return nil, fmt.Sprintf("is no delivery: it has no \"v\"; lines of boathook export begin with {\"v\":%d", lineVersion)
	case l.V != lineVersion:
		return nil, fmt.Sprintf("has \"v\" %d, want %d", l.V, lineVersion)
	case l.Chunk == nil && l.Delivery == nil:
		return nil, "has neither \"delivery\" nor \"chunk\""
	}
	return l, ""
}

// line files one line. bad says what is wrong with it.
func (im *importer) line(l *line, open *pending) (next *pending, bad string, err error) {
	if c := l.Chunk; c != nil {
		if open == nil || open.from != c.Delivery {
			open = &pending{from: c.Delivery, next: map[inspector.BodyKey]int{}, bytes: map[inspector.BodyKey]int64{}}
			if open.id, open.fresh, err = im.choose(c.Delivery); err != nil {
				return nil, "", err
			}
		}
		return open, "", im.chunk(c, open)
	}
	from := l.Delivery.ID
	if open == nil || open.from != from {
		open = &pending{from: from}
		if open.id, open.fresh, err = im.choose(from); err != nil {
			return nil, "", err
		}
	}
	if !open.fresh {
		im.res.Skipped++
		return nil, "", nil
	}
	if open.bad != "" {
		return nil, open.bad, nil
	}
	b, bad := im.delivery(l, open)
	if bad != "" {
		return nil, bad, nil
	}
	if err := im.commit(b); err != nil {
		return nil, "", fmt.Errorf("store a delivery: %w", err)
	}
	im.res.Imported++
	return nil, "", nil
}

// chunk files a piece of a body that is larger than a line.
func (im *importer) chunk(c *chunkLine, open *pending) error {
	if !open.fresh || open.bad != "" {
		return nil
	}
	key := inspector.BodyKey{Delivery: open.id, Attempt: c.Attempt}
	switch {
	case c.Part == inspector.Response.String():
		key.Part = inspector.Response
	case c.Part != inspector.Request.String():
		open.bad = fmt.Sprintf("a piece of its body has the part %.20q", c.Part)
		return nil
	}
	want := open.next[key]
	if c.Seq != want || len(c.Data) == 0 || len(c.Data) > inspector.ChunkBytes || open.bytes[key] != int64(want)*inspector.ChunkBytes {
		open.bad = fmt.Sprintf("a piece of its %s body is missing before piece %d", key.Part, c.Seq)
		return nil
	}
	open.next[key]++
	open.bytes[key] += int64(len(c.Data))
	err := im.commit(&inspector.Batch{Chunks: []inspector.Chunk{{Body: key, Seq: c.Seq, Data: c.Data}}})
	if err != nil {
		return fmt.Errorf("store a body: %w", err)
	}
	return nil
}

// delivery makes the batch of a delivery, or says what is wrong with it.
func (im *importer) delivery(l *line, open *pending) (*inspector.Batch, string) {
	row := *l.Delivery
	row.ID, row.N, row.Duration = open.id, 0, l.Duration
	if l.At != nil {
		row.At = l.At.UTC()
	}
	if row.Dir != inspector.In && row.Dir != inspector.Out {
		return nil, fmt.Sprintf("\"dir\" is %.10q, want in or out", row.Dir)
	}
	row.Tags = im.tags(row.Tags)
	// Nothing is scheduled here, and it was not thrown away here.
	row.Flags &^= inspector.FlagRetrying | inspector.FlagTrashed
	row.Trashed = time.Time{}
	b := &inspector.Batch{}
	last := -1
	for i := range l.Attempts {
		v := &l.Attempts[i]
		if v.K <= last {
			return nil, fmt.Sprintf("attempt %d comes after attempt %d", v.K, last)
		}
		last = v.K
		a := inspector.Attempt{
			Delivery: open.id, K: v.K, Target: v.Target, Started: v.Started.UTC(), Remote: v.Remote, Reused: v.Reused,
			Answered: v.Answered, Dropped: v.Dropped, Notes: v.Notes, Secrets: v.Secrets,
		}
		if v.Timing != nil {
			a.Timing = inspector.Timing(*v.Timing)
		}
		if v.Failure != nil {
			a.Failure = *v.Failure
		}
		var bad string
		if a.Request, bad = im.message(&v.Request, a.BodyKey(inspector.Request), i > 0, open, b); bad == "" && v.Response != nil {
			a.Response, bad = im.message(v.Response, a.BodyKey(inspector.Response), false, open, b)
		}
		if bad != "" {
			return nil, fmt.Sprintf("attempt %d: %s", v.K, bad)
		}
		b.Attempts = append(b.Attempts, a)
	}
	if !l.own {
		disown(&row, b.Attempts)
		im.unsure(&row)
	}
	b.Deliveries = []inspector.Row{row}
	return b, ""
}

// message is what is stored of a message.
func (v *messageLine) message() inspector.Message {
	m := inspector.Message{Head: v.Head, Interim: v.Interim, Size: v.Size, Wanted: v.Wanted, Cut: v.Cut}
	if v.Framing != nil {
		m.Framing = append([]byte{}, *v.Framing...)
	}
	return m
}

// message makes a message and its body. The body of a shared one is that of the
// first attempt.
func (im *importer) message(v *messageLine, key inspector.BodyKey, shared bool, open *pending, b *inspector.Batch) (m inspector.Message, bad string) {
	m = v.message()
	if shared {
		return m, ""
	}
	have := open.bytes[key]
	if v.Body != nil {
		if have > 0 {
			return m, fmt.Sprintf("its %s body is there twice", key.Part)
		}
		have = int64(len(*v.Body))
		b.Chunks = append(b.Chunks, pieces(key, *v.Body)...)
	}
	if have != v.Size {
		return m, fmt.Sprintf("its %s body has %d bytes, \"size\" is %d", key.Part, have, v.Size)
	}
	return m, ""
}
