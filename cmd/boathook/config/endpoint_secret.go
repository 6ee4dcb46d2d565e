package config

import (
	"fmt"

	"github.com/boathook/boathook/proxy"
)

// secret is a single value that must come from the environment: a file that is kept
// with a project is no place for it.
func (n *node) secret(path string) (string, error) {
	if err := n.want(scalar, path); err != nil {
		return "", err
	}
	if n.plain {
		return "", n.errorf("write ${NAME} in its place, and set NAME in the environment", path+": a secret stands in a file by reference only")
	}
	if n.text == "" {
		return "", n.errorf("set the variable to the secret", path+": is empty")
	}
	return n.text, nil
}

// secrets takes one secret or a list, the current one first.
func (n *node) secrets(path string) ([]proxy.Secret, error) {
	items := []*node{n}
	if n.kind == list {
		items = n.items
	}
	secrets := []proxy.Secret{}
	for _, item := range items {
		text, err := item.secret(path)
		if err != nil {
			return nil, err
		}
		secrets = append(secrets, proxy.Secret{Value: text})
	}
	return secrets, nil
}

func readAuth(path string, v *node) (a proxy.Auth, err error) {
	err = v.each(path, []string{"kind", "name", "secret"}, func(name string, v *node) (err error) {
		switch at := path + "." + name; name {
		case "kind":
			a.Kind, err = v.string(at)
		case "name":
			a.Name, err = v.string(at)
		case "secret":
			a.Secret, err = v.oneSecret(at)
		}
		return err
	})
	return a, err
}

func (n *node) oneSecret(path string) (*proxy.Secret, error) {
	text, err := n.secret(path)
	if err != nil {
		return nil, err
	}
	return &proxy.Secret{Value: text}, nil
}

// readEmail takes addresses, or them with all about the message.
func readEmail(path string, v *node) (*proxy.Email, error) {
	m := &proxy.Email{}
	if v.kind != mapping {
		to, err := v.strings(path)
		m.To = to
		return m, err
	}
	return m, v.each(path, []string{"to", "from", "subject", "smtp"}, func(name string, v *node) (err error) {
		switch at := path + "." + name; name {
		case "to":
			m.To, err = v.strings(at)
		case "from":
			m.From, err = v.string(at)
		case "subject":
			m.Subject, err = v.string(at)
		case "smtp":
			m.SMTP, err = readSMTP(at, v)
		}
		return err
	})
}

func readSMTP(path string, v *node) (*proxy.SMTP, error) {
	s := &proxy.SMTP{}
	return s, v.each(path, []string{"host", "port", "tls", "user", "password"}, func(name string, v *node) (err error) {
		switch at := path + "." + name; name {
		case "host":
			s.Host, err = v.string(at)
		case "port":
			s.Port, err = v.int(at)
		case "tls":
			s.TLS, err = v.string(at)
		case "user":
			s.User, err = v.string(at)
		case "password":
			s.Password, err = v.oneSecret(at)
		}
		return err
	})
}

// number is any number of 0 or more.
func (n *node) number(path string) (float64, error) {
	v, err := plainNumber(n.text)
	if err != nil {
		return 0, n.checked(path, func(s string) error { return fmt.Errorf("want a number, got %q", clip(s)) })
	}
	return v, n.want(scalar, path)
}
