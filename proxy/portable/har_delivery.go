package portable

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/boathook/boathook/inspector"
)

// harDelivery is a delivery whose attempts are being read: the entries of one that
// boathook has written follow one another.
type harDelivery struct {
	origin harOrigin // of the last attempt
	there  bool      // it is in the store already, and so are its attempts
	body   []byte
	size   int              // bytes of further attempts
	batch  *inspector.Batch // nil if none is open
}

// Bounds of a delivery that is put together.
const (
	maxHARAttempts = 1000
	maxHARFurther  = 16 << 20 // bytes of further attempts: their heads and answers
)

// holds reports whether an entry is a further attempt of the same delivery. What does not
// fit, as a file may say anything, is a delivery of its own.
func (d *harDelivery) holds(o *harOrigin, in *received) bool {
	return d.batch != nil && o != nil && o.Delivery == d.origin.Delivery && o.Dir == d.origin.Dir &&
		o.Attempt > d.origin.Attempt && o.Attempt <= maxHARAttempt && bytes.Equal(in.body, d.body) &&
		len(d.batch.Attempts) < maxHARAttempts && d.size+in.further() <= maxHARFurther
}

// further is how many bytes a request adds to a delivery that has its body.
func (in *received) further() int {
	n := len(in.head) + len(in.response) + len(in.answer)
	for _, m := range []*messageLine{in.exact, in.exactAnswer} {
		if m != nil {
			n += len(m.Interim)
			if m.Framing != nil {
				n += len(*m.Framing)
			}
		}
	}
	return n
}

// maxHARAttempt is the highest number of an attempt that is believed.
const maxHARAttempt = 1 << 20

// entry files an entry of a HAR, or keeps it for the attempts that follow.
func (im *importer) entry(open *harDelivery, v *harEntry, in received) error {
	o := v.Origin
	if o != nil && (o.Attempt < 0 || o.Attempt > maxHARAttempt || o.Dir != inspector.In && o.Dir != inspector.Out) {
		o = nil
	}
	switch {
	case open.holds(o, &in):
		open.add(v, in)
		return nil
	case open.there && o != nil && o.Delivery == open.origin.Delivery:
		return nil // the delivery was counted
	}
	if err := im.fileHAR(open); err != nil {
		return err
	}
	if o == nil {
		return im.received(in)
	}
	var fresh bool
	var err error
	if in.id, fresh, err = im.chooseHAR(o); err != nil {
		return err
	}
	if !fresh {
		im.res.Skipped++
		*open = harDelivery{origin: *o, there: true}
		return nil
	}
	b, err := im.made(in)
	if err != nil {
		return err
	}
	*open = harDelivery{origin: *o, body: in.body, batch: b}
	row, a := &b.Deliveries[0], &b.Attempts[0]
	if o.Dir == inspector.In && o.Attempt == 0 {
		return nil
	}
	a.K = o.Attempt
	for i := range b.Chunks {
		if b.Chunks[i].Body.Part == inspector.Response {
			b.Chunks[i].Body.Attempt = o.Attempt
		}
	}
	a.Target, a.Remote, a.Answered = v.Request.URL, v.Server, o.Answered
	row.Tries = 1
	if o.Dir == inspector.Out {
		row.Dir, row.Inbox, row.Endpoint = inspector.Out, "", o.Endpoint
		row.Flags &^= inspector.FlagUnread
	} else {
		row.Flags |= inspector.FlagForwarded
	}
	return nil
}

// chooseHAR is choose for a delivery that begins with an attempt. What is there of it
// already may lack this attempt, as when entries were put into another order: then it is
// a delivery of its own, with an id by which it is found again.
func (im *importer) chooseHAR(o *harOrigin) (inspector.ID, bool, error) {
	from, err := inspector.ParseID(o.Delivery)
	if err != nil {
		return inspector.ID{}, true, nil
	}
	id, fresh, err := im.choose(from)
	if err != nil || fresh {
		return id, fresh, err
	}
	all, err := im.store.Attempts(im.ctx, im.ws, id)
	if err != nil && !errors.Is(err, inspector.ErrNotFound) {
		return id, false, err
	}
	for i := range all {
		if all[i].K == o.Attempt {
			return id, false, nil
		}
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s/%d", from, o.Attempt))
	copy(from[9:], sum[:]) // the time of the id stays, and what makes it a UUIDv7
	return im.choose(from)
}

// add adds an attempt.
func (d *harDelivery) add(v *harEntry, in received) {
	row := &d.batch.Deliveries[0]
	d.origin, d.size = *v.Origin, d.size+in.further()
	if in.at.IsZero() || in.at.Before(row.At) {
		in.at = row.At
	}
	a := inspector.Attempt{
		Delivery: row.ID, K: v.Origin.Attempt, Target: v.Request.URL, Started: in.at.UTC(), Remote: v.Server, Notes: []string{in.note},
		Request: in.message(), Failure: in.failure, Timing: in.timing, Answered: v.Origin.Answered, Response: inspector.Message{Wanted: -1},
	}
	if in.response != nil {
		a.Response = in.reply()
		d.batch.Chunks = append(d.batch.Chunks, pieces(a.BodyKey(inspector.Response), in.answer)...)
	}
	d.batch.Attempts = append(d.batch.Attempts, a)
	row.Tries++
	if row.Dir == inspector.In {
		row.Flags |= inspector.FlagForwarded
		if !a.Answered {
			return // the row has what the sender was answered
		}
	}
	row.Status, row.Failure, row.RespSize, row.Duration = 0, a.Failure.Class, a.Response.Size, a.Timing.Total()
	if in.response != nil {
		row.Status = inspector.ParseHead(in.response).Status()
	}
	row.Flags &^= inspector.FlagFailed
	if row.Status < 200 || row.Status > 299 || row.Failure != "" {
		row.Flags |= inspector.FlagFailed
	}
}

// fileHAR stores the delivery that is open.
func (im *importer) fileHAR(open *harDelivery) error {
	if open.batch == nil {
		return nil
	}
	b, failed := open.batch, open.origin.Failed
	*open = harDelivery{}
	if failed != nil {
		row := &b.Deliveries[0]
		row.Flags &^= inspector.FlagFailed
		if *failed {
			row.Flags |= inspector.FlagFailed
		}
	}
	return im.file(b)
}

// read are the phases that occurred.
func (t *harTimings) read() inspector.Timing {
	span := func(ms float64) time.Duration {
		if !(ms > 0 && ms < 1e12) {
			return 0
		}
		return time.Duration(ms * float64(time.Millisecond)).Round(time.Microsecond)
	}
	return inspector.Timing{
		DNS: span(t.DNS), Connect: span(t.Connect), TLS: span(t.SSL), Send: span(t.Send), Wait: span(t.Wait), Read: span(t.Receive),
	}
}
