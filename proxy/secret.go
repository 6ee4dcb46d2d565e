package proxy

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/boathook/boathook/proxy/vault"
	"github.com/boathook/boathook/signer"
)

// Bounds of secrets. A certificate with its chain is the longest there is.
const (
	maxSecrets     = 10
	maxSecretBytes = 16 << 10
	maxSecretName  = 63
)

// Secret is a secret of an inbox or an endpoint. Its value is kept sealed and is
// never part of what is printed or encoded, but for the one answer to the request
// that had it made.
type Secret struct {
	ID   string `json:"id"`   // 8 hex characters, given by us
	Name string `json:"name"` // "current", "previous" or a name of the user's
	// Value is set in requests. In an answer it is set once, for a secret that the
	// request had generated.
	Value string `json:"value,omitempty"`
	// Generate has a value made, in the form of the scheme. Only in requests.
	Generate bool `json:"generate,omitempty"`
	// Public is the key that verifies, for a generated secret that only signs. It
	// is no secret.
	Public string     `json:"public,omitempty"`
	Hint   string     `json:"hint"` // what is safe to show of the value, see [signer.Mask]
	Added  time.Time  `json:"added"`
	Until  *time.Time `json:"until,omitempty"` // after it the secret no longer counts; nil: for ever
	// Locked says why the value cannot be used, "" if it can. Filled in by us.
	Locked string `json:"locked,omitempty"`

	// open is a pointer so that printing what holds a Secret does not print it.
	open   *string // the value; nil if it cannot be opened
	sealed string  // the value as it is stored, "" if it is not stored yet
}

// String hides the value.
func (s Secret) String() string { return "secret " + s.Name + " " + s.Hint }

// GoString hides the value.
func (s Secret) GoString() string { return s.String() }

// Live reports whether the secret counts at a time.
func (s *Secret) Live(now time.Time) bool {
	return s.open != nil && (s.Until == nil || now.Before(*s.Until))
}

// defaultScheme is the scheme whose form a secret gets where none is chosen.
const defaultScheme = "standard-webhooks.v1"

// schemeForSecrets is the scheme in whose form secrets are generated.
func schemeForSecrets(s *signer.Scheme) *signer.Scheme {
	if s == nil {
		s, _ = signer.Lookup(defaultScheme)
	}
	return s
}

// mergeSecrets makes of the secrets that a request has those to be stored. Entries
// with an id and no value keep the value of old. A nil scheme takes any value. The
// error is an [*InvalidError].
func mergeSecrets(field string, next, old []Secret, scheme *signer.Scheme, now time.Time) ([]Secret, error) {
	if len(next) > maxSecrets {
		return nil, &InvalidError{Field: field, Text: fmt.Sprintf("has %d secrets, the limit is %d", len(next), maxSecrets), Hint: "remove those that no longer count"}
	}
	out := make([]Secret, 0, len(next))
	for i := range next {
		at := fmt.Sprintf("%s[%d]", field, i)
		s, err := mergeSecret(at, next[i], old, scheme, now)
		if err != nil {
			return nil, err
		}
		if s.Name == "" {
			s.Name = secretName(i)
		}
		if slices.ContainsFunc(out, func(o Secret) bool { return o.ID == s.ID }) {
			return nil, &InvalidError{Field: at + ".id", Text: "occurs twice", Hint: "list each secret once"}
		}
		if slices.ContainsFunc(out, func(o Secret) bool { return o.Name == s.Name }) {
			return nil, &InvalidError{Field: at + ".name", Text: fmt.Sprintf("%q is the name of another secret", s.Name), Hint: "give each secret its own name"}
		}
		out = append(out, s)
	}
	return out, nil
}

// secretName is the name of the i-th secret where none was given.
func secretName(i int) string {
	switch i {
	case 0:
		return "current"
	case 1:
		return "previous"
	}
	return fmt.Sprintf("secret-%d", i+1)
}

// mergeSecret makes of one secret of a request the one to be stored.
func mergeSecret(field string, next Secret, old []Secret, scheme *signer.Scheme, now time.Time) (Secret, error) {
	if len(next.Name) > maxSecretName || !utf8.ValidString(next.Name) || strings.ContainsFunc(next.Name, isControl) {
		return Secret{}, &InvalidError{Field: field + ".name", Text: fmt.Sprintf("is no text of at most %d bytes", maxSecretName), Hint: `use "current", "previous" or another short name`}
	}
	s := Secret{ID: newSecretID(), Name: next.Name, Until: next.Until, Added: now.UTC().Truncate(time.Second)}
	if next.ID != "" {
		i := slices.IndexFunc(old, func(o Secret) bool { return o.ID == next.ID })
		if i < 0 {
			return Secret{}, &InvalidError{Field: field + ".id", Text: fmt.Sprintf("there is no secret %.20q", next.ID), Hint: "leave the id out to add a secret"}
		}
		kept := old[i]
		kept.Name, kept.Until, kept.Value = next.Name, next.Until, ""
		if kept.Name == "" {
			kept.Name = old[i].Name
		}
		if next.Value == "" && !next.Generate {
			return kept, nil
		}
		s.ID, s.Name = kept.ID, kept.Name
	}
	switch {
	case next.Generate && next.Value != "":
		return Secret{}, &InvalidError{Field: field + ".generate", Text: "the secret has a value too", Hint: "leave one of them out"}
	case next.Generate:
		sign, verify, err := schemeForSecrets(scheme).NewSecret()
		if err != nil {
			return Secret{}, &InvalidError{Field: field + ".generate", Text: err.Error()}
		}
		s.Value = sign
		if verify != sign {
			s.Public = verify
		}
	default:
		if err := checkSecret(field+".value", next.Value, scheme); err != nil {
			return Secret{}, err
		}
	}
	value := next.Value + s.Value // one of them is empty
	s.open, s.Hint = &value, signer.Mask(value)
	return s, nil
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

func checkSecret(field, value string, scheme *signer.Scheme) error {
	switch {
	case strings.TrimSpace(value) == "":
		return &InvalidError{Field: field, Text: "is empty", Hint: `enter the secret, or set "generate" to have one made`}
	case len(value) > maxSecretBytes:
		return &InvalidError{Field: field, Text: fmt.Sprintf("is %d bytes, the limit is %d", len(value), maxSecretBytes), Hint: "enter the secret alone"}
	case !utf8.ValidString(value):
		return &InvalidError{Field: field, Text: "is not UTF-8 text", Hint: "enter it as the provider shows it"}
	case strings.Trim(value, "\r\n") != value && !strings.Contains(value, "-----BEGIN") && !strings.HasPrefix(strings.TrimSpace(value), "{"):
		return &InvalidError{Field: field, Text: "begins or ends with a line end", Hint: "remove it: it was copied along, or comes from the end of a file"}
	case scheme == nil:
		return nil
	}
	if err := scheme.CheckSecret(value); err != nil {
		text := strings.TrimPrefix(err.Error(), signer.ErrSecret.Error()+": ")
		return &InvalidError{Field: field, Text: fmt.Sprintf("cannot be a secret of %s: %s", scheme.Name, text), Hint: "copy it from the provider once more, or choose another scheme"}
	}
	return nil
}

func newSecretID() string {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// sealSecrets seals the values of the secrets of one configuration entry, by
// their ids. What is sealed already stays as it is.
func sealSecrets(v *vault.Vault, key string, all ...*Secret) (map[string]string, error) {
	sealed := make(map[string]string, len(all))
	for _, s := range all {
		if s.sealed == "" && s.open != nil {
			text, err := v.Seal(key, []byte(*s.open))
			if err != nil {
				return nil, err
			}
			s.sealed = text
		}
		sealed[s.ID] = s.sealed
	}
	return sealed, nil
}

// openSecrets opens the values of the secrets of one configuration entry. Those
// that cannot be opened say why in Locked.
func openSecrets(v *vault.Vault, key string, sealed map[string]string, all ...*Secret) {
	for _, s := range all {
		s.open, s.sealed, s.Value, s.Locked = nil, sealed[s.ID], "", ""
		plain, err := v.Unseal(key, s.sealed)
		if err != nil {
			s.Locked = lockedText(err)
			continue
		}
		value := string(plain)
		s.open = &value
	}
}

func lockedText(err error) string {
	if errors.Is(err, vault.ErrOtherKey) {
		return "sealed with another " + vault.File + "; put that file back into the data folder, or set the secret anew"
	}
	return "its sealed value is damaged; set the secret anew"
}

// liveSecrets are the secrets that count at a time, in their order.
func liveSecrets(all []Secret, now time.Time) []Secret {
	var live []Secret
	for i := range all {
		if all[i].Live(now) {
			live = append(live, all[i])
		}
	}
	return live
}

// pointers are the secrets of a list as sealSecrets and openSecrets take them.
func pointers(all []Secret) []*Secret {
	out := make([]*Secret, len(all))
	for i := range all {
		out[i] = &all[i]
	}
	return out
}

// forStore are secrets without what is not stored in the clear.
func forStore(all []Secret) []Secret {
	out := slices.Clone(all)
	for i := range out {
		out[i].Value, out[i].Locked = "", ""
	}
	return out
}
