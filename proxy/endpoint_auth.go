package proxy

import (
	"encoding/base64"
	"net/url"
	"strings"

	"github.com/boathook/boathook/inspector"
)

// Ways to say who sends.
const (
	AuthNone   = "none"
	AuthHeader = "header"
	AuthQuery  = "query"
	AuthBasic  = "basic"
	AuthBearer = "bearer"
)

func (a *Auth) check() error {
	switch a.Kind {
	case AuthNone:
		return nil
	case AuthHeader:
		if err := checkHeader("auth", inspector.Field{Name: a.Name}, false); err != nil {
			return err
		}
		if setByUs[strings.ToLower(a.Name)] {
			return &InvalidError{Field: "auth.name", Text: a.Name + " is set by boathook itself", Hint: "use another header, such as X-Api-Key"}
		}
	case AuthQuery, AuthBasic:
		if err := checkText("auth.name", a.Name, false); err != nil {
			return err
		}
		if a.Kind == AuthBasic && strings.Contains(a.Name, ":") {
			return &InvalidError{Field: "auth.name", Text: "a user name has no colon", Hint: "remove it"}
		}
	case AuthBearer:
	default:
		return oneOf("auth.kind", a.Kind, AuthNone, AuthHeader, AuthQuery, AuthBasic, AuthBearer)
	}
	if a.Secret == nil {
		return &InvalidError{Field: "auth.secret", Text: "is missing", Hint: `set its "value", or set "auth.kind" to "none"`}
	}
	return nil
}

// apply adds the authentication to a request: a header line, or a parameter of
// the URL.
func (a *Auth) apply(u *url.URL) (line inspector.Field, err error) {
	if a.Kind == AuthNone || a.Kind == "" {
		return line, nil
	}
	value, err := a.Secret.reveal("auth.secret")
	if err != nil {
		return line, err
	}
	switch a.Kind {
	case AuthHeader:
		return inspector.Field{Name: a.Name, Value: value}, nil
	case AuthBearer:
		return inspector.Field{Name: "Authorization", Value: "Bearer " + value}, nil
	case AuthBasic:
		return inspector.Field{Name: "Authorization", Value: "Basic " + base64.StdEncoding.EncodeToString([]byte(a.Name+":"+value))}, nil
	}
	pair := url.QueryEscape(a.Name) + "=" + url.QueryEscape(value)
	if u.RawQuery != "" {
		pair = u.RawQuery + "&" + pair
	}
	u.RawQuery = pair
	return line, nil
}

// reveal is the value of a secret that was opened.
func (s *Secret) reveal(field string) (string, error) {
	if s == nil || s.open == nil {
		text := "cannot be opened"
		if s != nil && s.Locked != "" {
			text += ": " + s.Locked
		}
		return "", &InvalidError{Field: field, Text: text, Hint: "enter it anew"}
	}
	return *s.open, nil
}

// SecretNames names what carries a credential in the requests to the endpoint under
// a name that does not tell it, as [inspector.Attempt.Secrets].
func (ep *Endpoint) SecretNames() []string {
	var names []string
	switch ep.Auth.Kind {
	case AuthHeader:
		names = append(names, ep.Auth.Name)
	case AuthQuery:
		names = append(names, "?"+ep.Auth.Name)
	}
	for _, h := range ep.Headers {
		if looksSecret(h.Value) {
			names = append(names, h.Name)
		}
	}
	return names
}

// looksSecret reports whether the value of a header line of the user's own is one
// that nobody would write by hand: long, of letters and digits, without a space but
// after the name of a way to authenticate.
func looksSecret(v string) bool {
	const short = 16
	if way, rest, ok := strings.Cut(v, " "); ok {
		if !isHeaderName(way) || strings.ContainsRune(rest, ' ') {
			return false
		}
		v = rest
	}
	return len(v) >= short && strings.ContainsAny(v, "0123456789") && !strings.ContainsAny(v, " /;,()") &&
		strings.ContainsFunc(v, func(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' })
}
