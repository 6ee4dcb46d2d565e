package inspector

import (
	"encoding/json"
	"math"
	"math/bits"
	"strings"
	"time"
	"unicode/utf8"
)

var flagWords = func() (words [32]string) {
	for name, f := range FlagNames {
		words[bits.TrailingZeros32(uint32(f))] = name
	}
	return words
}()

// Names lists the flags that are raised, as the is: words, in a fixed order.
func (f Flags) Names() []string {
	var names []string
	for rest := uint32(f); rest != 0; rest &= rest - 1 {
		if w := flagWords[bits.TrailingZeros32(rest)]; w != "" {
			names = append(names, w)
		}
	}
	return names
}

// rowJSON is the form of a row in the API, the feed and --json output.
type rowJSON struct {
	ID         ID       `json:"id"`
	N          uint64   `json:"n"`
	At         string   `json:"at"`
	Dir        Dir      `json:"dir"`
	Event      string   `json:"event"`
	Provider   string   `json:"provider"`
	Status     int      `json:"status"`
	Failure    string   `json:"failure"`
	Verdict    Verdict  `json:"verdict"`
	Cause      string   `json:"cause"`
	Scheme     string   `json:"scheme"`
	Method     string   `json:"method"`
	Target     string   `json:"target"`
	Host       string   `json:"host"`
	Source     string   `json:"source"`
	Inbox      string   `json:"inbox,omitempty"`
	Endpoint   string   `json:"endpoint,omitempty"`
	Channel    string   `json:"channel,omitempty"`
	EventID    string   `json:"event_id,omitempty"`
	Run        string   `json:"run,omitempty"`
	Tags       []string `json:"tags,omitempty"`
	DurationMS float64  `json:"duration_ms"`
	Size       int64    `json:"size"`
	RespSize   int64    `json:"response_size"`
	Tries      int      `json:"tries"`
	MaxTries   int      `json:"max_tries,omitempty"`
	Flags      []string `json:"flags,omitempty"`
	Trashed    string   `json:"trashed,omitempty"`
}

// TimeFormat is how times are written in JSON: RFC 3339 in UTC with microseconds.
const TimeFormat = "2006-01-02T15:04:05.000000Z07:00"

// MarshalJSON writes the row as the API shows it. Bytes that are not UTF-8,
// which a target may hold, are written as U+FFFD; the raw head has them.
func (r Row) MarshalJSON() ([]byte, error) {
	trashed := ""
	if !r.Trashed.IsZero() {
		trashed = r.Trashed.UTC().Format(TimeFormat)
	}
	return json.Marshal(rowJSON{
		ID: r.ID, N: r.N, At: r.At.UTC().Format(TimeFormat), Dir: r.Dir,
		Event: r.Event, Provider: r.Provider, Status: r.Status, Failure: r.Failure,
		Verdict: r.Verdict, Cause: r.Cause, Scheme: r.Scheme,
		Method: r.Method, Target: text(r.Target), Host: text(r.Host), Source: r.Source,
		Inbox: r.Inbox, Endpoint: r.Endpoint, Channel: text(r.Channel), EventID: text(r.EventID),
		Run: r.Run, Tags: r.Tags, DurationMS: float64(r.Duration.Microseconds()) / 1000,
		Size: r.Size, RespSize: r.RespSize, Tries: r.Tries, MaxTries: r.MaxTries, Flags: r.Flags.Names(), Trashed: trashed,
	})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (r *Row) UnmarshalJSON(data []byte) error {
	var j rowJSON
	if err := json.Unmarshal(data, &j); err != nil {
		return err
	}
	at, err := time.Parse(time.RFC3339Nano, j.At)
	if err != nil {
		return err
	}
	*r = Row{
		ID: j.ID, N: j.N, At: at, Dir: j.Dir, Event: j.Event, Provider: j.Provider,
		Status: j.Status, Failure: j.Failure, Verdict: j.Verdict, Cause: j.Cause, Scheme: j.Scheme,
		Method: j.Method, Target: j.Target, Host: j.Host, Source: j.Source, Inbox: j.Inbox,
		Endpoint: j.Endpoint, Channel: j.Channel, EventID: j.EventID, Run: j.Run, Tags: j.Tags,
		Duration: time.Duration(math.Round(j.DurationMS*1000)) * time.Microsecond,
		Size:     j.Size, RespSize: j.RespSize, Tries: j.Tries, MaxTries: j.MaxTries,
	}
	for _, name := range j.Flags {
		r.Flags |= FlagNames[name]
	}
	if j.Trashed != "" {
		if r.Trashed, err = time.Parse(time.RFC3339Nano, j.Trashed); err != nil {
			return err
		}
	}
	return nil
}

func text(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
