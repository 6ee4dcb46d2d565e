package badgerstore

import (
	"encoding/binary"
	"time"

	"github.com/boathook/boathook/inspector"
)

// putPatch writes a patch without the id of its delivery.
func putPatch(b []byte, p *inspector.Patch) []byte {
	b = putBool(b, p.Outcome != nil)
	if o := p.Outcome; o != nil {
		b = binary.AppendVarint(b, int64(o.Status))
		b = putString(b, o.Failure)
		b = binary.AppendVarint(b, int64(o.Duration))
		b = binary.AppendVarint(b, o.RespSize)
	}
	b = putBool(b, p.Verdict != nil)
	if v := p.Verdict; v != nil {
		b = putString(b, string(v.Verdict))
		b = putString(b, v.Scheme)
		b = putString(b, v.Cause)
	}
	b = binary.AppendUvarint(b, uint64(p.Set))
	b = binary.AppendUvarint(b, uint64(p.Clear))
	b = binary.AppendVarint(b, int64(p.Tries))
	b = binary.AppendVarint(b, int64(p.MaxTries))
	b = putStrings(b, p.AddTags)
	b = putStrings(b, p.DropTags)
	if p.Trash.IsZero() && !p.Restore {
		return b
	}
	return putBool(putMilli(b, p.Trash), p.Restore)
}

func (d *decoder) patch() (p inspector.Patch) {
	if d.bool() {
		p.Outcome = &inspector.Outcome{Status: int(d.varint()), Failure: d.string(), Duration: time.Duration(d.varint()), RespSize: d.varint()}
	}
	if d.bool() {
		p.Verdict = &inspector.VerdictPatch{Verdict: inspector.Verdict(d.string()), Scheme: d.string(), Cause: d.string()}
	}
	p.Set = inspector.Flags(d.uvarint())
	p.Clear = inspector.Flags(d.uvarint())
	p.Tries = int(d.varint())
	p.MaxTries = int(d.varint())
	p.AddTags = d.strings()
	p.DropTags = d.strings()
	if d.more() {
		p.Trash, p.Restore = d.milli(), d.bool()
	}
	return p
}
