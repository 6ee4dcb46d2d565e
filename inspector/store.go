package inspector

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

var (
	// ErrNotFound is returned for an unknown, deleted or pruned thing.
	ErrNotFound = errors.New("not found")
	// ErrErased is the ErrNotFound of a delivery that was deleted for good or
	// pruned, as long as its store remembers that: no other one gets its id then.
	ErrErased = fmt.Errorf("deleted for good: %w", ErrNotFound)
	// ErrCursorExpired is returned by Feed when changes after the cursor are no
	// longer kept; the reader has to load its list anew.
	ErrCursorExpired = errors.New("feed cursor expired")
	// ErrBadCursor is returned for a cursor that no store gave out.
	ErrBadCursor = errors.New("not a cursor of this store")
	// ErrNoSpace is returned by Commit when the free-space guard refuses.
	ErrNoSpace = errors.New("not enough free disk space")
	// ErrAway is returned by Commit while the store's folder is not where it was opened:
	// what were written now could not be found any more.
	ErrAway = errors.New("the data folder is not where it was")
	// ErrClosed is returned by every method after Close.
	ErrClosed = errors.New("store is closed")
	// ErrBroken is returned by Commit after a sync failed: what reached the disk
	// is unknown, so nothing is acknowledged any more.
	ErrBroken = errors.New("store stopped accepting writes after a failed sync")
)

// ChunkBytes is the most a chunk of a body holds.
const ChunkBytes = 256 << 10

// Batch is the unit of work: all of it is committed, or nothing.
//
// Committing the same batch again changes nothing: deliveries, attempts, chunks
// and scheduled work are known by the ids that the caller made.
type Batch struct {
	Workspace  Workspace
	Deliveries []Row     // new deliveries; N is given by the store
	Attempts   []Attempt // new, or replaced when (Delivery, K) is known
	Chunks     []Chunk   // pieces of bodies
	Patches    []Patch   // changes to rows
	Erase      []ID      // deliveries to delete, with all their bytes
	Schedule   []Due     // work for later
	Finish     []Finish  // work that was claimed
	Config     []ConfigPut
}

// Chunk is a piece of a body. A body of up to ChunkBytes is one chunk with Seq
// 0, usually in the same batch as its attempt. Longer bodies are committed
// chunk by chunk before the attempt that names their length; chunks of an
// attempt that never came are swept at the next start.
type Chunk struct {
	Body BodyKey
	Seq  int    // from 0; all chunks but the last hold exactly ChunkBytes
	Data []byte // not empty
}

// Patch changes the row of a delivery. Only what is set is changed.
// A patch of an unknown delivery is ignored.
type Patch struct {
	ID       ID
	Outcome  *Outcome
	Verdict  *VerdictPatch
	Set      Flags // flags to raise, after Outcome has set or cleared FlagFailed
	Clear    Flags // flags to lower
	Tries    int   // added to Row.Tries
	MaxTries int   // replaces Row.MaxTries if not 0
	AddTags  []string
	DropTags []string
	Trash    time.Time // if not zero, and it is not in the trash: when it is put there
	Restore  bool      // takes it out of the trash
}

// Outcome replaces what a row says of its last attempt. FlagFailed is raised
// when Failure is set or Status is no 2xx, and lowered otherwise.
type Outcome struct {
	Status   int
	Failure  string
	Duration time.Duration
	RespSize int64
}

// VerdictPatch replaces the signature columns of a row.
type VerdictPatch struct {
	Verdict Verdict
	Scheme  string
	Cause   string
}

// Due is work for later. Its id makes scheduling idempotent.
//
// Work of one lane is claimed in the order it was scheduled and never two at
// once: a head that waits for a retry holds back those behind it. A lane with
// slots is claimed in the order in which its work is due instead, and at most so
// many pieces of it are leased at once. The newest piece of a lane says which.
type Due struct {
	ID      string
	Lane    string // "" for no lane
	Slots   int    // of the lane; 0: in order, one at a time
	RunAt   time.Time
	Payload []byte
}

// Finish ends or renews work, with the token of its lease or of a look at it by
// [Store.Work]. A token that is no longer current changes nothing and is reported
// in Result.Lost.
type Finish struct {
	ID    string
	Token uint64
	Next  time.Time // zero: done; otherwise run again then
	// Payload replaces the stored one if not nil and Next is set.
	Payload []byte
}

// Lease is claimed work. If it is not finished before Until it can be claimed
// again, with a higher token.
type Lease struct {
	Due
	Token uint64    // never 0
	Until time.Time // zero for work that [Store.Work] found unclaimed
}

// ConfigPut writes one configuration entry if its revision is still Want.
type ConfigPut struct {
	Key   string // path-like, e.g. "inbox/demo"
	Want  uint64 // 0: the entry must not exist
	Value []byte // nil deletes the entry
}

// ConfigEntry is one stored configuration entry.
type ConfigEntry struct {
	Key   string
	Rev   uint64 // grows with every write of this entry, never 0
	Value []byte
}

// Result tells what became of the parts of a batch that may fail on their own.
type Result struct {
	Numbers   map[ID]uint64     // running numbers of Batch.Deliveries
	Lost      []string          // ids of Finish entries whose lease was lost
	Conflicts []string          // keys of Config entries whose revision was another; nothing of the batch's Config was written then
	Revs      map[string]uint64 // new revisions of Config entries
}

// Cursor marks a place in the feed. It is opaque; "" is the oldest change kept.
type Cursor string

// ChangeKind says what a change did.
type ChangeKind uint8

const (
	Added   ChangeKind = 1 // a delivery is new
	Changed ChangeKind = 2 // its row or attempts changed
	Gone    ChangeKind = 3 // it was deleted or pruned
	Configd ChangeKind = 4 // a configuration entry changed; Key names it
)

// Change is one entry of the feed.
type Change struct {
	Kind ChangeKind
	ID   ID
	N    uint64
	Row  *Row   // the row as it is now, for Added and Changed; nil if it is gone by now
	Key  string // for Configd
}

// ListQuery asks for a page of rows, newest first.
type ListQuery struct {
	Workspace Workspace
	Query     *Query // nil: all but what is in the trash
	Limit     int    // at most this many rows; 0: 50
	Before    string // Page.Next of the page before; "": from the newest
	// Budget bounds the time spent scanning; 0: 1 s. The page ends early then,
	// and Next says where to go on.
	Budget time.Duration
	// Early, if not 0, is the time after which the page ends with the rows found by then,
	// if there are any: somebody waits for the first ones.
	Early time.Duration
}

// Page is a piece of a list. It may be short, even empty, while Next is set.
type Page struct {
	Rows    []Row
	Next    string // "" at the end of the list
	Scanned int    // rows looked at
}

// Policy bounds what is kept. Zero fields do not bound.
type Policy struct {
	Count int           // deliveries
	Bytes int64         // of journal and bodies on disk
	Age   time.Duration // since Row.At
	Trash time.Duration // since Row.Trashed
}

// Swept says what a Sweep removed.
type Swept struct {
	Deliveries int
	Bytes      int64
	// Held is set when an age prune would have removed over half of everything
	// at once, which is what a clock that jumped looks like. Nothing was removed.
	Held bool
	// Emptied is how many of Deliveries left the trash because of their time there.
	Emptied int
}

// Stats is a cheap summary of a store.
type Stats struct {
	Deliveries int    // deliveries kept, without those in the trash
	Trashed    int    // deliveries in the trash
	FirstN     uint64 // lowest running number kept, 0 if none
	LastN      uint64 // highest running number given, also if since deleted
	LastID     ID     // highest id ever stored
	Bytes      int64  // bytes on disk
	FreeBytes  int64  // free space of the volume, -1 if unknown
	Refusing   string // why writes are refused now, "" if they are not
	Losses     []Loss // what the ledger found missing at the last start
}

// Loss names deliveries that were acknowledged and are no longer readable.
type Loss struct {
	FirstN, LastN uint64    // range of running numbers, inclusive
	Count         int       // how many of the range are missing
	From, To      time.Time // when they arrived, as far as known
	Reason        string    // for a person
}

// Body is a stored body. Size is its length, freed of chunk framing.
type Body interface {
	io.ReaderAt
	io.Closer
	Size() int64
}

// Store keeps deliveries. Methods are safe for concurrent use, by several
// handles on one shared store too. Time is an argument wherever it matters.
type Store interface {
	// Commit stores b and returns once it is durable: neither the end of the
	// process nor, where the driver promises it, loss of power takes it back.
	Commit(ctx context.Context, b *Batch) (Result, error)

	// Get returns the row of a delivery, or ErrNotFound.
	Get(ctx context.Context, ws Workspace, id ID) (Row, error)
	// Lookup returns the row with the running number n, or ErrNotFound.
	Lookup(ctx context.Context, ws Workspace, n uint64) (Row, error)
	// Attempts returns the attempts of a delivery in order, without bodies.
	// It is empty, not ErrNotFound, for a delivery that has none.
	Attempts(ctx context.Context, ws Workspace, id ID) ([]Attempt, error)
	// Body opens a body. A body of no bytes, and one of an attempt that is not
	// known, are ErrNotFound.
	Body(ctx context.Context, ws Workspace, key BodyKey) (Body, error)
	// List returns a page of rows, newest first. It ends with ctx, before the next block
	// of rows, and returns its cause.
	List(ctx context.Context, q ListQuery) (Page, error)

	// RecordingSums tells what the deliveries of each recording add up to, without those
	// in the trash. Recordings without deliveries are left out.
	RecordingSums(ctx context.Context, ws Workspace) (map[string]RecordingSum, error)

	// Feed returns at most limit changes after the cursor, and the cursor after
	// them. No change is ever left out or seen twice by a reader that goes on
	// from the returned cursor.
	Feed(ctx context.Context, ws Workspace, after Cursor, limit int) ([]Change, Cursor, error)
	// FeedEnd is the cursor after the newest change.
	FeedEnd(ctx context.Context, ws Workspace) (Cursor, error)
	// Wake returns a channel that is closed at the next change. It is a hint:
	// a reader looks at the feed now and then without it as well.
	Wake() <-chan struct{}

	// Claim leases at most limit pieces of due work until now+lease, and says
	// when the next piece will be due (zero if there is none). Lanes of which
	// share pieces are leased are left out until one of these leases ends; 0: none
	// is.
	Claim(ctx context.Context, ws Workspace, now time.Time, lease time.Duration, limit, share int) ([]Lease, time.Time, error)
	// Work looks at scheduled work without leasing it. What there is not is left
	// out. A lease whose Until has passed may be claimed by another at any time.
	Work(ctx context.Context, ws Workspace, ids ...string) ([]Lease, error)
	// Config returns the entries whose key starts with prefix, ordered by key.
	Config(ctx context.Context, ws Workspace, prefix string) ([]ConfigEntry, error)

	// Sweep removes what the policy no longer keeps, oldest first, and the bytes
	// of erased deliveries. What is in the trash goes first when there are too
	// many; past its time there, it is erased.
	Sweep(ctx context.Context, ws Workspace, now time.Time, p Policy) (Swept, error)
	// Stats is cheap enough to be called every second.
	Stats(ctx context.Context, ws Workspace) (Stats, error)
	// Close waits for running calls and releases the store.
	Close() error
}
