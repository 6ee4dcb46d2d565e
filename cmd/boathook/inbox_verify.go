package main

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/cmd/boathook/config"
	"github.com/boathook/boathook/proxy"
)

// checkFlags say how an inbox checks signatures, and which handshakes it answers.
type checkFlags struct {
	secretFlags
	scheme, urlBase, tolerance, challenges, challengeToken string
	context                                                []string
}

func (f *checkFlags) bind(flags *pflag.FlagSet) {
	flags.StringVar(&f.scheme, "scheme", "", "how requests are signed: an id of boathook schemes list, auto (headers tell) or none")
	f.secretFlags.add(flags)
	flags.StringVar(&f.urlBase, "url-base", "", "address as the sender has it, for schemes that sign it, such as https://hooks.example.com")
	flags.StringVar(&f.tolerance, "tolerance", "", "age that a signature may have, such as 5m, in place of the scheme's own; 0 for that")
	flags.StringArrayVar(&f.context, "context", nil, "name=value that a scheme needs and no request holds, such as webhook_id; '' removes all")
	flags.StringVar(&f.challenges, "challenges", "", "handshakes that are answered: auto (what is beyond doubt, and those of the scheme's provider), off, or providers such as slack,meta")
	flags.StringVar(&f.challengeToken, "challenge-token", "", "verify token that Meta is answered with")
}

// apply changes an inbox as the given flags say. Secrets replace those there were;
// the first counts as the current one.
func (f *checkFlags) apply(a *app, flags *pflag.FlagSet, in *proxy.Inbox) (err error) {
	if flags.Changed("scheme") {
		in.Scheme = strings.ToLower(f.scheme)
		if in.Scheme == "auto" {
			in.Scheme = ""
		}
	}
	if flags.Changed("url-base") {
		in.URLBase = f.urlBase
	}
	if flags.Changed("tolerance") {
		if in.ToleranceS, err = config.Seconds(f.tolerance); err != nil {
			return usage("", "--tolerance: %w", err)
		}
	}
	if flags.Changed("context") {
		if in.Context, err = contextValues(given(f.context)); err != nil {
			return err
		}
	}
	if flags.Changed("challenges") {
		in.Challenges = config.Words(f.challenges)
	}
	if flags.Changed("challenge-token") {
		in.ChallengeToken = f.challengeToken
	}
	secrets, err := a.namedSecrets(&f.secretFlags, false)
	if err != nil || len(secrets) == 0 {
		return err
	}
	in.Secrets = nil
	for _, s := range secrets {
		in.Secrets = append(in.Secrets, proxy.Secret{Value: s.Value})
	}
	return nil
}

// hints are the secrets as far as they may be shown.
func hints(secrets []proxy.Secret) string {
	var words []string
	for _, s := range secrets {
		words = append(words, strings.TrimSpace(s.Name+" "+s.Hint))
	}
	return strings.Join(words, ", ")
}

// schemeText is how an inbox checks, in a few words.
func schemeText(in *proxy.Inbox) string {
	switch {
	case in.Scheme == "none":
		return "none"
	case in.Scheme == "" && len(in.Secrets) == 0:
		return "auto, no secret"
	case len(in.Secrets) == 0:
		return in.Scheme + ", no secret"
	}
	return first(in.Scheme, "auto")
}

// checkLines are the lines of an inbox that say how it checks.
func checkLines(in *proxy.Inbox) [][2]string {
	lines := [][2]string{{"scheme", first(in.Scheme, "auto: headers tell")}, {"secrets", hints(in.Secrets)}, {"url base", in.URLBase}}
	for _, name := range slices.Sorted(maps.Keys(in.Context)) {
		lines = append(lines, [2]string{"context", name + "=" + in.Context[name]})
	}
	if in.ToleranceS > 0 {
		lines = append(lines, [2]string{"tolerance", catalog.Duration(time.Duration(in.ToleranceS) * time.Second).String()})
	}
	for _, s := range in.Secrets {
		if s.Locked != "" {
			lines = append(lines, [2]string{"locked", s.Name + ": " + s.Locked})
		}
	}
	return append(lines, [2]string{"challenges", challengeText(in)})
}

// challengeText says which handshakes an inbox answers.
func challengeText(in *proxy.Inbox) string {
	text := strings.Join(in.Challenges, ", ")
	if text != proxy.ChallengesAuto {
		return text
	}
	var sure []string
	for _, c := range proxy.AllChallenges() {
		if c.Certain {
			sure = append(sure, c.Provider)
		}
	}
	return text + ": those of " + strings.Join(sure, ", ") + "; others only with the scheme of the provider, or by --challenges"
}
