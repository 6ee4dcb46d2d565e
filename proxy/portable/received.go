package portable

import (
	"fmt"
	"strings"
	"time"

	"github.com/boathook/boathook/inspector"
)

// received is a request that came in a file, to be stored as one that an inbox received.
type received struct {
	id                  inspector.ID // zero: a new one
	head, framing, body []byte
	at                  time.Time // zero: now
	response            []byte    // head of the answer, nil if there is none
	answer              []byte    // its body
	failure             inspector.Failure
	note                string
	timing              inspector.Timing
	// exact and exactAnswer say more than the heads, nil if there is no more to say.
	exact, exactAnswer *messageLine
}

// message is what is stored of the request.
func (in *received) message() inspector.Message {
	if in.exact != nil {
		return in.exact.message()
	}
	n := int64(len(in.body))
	m := inspector.Message{Head: in.head, Framing: in.framing, Size: n, Wanted: n}
	if in.framing != nil {
		m.Wanted = -1
	}
	return m
}

// reply is what is stored of the answer; in.response is not nil.
func (in *received) reply() inspector.Message {
	if in.exactAnswer != nil {
		return in.exactAnswer.message()
	}
	n := int64(len(in.answer))
	return inspector.Message{Head: in.response, Size: n, Wanted: n}
}

// received files a request as a delivery of its own.
func (im *importer) received(in received) error {
	b, err := im.made(in)
	if err != nil {
		return err
	}
	return im.file(b)
}

// file stores a delivery.
func (im *importer) file(b *inspector.Batch) error {
	if err := im.commit(b); err != nil {
		return fmt.Errorf("store a delivery: %w", err)
	}
	im.unsure(&b.Deliveries[0])
	im.res.Imported++
	return nil
}

// made is the batch of a delivery with its first attempt.
func (im *importer) made(in received) (*inspector.Batch, error) {
	if in.at.IsZero() || in.at.After(im.opt.Now) {
		in.at = im.opt.Now
	}
	id := in.id
	if id.Zero() {
		var err error
		if id, err = im.ids.New(im.opt.Now); err != nil {
			return nil, err
		}
	}
	h := inspector.ParseHead(in.head)
	row := inspector.Row{
		ID: id, At: in.at.UTC(), Dir: inspector.In, Verdict: inspector.Unchecked, Flags: inspector.FlagUnread,
		Inbox: im.opt.Inbox, Host: h.Value("Host"), Size: int64(len(in.body)), Tags: im.tags(nil),
	}
	row.Method, row.Target, _ = requestLine(h.Start)
	if coding := h.Value("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
		row.Flags |= inspector.FlagEncoded
	}
	var seen inspector.Recogniser
	for i := range h.Fields {
		seen.Field(h.Fields[i].Name, h.Fields[i].Value)
	}
	known := seen.Body(in.body)
	row.Provider, row.Event, row.EventID = known.Provider, known.Event, known.EventID
	if known.Ping {
		row.Flags |= inspector.FlagPing
	}
	a := inspector.Attempt{
		Delivery: id, Target: "imported", Started: row.At, Notes: []string{in.note},
		Request: in.message(), Failure: in.failure, Timing: in.timing,
	}
	b := &inspector.Batch{}
	b.Chunks = pieces(a.BodyKey(inspector.Request), in.body)
	if in.response != nil {
		a.Response = in.reply()
		b.Chunks = append(b.Chunks, pieces(a.BodyKey(inspector.Response), in.answer)...)
		answer := inspector.ParseHead(in.response)
		row.Status, row.RespSize = answer.Status(), a.Response.Size
		a.Answered = true
	}
	row.Failure = in.failure.Class
	if in.response != nil && (row.Status < 200 || row.Status > 299) || row.Failure != "" {
		row.Flags |= inspector.FlagFailed
	}
	row.Duration = a.Timing.Total()
	b.Deliveries, b.Attempts = []inspector.Row{row}, []inspector.Attempt{a}
	return b, nil
}
