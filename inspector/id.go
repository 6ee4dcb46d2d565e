package inspector

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"
)

// ID names a delivery: a UUIDv7, so ids sort by the time they were made.
// The zero ID names nothing.
type ID [16]byte

// String writes the id in the usual form, 36 characters in lower case.
func (id ID) String() string {
	var room [36]byte
	b, _ := id.AppendText(room[:0]) // it cannot fail
	return string(b)
}

// Zero reports whether id names nothing.
func (id ID) Zero() bool { return id == ID{} }

// Compare orders ids by age: negative when id is older than other.
func (id ID) Compare(other ID) int { return bytes.Compare(id[:], other[:]) }

// Time is the moment the id was made, to the millisecond, in UTC.
func (id ID) Time() time.Time {
	ms := int64(binary.BigEndian.Uint64(id[:8]) >> 16)
	return time.UnixMilli(ms).UTC()
}

// AppendText appends what [ID.String] writes.
func (id ID) AppendText(b []byte) ([]byte, error) {
	from := 0
	for _, to := range [...]int{4, 6, 8, 10} {
		b = append(hex.AppendEncode(b, id[from:to]), '-')
		from = to
	}
	return hex.AppendEncode(b, id[from:]), nil
}

// MarshalText writes the id as [ID.String] does.
func (id ID) MarshalText() ([]byte, error) { return id.AppendText(make([]byte, 0, 36)) }

// UnmarshalText reads what [ID.MarshalText] wrote.
func (id *ID) UnmarshalText(text []byte) error {
	parsed, err := ParseID(string(text))
	if err != nil {
		return err
	}
	*id = parsed
	return nil
}

// ParseID reads an id in the 36-character form. It refuses every other form
// that UUIDs are written in, so that one delivery has one address.
func ParseID(s string) (ID, error) {
	if len(s) != 36 {
		return ID{}, fmt.Errorf("delivery id %.40q: want 36 characters, got %d", s, len(s))
	}
	u, err := uuid.Parse(s)
	if err != nil {
		return ID{}, fmt.Errorf("delivery id %q: %w", s, err)
	}
	return ID(u), nil
}

// IDs makes ids that only grow, whatever the clock does. It is safe for
// concurrent use.
type IDs struct {
	mu   sync.Mutex
	last ID
}

// NewIDs returns a generator whose first id is greater than floor, the highest
// id the store holds.
func NewIDs(floor ID) *IDs { return &IDs{last: floor} }

// New makes the next id at the given time. When the clock stands still or goes
// back, the id counts on from the last one instead.
func (g *IDs) New(now time.Time) (ID, error) {
	var id ID
	if _, err := rand.Read(id[6:]); err != nil {
		return ID{}, fmt.Errorf("make a delivery id: %w", err)
	}
	ms := uint64(max(now.UnixMilli(), 0))
	binary.BigEndian.PutUint16(id[0:], uint16(ms>>32))
	binary.BigEndian.PutUint32(id[2:], uint32(ms))
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80

	g.mu.Lock()
	defer g.mu.Unlock()
	if id.Compare(g.last) <= 0 {
		id = g.last.next()
	}
	g.last = id
	return id, nil
}

// next is the smallest valid UUIDv7 above id. The version and variant bits are
// stepped over, so that the result stays a UUIDv7.
func (id ID) next() ID {
	lo := binary.BigEndian.Uint64(id[8:]) & (1<<62 - 1)
	hi := uint64(binary.BigEndian.Uint16(id[6:])) & 0x0fff
	ms := binary.BigEndian.Uint64(id[:8]) >> 16
	if lo++; lo == 1<<62 {
		lo = 0
		if hi++; hi == 1<<12 {
			hi = 0
			ms++
		}
	}
	binary.BigEndian.PutUint64(id[:8], ms<<16|0x7000|hi)
	binary.BigEndian.PutUint64(id[8:], 1<<63|lo)
	return id
}
