package proxy

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/signer"
)

// Bounds of checks.
const (
	maxCheckBytes  = 16 << 20 // the longest body that is checked
	maxKnown       = 200      // secrets of other places that are tried
	longCheckBytes = 1 << 20  // from here on one body is in memory at a time
)

// Checker explains signatures: of stored deliveries, and of requests that are given
// to it. Safe for concurrent use.
type Checker struct {
	store     inspector.Store
	ws        inspector.Workspace
	schemes   *Schemes
	inboxes   *Inboxes
	endpoints *Endpoints
	long      chan struct{}     // holds one while a long body is checked
	queue     chan inspector.ID // deliveries whose verdict or cause is to be found
	// settling is held from the reading of a setting until its outcome is stored, so
	// that an outcome by an older setting never comes after one by a newer.
	settling sync.Mutex
}

// Schemes are the user's own schemes.
func (c *Checker) Schemes() *Schemes { return c.schemes }

// setting is what a delivery is checked with as it is set.
type setting struct {
	place string // "inbox demo"; "" if there is none any more
	*judge
}

// settingOf finds the setting of a delivery.
func (c *Checker) settingOf(row *inspector.Row) setting {
	if row.Dir == inspector.In {
		if p, ok := c.inboxes.reg.lookup(row.Inbox); ok {
			return setting{"inbox " + row.Inbox, p.judge}
		}
		return c.noSetting()
	}
	if name, ok := strings.CutPrefix(row.Endpoint, inboxPrefix); ok {
		p, ok := c.inboxes.reg.lookup(name)
		if !ok {
			return c.noSetting()
		}
		in := p.inbox
		in.Scheme = cmp.Or(c.signedBy(row, &Endpoint{Scheme: in.Scheme}), in.Scheme)
		return setting{"inbox " + name, newJudge(&in, c.schemes)}
	}
	ep, ok := c.endpoints.reg.lookup(row.Endpoint)
	if !ok {
		return c.noSetting()
	}
	scheme := cmp.Or(c.signedBy(row, ep), SchemeNone)
	return setting{"endpoint " + row.Endpoint, newJudge(&Inbox{Scheme: scheme, Secrets: ep.Secrets, Context: ep.Context}, c.schemes)}
}

// signedBy is the scheme of what was sent: the endpoint's own, else that of the provider.
func (c *Checker) signedBy(row *inspector.Row, ep *Endpoint) string {
	provider, _ := c.endpoints.catalog.Load().Provider(row.Provider)
	return ep.Rules(provider, c.schemes.Lookup).SchemeID
}

// noSetting is that of what belongs to no inbox or endpoint.
func (c *Checker) noSetting() setting { return setting{"", newJudge(&Inbox{}, c.schemes)} }

// Diagnose checks a delivery over its stored bytes and says why it fails. The
// cause is stored if it is another than before and the input is the zero value. The
// error is an [*InvalidError] for an input that means nothing, one of the store, or
// that of ctx.
func (c *Checker) Diagnose(ctx context.Context, row inspector.Row, in CheckInput) (Check, error) {
	check, err := c.stored(ctx, &row, &in)
	if err != nil || !in.asSet() || row.Dir != inspector.In {
		return check, err
	}
	if check.Cause != row.Cause && check.Verdict == string(row.Verdict) {
		err = c.keepCause(ctx, &check, row.ID)
	}
	return check, err
}

// keepCause stores the cause of a verdict that is still the same.
func (c *Checker) keepCause(ctx context.Context, check *Check, id inspector.ID) error {
	c.settling.Lock()
	defer c.settling.Unlock()
	row, err := c.store.Get(ctx, c.ws, id)
	if err != nil || check.Verdict != string(row.Verdict) || check.Scheme != row.Scheme {
		return err
	}
	return c.keep(ctx, id, check)
}

// newChecker makes the checker of a proxy.
func newChecker(store inspector.Store, ws inspector.Workspace, schemes *Schemes, inboxes *Inboxes, endpoints *Endpoints) *Checker {
	return &Checker{
		store: store, ws: ws, schemes: schemes, inboxes: inboxes, endpoints: endpoints,
		long: make(chan struct{}, 1), queue: make(chan inspector.ID, checkBacklog),
	}
}

// room waits until a body of the size may be read into memory. release gives the
// room back.
func (c *Checker) room(ctx context.Context, size int64) (release func(), err error) {
	if size <= longCheckBytes {
		return func() {}, nil
	}
	select {
	case c.long <- struct{}{}:
		return func() { <-c.long }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// keep stores the outcome of a check with its delivery.
func (c *Checker) keep(ctx context.Context, id inspector.ID, check *Check) error {
	_, err := c.store.Commit(ctx, &inspector.Batch{Workspace: c.ws, Patches: []inspector.Patch{{
		ID: id, Verdict: &inspector.VerdictPatch{Verdict: inspector.Verdict(check.Verdict), Scheme: check.Scheme, Cause: check.Cause},
	}}})
	if err != nil {
		return fmt.Errorf("store the outcome of a check: %w", err)
	}
	return nil
}

// stored checks a delivery without storing anything.
func (c *Checker) stored(ctx context.Context, row *inspector.Row, in *CheckInput) (Check, error) {
	check := blankCheck()
	check.Captured = CapturedCheck{string(row.Verdict), row.Scheme, row.Cause}
	set := c.settingOf(row)
	release, err := c.room(ctx, row.Size)
	if err != nil {
		return check, err
	}
	defer release()
	m, notes, err := c.message(ctx, row, in.Attempt, set.judge)
	if err != nil {
		return check, err
	}
	job := checkJob{in: in, set: set, now: row.At, message: m}
	if notes != "" {
		return check.stop("digest", "", notes), nil
	}
	if in.Attempt == 0 && row.Dir == inspector.In {
		if check.Sent, job.sent, err = c.sent(ctx, row, m.Body); err != nil {
			return check, err
		}
	}
	return c.run(ctx, check, &job)
}

// Verify checks a raw HTTP request. Secrets, scheme and time come from the input
// alone; the secrets that are set somewhere are only used to find a cause.
func (c *Checker) Verify(ctx context.Context, raw []byte, in CheckInput) (Check, error) {
	check := blankCheck()
	m, notes, err := ParseRequest(raw)
	if err != nil {
		return check, err
	}
	for _, text := range notes {
		check.Findings = append(check.Findings, signer.Finding{Step: "format", State: signer.StateShown, Text: text})
	}
	return c.run(ctx, check, &checkJob{in: &in, set: c.noSetting(), now: time.Now(), message: m})
}

// checkJob is one check with all that it is made of.
type checkJob struct {
	in      *CheckInput
	set     setting
	now     time.Time
	message signer.Message
	sent    []byte // the body as it left, nil if that is not known
}

// run makes a check.
func (c *Checker) run(ctx context.Context, check Check, job *checkJob) (Check, error) {
	in, m := job.in, &job.message
	if in.URL != "" {
		if err := checkGivenURL(in.URL); err != nil {
			return check, err
		}
		m.URL = in.URL
	}
	m.Context = job.set.context
	if in.Context != nil {
		m.Context = in.Context
	}
	if !in.Now.IsZero() {
		job.now = in.Now
	}
	secrets, err := job.secrets()
	if err != nil {
		return check, err
	}
	scheme, early, err := c.chosen(check, job, secrets)
	if err != nil || scheme == nil {
		return early, err
	}
	sc := signer.Case{
		Scheme: scheme, Message: *m, Secrets: usable(scheme, secrets), Schemes: slices.Concat(c.schemes.Own(), signer.All()),
		Now: job.now, Options: job.set.opt, Sent: job.sent,
	}
	if !in.OnlySet {
		except := job.set.place
		if in.Secrets != nil {
			except = "" // its own are not among those that are checked with
		}
		sc.Known = append(c.known(except), onPurpose(scheme, sc.Secrets)...)
	}
	check.describe(scheme, m)
	var d signer.Diagnosis
	if in.Got != "" {
		d, err = signer.Compare(ctx, &sc, in.Got)
	} else {
		d, err = signer.Diagnose(ctx, &sc)
	}
	return check.explained(&d, sc.Secrets, in, err)
}

// secrets are those that a check is made with, each under the name of its place.
func (job *checkJob) secrets() ([]signer.Secret, error) {
	var out []signer.Secret
	if job.in.Secrets == nil {
		live := job.set.at(job.now).secrets
		for i := range live {
			out = append(out, signer.Secret{Name: job.set.place + ", " + secretLabel(&live[i]), Value: *live[i].open})
		}
		return out, nil
	}
	for i, value := range job.in.Secrets {
		if err := checkSecret(fmt.Sprintf("secrets[%d]", i), value, nil); err != nil {
			return nil, err
		}
		name := "the secret given"
		if i > 0 {
			name = fmt.Sprintf("the secret given as number %d", i+1)
		}
		out = append(out, signer.Secret{Name: name, Value: value})
	}
	return out, nil
}

// usable are the secrets that a scheme can use; all if it can use none, so that it
// is explained why.
func usable(s *signer.Scheme, secrets []signer.Secret) []signer.Secret {
	fit := slices.DeleteFunc(slices.Clone(secrets), func(x signer.Secret) bool { return s.CheckSecret(x.Value) != nil })
	if len(fit) == 0 {
		return secrets
	}
	return fit
}

// chosen is the scheme that a check is made with; nil if there is none, and then
// the check is over.
func (c *Checker) chosen(check Check, job *checkJob, secrets []signer.Secret) (*signer.Scheme, Check, error) {
	id := job.in.Scheme
	if id == "" {
		id = job.set.id
	}
	switch {
	case id == SchemeNone:
		return nil, check.stop("header", "", "the scheme is set to none, so nothing is checked"), nil
	case id != "":
		s, ok := c.schemes.Lookup(id)
		if !ok && job.in.Scheme != "" {
			return nil, check, &InvalidError{Field: "scheme", Text: fmt.Sprintf("there is no scheme %.80q", id), Hint: "list them with: boathook schemes list"}
		}
		if !ok {
			check.Scheme = id
			return nil, check.stop("header", "", fmt.Sprintf("there is no scheme %q any more; choose another one for the %s", id, job.set.place)), nil
		}
		return s, check, nil
	}
	s, _ := detected(c.schemes.detector.Load().Detect(&job.message), &job.message, job.now, job.set.opt, func(s *signer.Scheme) *schemeKeys {
		k := &schemeKeys{}
		for _, secret := range secrets {
			if s.CheckSecret(secret.Value) == nil {
				k.values = append(k.values, secret.Value)
			}
		}
		if len(k.values) > 0 {
			k.keys, _ = s.Keys(k.values) // each was read above
		}
		return k
	})
	if s == nil {
		return nil, check.stop("header", "", "no scheme is set, and no header looks like a signature of a known one"), nil
	}
	return s, check, nil
}

func checkGivenURL(text string) error {
	if len(text) > 8<<10 || !strings.HasPrefix(text, "http://") && !strings.HasPrefix(text, "https://") {
		return &InvalidError{Field: "url", Text: fmt.Sprintf("%.80q is no http or https URL", text), Hint: "enter the address as the sender has it, such as https://hooks.example.com/in/demo"}
	}
	return nil
}

// describe fills in what scheme and message say without a secret.
func (c *Check) describe(s *signer.Scheme, m *signer.Message) {
	c.Scheme, c.SchemeName, c.Algorithm, c.Covers = s.ID, s.Name, string(s.Algorithm), string(s.Covers())
	c.Unconfirmed = append(c.Unconfirmed, s.Unconfirmed...)
	if slices.Contains(s.Needs(), "url") {
		c.URL = m.URL
	}
	e := s.Evidence(m)
	c.Received = hex.EncodeToString(e.Received)
	if e.Content != nil {
		shown := e.Content[:min(len(e.Content), maxSignedShown)]
		c.Signed = &SignedBytes{Base64: base64.StdEncoding.EncodeToString(shown), Size: len(e.Content), Truncated: len(shown) < len(e.Content)}
	}
}

// lastYear is the last one that RFC 3339 has: no JSON can hold a later time, such as
// milliseconds that are read as seconds.
const lastYear = 9999

// explained fills in the outcome of a diagnosis.
func (c Check) explained(d *signer.Diagnosis, secrets []signer.Secret, in *CheckInput, err error) (Check, error) {
	switch {
	case errors.Is(err, signer.ErrNeeds):
		return c.stop("secret", "", fmt.Sprintf("%v; set it with the inbox", err)), nil
	case errors.Is(err, signer.ErrMalformed) && in.Got != "":
		return c, &InvalidError{Field: "got", Text: err.Error(), Hint: "paste the digest alone, in hexadecimal or base64"}
	case errors.Is(err, signer.ErrSecret):
		return c.stop("secret", signer.SecretMissing, err.Error()), nil
	case err != nil:
		return c, err
	}
	c.Verdict, c.Header = string(d.Verdict), d.Result.Header
	c.setCause(d.Cause)
	c.Findings = append(c.Findings, d.Findings...)
	c.Tried, c.MS, c.Complete = d.Tried, float64(d.Took.Round(10*time.Microsecond))/1e6, d.Complete
	if i := d.Result.Secret; i >= 0 && i < len(secrets) {
		c.Secret = secrets[i].Name
	}
	if t := d.Result.Signed.UTC(); !t.IsZero() && t.Year() <= lastYear {
		age := d.Result.Age.Seconds()
		c.SignedAt, c.AgeS = &t, &age
	}
	if d.URL != "" {
		c.URL = d.URL
	}
	return c, nil
}

// known are the secrets of all places but one.
func (c *Checker) known(except string) []signer.Secret {
	var out []signer.Secret
	for _, p := range c.inboxes.reg.all() {
		place := "inbox " + p.inbox.Name
		if place != except {
			out = appendKnown(out, place, p.inbox.Secrets)
		}
	}
	for _, ep := range c.endpoints.reg.all() {
		place := "endpoint " + ep.Name
		if place != except {
			out = appendKnown(out, place, ep.Secrets)
		}
	}
	return out
}

func appendKnown(out []signer.Secret, place string, secrets []Secret) []signer.Secret {
	for i := range secrets {
		if secrets[i].open != nil && len(out) < maxKnown {
			out = append(out, signer.Secret{Name: place + ", " + secrets[i].Name, Value: *secrets[i].open})
		}
	}
	return out
}
