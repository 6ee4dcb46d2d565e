package main

import (
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/boathook/boathook/proxy"
)

// authFlags say how an endpoint is told who sends.
type authFlags struct{ auth, env, file string }

func (f *authFlags) bind(flags *pflag.FlagSet) {
	flags.StringVar(&f.auth, "auth", "", "who sends: header:X-Api-Key, query:key, basic:user, bearer or none; its secret by --auth-env or --auth-file")
	flags.StringVar(&f.env, "auth-env", "", "environment variable with the API key or password")
	flags.StringVar(&f.file, "auth-file", "", "file with the API key or password, - for standard input")
}

func (f *authFlags) apply(flags *pflag.FlagSet, ep *proxy.Endpoint) error {
	if flags.Changed("auth") {
		kind, name, _ := strings.Cut(f.auth, ":")
		old := ep.Auth.Secret
		ep.Auth = proxy.Auth{Kind: kind, Name: strings.TrimSpace(name), Secret: old}
		if kind == "none" {
			ep.Auth.Secret = nil
		}
	}
	secret, err := oneSecret(f.env, f.file, "--auth-file")
	if err == nil && secret == nil && ep.Auth.Secret == nil && slices.Contains([]string{"header", "query", "basic", "bearer"}, ep.Auth.Kind) {
		return fail(exitToken, "give it with --auth-env NAME or --auth-file FILE", "--auth %s needs a secret", clip(f.auth))
	}
	if err != nil || secret == nil {
		return err
	}
	ep.Auth.Secret = secret
	return nil
}

// oneSecret reads a secret that is not one of several; nil if none was named. flag is the
// one that names the file.
func oneSecret(env, file, flag string) (*proxy.Secret, error) {
	switch {
	case env != "" && file != "":
		return nil, usage("give one of them", "a secret from the environment and one from a file do not go together")
	case env != "":
		value, err := envSecret(env, flag)
		return &proxy.Secret{Value: value}, err
	case file != "":
		value, err := readSecret(file, false)
		return &proxy.Secret{Value: value}, err
	}
	return nil, nil
}

// emailFlags describe an email endpoint.
type emailFlags struct {
	to                                             []string
	from, subject, smtp, tls, user, password, file string
}

func (f *emailFlags) bind(flags *pflag.FlagSet) {
	flags.StringSliceVar(&f.to, "email", nil, "send to these addresses in place of a URL")
	flags.StringVar(&f.from, "from", "", "sender of the messages (default: boathook@localhost)")
	flags.StringVar(&f.subject, "subject", "", "subject, with {{event}}, {{provider}}, {{event_id}}, {{delivery_id}}")
	flags.StringVar(&f.smtp, "smtp", "", "mail server, as HOST or HOST:PORT; '' to record the message only")
	flags.StringVar(&f.tls, "smtp-tls", "", "starttls, tls or none (default: starttls)")
	flags.StringVar(&f.user, "smtp-user", "", "user at the mail server")
	flags.StringVar(&f.password, "smtp-password-env", "", "environment variable with the user's password")
	flags.StringVar(&f.file, "smtp-password-file", "", "file with the user's password, - for standard input")
}

func (f *emailFlags) apply(flags *pflag.FlagSet, ep *proxy.Endpoint) error {
	touched := false
	for _, name := range []string{"email", "from", "subject", "smtp", "smtp-tls", "smtp-user", "smtp-password-env", "smtp-password-file"} {
		touched = touched || flags.Changed(name)
	}
	if !touched {
		return nil
	}
	if ep.Email == nil {
		ep.Email = &proxy.Email{}
	}
	m := ep.Email
	if flags.Changed("email") {
		ep.Kind, m.To = proxy.KindEmail, given(f.to)
	}
	if flags.Changed("from") {
		m.From = f.from
	}
	if flags.Changed("subject") {
		m.Subject = f.subject
	}
	if flags.Changed("smtp") {
		if m.SMTP = nil; f.smtp == "" {
			return nil
		}
		server, err := smtpServer(f.smtp)
		if err != nil {
			return err
		}
		m.SMTP = server
	}
	if m.SMTP == nil && (f.tls != "" || f.user != "" || f.password != "" || f.file != "") {
		return usage("add --smtp HOST:PORT", "there is no mail server to use this with")
	}
	if m.SMTP == nil {
		return nil
	}
	m.SMTP.TLS, m.SMTP.User = first(f.tls, m.SMTP.TLS), first(f.user, m.SMTP.User)
	secret, err := oneSecret(f.password, f.file, "--smtp-password-file")
	if secret != nil {
		m.SMTP.Password = secret
	}
	return err
}

func smtpServer(text string) (*proxy.SMTP, error) {
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		return &proxy.SMTP{Host: text}, nil
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 {
		return nil, usage("for example --smtp mail.example.org:587", "--smtp: want HOST or HOST:PORT, got %q", clip(text))
	}
	return &proxy.SMTP{Host: host, Port: int(n)}, nil
}
