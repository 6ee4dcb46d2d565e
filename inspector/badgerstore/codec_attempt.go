package badgerstore

import (
	"encoding/binary"
	"time"

	"github.com/boathook/boathook/inspector"
)

// putAttempt writes an attempt without the id of its delivery.
func putAttempt(b []byte, a *inspector.Attempt) []byte {
	b = binary.AppendUvarint(b, uint64(a.K))
	b = putString(b, a.Target)
	b = putTime(b, a.Started)
	b = putString(b, a.Remote)
	b = putBool(b, a.Reused)
	b = putMessage(b, &a.Request)
	b = putMessage(b, &a.Response)
	t := &a.Timing
	for _, v := range []time.Duration{t.DNS, t.Connect, t.TLS, t.Send, t.Wait, t.Read} {
		b = binary.AppendVarint(b, int64(v))
	}
	b = putString(b, a.Failure.Class)
	b = putString(b, a.Failure.Phase)
	b = putString(b, a.Failure.Text)
	b = putBool(b, a.Answered)
	b = putStrings(b, a.Dropped)
	b = putStrings(b, a.Notes)
	if len(a.Secrets) > 0 { // most have none, and older records end before it
		b = putStrings(b, a.Secrets)
	}
	return b
}

func (d *decoder) attempt() (a inspector.Attempt) {
	a.K = int(d.uvarint())
	a.Target = d.string()
	a.Started = d.time()
	a.Remote = d.string()
	a.Reused = d.bool()
	a.Request = d.message()
	a.Response = d.message()
	t := &a.Timing
	for _, v := range []*time.Duration{&t.DNS, &t.Connect, &t.TLS, &t.Send, &t.Wait, &t.Read} {
		*v = time.Duration(d.varint())
	}
	a.Failure.Class = d.string()
	a.Failure.Phase = d.string()
	a.Failure.Text = d.string()
	a.Answered = d.bool()
	a.Dropped = d.strings()
	a.Notes = d.strings()
	if len(d.b) > 0 {
		a.Secrets = d.strings()
	}
	return a
}

func putMessage(b []byte, m *inspector.Message) []byte {
	b = putSlice(b, m.Head)
	b = putSlice(b, m.Framing)
	b = binary.AppendVarint(b, m.Size)
	b = binary.AppendVarint(b, m.Wanted)
	b = putBool(b, m.Cut)
	return putSlice(b, m.Interim)
}

func (d *decoder) message() (m inspector.Message) {
	m.Head = d.slice()
	m.Framing = d.slice()
	m.Size = d.varint()
	m.Wanted = d.varint()
	m.Cut = d.bool()
	m.Interim = d.slice()
	return m
}
