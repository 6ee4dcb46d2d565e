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
	"sync/atomic"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/vault"
)

var (
	// ErrConflict is returned when a configuration entry was changed, or made, by
	// somebody else meanwhile.
	ErrConflict = errors.New("changed meanwhile")
	// ErrKept is returned by Inboxes.Delete for the default inbox.
	ErrKept = errors.New("the default inbox cannot be deleted")
)

// Inboxes are the inboxes of a workspace. They are stored as configuration
// entries inbox/{name}; a snapshot of them, ready to answer, is at hand for
// every request. Safe for concurrent use.
type Inboxes struct {
	reg     registry[*program]
	vault   *vault.Vault
	schemes *Schemes
	tokens  atomic.Pointer[map[[sha256.Size]byte]*program]
	leases  leases
}

// OpenInboxes reads the inboxes of a workspace, whose secrets v seals. The first
// time it makes the inboxes "default" and "demo", which has a secret, so that what
// is sent to it as a trial is signed.
func OpenInboxes(ctx context.Context, store inspector.Store, ws inspector.Workspace, v *vault.Vault, schemes *Schemes, log *slog.Logger) (*Inboxes, error) {
	s := &Inboxes{vault: v, schemes: schemes}
	s.reg = registry[*program]{store: store, ws: ws, log: log, kind: "inbox", limit: maxInboxBytes, read: s.read, loaded: s.index}
	if err := s.Reload(ctx); err != nil {
		return nil, err
	}
	var missing []Inbox
	if _, ok := s.reg.lookup(DefaultInbox); !ok {
		missing = append(missing, Inbox{Name: DefaultInbox})
		if len(s.reg.all()) == 0 {
			missing = append(missing, Inbox{Name: DemoInbox, Secrets: []Secret{{Generate: true}}})
		}
	}
	for _, in := range missing {
		if _, err := s.Create(ctx, in); err != nil && !errors.Is(err, ErrConflict) {
			return nil, fmt.Errorf("make inbox %s: %w", in.Name, err)
		}
	}
	return s, nil
}

// List returns all inboxes, ordered by name.
func (s *Inboxes) List() []Inbox {
	programs := s.reg.all()
	all := make([]Inbox, len(programs))
	for i, p := range programs {
		all[i] = p.inbox.clone()
		all[i].Leases = s.Leases(all[i].Name)
	}
	return all
}

// Get returns an inbox, or inspector.ErrNotFound.
func (s *Inboxes) Get(name string) (Inbox, error) {
	p, err := s.reg.get(name)
	if err != nil {
		return Inbox{}, err
	}
	in := p.inbox.clone()
	in.Leases = s.Leases(name)
	return in, nil
}

// Create stores a new inbox and returns it as it was stored, with its token. The
// error is an [*InvalidError], ErrConflict if the name is taken, or one of the
// store.
func (s *Inboxes) Create(ctx context.Context, in Inbox) (Inbox, error) {
	in.Rev = 0
	return s.put(ctx, in, nil)
}

// Update replaces the inbox of that name if its revision is still in.Rev. An
// empty token keeps the one it has, and so does a secret with an id and no value.
// The error is an [*InvalidError], ErrConflict,
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
	return s.put(ctx, in, &old)
}

// Delete removes an inbox if its revision is still rev. What it received stays.
func (s *Inboxes) Delete(ctx context.Context, name string, rev uint64) error {
	if name == DefaultInbox {
		return ErrKept
	}
	return s.reg.remove(ctx, name, rev)
}

// put stores an inbox in place of old, nil if it is new.
func (s *Inboxes) put(ctx context.Context, in Inbox, old *Inbox) (Inbox, error) {
	in = in.normal()
	if in.Token == "" {
		in.Token = NewToken()
	}
	want := in.Rev
	in.URL, in.Rev, in.Leases = "", 0, nil
	if err := in.check(); err != nil {
		return Inbox{}, err
	}
	if p, ok := s.byToken(in.Token); ok && p.inbox.Name != in.Name {
		return Inbox{}, &InvalidError{Field: "token", Text: "another inbox has it", Hint: "leave it empty to get a random one"}
	}
	in, err := in.withSecrets(old, s.schemes, time.Now())
	if err != nil {
		return Inbox{}, err
	}
	stored, err := in.sealed(s.vault)
	if err != nil {
		return Inbox{}, fmt.Errorf("seal the secrets of inbox %s: %w", in.Name, err)
	}
	rev, err := s.reg.put(ctx, in.Name, want, stored)
	if err != nil {
		return Inbox{}, err
	}
	in.Rev = rev
	return in, nil
}

// Reload makes a new snapshot of what is stored. Inboxes whose revision did not
// change keep their place in their sequence.
func (s *Inboxes) Reload(ctx context.Context) error { return s.reg.reload(ctx) }

// index lists the inboxes of a snapshot by their tokens.
func (s *Inboxes) index(all map[string]*program) {
	tokens := make(map[[sha256.Size]byte]*program, len(all))
	for _, p := range all {
		tokens[sha256.Sum256([]byte(p.inbox.Token))] = p
	}
	s.tokens.Store(&tokens)
}

func (s *Inboxes) read(name string, e inspector.ConfigEntry) (*program, error) {
	var stored storedInbox
	if err := json.Unmarshal(e.Value, &stored); err != nil {
		return nil, fmt.Errorf("read entry %s: %w", e.Key, err)
	}
	in := stored.normal()
	in.Name, in.Rev = name, e.Rev
	openSecrets(s.vault, e.Key, stored.Sealed, pointers(in.Secrets)...)
	if err := in.check(); err != nil {
		return nil, err
	}
	p, err := compile(in, time.Now())
	if err != nil {
		return nil, err
	}
	p.judge = newJudge(&p.inbox, s.schemes)
	p.hello = newChallenger(&p.inbox, p.judge.scheme(), p.judge, s.learner(name))
	return p, nil
}

// byToken finds an inbox by its token. What is looked up is a hash, so the time
// it takes says nothing about the tokens there are.
func (s *Inboxes) byToken(token string) (*program, bool) {
	if !isToken(token) {
		return nil, false
	}
	tokens := s.tokens.Load()
	if tokens == nil {
		return nil, false
	}
	p, ok := (*tokens)[sha256.Sum256([]byte(token))]
	return p, ok
}

// Resolve finds the inbox of a request target. What no inbox is addressed by
// goes to the default inbox, with its whole path.
func (s *Inboxes) Resolve(target string) (Route, bool) {
	target = originForm(target)
	if name, rest, ok := cutInbox(target); ok {
		p, found := s.reg.lookup(name)
		if found && p.inbox.Private {
			found = false
		}
		if !found {
			p, found = s.byToken(name)
		}
		if found {
			return Route{Inbox: p.inbox.Name, Rest: rest, State: s.leased(p)}, true
		}
	}
	p, ok := s.reg.lookup(DefaultInbox)
	if !ok {
		return Route{}, false
	}
	return Route{Inbox: DefaultInbox, Rest: target, State: s.leased(p)}, true
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
	in.Secrets = slices.Clone(in.Secrets)
	in.Context = maps.Clone(in.Context)
	in.Challenges = slices.Clone(in.Challenges)
	in.Answer.Headers = slices.Clone(in.Answer.Headers)
	in.Answer.Sequence = slices.Clone(in.Answer.Sequence)
	in.Answer.Rules = slices.Clone(in.Answer.Rules)
	for i := range in.Answer.Rules {
		in.Answer.Rules[i].Headers = slices.Clone(in.Answer.Rules[i].Headers)
	}
	return in
}
