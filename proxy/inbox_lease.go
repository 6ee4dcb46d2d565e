package proxy

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/boathook/boathook/inspector"
)

// MaxLease bounds how long a lease holds without being renewed.
const MaxLease = time.Minute

// maxLeases bounds the holders of one inbox: each is a target.
const maxLeases = maxTargets

// Lease lets an inbox forward to an app for as long as its holder renews it,
// whatever targets the inbox has of its own. It is not stored: the address is the
// holder's view of one machine, and a holder that is gone must leave nothing
// behind. After a restart of the server the holder's next renewal takes it anew.
type Lease struct {
	ID    string    `json:"id"` // chosen by the holder, in the form of an inbox name
	URL   string    `json:"url"`
	Until time.Time `json:"until"`
}

// leases are the leases of all inboxes, newest holder first.
type leases struct {
	mu      sync.Mutex // held while they change
	byInbox map[string][]Lease
	lent    atomic.Pointer[map[string]*lentProgram]
}

// lentProgram is the program of an inbox while leases change its targets.
type lentProgram struct {
	base    *program // the stored one that it was made of
	program *program // nil if none of the leases made one
	until   time.Time
}

// Lend takes or renews a lease for a time up to MaxLease. With several holders
// every request goes to all of them, and the answer of the newest goes back. The
// error is an [*InvalidError], inspector.ErrNotFound, or one of the store.
func (s *Inboxes) Lend(ctx context.Context, inbox string, l Lease, length time.Duration) (Inbox, error) {
	if _, err := s.reg.get(inbox); err != nil {
		return Inbox{}, err
	}
	if err := checkName("id", l.ID); err != nil {
		return Inbox{}, err
	}
	if _, err := parseTarget(l.URL); err != nil {
		err.Field = "url"
		return Inbox{}, err
	}
	if length <= 0 || length > MaxLease {
		return Inbox{}, &InvalidError{Field: "seconds", Text: fmt.Sprintf("%s is out of range", length), Hint: fmt.Sprintf("use 1 to %d", int(MaxLease.Seconds()))}
	}
	l.Until = time.Now().Add(length)
	held := &s.leases
	held.mu.Lock()
	all := live(held.byInbox[inbox], time.Now())
	at := slices.IndexFunc(all, func(o Lease) bool { return o.ID == l.ID })
	fresh := at < 0 || all[at].URL != l.URL
	if at < 0 && len(all) >= maxLeases {
		held.mu.Unlock()
		return Inbox{}, &InvalidError{Field: "id", Text: fmt.Sprintf("would be holder %d of the inbox, the limit is %d", len(all)+1, maxLeases), Hint: "end another boathook listen first"}
	}
	if at >= 0 {
		all[at] = l
	} else {
		all = slices.Insert(all, 0, l)
	}
	held.set(inbox, all)
	held.mu.Unlock()
	if fresh {
		if err := s.announce(ctx, inbox); err != nil {
			return Inbox{}, err
		}
	}
	return s.Get(inbox)
}

// EndLease gives a lease back. One that is over, or never was, is no error.
func (s *Inboxes) EndLease(ctx context.Context, inbox, id string) error {
	held := &s.leases
	held.mu.Lock()
	all := live(held.byInbox[inbox], time.Now())
	at := slices.IndexFunc(all, func(o Lease) bool { return o.ID == id })
	if at >= 0 {
		held.set(inbox, slices.Delete(all, at, at+1))
	}
	held.mu.Unlock()
	if at < 0 {
		return nil
	}
	return s.announce(ctx, inbox)
}

// announce lets the feed tell that the leases of an inbox have changed. What it
// writes is read by nobody.
func (s *Inboxes) announce(ctx context.Context, inbox string) error {
	urls := []string{}
	for _, l := range s.Leases(inbox) {
		urls = append(urls, l.URL)
	}
	value, err := json.Marshal(urls)
	if err != nil {
		return err
	}
	key := "lease/" + inbox
	entries, err := s.reg.store.Config(ctx, s.reg.ws, key)
	if err != nil {
		return fmt.Errorf("read the leases of inbox %s: %w", inbox, err)
	}
	put := inspector.ConfigPut{Key: key, Value: value}
	for _, e := range entries {
		if e.Key == key {
			put.Want = e.Rev
		}
	}
	// A conflict means that another holder has announced at the same time.
	if _, err := s.reg.store.Commit(ctx, &inspector.Batch{Workspace: s.reg.ws, Config: []inspector.ConfigPut{put}}); err != nil {
		return fmt.Errorf("announce the leases of inbox %s: %w", inbox, err)
	}
	return nil
}

// Leases are the leases of an inbox that hold now, newest holder first.
func (s *Inboxes) Leases(inbox string) []Lease {
	s.leases.mu.Lock()
	defer s.leases.mu.Unlock()
	return live(s.leases.byInbox[inbox], time.Now())
}

// live leaves out what is over. The result shares nothing with all.
func live(all []Lease, now time.Time) []Lease {
	var out []Lease
	for _, l := range all {
		if l.Until.After(now) {
			out = append(out, l)
		}
	}
	return out
}

// set replaces the leases of an inbox. mu is held.
func (h *leases) set(inbox string, all []Lease) {
	if h.byInbox == nil {
		h.byInbox = map[string][]Lease{}
	}
	h.byInbox[inbox] = all
	if len(all) == 0 {
		delete(h.byInbox, inbox)
	}
	h.forget(inbox)
}

// forget lets the next request make the program of an inbox anew. mu is held.
func (h *leases) forget(inbox string) {
	h.store(inbox, nil)
}

func (h *leases) store(inbox string, p *lentProgram) {
	next := map[string]*lentProgram{}
	if old := h.lent.Load(); old != nil {
		for name, o := range *old {
			next[name] = o
		}
	}
	delete(next, inbox)
	if len(h.byInbox[inbox]) > 0 {
		next[inbox] = p
	}
	if len(next) == 0 {
		h.lent.Store(nil)
		return
	}
	h.lent.Store(&next)
}

// leased is the program that answers now: the stored one, or while there are
// leases one with their targets.
func (s *Inboxes) leased(p *program) *program {
	all := s.leases.lent.Load()
	if all == nil {
		return p
	}
	lent, any := (*all)[p.inbox.Name]
	if !any {
		return p
	}
	if lent == nil || lent.base != p || !time.Now().Before(lent.until) {
		lent = s.relend(p)
	}
	if lent == nil || lent.program == nil {
		return p
	}
	return lent.program
}

// relend makes the program of an inbox with leases.
func (s *Inboxes) relend(p *program) *lentProgram {
	held := &s.leases
	held.mu.Lock()
	defer held.mu.Unlock()
	name, now := p.inbox.Name, time.Now()
	all := live(held.byInbox[name], now)
	held.set(name, all)
	if len(all) == 0 {
		return nil
	}
	lent := &lentProgram{base: p, until: all[0].Until}
	in := p.inbox.clone()
	in.Forward, in.AnswerFrom = nil, ""
	for _, l := range all {
		if l.Until.Before(lent.until) {
			lent.until = l.Until
		}
		if !slices.ContainsFunc(in.Forward, func(t Target) bool { return t.URL == l.URL }) {
			in.Forward = append(in.Forward, Target{URL: l.URL})
		}
	}
	in = in.normal()
	var err error
	if lent.program, err = compile(in, now); err != nil {
		s.reg.log.Error("a lease has no effect", "inbox", name, "error", err) // its parts were checked
	} else {
		lent.program.judge, lent.program.hello = p.judge, p.hello
	}
	held.store(name, lent)
	return lent
}
