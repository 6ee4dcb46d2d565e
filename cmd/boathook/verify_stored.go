package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/signer"
	"github.com/boathook/boathook/web/client"
)

// asSet reports whether a delivery is checked with the secrets that its inbox or
// endpoint has: no secret was named.
func (f *verifyFlags) asSet() bool {
	return len(f.env)+len(f.files)+len(f.plain) == 0
}

// verifyAsSet lets the server check a delivery, since it alone has the secrets.
func (a *app) verifyAsSet(ctx context.Context, word string, f *verifyFlags) error {
	for _, here := range []struct {
		flag  string
		given bool
	}{{"tolerance", f.tolerance != 0}, {"any-age", f.anyAge}, {"known-env", len(f.known) > 0}, {"scheme-file", f.schemeFile != ""}} {
		if here.given {
			return usage("add --secret-env NAME", "--%s needs the secret here; without one the server checks as the inbox is set", here.flag)
		}
	}
	values, err := f.values()
	if err != nil {
		return err
	}
	in := client.CheckInput{Scheme: f.scheme, URL: f.url, Now: f.now, Got: f.got}
	if len(values) > 0 {
		in.Context = values
	}
	if in.Scheme == "auto" {
		in.Scheme = ""
	}
	return a.with(ctx, func(s *session) error {
		ref, err := s.resolve(ctx, word)
		if err != nil {
			return err
		}
		d, err := s.Delivery(ctx, ref)
		if err != nil {
			return unknownDelivery(word, err)
		}
		check, err := s.check(ctx, ref, in)
		if err != nil {
			return err
		}
		c := &signer.Case{}
		if check.Scheme != "" {
			row, err := s.Scheme(ctx, check.Scheme)
			if err != nil {
				return err
			}
			c.Scheme = &row.Scheme
		}
		if err := a.noSecret(&d.Row, &check); err != nil {
			return err
		}
		set, err := s.setScheme(ctx, &d.Row)
		if err != nil {
			return err
		}
		diagnosis, named := diagnosisOf(&check), *f
		named.scheme = first(f.scheme, set)
		if err := a.report(c, &diagnosis, &named, &check); err != nil {
			return err
		}
		a.appRefused(&d.Row, f)
		return nil
	})
}

// check asks for a check: the one that belongs to the delivery if nothing else was
// asked for, so that its outcome is kept.
func (s *session) check(ctx context.Context, ref string, in client.CheckInput) (proxy.Check, error) {
	if in.Scheme == "" && in.URL == "" && in.Now == "" && in.Got == "" && in.Context == nil {
		return s.Signature(ctx, ref)
	}
	return s.CheckSignature(ctx, ref, in)
}

// noSecret says how to give a secret where the inbox has none.
func (a *app) noSecret(r *inspector.Row, check *proxy.Check) error {
	if check.Verdict != string(signer.Unchecked) || check.Cause != string(signer.SecretMissing) {
		return nil
	}
	hint := "give it with --secret-env NAME or --secret-file FILE"
	if r.Inbox != "" {
		hint += "\nor keep it with the inbox: boathook inboxes edit " + quoteArg(r.Inbox) + " --secret-env NAME"
	}
	return fail(exitToken, hint, "a secret is needed: %s has none", first(placeOf(r), "the delivery's inbox"))
}

// setScheme is the scheme that the inbox of a delivery is set to, "" if the headers tell.
func (s *session) setScheme(ctx context.Context, r *inspector.Row) (string, error) {
	if r.Dir != inspector.In || r.Inbox == "" {
		return "", nil
	}
	in, err := s.Inbox(ctx, r.Inbox)
	if p, ok := problemOf(err); ok && p.Status == 404 {
		return "", nil
	}
	return in.Scheme, err
}

// appRefused says how to go on where the signature is right and the app thinks not.
func (a *app) appRefused(r *inspector.Row, f *verifyFlags) {
	if r.Dir == inspector.In && f.got == "" && !a.flags.json && (r.Status == 400 || r.Status == 401 || r.Status == 403) {
		a.say("the app answered %d all the same: let it print the digest that it computes, then: boathook verify %d --got DIGEST", r.Status, r.N)
	}
}

func placeOf(r *inspector.Row) string {
	switch {
	case r.Inbox != "":
		return "inbox " + r.Inbox
	case r.Endpoint != "":
		return "endpoint " + r.Endpoint
	}
	return ""
}

func diagnosisOf(check *proxy.Check) signer.Diagnosis {
	return signer.Diagnosis{
		Verdict: signer.Verdict(check.Verdict), Scheme: check.Scheme, Cause: signer.Cause(check.Cause), Findings: check.Findings,
		Tried: check.Tried, Took: time.Duration(check.MS * float64(time.Millisecond)), Complete: check.Complete, URL: check.URL,
	}
}

// sentText compares what boathook sent with what came, in a line or two.
func (a *app) sentText(sent *proxy.SentCheck) string {
	text := fmt.Sprintf("  %s\n", terminal.Safe(sent.Text))
	if sent.FirstChanged >= 0 {
		text += fmt.Sprintf("    %s %s\n    %s %s\n", a.out.Dim.Sprint("sent    "), terminal.Safe(sent.SentHex), a.out.Dim.Sprint("received"), terminal.Safe(sent.ReceivedHex))
	}
	return text
}

func (a *app) recheckCommand() *cobra.Command {
	return &cobra.Command{
		Use: "recheck FILTER", Short: "check signatures once more, as the inboxes are set now", Args: least(1), ValidArgsFunction: a.completeFilter,
		Long: "Check the signatures of all deliveries that match once more, for example after a secret was corrected. Their age is\n" +
			"judged by the time of their receipt. '*' is all there are.",
		Example: "  boathook recheck inbox:demo sig:invalid\n  boathook recheck '*'",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(s *session) error { return a.recheck(cmd.Context(), s, joinWords(args)) })
		},
	}
}

func (a *app) recheck(ctx context.Context, s *session, query string) error {
	res, err := s.Recheck(ctx, query)
	if err != nil {
		return a.pointAt(query, err)
	}
	if a.flags.json {
		return a.emit(res)
	}
	table := terminal.Table{}
	for _, v := range []inspector.Verdict{inspector.Valid, inspector.Invalid, inspector.Stale, inspector.Missing, inspector.Unchecked} {
		if n := res.Verdicts[string(v)]; n > 0 {
			table.Rows = append(table.Rows, []terminal.Cell{{Text: string(v)}, {Text: terminal.Count(n), Right: true}})
		}
	}
	if err := table.Write(a.out); err != nil {
		return err
	}
	a.say("%s checked, %s changed", plural(res.Checked, "delivery", "deliveries"), terminal.Count(res.Changed))
	if !res.Complete {
		return fail(exitTimeout, "narrow the filter, for example by after:1h", "the time was up before all were checked")
	}
	return nil
}
