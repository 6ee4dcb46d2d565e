package proxy

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/signer"
)

// SchemeLookup finds a scheme by its id, also one of the user's own.
type SchemeLookup func(id string) (*signer.Scheme, bool)

// Rules are what holds for an endpoint and a provider together: the endpoint's
// own settings, and the provider's where it has none.
type Rules struct {
	Method      string
	Format      string // json, form or xml
	ContentType string
	SchemeID    string         // "" if nothing is signed
	Scheme      *signer.Scheme // nil if nothing is signed, or the id is of no scheme
	Own         bool           // the endpoint names the scheme itself
	Retry       RetryRule
	Timeout     time.Duration
	Success     []string
}

// Rules are the rules for events of a provider, which may be nil. schemes nil
// finds the schemes of package signer only.
func (ep *Endpoint) Rules(p *catalog.Provider, schemes SchemeLookup) Rules {
	r := Rules{Method: ep.Method, Format: ep.Format, SchemeID: ep.Scheme, Own: ep.Scheme != "", Success: ep.Success, Timeout: time.Duration(ep.TimeoutMS) * time.Millisecond}
	r.Retry = ep.retry(p)
	if p == nil {
		p = &catalog.Provider{}
	}
	r.Method = cmp.Or(r.Method, p.Method, "POST")
	r.Format = cmp.Or(r.Format, p.Format, "json")
	if r.Format == p.Format {
		r.ContentType = p.ContentType
	}
	r.ContentType = cmp.Or(r.ContentType, contentTypes[r.Format])
	if r.Timeout == 0 {
		r.Timeout = p.Timeout()
	}
	if len(r.Success) == 0 {
		r.Success = p.Success
	}
	if len(r.Success) == 0 {
		r.Success = []string{"2xx"}
	}
	if !r.Own {
		r.SchemeID = p.Scheme
	}
	if r.SchemeID == SchemeNone {
		r.SchemeID = ""
	}
	if r.SchemeID == "" {
		return r
	}
	if schemes == nil {
		schemes = signer.Lookup
	}
	if s, ok := schemes(r.SchemeID); ok {
		r.Scheme, r.SchemeID = s, s.ID
	}
	return r
}

// retry is the endpoint's retry rule.
func (ep *Endpoint) retry(p *catalog.Provider) RetryRule {
	if ep.Retry.provider() {
		return ProviderRetry(p)
	}
	return ep.Retry.rule()
}

// ProviderRetry is the retry rule of a provider as the catalogue has it. The
// provider may be nil.
func ProviderRetry(p *catalog.Provider) RetryRule {
	if p == nil {
		return RetryRule{}
	}
	r := &p.Retry
	rule := RetryRule{
		Preset: r.Preset, Jitter: r.Jitter, RetryAfter: r.RetryAfter, MinAfter429: time.Duration(r.MinAfter429),
		StopStatus: r.StopStatus, OnlyStatus: r.OnlyStatus,
	}
	for _, d := range r.Delays {
		rule.Delays = append(rule.Delays, time.Duration(d))
	}
	if name, value, ok := strings.Cut(r.StopHeader, ":"); ok {
		rule.Stop = inspector.Field{Name: strings.TrimSpace(name), Value: strings.TrimSpace(value)}
	}
	for _, f := range p.Facts {
		switch {
		case !strings.HasPrefix(f.Topic, "Retry"):
		case !f.Documented.Bool():
			rule.Inferred = cmp.Or(rule.Inferred, f.Text)
		case rule.Source == "":
			rule.Source = cmp.Or(f.Source, f.Text)
		}
	}
	return rule
}

// StatusIn reports whether a status is one of a list such as "2xx", "200" and
// "200-204".
func StatusIn(list []string, status int) bool {
	for _, s := range list {
		if low, high, ok := statusRange(s); ok && status >= low && status <= high {
			return true
		}
	}
	return false
}

// statusRange reads "2xx", "200" or "200-204".
func statusRange(s string) (low, high int, ok bool) {
	if class, found := strings.CutSuffix(strings.ToLower(s), "xx"); found {
		n, err := strconv.Atoi(class)
		return n * 100, n*100 + 99, err == nil && len(class) == 1 && n >= 1 && n <= 5
	}
	first, last, found := strings.Cut(s, "-")
	if !found {
		last = first
	}
	low, err1 := strconv.Atoi(first)
	high, err2 := strconv.Atoi(last)
	return low, high, err1 == nil && err2 == nil && low >= 100 && low <= high && high <= 599
}
