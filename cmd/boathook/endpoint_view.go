package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/proxy"
)

// showEndpoint prints an endpoint. A secret that was made this moment is shown.
func (a *app) showEndpoint(ctx context.Context, s *session, ep *proxy.Endpoint) error {
	if a.flags.json {
		return a.emit(ep)
	}
	lines := endpointLines(ep)
	if err := s.nameRules(ctx, ep, lines); err != nil {
		return err
	}
	return a.printLines(lines)
}

// nameRules says what scheme and retry rule are where both are left to the provider.
func (s *session) nameRules(ctx context.Context, ep *proxy.Endpoint, lines [][2]string) error {
	if ep.Provider == "" {
		return nil // that of each event
	}
	p, err := s.Provider(ctx, ep.Provider)
	if problem, ok := problemOf(err); ok && problem.Status == 404 {
		return nil // one of the user's own that was deleted
	}
	if err != nil {
		return err
	}
	for i := range lines {
		switch l := &lines[i]; {
		case l[0] == "scheme" && ep.Scheme == "":
			l[1] = first(p.Scheme, "none") + ", the provider's"
		case l[0] == "retry" && l[1] == "provider" && p.RetryKnown:
			l[1] = shortRule(p.Retry) + ", the provider's"
		case l[0] == "retry" && l[1] == "provider":
			l[1] = "provider, of which no rule is known: that of sending.retry counts"
		}
	}
	return nil
}

func endpointLines(ep *proxy.Endpoint) [][2]string {
	state := map[bool]string{true: "on", false: "off"}[ep.On]
	if ep.Disabled != nil {
		state = "off since " + ep.Disabled.At.UTC().Format(time.RFC3339) + ": " + ep.Disabled.Reason
	}
	lines := [][2]string{
		{"name", ep.Name}, {"state", state}, {"to", whereTo(ep)}, {"mail", mailText(ep)}, {"provider", ep.Provider}, {"method", ep.Method}, {"note", ep.Note},
		{"events", first(strings.Join(ep.Events, ", "), "none; only what is sent to it by name")}, {"channels", strings.Join(ep.Channels, ", ")},
		{"scope", scopeText(ep.Scope)}, {"skip", ep.Skip}, {"format", ep.Format}, {"auth", authText(&ep.Auth)},
		{"app key", ep.AppKey}, {"app token", ep.Token}, {"scheme", first(ep.Scheme, "the provider's")},
	}
	for _, h := range ep.Headers {
		lines = append(lines, [2]string{"header", h.Name + ": " + h.Value})
	}
	for _, s := range ep.Secrets {
		lines = append(lines, [2]string{"secret", strings.TrimSpace(s.Name + " " + first(s.Value, s.Hint))})
		if s.Public != "" {
			lines = append(lines, [2]string{"public key", s.Public})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(ep.Context)) {
		lines = append(lines, [2]string{"context", name + "=" + ep.Context[name]})
	}
	return append(lines, paceLines(ep)...)
}

// paceLines say when and how fast it is sent to.
func paceLines(ep *proxy.Endpoint) [][2]string {
	retry := first(ep.Retry.Preset, "provider")
	if len(ep.Retry.Delays) > 0 {
		retry += " " + strings.Join(ep.Retry.Delays, ",")
	}
	if ep.Retry.Jitter > 0 {
		retry += ", jitter " + number(ep.Retry.Jitter)
	}
	lines := [][2]string{{"retry", retry}, {"success", strings.Join(ep.Success, ", ")}}
	if ep.Speed > 1 {
		lines = append(lines, [2]string{"clock speed", "×" + number(ep.Speed)})
	}
	if ep.TimeoutMS > 0 {
		lines = append(lines, [2]string{"timeout", catalog.Duration(time.Duration(ep.TimeoutMS) * time.Millisecond).String()})
	}
	order := ""
	if ep.Ordered {
		order = "one event after the other"
	}
	lines = append(lines, [2]string{"order", order})
	if ep.Rate > 0 {
		lines = append(lines, [2]string{"rate", number(ep.Rate) + "/s"})
	}
	if ep.Insecure {
		lines = append(lines, [2]string{"insecure", "its certificate is not checked"})
	}
	return lines
}

func scopeText(s *proxy.Scope) string {
	switch {
	case s == nil:
		return ""
	case len(s.Only) > 0:
		return "only " + s.Kind + " " + strings.Join(s.Only, ", ")
	case len(s.Except) > 0:
		return "every " + s.Kind + ", new ones included, but " + strings.Join(s.Except, ", ")
	}
	return "every " + s.Kind + ", new ones included"
}

func authText(auth *proxy.Auth) string {
	if auth.Kind == "" || auth.Kind == "none" {
		return ""
	}
	text := auth.Kind
	if auth.Name != "" {
		text += " " + auth.Name
	}
	if auth.Secret != nil {
		text += " " + auth.Secret.Hint
	}
	return text
}

func mailText(ep *proxy.Endpoint) string {
	if ep.Kind != proxy.KindEmail || ep.Email == nil {
		return ""
	}
	m := ep.Email
	if m.SMTP == nil {
		return "recorded only, no mail server is set"
	}
	text := "by " + m.SMTP.Host
	if m.SMTP.Port > 0 {
		text += fmt.Sprintf(":%d", m.SMTP.Port)
	}
	return text + ", " + first(m.SMTP.TLS, "starttls")
}
