package badgerstore

import (
	"encoding/binary"
	"time"

	"github.com/boathook/boathook/inspector"
)

// rowStrings are the text columns of a row in the order they are kept in. New
// columns go to the end.
func rowStrings(r *inspector.Row) [16]*string {
	return [16]*string{
		(*string)(&r.Dir), (*string)(&r.Verdict), &r.Provider, &r.Event, &r.EventID, &r.Inbox,
		&r.Endpoint, &r.Channel, &r.Scheme, &r.Cause, &r.Run, &r.Method, &r.Target, &r.Host, &r.Source,
		&r.Failure,
	}
}

// putRow writes a row without its id and running number.
func putRow(b []byte, r *inspector.Row) []byte {
	b = putTime(b, r.At)
	b = binary.AppendUvarint(b, uint64(r.Flags))
	for _, s := range rowStrings(r) {
		b = putString(b, *s)
	}
	b = putStrings(b, r.Tags)
	for _, v := range []int64{int64(r.Status), int64(r.Duration), r.Size, r.RespSize, int64(r.Tries), int64(r.MaxTries)} {
		b = binary.AppendVarint(b, v)
	}
	return putMilli(b, r.Trashed)
}

func (d *decoder) row() (r inspector.Row) {
	r.At = d.time()
	r.Flags = inspector.Flags(d.uvarint())
	for _, s := range rowStrings(&r) {
		*s = d.string()
	}
	r.Tags = d.strings()
	r.Status = int(d.varint())
	r.Duration = time.Duration(d.varint())
	r.Size = d.varint()
	r.RespSize = d.varint()
	r.Tries = int(d.varint())
	r.MaxTries = int(d.varint())
	if d.more() {
		r.Trashed = d.milli()
	}
	return r
}
