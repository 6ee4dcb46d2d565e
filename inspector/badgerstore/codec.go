package badgerstore

import (
	"encoding/binary"
	"errors"
	"time"
	"unsafe"

	"github.com/boathook/boathook/inspector"
)

var errShort = errors.New("encoded value ends early")

func putString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// putSlice keeps apart nil and empty.
func putSlice(b, data []byte) []byte {
	if data == nil {
		return append(b, 0)
	}
	return append(binary.AppendUvarint(b, uint64(len(data))+1), data...)
}

func putStrings(b []byte, list []string) []byte {
	b = binary.AppendUvarint(b, uint64(len(list)))
	for _, s := range list {
		b = putString(b, s)
	}
	return b
}

// putTime keeps nanoseconds of every year that has a use; the zero time is kept
// as such.
func putTime(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(b, 0)
	}
	b = append(b, 1)
	b = binary.AppendVarint(b, t.Unix())
	return binary.AppendUvarint(b, uint64(t.Nanosecond()))
}

// putMilli keeps the milliseconds of a time after 1970; the zero time is kept as
// such.
func putMilli(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(b, 0)
	}
	return binary.AppendUvarint(b, uint64(t.UnixMilli()))
}

func putBool(b []byte, v bool) []byte {
	if v {
		return append(b, 1)
	}
	return append(b, 0)
}

// decoder reads what the put functions wrote. The first error stays, and every
// later value is zero.
type decoder struct {
	b   []byte
	err error
	// lent: strings and slices share the memory of the input, which never changes.
	lent bool
}

func (d *decoder) fail() {
	if d.err == nil {
		d.err = errShort
	}
	d.b = nil
}

func (d *decoder) byte() byte {
	if len(d.b) == 0 {
		d.fail()
		return 0
	}
	c := d.b[0]
	d.b = d.b[1:]
	return c
}

// more reports whether anything is left: what was written before a part was
// thought of ends without it.
func (d *decoder) more() bool { return len(d.b) > 0 }

func (d *decoder) milli() time.Time {
	if ms := d.uvarint(); ms != 0 {
		return time.UnixMilli(int64(ms)).UTC()
	}
	return time.Time{}
}

func (d *decoder) bool() bool { return d.byte() != 0 }

func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.b)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.b = d.b[n:]
	return v
}

func (d *decoder) varint() int64 {
	v, n := binary.Varint(d.b)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.b = d.b[n:]
	return v
}

// take returns the next n bytes, which stay the input's.
func (d *decoder) take(n uint64) []byte {
	if n > uint64(len(d.b)) {
		d.fail()
		return nil
	}
	p := d.b[:n:n]
	d.b = d.b[n:]
	return p
}

// view returns bytes that stay the input's.
func (d *decoder) view() []byte { return d.take(d.uvarint()) }

func (d *decoder) string() string {
	b := d.view()
	if d.lent {
		return unsafe.String(unsafe.SliceData(b), len(b))
	}
	return string(b)
}

func (d *decoder) slice() []byte {
	n := d.uvarint()
	if n == 0 || d.err != nil {
		return nil
	}
	b := d.take(n - 1)
	if d.lent {
		return b
	}
	return append([]byte{}, b...)
}

// count reads a length of a list whose elements take at least one byte each.
func (d *decoder) count() int {
	n := d.uvarint()
	if n > uint64(len(d.b)) {
		d.fail()
		return 0
	}
	return int(n)
}

func (d *decoder) strings() []string {
	n := d.count()
	if n == 0 {
		return nil
	}
	list := make([]string, n)
	for i := range list {
		list[i] = d.string()
	}
	return list
}

func (d *decoder) time() time.Time {
	if d.byte() == 0 {
		return time.Time{}
	}
	sec := d.varint()
	return time.Unix(sec, int64(d.uvarint())).UTC()
}

func (d *decoder) id() (id inspector.ID) {
	copy(id[:], d.take(16))
	return id
}
