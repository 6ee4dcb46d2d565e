package main

import (
	"fmt"
	"strings"

	"github.com/boathook/boathook/cmd/boathook/config"
	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/signer"
)

// remark says why a row is no success, and what to do; "" for one that is fine,
// or that was answered as the inbox is set to.
func (a *app) remark(r *inspector.Row) string {
	var parts []string
	if text := a.verdictRemark(r); text != "" {
		parts = append(parts, text)
	}
	if text := failureRemark(r); text != "" {
		parts = append(parts, text)
	}
	return strings.Join(parts, "   ")
}

// verdictRemark is about a signature that is not in order.
func (a *app) verdictRemark(r *inspector.Row) string {
	sign := a.verdictSign(r.Verdict)
	switch r.Verdict {
	case inspector.Invalid, inspector.Missing, inspector.Stale:
		why := string(r.Verdict)
		if title := signer.Cause(r.Cause).Explain().Title; title != "" {
			why = title
		}
		return fmt.Sprintf("sig %s %s      boathook verify %d", sign, why, r.N)
	case inspector.Valid:
		if r.Tries > 0 && r.Dir == inspector.In && (r.Status == 400 || r.Status == 401 || r.Status == 403) {
			return fmt.Sprintf("sig %s here, your app refused:      boathook verify %d --got DIGEST     (the one your app computed)", sign, r.N)
		}
	}
	return ""
}

// signatureFact says how the signature of a delivery was checked, "" if it was not.
func signatureFact(r *inspector.Row) string {
	if r.Verdict == inspector.Unchecked || r.Verdict == "" {
		return ""
	}
	text := string(r.Verdict)
	if r.Scheme != "" {
		text += ", " + r.Scheme
	}
	if title := signer.Cause(r.Cause).Explain().Title; title != "" {
		text += ": " + title
	}
	if r.Verdict != inspector.Valid {
		text += fmt.Sprintf("     boathook verify %d", r.N)
	}
	return text
}

// verdictSign is the shape of a verdict, "" for one that says nothing.
func (a *app) verdictSign(v inspector.Verdict) string {
	form := 0
	if a.cfg.On("ascii") {
		form = 1
	}
	return map[inspector.Verdict][2]string{
		inspector.Valid: {"✓", "ok"}, inspector.Invalid: {"✕", "x"}, inspector.Missing: {"✕", "x"}, inspector.Stale: {"◷", "old"},
	}[v][form]
}

// failureSteps are what to do about an app or endpoint that gave no answer.
var failureSteps = map[string]string{
	inspector.FailRefused:     "nothing listens there; start it, then",
	inspector.FailDNS:         "the name does not resolve; check the address, then",
	inspector.FailTLS:         "the TLS handshake failed; check the certificate, then",
	inspector.FailTimeout:     "it did not answer in time;",
	inspector.FailReset:       "it broke the connection off; look at its log, then",
	inspector.FailProtocol:    "what it answered is no HTTP/1.1; is it the right port?",
	inspector.FailUnreachable: "there is no route to it; check the address, then",
	inspector.FailInterrupted: "boathook stopped before the outcome was known;",
}

// failureRemark is about an app or an endpoint that failed.
func failureRemark(r *inspector.Row) string {
	if step, ok := failureSteps[r.Failure]; ok && (r.Tries > 0 || r.Dir == inspector.Out) {
		return fmt.Sprintf("%s: %s      boathook resend %d", r.Failure, step, r.N)
	}
	switch {
	case r.Failure == inspector.FailBlocked:
		return fmt.Sprintf("blocked: boathook does not send there      boathook deliveries view %d", r.N)
	case r.Tries > 0 && r.Status >= 300 && r.Verdict != inspector.Invalid:
		return fmt.Sprintf("what was answered:      boathook deliveries view %d --response", r.N)
	}
	return ""
}

// stray is the name in the address of a request that no inbox has, "" if the
// request did not mean one.
func stray(r *inspector.Row) string {
	after, found := strings.CutPrefix(r.Target, "/in/")
	if !found || r.Dir != inspector.In || r.Inbox != defaultInbox {
		return ""
	}
	if end := strings.IndexAny(after, "/?"); end >= 0 {
		after = after[:end]
	}
	if after == defaultInbox {
		return ""
	}
	return after
}

const defaultInbox = "default"

// strayText says which inbox was probably meant.
func strayText(r *inspector.Row, name string, inboxes []string) string {
	text := fmt.Sprintf("#%d: no inbox has the address /in/%s, so the inbox default took it", r.N, clip(name))
	if near := config.Nearest(name, inboxes); near != "" {
		return text + "; did you mean /in/" + terminal.Safe(near) + "?"
	}
	return text + "; make it:      boathook inboxes create " + quoteArg(clip(name))
}
