package portable

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"time"
	"unicode/utf8"

	"github.com/boathook/boathook/inspector"
)

// lineVersion is "v" of every line that this package writes. A reader refuses
// others.
const lineVersion = 1

// inlineBody is the largest body that stands within the line of its delivery, and
// inlineTotal how much of them one line holds. Others come before it, in lines of
// their own.
const (
	inlineBody  = inspector.ChunkBytes
	inlineTotal = 2 << 20
)

// line is one line of the file: a piece of a body, or a delivery whose larger
// bodies came in the lines before.
type line struct {
	V        int            `json:"v"`
	Chunk    *chunkLine     `json:"chunk,omitempty"`
	At       *time.Time     `json:"at,omitempty"`          // of the delivery, to the nanosecond
	Duration time.Duration  `json:"duration_ns,omitempty"` // of the delivery
	Delivery *inspector.Row `json:"delivery,omitempty"`
	Attempts []attemptLine  `json:"attempts,omitempty"`
	Mark     string         `json:"mark,omitempty"` // see marker; always the last

	own bool // it was read with a mark of this store
}

type chunkLine struct {
	Delivery inspector.ID `json:"delivery"`
	Attempt  int          `json:"attempt"`
	Part     string       `json:"part"` // request or response
	Seq      int          `json:"seq"`  // from 0; all but the last hold 262,144 bytes
	Data     []byte       `json:"data"` // base64
}

type attemptLine struct {
	K        int                `json:"k"`
	Target   string             `json:"target"`
	Started  time.Time          `json:"started"`
	Remote   string             `json:"remote,omitempty"`
	Reused   bool               `json:"reused,omitempty"`
	Answered bool               `json:"answered,omitempty"`
	Timing   *timingLine        `json:"timing_ns,omitempty"`
	Failure  *inspector.Failure `json:"failure,omitempty"`
	Dropped  []string           `json:"dropped,omitempty"`
	Notes    []string           `json:"notes,omitempty"`
	Secrets  []string           `json:"secrets,omitempty"`
	Request  messageLine        `json:"request"`
	Response *messageLine       `json:"response,omitempty"`
}

type timingLine struct {
	DNS     time.Duration `json:"dns,omitempty"`
	Connect time.Duration `json:"connect,omitempty"`
	TLS     time.Duration `json:"tls,omitempty"`
	Send    time.Duration `json:"send,omitempty"`
	Wait    time.Duration `json:"wait,omitempty"`
	Read    time.Duration `json:"read,omitempty"`
}

type messageLine struct {
	Head    octets  `json:"head,omitzero"`
	Framing *octets `json:"framing,omitempty"` // absent unless the body was chunked
	Interim octets  `json:"interim,omitzero"`
	Size    int64   `json:"size"`
	Wanted  int64   `json:"wanted"`
	Cut     bool    `json:"cut,omitempty"`
	Body    *octets `json:"body,omitempty"` // absent if there is none, or if it came before
}

// octets are bytes that are written as text where they are UTF-8, and as
// {"base64": …} where they are not.
type octets []byte

func (o octets) IsZero() bool { return len(o) == 0 }

type base64Octets struct {
	Base64 []byte `json:"base64"`
}

func (o octets) MarshalJSON() ([]byte, error) {
	if utf8.Valid(o) {
		return json.Marshal(string(o))
	}
	return json.Marshal(base64Octets{o})
}

func (o *octets) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '{' {
		var b base64Octets
		err := json.Unmarshal(data, &b)
		*o = b.Base64
		return err
	}
	var s *string
	if err := json.Unmarshal(data, &s); err != nil {
		return err
	}
	if s == nil {
		return errors.New("want text, or {\"base64\": …}")
	}
	*o = octets(*s)
	return nil
}

type lineEncoder struct {
	w    *bufio.Writer
	line bytes.Buffer
	enc  *json.Encoder // into line
	mark marker
}

func newLines(w io.Writer, mark func() hash.Hash) *lineEncoder {
	e := &lineEncoder{w: bufio.NewWriterSize(w, 64<<10), mark: marker{make: mark}}
	e.enc = json.NewEncoder(&e.line)
	e.enc.SetEscapeHTML(false)
	return e
}

// put writes a line, and marks that of a delivery.
func (e *lineEncoder) put(l *line) error {
	e.line.Reset()
	if err := e.enc.Encode(l); err != nil {
		return err
	}
	text := bytes.TrimSuffix(e.line.Bytes(), []byte("\n"))
	if l.Chunk != nil {
		e.mark.piece(text)
	} else {
		text = e.mark.add(text)
	}
	if _, err := e.w.Write(text); err != nil {
		return err
	}
	return e.w.WriteByte('\n')
}

func (e *lineEncoder) close() error { return e.w.Flush() }

func (e *lineEncoder) item(it *Item) error {
	at := it.Row.At
	l := line{V: lineVersion, At: &at, Duration: it.Row.Duration, Delivery: &it.Row}
	total := int64(0)
	body := func(key inspector.BodyKey, m *messageLine) error {
		p, ok, err := it.small(key, min(inlineBody, inlineTotal-total))
		if err != nil {
			return err
		}
		if !ok {
			return e.chunks(it, key)
		}
		if len(p) > 0 {
			total += int64(len(p))
			o := octets(p)
			m.Body = &o
		}
		return nil
	}
	for i := range it.Attempts {
		a := &it.Attempts[i]
		v := attemptLine{
			K: a.K, Target: a.Target, Started: a.Started, Remote: a.Remote, Reused: a.Reused, Answered: a.Answered,
			Dropped: a.Dropped, Notes: a.Notes, Secrets: a.Secrets, Request: messageOf(&a.Request),
		}
		if a.Timing != (inspector.Timing{}) {
			t := timingLine(a.Timing)
			v.Timing = &t
		}
		if a.Failure != (inspector.Failure{}) {
			v.Failure = &a.Failure
		}
		// All attempts share the request's body, which is stored with the first.
		if key := a.BodyKey(inspector.Request); i == 0 {
			if err := body(key, &v.Request); err != nil {
				return err
			}
		}
		if a.Response.Head != nil {
			m := messageOf(&a.Response)
			if err := body(a.BodyKey(inspector.Response), &m); err != nil {
				return err
			}
			v.Response = &m
		}
		l.Attempts = append(l.Attempts, v)
	}
	return e.put(&l)
}

func messageOf(m *inspector.Message) messageLine {
	v := messageLine{Head: m.Head, Interim: m.Interim, Size: m.Size, Wanted: m.Wanted, Cut: m.Cut}
	if m.Framing != nil {
		o := octets(m.Framing)
		v.Framing = &o
	}
	return v
}

// chunks writes a body in lines of its own.
func (e *lineEncoder) chunks(it *Item, key inspector.BodyKey) error {
	b, err := it.open(key)
	if b == nil || err != nil {
		return err
	}
	defer b.Close()
	p := make([]byte, inspector.ChunkBytes)
	for seq, at := 0, int64(0); at < b.Size(); seq++ {
		n, err := b.ReadAt(p[:min(int64(len(p)), b.Size()-at)], at)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		c := chunkLine{Delivery: key.Delivery, Attempt: key.Attempt, Part: key.Part.String(), Seq: seq, Data: p[:n]}
		if err := e.put(&line{V: lineVersion, Chunk: &c}); err != nil {
			return err
		}
		at += int64(n)
	}
	return nil
}
