package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/boathook/boathook/signer"
)

type signCommandFlags struct {
	signFlags
	method, id    string
	headers       []string
	request, curl bool
}

func (a *app) signCommand() *cobra.Command {
	f := signCommandFlags{}
	cmd := &cobra.Command{
		Use: "sign FILE|-", Short: "sign a body as a provider does",
		Long: "Sign a body from a file or standard input as a provider does. Prints the header lines to add, or with --request the\n" +
			"whole request, or with --curl a command that sends it. Several secrets sign side by side where the scheme allows it.",
		Example: "  boathook sign body.json --scheme stripe --secret-env STRIPE_SECRET\n" +
			"  boathook sign body.json --scheme github --secret-file key --url http://localhost:3000/hooks --curl",
		Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.signBody(cmd.Context(), args[0], &f) },
	}
	flags := cmd.Flags()
	f.add(flags)
	flags.StringVar(&f.method, "method", "POST", "method of the request")
	flags.StringVar(&f.id, "id", "", "id of the message, for schemes that sign one (default: a new one)")
	flags.StringArrayVarP(&f.headers, "header", "H", nil, "Name: value that the request has already")
	flags.BoolVar(&f.request, "request", false, "write the whole request")
	flags.BoolVar(&f.curl, "curl", false, "write a curl command")
	_ = cmd.RegisterFlagCompletionFunc("scheme", a.completeSchemes) // the flag is there
	return cmd
}

// signedJSON is the form of sign --json.
type signedJSON struct {
	Scheme  string       `json:"scheme"`
	URL     string       `json:"url"`
	Headers []headerJSON `json:"headers"`
	Body    *string      `json:"body,omitempty"` // only if the signature stands in it
}

type headerJSON struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func (a *app) signBody(ctx context.Context, path string, f *signCommandFlags) error {
	if f.request && f.curl {
		return usage("", "--request and --curl cannot go together")
	}
	s, _, err := a.lookup(ctx, &f.signFlags)
	if err != nil {
		return err
	}
	if s == nil {
		return usage("for example --scheme standard-webhooks; list them: boathook schemes list", "--scheme is missing")
	}
	m, err := f.unsigned(path)
	if err != nil {
		return err
	}
	now, err := parseNow(f.now, a.clock.Now())
	if err != nil {
		return err
	}
	secrets, err := a.secrets(&f.secretFlags, path == "-")
	if err != nil {
		return err
	}
	var values []string
	for _, secret := range secrets {
		values = append(values, secret.Value)
	}
	signed, err := s.Sign(m, values, first(f.id, "msg_"+uuid.NewString()), now)
	switch {
	case errors.Is(err, signer.ErrNeeds):
		return needsMore(s, err)
	case errors.Is(err, signer.ErrSecret), errors.Is(err, signer.ErrVerifyOnly):
		return fail(exitToken, "", "%w", err)
	case err != nil:
		return fail(exitFailed, "", "%w", err)
	}
	return a.printSigned(s, signed, signed.Apply(m), path, f)
}

// unsigned is the request before it is signed.
func (f *signCommandFlags) unsigned(path string) (signer.Message, error) {
	m := signer.Message{Method: strings.ToUpper(f.method)}
	if m.Method == "" || strings.Trim(m.Method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-") != "" {
		return m, usage("", "--method: %q is no method", clip(f.method))
	}
	var err error
	if m.Body, err = readInput(path, "the body", "a body comes from a file, or from standard input with -", maxRequest); err != nil {
		return m, err
	}
	for _, line := range f.headers {
		name, value, ok := strings.Cut(line, ":")
		if !ok || name == "" || strings.ContainsAny(name, " \t\r\n") || strings.ContainsAny(value, "\r\n") {
			return m, usage("for example --header 'Content-Type: application/json'", "--header: want Name: value, got %q", clip(line))
		}
		m.Header = append(m.Header, signer.Field{Name: name, Value: strings.TrimSpace(value)})
	}
	if f.url != "" {
		if m.URL, err = checkedURL(f.url); err != nil {
			return m, err
		}
	}
	m.Context, err = f.values()
	return m, err
}

func (a *app) printSigned(s *signer.Scheme, signed signer.Signed, m signer.Message, path string, f *signCommandFlags) error {
	if _, ok := m.Value("Content-Type"); !ok && (f.request || f.curl) {
		kind := "application/octet-stream"
		if json.Valid(m.Body) {
			kind = "application/json"
		}
		m.Header = append([]signer.Field{{Name: "Content-Type", Value: kind}}, m.Header...)
	}
	switch {
	case a.flags.json:
		out := signedJSON{Scheme: s.ID, URL: m.URL, Headers: []headerJSON{}}
		for _, h := range signed.Header {
			out.Headers = append(out.Headers, headerJSON{h.Name, h.Value})
		}
		if signed.Body != nil {
			text := string(signed.Body)
			out.Body = &text
		}
		return a.emit(out)
	case f.request:
		return a.printRequest(&m)
	case f.curl:
		return a.printCurl(&m, signed, path)
	}
	for _, h := range signed.Header {
		if err := a.out.Printf("%s: %s\n", a.out.Name.Sprint(h.Name), h.Value); err != nil {
			return err
		}
	}
	if signed.URL != "" {
		if err := a.out.Printf("%s\n", signed.URL); err != nil {
			return err
		}
	}
	if signed.Body != nil {
		a.say("%s the signature stands in the body, which is written here", a.err.Warn.Sprint("note:"))
		_, err := a.out.Write(signed.Body)
		return err
	}
	return nil
}

// printRequest writes the request as it goes over the wire.
func (a *app) printRequest(m *signer.Message) error {
	target, host := "/", "localhost"
	if _, rest, ok := strings.Cut(m.URL, "://"); ok {
		at := strings.IndexAny(rest, "/?")
		if at < 0 {
			at = len(rest)
		}
		host, target = rest[:at], rest[at:]
		if _, after, ok := strings.Cut(host, "@"); ok {
			host = after
		}
		if !strings.HasPrefix(target, "/") {
			target = "/" + target
		}
		target, _, _ = strings.Cut(target, "#")
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\n", m.Method, target)
	if _, ok := m.Value("Host"); !ok {
		fmt.Fprintf(&b, "Host: %s\r\n", host)
	}
	for _, h := range m.Header {
		fmt.Fprintf(&b, "%s: %s\r\n", h.Name, h.Value)
	}
	if _, ok := m.Value("Content-Length"); !ok {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(m.Body))
	}
	b.WriteString("\r\n")
	b.Write(m.Body)
	_, err := io.WriteString(a.out, b.String())
	return err
}

// printCurl writes a command for a POSIX shell.
func (a *app) printCurl(m *signer.Message, signed signer.Signed, path string) error {
	if m.URL == "" {
		return usage("add --url http://localhost:3000/hooks", "--curl needs the address to send to")
	}
	var b strings.Builder
	fmt.Fprintf(&b, "curl -X %s %s", m.Method, shellQuote(m.URL))
	for _, h := range m.Header {
		fmt.Fprintf(&b, " \\\n  -H %s", shellQuote(h.Name+": "+h.Value))
	}
	switch {
	case signed.Body == nil && path != "-":
		fmt.Fprintf(&b, " \\\n  --data-binary %s", shellQuote("@"+path))
	case !utf8.Valid(m.Body) || strings.ContainsRune(string(m.Body), 0):
		return usage("put it into a file", "a body that is no text does not fit on a command line")
	default:
		// --data-raw keeps line ends and does not read a file for a leading @.
		fmt.Fprintf(&b, " \\\n  --data-raw %s", shellQuote(string(m.Body)))
	}
	b.WriteByte('\n')
	_, err := io.WriteString(a.out, b.String())
	return err
}

func shellQuote(s string) string {
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
