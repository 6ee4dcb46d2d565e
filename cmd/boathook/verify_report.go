package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/signer"
)

// verdictJSON is the form of verify --json.
type verdictJSON struct {
	Verdict  signer.Verdict   `json:"verdict"`
	Scheme   string           `json:"scheme"`
	Cause    signer.Cause     `json:"cause"`
	Findings []signer.Finding `json:"findings"`
	Tried    int              `json:"tried"`
	Took     float64          `json:"ms"`
	Complete bool             `json:"complete"`
	URL      string           `json:"url,omitempty"`
	Code     string           `json:"code,omitempty"`
	Secret   string           `json:"secret,omitempty"` // which one matched
	Sent     *proxy.SentCheck `json:"sent,omitempty"`   // compared with what boathook sent
}

// report writes the outcome; the error is the exit code.
// set is the server's check, nil if it was made here.
func (a *app) report(c *signer.Case, d *signer.Diagnosis, f *verifyFlags, set *proxy.Check) error {
	if set == nil {
		set = &proxy.Check{}
	}
	code := ""
	if f.code != "" && c.Scheme != nil {
		var err error
		if code, err = c.Scheme.Snippet(f.code); err != nil {
			return err
		}
	}
	var err error
	if a.flags.json {
		err = a.emit(verdictJSON{d.Verdict, d.Scheme, d.Cause, append([]signer.Finding{}, d.Findings...), d.Tried,
			float64(d.Took.Round(10*time.Microsecond)) / 1e6, d.Complete, d.URL, code, set.Secret, set.Sent})
	} else {
		err = a.verdict(c, d, f, code, set)
	}
	if err != nil {
		return err
	}
	title := ""
	if d.Cause != "" {
		title = ": " + d.Cause.Explain().Title
	}
	switch d.Verdict {
	case signer.Valid:
		return nil
	case signer.Unchecked:
		if d.Cause == signer.Truncated {
			return fail(exitFailed, nameScheme(c), "the signature could not be checked%s", title)
		}
		return fail(exitToken, nameScheme(c), "the signature could not be checked%s", title)
	}
	hint := ""
	if d.Cause == signer.Unknown && f.got == "" {
		hint = "with the secret that the sender has: add --secret-env NAME     compare with your own code: add --got DIGEST"
	}
	return fail(exitSignature, hint, "the signature is %s%s", d.Verdict, title)
}

// nameScheme says how to go on where no scheme fits.
func nameScheme(c *signer.Case) string {
	if c.Scheme != nil {
		return ""
	}
	return "name it: add --scheme ID and --secret-env NAME     list them: boathook schemes list"
}

// verdict writes the outcome for a person.
func (a *app) verdict(c *signer.Case, d *signer.Diagnosis, f *verifyFlags, code string, set *proxy.Check) error {
	text := a.verdictText(c, d, f, set)
	if code != "" {
		text += "\n" + code
	} else if d.Cause != "" && c.Scheme != nil && d.Verdict == signer.Invalid {
		text += fmt.Sprintf("  code that verifies: add --code %s\n", strings.Join(signer.Languages, "|"))
	}
	return a.out.Printf("%s", text)
}

// verdictText is a verdict with its findings, in lines.
func (a *app) verdictText(c *signer.Case, d *signer.Diagnosis, f *verifyFlags, set *proxy.Check) string {
	ok, bad, found, none := "✓", "✕", "✓", "–"
	if a.cfg.On("ascii") {
		ok, bad, found, none = "ok", "x", "ok", "-"
	}
	var b strings.Builder
	mark := func(good bool) string {
		if good {
			return a.out.Good.Sprint(ok)
		}
		return a.out.Bad.Sprint(bad)
	}
	about := "no scheme fits"
	if s := c.Scheme; s != nil {
		about = fmt.Sprintf("%s · %s %s · %s", s.ID, strings.ToUpper(string(s.Algorithm)), s.Encoding, place(s))
		if f.scheme == "" {
			about += " · chosen by its headers"
		}
	}
	fmt.Fprintf(&b, "%s %s   %s\n", mark(d.Verdict == signer.Valid), a.out.Bold.Sprintf("signature %s", d.Verdict), a.out.Dim.Sprint(terminal.Safe(about)))
	ruledOut := 0
	for _, x := range d.Findings {
		text := terminal.Safe(x.Text)
		switch x.State {
		case signer.StateOK:
			fmt.Fprintf(&b, "  %s %-9s  %s\n", a.out.Good.Sprint(ok), x.Step, a.out.Dim.Sprint(text))
		case signer.StateSkipped:
			fmt.Fprintf(&b, "  %s %-9s  %s\n", a.out.Dim.Sprint(none), x.Step, a.out.Dim.Sprint(text))
		case signer.StateFailed:
			fmt.Fprintf(&b, "  %s %-9s  %s\n", a.out.Bad.Sprint(bad), x.Step, text)
		case signer.StateProved:
			fmt.Fprintf(&b, "%s %s %s\n", a.out.Good.Sprint(found), a.out.Bold.Sprint("found why:"), text)
		case signer.StateRuledOut:
			if ruledOut++; a.flags.verbose {
				fmt.Fprintf(&b, "  %s\n", a.out.Dim.Sprint("ruled out: "+text))
			}
		default:
			fmt.Fprintf(&b, "  %s %s\n", a.out.Warn.Sprint(string(x.State)+":"), text)
		}
	}
	if set.Secret != "" {
		fmt.Fprintf(&b, "  %s\n", a.out.Dim.Sprint("secret: "+terminal.Safe(set.Secret)))
	}
	if set.Sent != nil {
		b.WriteString(a.sentText(set.Sent))
	}
	if d.Tried > 0 {
		fmt.Fprintf(&b, "  %s\n", a.out.Dim.Sprintf("%s tried, %s", plural(d.Tried, "variation", "variations"), terminal.Duration(d.Took)))
	}
	if ruledOut > 0 && !a.flags.verbose {
		fmt.Fprintf(&b, "  %s\n", a.out.Dim.Sprint("what was ruled out: --verbose"))
	}
	if s := c.Scheme; s != nil && len(s.Unconfirmed) > 0 {
		fmt.Fprintf(&b, "  %s %s\n", a.out.Warn.Sprint("unconfirmed:"), terminal.Safe(strings.Join(s.Unconfirmed, "; ")))
	}
	return a.out.Own(b.String())
}

// place says where a scheme has its signature.
func place(s *signer.Scheme) string {
	switch {
	case s.Signature.Body != "":
		return s.Signature.Body + " in the body"
	case s.Signature.Query != "":
		return "query parameter " + s.Signature.Query
	}
	return strings.ReplaceAll(s.Signature.Headers[0], "#", "1")
}
