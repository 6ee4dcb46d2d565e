package portable

import (
	"bytes"
	"time"

	"github.com/boathook/boathook/inspector"
)

// harDelivery is a delivery whose attempts are being read: the entries of one that
// boathook has written follow one another.
type harDelivery struct {
	origin harOrigin // of the last attempt
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
func (in *received) further() int { return len(in.head) + len(in.response) + len(in.answer) }

// maxHARAttempt is the highest number of an attempt that is believed.
const maxHARAttempt = 1 << 20

// entry files an entry of a HAR, or keeps it for the attempts that follow.
func (im *importer) entry(open *harDelivery, v *harEntry, in received) error {
	o := v.Origin
	if open.holds(o, &in) {
		open.add(v, in)
		return nil
	}
	if err := im.fileHAR(open); err != nil {
		return err
	}
	b, err := im.made(in)
	if err != nil {
		return err
	}
	if o == nil || o.Attempt < 0 || o.Attempt > maxHARAttempt || o.Dir != inspector.In && o.Dir != inspector.Out {
		return im.file(b)
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

// add adds an attempt.
func (d *harDelivery) add(v *harEntry, in received) {
	row, first := &d.batch.Deliveries[0], &d.batch.Attempts[0]
	d.origin, d.size = *v.Origin, d.size+in.further()
	if in.at.IsZero() || in.at.Before(row.At) {
		in.at = row.At
	}
	a := inspector.Attempt{
		Delivery: row.ID, K: v.Origin.Attempt, Target: v.Request.URL, Started: in.at.UTC(), Remote: v.Server, Notes: []string{in.note},
		Request: inspector.Message{Head: in.head, Size: first.Request.Size, Wanted: first.Request.Wanted},
		Failure: in.failure, Timing: in.timing, Answered: v.Origin.Answered, Response: inspector.Message{Wanted: -1},
	}
	if in.response != nil {
		n := int64(len(in.answer))
		a.Response = inspector.Message{Head: in.response, Size: n, Wanted: n}
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
	b := open.batch
	*open = harDelivery{}
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
