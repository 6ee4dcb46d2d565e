package proxy

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/vault"
	"github.com/boathook/boathook/signer"
)

// SchemeNone is the value of [Inbox.Scheme] that leaves requests unchecked.
const SchemeNone = "none"

// Bounds of what an inbox says of signatures.
const (
	maxContext      = 20
	maxContextBytes = 1 << 10
	maxToleranceS   = 365 * 24 * 3600
	maxVerifyToken  = 1 << 10
)

// ChallengesAuto answers what is recognised without doubt, ChallengesOff nothing.
const (
	ChallengesAuto = "auto"
	ChallengesOff  = "off"
)

// Challenges are the ids of the handshakes that an inbox answers, or one of
// ChallengesAuto and ChallengesOff. In JSON these two stand as a string.
type Challenges []string

// MarshalJSON writes "auto", "off" or a list.
func (c Challenges) MarshalJSON() ([]byte, error) {
	if len(c) == 1 && (c[0] == ChallengesAuto || c[0] == ChallengesOff) {
		return json.Marshal(c[0])
	}
	return json.Marshal([]string(c))
}

// UnmarshalJSON reads a string or a list.
func (c *Challenges) UnmarshalJSON(text []byte) error {
	if len(text) > 0 && text[0] == '"' {
		var one string
		if err := json.Unmarshal(text, &one); err != nil {
			return err
		}
		*c = Challenges{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(c))
}

// storedInbox is an inbox as a configuration entry.
type storedInbox struct {
	Inbox
	Sealed map[string]string `json:"sealed,omitempty"` // values of secrets, by their ids
}

// sealed is the inbox as it is stored.
func (in Inbox) sealed(v *vault.Vault) (storedInbox, error) {
	sealed, err := sealSecrets(v, "inbox/"+in.Name, pointers(in.Secrets)...)
	in.Secrets = forStore(in.Secrets)
	return storedInbox{in, sealed}, err
}

// checkSignature validates what an inbox says of signatures, but for the scheme and
// the secrets, which depend on more than the inbox.
func (in *Inbox) checkSignature() error {
	if err := checkURLBase(in.URLBase); err != nil {
		return err
	}
	if len(in.Context) > maxContext {
		return &InvalidError{Field: "context", Text: fmt.Sprintf("has %d values, the limit is %d", len(in.Context), maxContext)}
	}
	for name, value := range in.Context {
		if name == "" || len(name) > 63 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
			return &InvalidError{Field: "context", Text: fmt.Sprintf("%.80q is no name of a value", name), Hint: "use 1 to 63 of a-z 0-9 _"}
		}
		if len(value) > maxContextBytes || !utf8.ValidString(value) {
			return &InvalidError{Field: "context." + name, Text: fmt.Sprintf("is no text of at most %d bytes", maxContextBytes), Hint: "shorten it"}
		}
	}
	if err := checkRange("tolerance_s", in.ToleranceS, 0, maxToleranceS); err != nil {
		return err
	}
	if len(in.ChallengeToken) > maxVerifyToken || !utf8.ValidString(in.ChallengeToken) {
		return &InvalidError{Field: "challenge_token", Text: fmt.Sprintf("is no text of at most %d bytes", maxVerifyToken), Hint: "shorten it"}
	}
	return in.Challenges.check()
}

func (c Challenges) check() error {
	if len(c) == 1 && (c[0] == ChallengesAuto || c[0] == ChallengesOff) {
		return nil
	}
	for i, id := range c {
		if !slices.Contains(challengeIDs(), id) {
			return oneOf(fmt.Sprintf("challenges[%d]", i), id, append([]string{ChallengesAuto, ChallengesOff}, challengeIDs()...)...)
		}
	}
	return nil
}

// checkURLBase takes an absolute address without query.
func checkURLBase(base string) error {
	if base == "" {
		return nil
	}
	fail := func(text string) error {
		return &InvalidError{Field: "url_base", Text: text, Hint: "enter the address as the provider has it, such as https://hooks.example.com"}
	}
	u, err := url.Parse(base)
	switch {
	case err != nil || len(base) > 2048:
		return fail(fmt.Sprintf("%.80q is no URL", base))
	case u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return fail(fmt.Sprintf("%.80q is no http or https URL", base))
	case u.RawQuery != "" || u.Fragment != "" || u.ForceQuery:
		return fail("has a query or a fragment")
	}
	return nil
}

// withSecrets looks at the scheme of an inbox that a request has, and makes of its
// secrets those to be stored. The error is an [*InvalidError].
func (in Inbox) withSecrets(old *Inbox, schemes *Schemes, now time.Time) (Inbox, error) {
	scheme, err := schemes.check("scheme", in.Scheme)
	if err != nil {
		return in, err
	}
	if scheme != nil {
		in.Scheme = scheme.ID
	}
	var had []Secret
	if old != nil {
		had = old.Secrets
	}
	in.Secrets, err = mergeSecrets("secrets", in.Secrets, had, scheme, now)
	return in, err
}

// check finds the scheme of an inbox or endpoint; nil for none and for any.
func (s *Schemes) check(field, id string) (*signer.Scheme, error) {
	if id == "" || id == SchemeNone {
		return nil, nil
	}
	found, ok := s.Lookup(id)
	if !ok {
		hint := schemeMeant(id, s.Own(), `list them with: boathook schemes; "" is for what the headers tell, "none" for no check`)
		return nil, &InvalidError{Field: field, Text: fmt.Sprintf("there is no scheme %.80q", id), Hint: hint}
	}
	return found, nil
}

// schemeMeant says which scheme of the table or of own an unknown id was probably meant
// to be, otherwise if none is near.
func schemeMeant(id string, own []*signer.Scheme, otherwise string) string {
	var names []string
	for _, s := range slices.Concat(signer.All(), own) {
		names = append(append(names, s.ID), signer.Aliases(s.ID)...)
	}
	if near := inspector.Nearest(id, names); near != "" {
		return "did you mean " + near + "?"
	}
	return otherwise
}
