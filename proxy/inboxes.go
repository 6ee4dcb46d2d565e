package proxy

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/boathook/boathook/inspector"
)

var (
	// ErrConflict is returned by Inboxes.Update and Create when the inbox was changed,
	// or made, by somebody else meanwhile.
	ErrConflict = errors.New("changed meanwhile")
	// ErrKept is returned by Inboxes.Delete for the default inbox.
	ErrKept = errors.New("the default inbox cannot be deleted")
)

const inboxPrefix = "inbox/"

// reloadPause is the shortest time between two looks at the stored inboxes, and
// reloadEvery the longest: a wake-up is only a hint.
const (
	reloadPause = 200 * time.Millisecond
	reloadEvery = 2 * time.Second
)

// Inboxes are the inboxes of a workspace. They are stored as configuration
// entries inbox/{name}; a snapshot of them, ready to answer, is at hand for
// every request. Safe for concurrent use.
type Inboxes struct {
	store inspector.Store
	ws    inspector.Workspace
	log   *slog.Logger

	mu    sync.Mutex // held while the snapshot is replaced
	state atomic.Pointer[inboxSet]
}

// inboxSet is one snapshot. It is never changed.
type inboxSet struct {
	byName  map[string]*program
	byToken map[[sha256.Size]byte]*program
}

// OpenInboxes reads the inboxes of a workspace. The first time it makes the
// inboxes "default" and "demo".
func OpenInboxes(ctx context.Context, store inspector.Store, ws inspector.Workspace, log *slog.Logger) (*Inboxes, error) {
	s := &Inboxes{store: store, ws: ws, log: log}
	s.state.Store(&inboxSet{})
	if err := s.Reload(ctx); err != nil {
		return nil, err
	}
	var missing []string
	if _, ok := s.state.Load().byName[DefaultInbox]; !ok {
		missing = append(missing, DefaultInbox)
		if len(s.state.Load().byName) == 0 {
			missing = append(missing, DemoInbox)
		}
	}
	for _, name := range missing {
		if _, err := s.Create(ctx, Inbox{Name: name}); err != nil && !errors.Is(err, ErrConflict) {
			return nil, fmt.Errorf("make inbox %s: %w", name, err)
		}
	}
	return s, nil
}

// List returns all inboxes, ordered by name.
func (s *Inboxes) List() []Inbox {
	programs := s.state.Load().byName
	all := make([]Inbox, 0, len(programs))
	for _, name := range slices.Sorted(maps.Keys(programs)) {
		all = append(all, programs[name].inbox.clone())
	}
	return all
}

// Get returns an inbox, or inspector.ErrNotFound.
func (s *Inboxes) Get(name string) (Inbox, error) {
	p, ok := s.state.Load().byName[name]
	if !ok {
		return Inbox{}, fmt.Errorf("inbox %.80q: %w", name, inspector.ErrNotFound)
	}
	return p.inbox.clone(), nil
}

// Create stores a new inbox and returns it as it was stored, with its token. The
// error is an [*InvalidError], ErrConflict if the name is taken, or one of the
// store.
func (s *Inboxes) Create(ctx context.Context, in Inbox) (Inbox, error) {
	in.Rev = 0
	return s.put(ctx, in)
}

// Update replaces the inbox of that name if its revision is still in.Rev. An
// empty token keeps the one it has. The error is an [*InvalidError], ErrConflict,
// inspector.ErrNotFound, or one of the store.
func (s *Inboxes) Update(ctx context.Context, in Inbox) (Inbox, error) {
	old, err := s.Get(in.Name)
	if err != nil {
		return Inbox{}, err
	}
	if in.Rev == 0 || in.Rev != old.Rev {
		return Inbox{}, fmt.Errorf("inbox %s is at revision %d, not %d: %w", in.Name, old.Rev, in.Rev, ErrConflict)
	}
	if in.Token == "" {
		in.Token = old.Token
	}
	return s.put(ctx, in)
}

// Delete removes an inbox if its revision is still rev. What it received stays.
func (s *Inboxes) Delete(ctx context.Context, name string, rev uint64) error {
	if name == DefaultInbox {
		return ErrKept
	}
	if _, err := s.Get(name); err != nil {
		return err
	}
	if _, err := s.commit(ctx, name, rev, nil); err != nil {
		return err
	}
	return s.Reload(ctx)
}

func (s *Inboxes) put(ctx context.Context, in Inbox) (Inbox, error) {
	in = in.normal()
	if in.Token == "" {
		in.Token = NewToken()
	}
	want := in.Rev
	in.URL, in.Rev = "", 0
	if err := in.check(); err != nil {
		return Inbox{}, err
	}
	if p, ok := s.byToken(in.Token); ok && p.inbox.Name != in.Name {
		return Inbox{}, &InvalidError{Field: "token", Text: "another inbox has it", Hint: "leave it empty to get a random one"}
	}
	value, err := json.Marshal(in)
	if err != nil {
		return Inbox{}, fmt.Errorf("encode inbox %s: %w", in.Name, err)
	}
	if len(value) > maxInboxBytes {
		return Inbox{}, &InvalidError{Field: "inbox", Text: fmt.Sprintf("is %d bytes, the limit is %d", len(value), maxInboxBytes), Hint: "shorten the bodies"}
	}
	rev, err := s.commit(ctx, in.Name, want, value)
	if err != nil {
		return Inbox{}, err
	}
	in.Rev = rev
	return in, s.Reload(ctx)
}

// commit writes one entry if its revision is still want.
func (s *Inboxes) commit(ctx context.Context, name string, want uint64, value []byte) (uint64, error) {
	key := inboxPrefix + name
	res, err := s.store.Commit(ctx, &inspector.Batch{
		Workspace: s.ws,
		Config:    []inspector.ConfigPut{{Key: key, Want: want, Value: value}},
	})
	if err != nil {
		return 0, fmt.Errorf("store inbox %s: %w", name, err)
	}
	if len(res.Conflicts) > 0 {
		return 0, fmt.Errorf("inbox %s: %w", name, ErrConflict)
	}
	return res.Revs[key], nil
}

// Reload makes a new snapshot of what is stored. Inboxes whose revision did not
// change keep their place in their sequence.
func (s *Inboxes) Reload(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	entries, err := s.store.Config(ctx, s.ws, inboxPrefix)
	if err != nil {
		return fmt.Errorf("read the inboxes: %w", err)
	}
	old := s.state.Load()
	if old.holds(entries) {
		return nil
	}
	next := &inboxSet{byName: make(map[string]*program, len(entries)), byToken: make(map[[sha256.Size]byte]*program, len(entries))}
	for _, e := range entries {
		name := strings.TrimPrefix(e.Key, inboxPrefix)
		p := old.byName[name]
		if p == nil || p.inbox.Rev != e.Rev {
			if p, err = readInbox(name, e); err != nil {
				// One entry of a later version must not take the others down.
				s.log.Error("inbox is left out", "name", name, "error", err)
				continue
			}
		}
		next.byName[name] = p
		next.byToken[sha256.Sum256([]byte(p.inbox.Token))] = p
	}
	s.state.Store(next)
	return nil
}

// holds reports whether the set was made of these entries.
func (set *inboxSet) holds(entries []inspector.ConfigEntry) bool {
	if len(entries) != len(set.byName) {
		return false
	}
	for _, e := range entries {
		p := set.byName[strings.TrimPrefix(e.Key, inboxPrefix)]
		if p == nil || p.inbox.Rev != e.Rev {
			return false
		}
	}
	return true
}

func readInbox(name string, e inspector.ConfigEntry) (*program, error) {
	var in Inbox
	if err := json.Unmarshal(e.Value, &in); err != nil {
		return nil, fmt.Errorf("read entry %s: %w", e.Key, err)
	}
	in = in.normal()
	in.Name, in.Rev = name, e.Rev
	if err := in.check(); err != nil {
		return nil, err
	}
	return compile(in, time.Now())
}

// watch reloads the inboxes when the store changed, also by another handle, until
// ctx ends.
func (s *Inboxes) watch(ctx context.Context) {
	for {
		changed := s.store.Wake()
		select {
		case <-ctx.Done():
			return
		case <-changed:
		case <-time.After(reloadEvery):
		}
		if err := s.Reload(ctx); err != nil && ctx.Err() == nil {
			s.log.Warn("inboxes are not up to date", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(reloadPause):
		}
	}
}

// byToken finds an inbox by its token. What is looked up is a hash, so the time
// it takes says nothing about the tokens there are.
func (s *Inboxes) byToken(token string) (*program, bool) {
	if !isToken(token) {
		return nil, false
	}
	p, ok := s.state.Load().byToken[sha256.Sum256([]byte(token))]
	return p, ok
}

// Resolve finds the inbox of a request target. What no inbox is addressed by
// goes to the default inbox, with its whole path.
func (s *Inboxes) Resolve(target string) (Route, bool) {
	target = originForm(target)
	if name, rest, ok := cutInbox(target); ok {
		p, found := s.state.Load().byName[name]
		if found && p.inbox.Private {
			found = false
		}
		if !found {
			p, found = s.byToken(name)
		}
		if found {
			return Route{Inbox: p.inbox.Name, Rest: rest, State: p}, true
		}
	}
	p, ok := s.state.Load().byName[DefaultInbox]
	if !ok {
		return Route{}, false
	}
	return Route{Inbox: DefaultInbox, Rest: target, State: p}, true
}

// originForm takes scheme and authority off an absolute target.
func originForm(target string) string {
	if target == "" || target[0] == '/' {
		return target
	}
	_, rest, found := strings.Cut(target, "://")
	if !found {
		return target // "*", or the authority of a CONNECT
	}
	if i := strings.IndexAny(rest, "/?"); i >= 0 {
		return rest[i:]
	}
	return "/"
}

// cutInbox takes /in/{name} off a target.
func cutInbox(target string) (name, rest string, ok bool) {
	after, found := strings.CutPrefix(target, "/in/")
	if !found {
		return "", "", false
	}
	end := strings.IndexAny(after, "/?")
	if end < 0 {
		end = len(after)
	}
	return after[:end], after[end:], end > 0
}

// clone copies an inbox so deep that the caller may change it.
func (in Inbox) clone() Inbox {
	in.Forward = slices.Clone(in.Forward)
	in.Answer.Headers = slices.Clone(in.Answer.Headers)
	in.Answer.Sequence = slices.Clone(in.Answer.Sequence)
	in.Answer.Rules = slices.Clone(in.Answer.Rules)
	for i := range in.Answer.Rules {
		in.Answer.Rules[i].Headers = slices.Clone(in.Answer.Rules[i].Headers)
	}
	return in
}
