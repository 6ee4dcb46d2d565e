package main

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/signer"
)

const exitSignature = 5 // the signature is invalid, stale or missing

type verifyFlags struct {
	signFlags
	got, code string
	known     []string
	tolerance time.Duration
	anyAge    bool
}

func (a *app) verifyCommand() *cobra.Command {
	f := verifyFlags{}
	cmd := &cobra.Command{
		Use: "verify ID|FILE|-", Short: "check a signature, and say why it fails",
		Long: "Check the signature of a delivery, or of a raw HTTP request from a file or standard input, and say why it fails.\n" + idForms + "\n" +
			"A word that names a file is a file. Nothing is sent anywhere, and a file needs no server.\n" +
			"Without a secret a delivery is checked by the server, with those of its inbox.\n\n" +
			"Exit codes: 0 valid, 5 invalid, stale or missing, 4 no usable secret, 2 usage.",
		Example: "  boathook verify @last\n  boathook verify @last --scheme stripe --secret-env SECRET\n" +
			"  boathook verify request.http --scheme stripe --secret-file secret.txt\n" +
			"  boathook verify @last --scheme stripe --secret-env SECRET --got a90c04c9…   # of your code\n" +
			"  boathook verify @last --scheme stripe --secret-env SECRET --code express",
		Args: exactly(1), ValidArgsFunction: a.completeIDs,
		RunE: func(cmd *cobra.Command, args []string) error { return a.verify(cmd.Context(), args[0], &f) },
	}
	flags := cmd.Flags()
	f.add(flags)
	flags.StringVar(&f.got, "got", "", "digest that your own code computed: say which mistake gives it")
	flags.StringVar(&f.code, "code", "", "show code that verifies: "+strings.Join(signer.Languages, ", "))
	flags.StringArrayVar(&f.known, "known-env", nil, "environment variable with another secret that the sender may have used")
	flags.DurationVar(&f.tolerance, "tolerance", 0, "allowed age in place of the provider's own")
	flags.BoolVar(&f.anyAge, "any-age", false, "leave the age out of the verdict")
	_ = cmd.RegisterFlagCompletionFunc("scheme", a.completeSchemes) // the flag is there
	return cmd
}

func (a *app) verify(ctx context.Context, word string, f *verifyFlags) error {
	if err := checkLanguage(f.code); err != nil {
		return err
	}
	if f.tolerance < 0 {
		return usage("", "--tolerance: want a duration above 0, got %s", f.tolerance)
	}
	if f.asSet() && !isRequest(word) {
		return a.verifyAsSet(ctx, word, f)
	}
	s, own, err := a.lookup(ctx, &f.signFlags)
	if err != nil {
		return err
	}
	now, err := parseNow(f.now, a.clock.Now())
	if err != nil {
		return err
	}
	c := signer.Case{Scheme: s, Now: now, Options: signer.Options{Tolerance: f.tolerance, AnyAge: f.anyAge}, Schemes: append(own, signer.All()...)}
	if err := a.request(ctx, word, f, &c); err != nil {
		return err
	}
	if c.Secrets, err = a.secrets(&f.secretFlags, word == "-"); err != nil {
		return err
	}
	for _, name := range f.known {
		c.Known = append(c.Known, signer.Secret{Name: "$" + name, Value: os.Getenv(name)})
	}
	d, err := diagnose(ctx, &c, own, f.got)
	switch {
	case errors.Is(err, signer.ErrNeeds):
		return needsMore(c.Scheme, err)
	case f.got != "" && errors.Is(err, signer.ErrMalformed):
		return usage("paste the digest alone, in hexadecimal or base64", "--got: %w", err)
	case errors.Is(err, signer.ErrSecret):
		return fail(exitToken, "", "%w", err)
	case err != nil:
		return err
	}
	return a.report(&c, &d, f, nil)
}

// diagnose chooses the scheme where none was named, then explains the request.
func diagnose(ctx context.Context, c *signer.Case, own []*signer.Scheme, got string) (signer.Diagnosis, error) {
	if c.Scheme == nil {
		likely := signer.Detect(&c.Message, own...)
		if len(likely) == 0 {
			d := signer.Diagnosis{Verdict: signer.Missing, Cause: signer.HeaderMissing, Complete: true}
			d.Findings = []signer.Finding{{Step: "header", State: signer.StateFailed, Cause: signer.HeaderMissing, Text: "no header looks like a signature of a known scheme"}}
			return d, nil
		}
		c.Scheme = likely[0]
		for _, s := range likely {
			values := []string{}
			for _, secret := range c.Secrets {
				values = append(values, secret.Value)
			}
			if r, err := s.Verify(&c.Message, values, c.Now, c.Options); err == nil && (r.Verdict == signer.Valid || r.Verdict == signer.Stale) {
				c.Scheme = s
				break
			}
		}
	}
	if got != "" {
		return signer.Compare(ctx, c, got)
	}
	return signer.Diagnose(ctx, c)
}

// request reads the request: a file if there is one of the name, else a delivery.
func (a *app) request(ctx context.Context, word string, f *verifyFlags, c *signer.Case) error {
	values, err := f.values()
	if err != nil {
		return err
	}
	var notes []string
	if isRequest(word) {
		c.Message, notes, err = readMessage(word)
	} else {
		notes, err = a.stored(ctx, word, f, c)
	}
	if err != nil {
		return err
	}
	c.Message.Context = values
	if f.url != "" {
		if c.Message.URL, err = checkedURL(f.url); err != nil {
			return err
		}
	}
	for _, n := range notes {
		a.say("%s %s", a.err.Warn.Sprint("note:"), n)
	}
	return nil
}

// isRequest reports whether a word names a request that is no delivery.
func isRequest(word string) bool {
	return word == "-" || isFile(word) || strings.ContainsAny(word, "./\\")
}

// stored reads a delivery's request as it came over the wire. Its age is judged by
// the time of its receipt.
func (a *app) stored(ctx context.Context, word string, f *verifyFlags, c *signer.Case) (notes []string, err error) {
	err = a.with(ctx, func(s *session) error {
		ref, err := s.resolve(ctx, word)
		if err != nil {
			return err
		}
		d, err := s.Delivery(ctx, ref)
		if err != nil {
			return unknownDelivery(word, err)
		}
		if f.now == "" {
			c.Now = d.Row.At
		}
		r, err := s.Raw(ctx, d.Row.ID.String(), 0, inspector.Request, false)
		if err != nil {
			return missingPart(err, inspector.Request)
		}
		defer r.Close()
		raw, err := io.ReadAll(io.LimitReader(r, maxRequest+1))
		switch {
		case err != nil:
			return err
		case len(raw) > maxRequest:
			return fail(exitFailed, "", "the request is longer than %d bytes", maxRequest)
		}
		c.Message, notes, err = parseRequest(raw)
		for _, at := range d.Attempts {
			if at.K == 0 && at.Request != nil {
				c.Message.Cut = at.Request.Cut
			}
		}
		return err
	})
	return notes, err
}

// parseNow reads --now: RFC 3339 or seconds since 1970.
func parseNow(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return now, nil
	}
	if n, err := strconv.ParseInt(text, 10, 40); err == nil && n > 0 {
		return time.Unix(n, 0), nil
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return now, usage("for example --now 2026-03-04T10:42:07Z or --now 1772620927", "--now: want a time, got %q", clip(text))
	}
	return t, nil
}

func checkedURL(text string) (string, error) {
	if !strings.HasPrefix(text, "http://") && !strings.HasPrefix(text, "https://") {
		return "", usage("for example --url https://hooks.example.com/in/demo", "--url: want an address with http or https, got %q", clip(text))
	}
	return text, nil
}

// checkLanguage says which languages code that verifies is there in.
func checkLanguage(language string) error {
	if language == "" || slices.Contains(signer.Languages, strings.ToLower(language)) {
		return nil
	}
	return usage(nearHint(language, signer.Languages), "--code: want one of %s, got %q", strings.Join(signer.Languages, ", "), clip(language))
}
