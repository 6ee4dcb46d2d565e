package proxy

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/signer"
)

// Bounds of an endpoint. Its whole JSON form is one configuration entry.
const (
	maxEndpointBytes = 512 << 10
	maxEvents        = 1000
	maxChannels      = 10  // of one endpoint or event, as the hosted Svix has it
	maxChannelBytes  = 128 // as Svix has it
	maxScopeIDs      = 10_000
	maxTextBytes     = 1 << 10 // of a short text
	maxSpeed         = 1_000_000
	maxConcurrency   = 256
	maxRate          = 1_000_000
)

// setByUs are header names that no endpoint may set.
var setByUs = map[string]bool{"host": true, "te": true, "expect": true, "proxy-connection": true}

// compiled is what is made of a checked endpoint once.
type compiled struct {
	skip *inspector.Query // nil: nothing is left out
	at   *place           // nil for an endpoint without a URL
}

// place is the URL of an endpoint, taken apart.
type place struct {
	text    string
	address *address
	url     *url.URL
	target  string // of url, as it stands in a start line
	full    string // url as text
}

func newPlace(text string) (*place, *InvalidError) {
	a, invalid := parseTarget(text)
	if invalid != nil {
		invalid.Field = "url"
		return nil, invalid
	}
	u, err := url.Parse(text)
	if err != nil {
		return nil, &InvalidError{Field: "url", Text: "cannot be read: " + err.Error(), Hint: "percent-encode what is no part of a URL"}
	}
	return &place{text, a, u, u.RequestURI(), u.String()}, nil
}

// place takes the endpoint's URL apart, once for an endpoint that was checked. What
// it returns must not be changed.
func (ep *Endpoint) place() (*place, *InvalidError) {
	if r := ep.rules; r != nil && r.at != nil && r.at.text == ep.URL {
		return r.at, nil
	}
	return newPlace(ep.URL)
}

// normal fills in the defaults. It leaves ep's slices alone.
func (ep Endpoint) normal() Endpoint {
	if ep.Kind == "" {
		ep.Kind = KindURL
	}
	ep.Method = strings.ToUpper(ep.Method)
	ep.Events, ep.Channels, ep.Success = list(slices.Clone(ep.Events)), list(slices.Clone(ep.Channels)), list(slices.Clone(ep.Success))
	if slices.Contains(ep.Events, "*") {
		ep.Events = []string{"*"} // it stands for all others, as Site Stacker has it
	}
	ep.Headers = list(slices.Clone(ep.Headers))
	if ep.Context == nil {
		ep.Context = map[string]string{}
	}
	if ep.Auth.Kind == "" {
		ep.Auth.Kind = AuthNone
	}
	if ep.Retry.Preset == "" {
		ep.Retry.Preset = retryProvider
	}
	ep.Retry.Delays = list(slices.Clone(ep.Retry.Delays))
	if ep.Speed == 0 {
		ep.Speed = 1
	}
	if ep.Concurrency == 0 {
		ep.Concurrency = 4
	}
	if ep.Scope != nil {
		scope := Scope{Kind: ep.Scope.Kind, Only: list(slices.Clone(ep.Scope.Only)), Except: list(slices.Clone(ep.Scope.Except))}
		ep.Scope = &scope
	}
	if ep.Kind == KindEmail && ep.Email != nil {
		mail := ep.Email.normal()
		ep.Email = &mail
	}
	return ep
}

// check validates a normal endpoint, its secrets apart, and compiles it. Its errors
// are an [*InvalidError].
func (ep *Endpoint) check(known known) error {
	if err := checkName("name", ep.Name); err != nil {
		return err
	}
	if err := ep.checkTarget(); err != nil {
		return err
	}
	if len(ep.Note) > maxNoteBytes || !utf8.ValidString(ep.Note) {
		return &InvalidError{Field: "note", Text: fmt.Sprintf("is not UTF-8 text of at most %d bytes", maxNoteBytes), Hint: "shorten it"}
	}
	if err := ep.checkSubscription(known); err != nil {
		return err
	}
	if err := ep.checkRequest(); err != nil {
		return err
	}
	if err := ep.checkScheme(known); err != nil {
		return err
	}
	return ep.checkSending()
}

func (ep *Endpoint) checkTarget() error {
	switch ep.Kind {
	case KindURL:
		if _, err := parseTarget(ep.URL); err != nil {
			err.Field = "url"
			if strings.Contains(err.Text, "password before the host") {
				err.Hint = `set "auth" to basic instead`
			}
			return err
		}
		if ep.Email != nil {
			return &InvalidError{Field: "email", Text: "is of no use to an endpoint of the kind url", Hint: `leave it out, or set "kind" to "email"`}
		}
		return nil
	case KindEmail:
		if ep.URL != "" {
			return &InvalidError{Field: "url", Text: "is of no use to an endpoint of the kind email", Hint: "leave it out"}
		}
		if ep.Email == nil {
			return &InvalidError{Field: "email", Text: "is missing", Hint: `name at least one address in "to"`}
		}
		return ep.Email.check()
	}
	return oneOf("kind", ep.Kind, KindURL, KindEmail)
}

func (ep *Endpoint) checkSubscription(known known) error {
	if len(ep.Events) > maxEvents {
		return &InvalidError{Field: "events", Text: fmt.Sprintf("has %d entries, the limit is %d", len(ep.Events), maxEvents), Hint: `use "provider/*"`}
	}
	for i, pattern := range ep.Events {
		if err := known.checkPattern(fmt.Sprintf("events[%d]", i), pattern); err != nil {
			return err
		}
	}
	if err := checkChannels("channels", ep.Channels); err != nil {
		return err
	}
	if s := ep.Scope; s != nil {
		if s.Kind != ScopeCampaign && s.Kind != ScopeForm {
			return oneOf("scope.kind", s.Kind, ScopeCampaign, ScopeForm)
		}
		if len(s.Only)+len(s.Except) > maxScopeIDs {
			return &InvalidError{Field: "scope", Text: fmt.Sprintf("names %d ids, the limit is %d", len(s.Only)+len(s.Except), maxScopeIDs)}
		}
		for name, ids := range map[string][]string{"only": s.Only, "except": s.Except} {
			for i, id := range ids {
				if err := checkText(fmt.Sprintf("scope.%s[%d]", name, i), id, false); err != nil {
					return err
				}
			}
		}
	}
	ep.rules = &compiled{}
	if ep.Kind == KindURL {
		ep.rules.at, _ = newPlace(ep.URL) // what is wrong with it says who uses it
	}
	if ep.Skip == "" {
		return nil
	}
	if len(ep.Skip) > maxRuleBytes {
		return &InvalidError{Field: "skip", Text: fmt.Sprintf("is %d bytes, the limit is %d", len(ep.Skip), maxRuleBytes)}
	}
	q, err := inspector.ParseQuery(ep.Skip, time.Now())
	if err != nil {
		return queryError("skip", err)
	}
	ep.rules.skip = q
	return nil
}

// checkChannels checks the names of channels.
func checkChannels(field string, channels []string) error {
	if len(channels) > maxChannels {
		return &InvalidError{Field: field, Text: fmt.Sprintf("has %d channels, the limit is %d", len(channels), maxChannels)}
	}
	for i, c := range channels {
		ok := c != "" && len(c) <= maxChannelBytes
		for k := 0; ok && k < len(c); k++ {
			b := c[k]
			ok = b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || strings.IndexByte("-_.:+", b) >= 0
		}
		if !ok {
			return &InvalidError{Field: fmt.Sprintf("%s[%d]", field, i), Text: fmt.Sprintf("%.60q is no channel", c), Hint: fmt.Sprintf("use 1 to %d of A-Z a-z 0-9 - _ . : +, such as client_42", maxChannelBytes)}
		}
	}
	return nil
}

func (ep *Endpoint) checkRequest() error {
	if ep.Method != "" && (!isHeaderName(ep.Method) || len(ep.Method) > 32 || ep.Method == http.MethodConnect) {
		return &InvalidError{Field: "method", Text: fmt.Sprintf("%.40q is no method to send with", ep.Method), Hint: "use POST, PUT or PATCH, or leave it empty"}
	}
	if ep.Format != "" && contentTypes[ep.Format] == "" {
		return oneOf("format", ep.Format, "", FormatJSON, FormatForm, FormatXML)
	}
	if err := ep.Auth.check(); err != nil {
		return err
	}
	if err := checkText("app_key", ep.AppKey, true); err != nil {
		return err
	}
	if err := checkText("app_token", ep.Token, true); err != nil {
		return err
	}
	if len(ep.Headers) > maxHeaders {
		return &InvalidError{Field: "headers", Text: fmt.Sprintf("has %d headers, the limit is %d", len(ep.Headers), maxHeaders)}
	}
	total := 0
	for i, h := range ep.Headers {
		at := fmt.Sprintf("headers[%d]", i)
		if setByUs[strings.ToLower(h.Name)] || framingNames[strings.ToLower(h.Name)] {
			return &InvalidError{Field: at + ".name", Text: h.Name + " is set by boathook itself", Hint: "leave it out"}
		}
		if err := checkHeader(at, h, false); err != nil {
			return err
		}
		total += len(h.Name) + len(h.Value)
	}
	if total > maxHeaderBytes {
		return &InvalidError{Field: "headers", Text: fmt.Sprintf("hold %d bytes, the limit is %d", total, maxHeaderBytes), Hint: "shorten them"}
	}
	for i, s := range ep.Success {
		if _, _, ok := statusRange(s); !ok {
			return &InvalidError{Field: fmt.Sprintf("success[%d]", i), Text: fmt.Sprintf("%.40q is no status", s), Hint: `use for example "2xx", "200" or "200-204"`}
		}
	}
	return nil
}

// checkText checks a short text that may become part of a request.
func checkText(field, s string, empty bool) error {
	if s == "" && !empty {
		return &InvalidError{Field: field, Text: "is empty", Hint: "remove the entry"}
	}
	if len(s) > maxTextBytes || !utf8.ValidString(s) {
		return &InvalidError{Field: field, Text: fmt.Sprintf("is not UTF-8 text of at most %d bytes", maxTextBytes), Hint: "shorten it"}
	}
	if i := badValueByte(s); i >= 0 {
		return &InvalidError{Field: field, Text: fmt.Sprintf("has the byte %#02x at %d", s[i], i), Hint: "remove line breaks and control characters", Pos: i, End: i + 1}
	}
	return nil
}

func (ep *Endpoint) checkScheme(known known) error {
	// What is stored is read without the catalogue: see Endpoints.read.
	if ep.Provider != "" && known.catalog != nil {
		if _, ok := known.provider(ep.Provider); !ok {
			return &InvalidError{Field: "provider", Text: fmt.Sprintf("%.60q is not in the catalogue", ep.Provider), Hint: "see: boathook events list"}
		}
	}
	for name, value := range ep.Context {
		if err := checkText("context."+name, value, true); err != nil {
			return err
		}
	}
	scheme, err := ep.scheme(known)
	if err != nil || scheme == nil {
		return err
	}
	if ep.Scheme == "" {
		return nil // the provider's own; what it needs is asked for where it is used
	}
	for _, need := range scheme.Needs() {
		if need != "url" && ep.Context[need] == "" {
			return &InvalidError{Field: "context." + need, Text: fmt.Sprintf("is missing; %s signs it", scheme.Name), Hint: "set it to what the receiver checks with"}
		}
	}
	return nil
}

// scheme is the scheme that the endpoint's secrets are for: the one that it names,
// or that of its provider; nil if there is none.
func (ep *Endpoint) scheme(known known) (*signer.Scheme, error) {
	id := ep.Scheme
	if id == "" {
		if p, ok := known.provider(ep.Provider); ok {
			id = p.Scheme
		}
	}
	if id == "" || id == SchemeNone {
		return nil, nil
	}
	s, ok := known.scheme(id)
	if !ok {
		hint := schemeMeant(id, nil, `use "" (the provider's), "none", or an id of: boathook schemes`)
		return nil, &InvalidError{Field: "scheme", Text: fmt.Sprintf("%.60q is no scheme", id), Hint: hint}
	}
	return s, nil
}

func (ep *Endpoint) checkSending() error {
	if err := ep.Retry.check(); err != nil {
		return err
	}
	for _, n := range []struct {
		field     string
		v         float64
		low, high float64
	}{
		{"speed", ep.Speed, 1, maxSpeed},
		{"rate", ep.Rate, 0, maxRate},
	} {
		if err := checkNumber(n.field, n.v, n.low, n.high); err != nil {
			return err
		}
	}
	if err := checkRange("timeout_ms", ep.TimeoutMS, 0, maxTimeoutMS); err != nil {
		return err
	}
	return checkRange("concurrency", ep.Concurrency, 1, maxConcurrency)
}
