package proxy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/boathook/boathook/inspector"
)

// Bounds of a recording's entry.
const (
	maxRecordingBytes = 16 << 10
	maxRecordingNote  = 4000 // characters
)

// recordingName is what a recording may be called: something that stands in a filter
// as it is, and in a tag with its beginning.
var recordingName = regexp.MustCompile(`^[\pL\pN][\pL\pN._:/@+-]{0,59}$`)

// Recording is what is kept of a named set of deliveries beside the deliveries
// themselves, which have the tag rec=NAME. A recording may have no entry, if an
// import or a tag made it.
type Recording struct {
	Name string `json:"name"`
	Rev  uint64 `json:"rev,omitempty"` // 0: it has no entry
	Note string `json:"note"`
	// Expect is a filter that the deliveries of a replay are to match, "" for those
	// that did not fail.
	Expect  string         `json:"expect"`
	Live    *RecordingLive `json:"live"` // what is being recorded, nil if nothing is
	Created time.Time      `json:"created"`
}

// RecordingLive says what a recording takes in as it arrives.
type RecordingLive struct {
	Inbox string    `json:"inbox"` // "": every inbox
	Since time.Time `json:"since"`
}

// Recordings are the entries of recordings, as configuration entries recording/{name}.
// Safe for concurrent use.
type Recordings struct {
	reg  registry[Recording]
	live atomic.Pointer[map[string][]string] // tags by inbox, "" for every inbox
}

// OpenRecordings reads the entries of recordings of a workspace.
func OpenRecordings(ctx context.Context, store inspector.Store, ws inspector.Workspace, log *slog.Logger) (*Recordings, error) {
	s := &Recordings{}
	s.reg = registry[Recording]{store: store, ws: ws, log: log, kind: "recording", limit: maxRecordingBytes, read: readRecording, loaded: s.index}
	return s, s.Reload(ctx)
}

// Reload looks at what is stored.
func (s *Recordings) Reload(ctx context.Context) error { return s.reg.reload(ctx) }

func readRecording(name string, e inspector.ConfigEntry) (Recording, error) {
	var r Recording
	if err := json.Unmarshal(e.Value, &r); err != nil {
		return r, fmt.Errorf("read entry %s: %w", e.Key, err)
	}
	r.Name, r.Rev = name, e.Rev
	return r, nil
}

// index makes the tags of what is being recorded ready for the receiver.
func (s *Recordings) index(all map[string]Recording) {
	live := map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if r := all[name]; r.Live != nil {
			live[r.Live.Inbox] = append(live[r.Live.Inbox], inspector.RecordingTag+name)
		}
	}
	s.live.Store(&live)
}

// Tags are those that a delivery gets which arrives at an inbox now.
func (s *Recordings) Tags(inbox string) []string {
	live := *s.live.Load()
	if len(live) == 0 {
		return nil
	}
	return slices.Concat(live[""], live[inbox])
}

// List returns all entries, ordered by name.
func (s *Recordings) List() []Recording { return slices.Clone(s.reg.all()) }

// Get returns an entry, or inspector.ErrNotFound.
func (s *Recordings) Get(name string) (Recording, error) { return s.reg.get(name) }

// Put stores the entry of a recording if its revision is still r.Rev, and returns it
// with the new one. The error is an [*InvalidError], ErrConflict, or one of the store.
func (s *Recordings) Put(ctx context.Context, r Recording, now time.Time) (Recording, error) {
	if err := r.check(now); err != nil {
		return Recording{}, err
	}
	if r.Created.IsZero() {
		r.Created = now.UTC()
	}
	if r.Live != nil && r.Live.Since.IsZero() {
		live := *r.Live
		live.Since = now.UTC()
		r.Live = &live
	}
	want := r.Rev
	r.Rev = 0
	rev, err := s.reg.put(ctx, r.Name, want, r)
	r.Rev = rev
	return r, err
}

// Delete removes the entry of a recording if its revision is still rev. Its
// deliveries keep their tag. The error is inspector.ErrNotFound, ErrConflict, or one
// of the store.
func (s *Recordings) Delete(ctx context.Context, name string, rev uint64) error {
	return s.reg.remove(ctx, name, rev)
}

func (r *Recording) check(now time.Time) error {
	r.Note = strings.TrimSpace(r.Note)
	r.Expect = strings.TrimSpace(r.Expect)
	switch {
	case !recordingName.MatchString(r.Name):
		return &InvalidError{Field: "name", Text: fmt.Sprintf("%.80q cannot be the name of a recording", r.Name), Hint: "take up to 60 letters, digits and . _ : / @ + -, with a letter or digit first"}
	case len([]rune(r.Note)) > maxRecordingNote:
		return &InvalidError{Field: "note", Text: "is too long", Hint: fmt.Sprintf("use at most %d characters", maxRecordingNote)}
	}
	if _, err := inspector.ParseQuery(r.Expect, now); err != nil {
		return &InvalidError{Field: "expect", Text: err.Error(), Hint: "write a filter, such as status:2xx dur:<500ms resp.body.ok:true"}
	}
	return nil
}

// RecordingQuery is the filter that finds the deliveries of a recording.
func RecordingQuery(name string) string { return "rec:" + quoteWord(name) }

// Retag gives the deliveries of a recording another name, or none if to is "", and
// returns how many, those in the trash too.
func (s *Recordings) Retag(ctx context.Context, from, to string) (int, error) {
	q, err := inspector.ParseQuery("("+RecordingQuery(from)+") (is:trashed OR -is:trashed)", time.Time{})
	if err != nil {
		return 0, fmt.Errorf("find the deliveries of recording %s: %w", from, err)
	}
	p := inspector.Patch{DropTags: []string{inspector.RecordingTag + from}}
	if to != "" {
		p.AddTags = []string{inspector.RecordingTag + to}
	}
	changed := 0
	for list := (inspector.ListQuery{Workspace: s.reg.ws, Query: q, Limit: retagRows}); ; {
		page, err := s.reg.store.List(ctx, list)
		if err != nil {
			return changed, fmt.Errorf("list the deliveries of recording %s: %w", from, err)
		}
		b := inspector.Batch{Workspace: s.reg.ws}
		for i := range page.Rows {
			p.ID = page.Rows[i].ID
			b.Patches = append(b.Patches, p)
		}
		if len(b.Patches) > 0 {
			if _, err := s.reg.store.Commit(ctx, &b); err != nil {
				return changed, fmt.Errorf("rename recording %s: %w", from, err)
			}
		}
		changed += len(b.Patches)
		if list.Before = page.Next; list.Before == "" {
			return changed, nil
		}
	}
}

const retagRows = 1000

// Rename gives a recording another name, with its deliveries. taken says that
// deliveries have the new name already. One that was cut short goes on when it is
// called again. The error is an [*InvalidError] if the name is taken or cannot be
// one, ErrConflict, or one of the store.
func (s *Recordings) Rename(ctx context.Context, from, to string, taken bool, now time.Time) error {
	old, err := s.Get(from)
	if errors.Is(err, inspector.ErrNotFound) {
		old, err = s.Put(ctx, Recording{Name: from}, now)
	}
	if err != nil {
		return err
	}
	next := old
	next.Name, next.Rev = to, 0
	there, err := s.Get(to)
	switch {
	case err == nil && there.Created.Equal(old.Created): // it was cut short
		next.Rev = there.Rev
	case err == nil, taken:
		return &InvalidError{Field: "name", Text: fmt.Sprintf("there is a recording %s already", to), Hint: "choose another name"}
	}
	if _, err := s.Put(ctx, next, now); err != nil {
		return err
	}
	if old.Live != nil { // what arrives from here on has the new name alone
		old.Live = nil
		if old, err = s.Put(ctx, old, now); err != nil {
			return err
		}
	}
	if _, err := s.Retag(ctx, from, to); err != nil {
		return err
	}
	return s.Delete(ctx, from, old.Rev)
}
