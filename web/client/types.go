package client

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
)

// Page is a piece of the list of deliveries, newest first.
type Page struct {
	Rows []inspector.Row `json:"rows"`
	// Cursor is the place in the feed from before the list was read: whoever
	// follows the feed from there misses nothing.
	Cursor inspector.Cursor `json:"cursor"`
	// Next is the place where the next page begins, "" at the end of the list. A
	// page may be short, even empty, while Next is set.
	Next    string `json:"next,omitempty"`
	Scanned int    `json:"scanned"` // rows that were looked at
}

// Delivery is one delivery with all its attempts.
type Delivery struct {
	Row      inspector.Row
	Attempts []Attempt
	Next     *proxy.NextTry // nil if no further try is scheduled
}

// MarshalJSON writes the fields of the row, "attempts" and "next" as one object.
func (d Delivery) MarshalJSON() ([]byte, error) {
	row, err := json.Marshal(d.Row)
	if err != nil {
		return nil, err
	}
	if d.Attempts == nil {
		d.Attempts = []Attempt{}
	}
	attempts, err := json.Marshal(d.Attempts)
	if err != nil {
		return nil, err
	}
	next, err := json.Marshal(d.Next)
	if err != nil {
		return nil, err
	}
	row = bytes.TrimRight(row, " \n")
	if len(row) < 2 || row[len(row)-1] != '}' {
		return nil, errors.New("row is no JSON object")
	}
	return fmt.Appendf(row[:len(row)-1], `,"attempts":%s,"next":%s}`, attempts, next), nil
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (d *Delivery) UnmarshalJSON(data []byte) error {
	var rest struct {
		Attempts []Attempt      `json:"attempts"`
		Next     *proxy.NextTry `json:"next"`
	}
	if err := json.Unmarshal(data, &rest); err != nil {
		return err
	}
	d.Attempts, d.Next = rest.Attempts, rest.Next
	return json.Unmarshal(data, &d.Row)
}

// Attempt is one HTTP request with its response or failure.
type Attempt struct {
	K        int      `json:"k"`
	Kind     string   `json:"kind"` // capture, forward or send
	Target   string   `json:"target"`
	Started  string   `json:"started"` // RFC 3339 in UTC
	Remote   string   `json:"remote"`
	Reused   bool     `json:"reused"`
	Answered bool     `json:"answered"`
	Timing   Timing   `json:"timing"`
	Failure  *Failure `json:"failure"`
	Request  *Message `json:"request"`  // nil if nothing was sent
	Response *Message `json:"response"` // nil if nothing came back
	Dropped  []string `json:"dropped"`
	Notes    []string `json:"notes"`
	// Secrets names the header lines, and written "?name" the query parameters, in
	// which the request carries a credential under a name of the user's own.
	Secrets []string `json:"secrets"`
}

// Timing is how long each phase of an attempt took, in milliseconds.
type Timing struct {
	DNS     float64 `json:"dns_ms"`
	Connect float64 `json:"connect_ms"`
	TLS     float64 `json:"tls_ms"`
	Send    float64 `json:"send_ms"`
	Wait    float64 `json:"wait_ms"`
	Read    float64 `json:"read_ms"`
	Total   float64 `json:"total_ms"`
}

// Failure says why an attempt has no complete answer.
type Failure struct {
	Class string `json:"class"`
	Phase string `json:"phase"`
	Text  string `json:"text"`
}

// Message is a request or a response without its body. Bytes that are not UTF-8
// are written as \x80, and in a line that has some, the backslash of text that
// reads like that as \x5c; the raw view has the bytes.
type Message struct {
	Start           string            `json:"start"`
	Status          int               `json:"status,omitempty"` // of a response
	Headers         []inspector.Field `json:"headers"`
	Size            int64             `json:"size"`
	Wanted          int64             `json:"wanted"` // announced length, -1 if none was
	Cut             bool              `json:"cut"`
	Chunked         bool              `json:"chunked"`
	Trailers        []inspector.Field `json:"trailers"`
	ContentType     string            `json:"content_type"`
	ContentEncoding string            `json:"content_encoding"`
	Interim         []string          `json:"interim"` // start lines of 1xx answers
}

// Status is a summary of the server.
type Status struct {
	Version   string      `json:"version"`
	PID       int         `json:"pid"`
	Started   string      `json:"started"` // RFC 3339 in UTC
	Page      string      `json:"page"`    // URL
	Capture   string      `json:"capture"` // URL
	Store     StoreStatus `json:"store"`
	Inboxes   int         `json:"inboxes"`
	Sockets   int         `json:"sockets"`   // connected feed sockets
	Malformed uint64      `json:"malformed"` // requests on the capture port that were no valid HTTP
	Retention Retention   `json:"retention"`
	BodyLimit int64       `json:"body_limit"` // bytes of the largest body that is taken in; 0 if unknown
	Dir       string      `json:"dir"`        // data folder, "" if there is none
	Mask      uint64      `json:"mask"`       // revision of the list of what is hidden
	// Recording is what is being recorded now, by name.
	Recording []RecordingNow `json:"recording"`
	// Described is what config files write anew at each start, with where they say so:
	// "inbox/demo", "endpoint/crm", "scheme/acme" or "sending.cap", "boathook.yaml:3".
	Described map[string]string `json:"described"`
}

// RecordingNow is a recording that takes in what arrives.
type RecordingNow struct {
	Name  string `json:"name"`
	Inbox string `json:"inbox"` // "": every inbox
	Since string `json:"since"` // RFC 3339 in UTC
}

// StoreStatus is a summary of the store.
type StoreStatus struct {
	Kind       string `json:"kind"`
	Path       string `json:"path"`
	Deliveries int    `json:"deliveries"` // without those in the trash
	Trashed    int    `json:"trashed"`    // in the trash
	FirstN     uint64 `json:"first_n"`
	LastN      uint64 `json:"last_n"`
	Bytes      int64  `json:"bytes"`
	FreeBytes  int64  `json:"free_bytes"` // -1 if unknown
	Refusing   string `json:"refusing"`   // why writes are refused, "" if they are not
	Losses     []Loss `json:"losses"`
}

// Loss names deliveries that were acknowledged and are no longer readable.
type Loss struct {
	FirstN uint64 `json:"first_n"`
	LastN  uint64 `json:"last_n"`
	Count  int    `json:"count"`
	From   string `json:"from"` // RFC 3339, "" if unknown
	To     string `json:"to"`
	Reason string `json:"reason"`
}

// Retention bounds what is kept; 0 does not bound.
type Retention struct {
	Count int   `json:"count"`
	Bytes int64 `json:"bytes"`
	Age   int64 `json:"age_s"`   // seconds
	Trash int64 `json:"trash_s"` // seconds that what was deleted stays in the trash
	Held  bool  `json:"held"`    // over half became too old at once, so nothing is removed
}

// QueryCheck is a filter that was understood.
type QueryCheck struct {
	OK     bool   `json:"ok"`
	Normal string `json:"normal"` // the filter in its normal form
}

// Completions are ways to go on at a place in a filter. From and To bound the
// bytes of the text that an item replaces.
type Completions struct {
	Items []Completion `json:"items"`
	From  int          `json:"from"`
	To    int          `json:"to"`
}

// Completion is one way to go on.
type Completion struct {
	Text  string `json:"text"`
	Kind  string `json:"kind"`
	Count int    `json:"count"` // how often the value is among recent deliveries, 0 if that was not counted
}

// Pinged is the delivery that a ping made.
type Pinged struct {
	Delivery   inspector.ID `json:"delivery"`
	N          uint64       `json:"n"`
	Status     int          `json:"status"`  // 0 if there was no answer
	Failure    string       `json:"failure"` // why there was none, as far as that is known
	DurationMS float64      `json:"duration_ms"`
}

// Check is one line of the doctor's report.
type Check struct {
	Name  string `json:"name"`
	State string `json:"state"` // ok, warn or fail
	Text  string `json:"text"`
	Hint  string `json:"hint"`
}

// Frame is one message of the feed. Frames are contiguous: From is the To of
// the frame before.
type Frame struct {
	From    inspector.Cursor `json:"from,omitempty"`
	To      inspector.Cursor `json:"to,omitempty"`
	Rows    []inspector.Row  `json:"rows,omitempty"`    // new deliveries, oldest first
	Changed []inspector.Row  `json:"changed,omitempty"` // rows as they are now
	Gone    []inspector.ID   `json:"gone,omitempty"`    // deleted, pruned, or no longer matching
	Config  []string         `json:"config,omitempty"`  // keys of changed configuration entries
	Lag     bool             `json:"lag,omitempty"`     // changes were left out; go on over HTTP
	Reset   bool             `json:"reset,omitempty"`   // the cursor is no longer known; load anew
	Error   *Problem         `json:"error,omitempty"`   // the filter was not understood
}

// Link is a one-time login link.
type Link struct {
	URL string `json:"url"`
}

// SampleInput asks for made-up deliveries.
type SampleInput struct {
	Inbox string `json:"inbox,omitempty"` // "": demo
	Count int    `json:"count,omitempty"` // at most 5,000; 0: 200
}

// Samples are made-up deliveries that were stored.
type Samples struct {
	Samples int    `json:"samples"`
	Query   string `json:"q"` // filter that finds all samples
}

// Selection names deliveries in one of two ways.
type Selection struct {
	IDs   []string `json:"ids,omitempty"` // ids or running numbers
	Query string   `json:"q,omitempty"`   // filter; "*" means all
}

// Deletion is what became of deliveries that were deleted.
type Deletion struct {
	Deleted int    `json:"deleted"`
	At      string `json:"at"`      // since when they are in the trash, which names the deletion; "" if they are gone for good
	Stopped int    `json:"stopped"` // of how many tries were outstanding, which are not made any more
	// Kept are the ids of those that stay, and only lose the name of the recording that was
	// deleted: another one holds them too.
	Kept []string `json:"kept,omitempty"`
}

// Restoration says what is to be taken out of the trash, in one of four ways.
type Restoration struct {
	Selection
	At   string `json:"at,omitempty"`   // Deletion.At
	Last bool   `json:"last,omitempty"` // what was deleted last
}

// Restored says how many deliveries were taken out of the trash.
type Restored struct {
	Restored int `json:"restored"`
}

// Inboxes are all inboxes, ordered by name.
type Inboxes struct {
	Inboxes []proxy.Inbox `json:"inboxes"`
}

// Report is the doctor's report.
type Report struct {
	Checks []Check `json:"checks"`
}
