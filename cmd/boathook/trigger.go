package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/cmd/boathook/config"
	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web/client"
)

// triggerFlags describe what is sent, and how.
type triggerFlags struct {
	in                        client.EventInput
	body, from                string
	every, delay, rate, speed string
	waiting                   waiting
}

func (a *app) triggerCommand() *cobra.Command {
	var f triggerFlags
	cmd := &cobra.Command{
		Use: "trigger EVENT [TO…]", Aliases: []string{"send"}, Short: "send a catalogued event, signed as its provider does", Args: least(1),
		Long: "Send an event of the catalogue, with the headers, ids and signature of its provider. TO is an endpoint, inbox:NAME, a port\n" +
			"or a URL; without one it goes to all endpoints that subscribe to it. Each try is recorded. It waits for the first answer of\n" +
			"each, with --wait until no further try follows.\n\nExit codes: 0 delivered, 3 the target failed, 7 no outcome in time.",
		Example: "  boathook trigger webconnex/registration inbox:demo --set data.total=125.5\n" +
			"  boathook trigger registration crm --count 100 --rate 20/s --chaos duplicate\n" +
			"  boathook trigger stockcrowd/INVERSOR_CREATED --campaign 12 --offline --dry-run",
		ValidArgsFunction: a.completeTrigger,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.read(cmd.Flags()); err != nil {
				return err
			}
			return a.with(cmd.Context(), func(s *session) error { return a.trigger(cmd.Context(), s, args[0], args[1:], &f) })
		},
	}
	f.bind(cmd.Flags())
	_ = cmd.RegisterFlagCompletionFunc("from", a.completeIDs)
	_ = cmd.RegisterFlagCompletionFunc("chaos", commaList(words(proxy.ChaosSwitches()...))) // the flag is there
	return cmd
}

func (f *triggerFlags) bind(flags *pflag.FlagSet) {
	in := &f.in
	flags.StringArrayVar(&in.Set, "set", nil, "path=value in the payload, such as data.total=125.5 or n={{seq}}; may be repeated")
	flags.StringVar(&in.Variant, "variant", "", "full, minimal, null, unicode, huge, or a sample with a name of its own")
	flags.StringVar(&f.body, "body", "", "file with the payload, - for standard input; templates such as {{now}} are filled in")
	flags.StringVar(&f.from, "from", "", "delivery whose body is sent")
	flags.StringSliceVar(&in.Channels, "channel", nil, "label of the event, such as client_42; may be repeated")
	flags.StringVar(&in.Campaign, "campaign", "", "campaign that it happened in")
	flags.StringVar(&in.Form, "form", "", "form that it happened on")
	flags.BoolVar(&in.Offline, "offline", false, "it is an offline contribution")
	flags.BoolVar(&in.CRM, "crm", false, "it is a transaction of a CRM")
	flags.StringVar(&in.RequestID, "request-id", "", "Request-Id of the call that caused it, which every delivery carries")
	flags.StringSliceVar(&in.Chaos, "chaos", nil, "what is broken on purpose: "+strings.Join(proxy.ChaosSwitches(), ", "))
	flags.IntVar(&in.Count, "count", 1, "how many events")
	flags.StringVar(&f.every, "every", "", "time between two of them, such as 500ms")
	flags.StringVar(&f.rate, "rate", "", "events per second in place of --every, such as 50/s")
	flags.StringVar(&f.delay, "delay", "", "time before the first, such as 10s")
	flags.Uint64Var(&in.Seed, "seed", 0, "seed of the random values: the same seed, the same events")
	flags.StringVar(&f.speed, "speed", "", "speed of the clock of the retries, such as 3600x (default: that of each endpoint)")
	flags.BoolVar(&in.DryRun, "dry-run", false, "only say what would happen")
	f.waiting.bind(flags)
}

// read checks what the flags hold.
func (f *triggerFlags) read(flags *pflag.FlagSet) error {
	in := &f.in
	if in.Count < 1 {
		return usage("", "--count: want a whole number of 1 or more, got %d", in.Count)
	}
	if f.body != "" && f.from != "" {
		return usage("give one of them", "--body and --from do not go together")
	}
	for i, word := range in.Chaos {
		if word == "dup" {
			in.Chaos[i] = proxy.ChaosDuplicate
		}
	}
	for _, d := range []struct {
		name, text string
		to         *int64
	}{{"every", f.every, &in.EveryMS}, {"delay", f.delay, &in.DelayMS}} {
		if d.text == "" {
			continue
		}
		length, err := config.ParseAge(d.text)
		if err != nil {
			return usage("", "--%s: %w", d.name, err)
		}
		*d.to = length.Milliseconds()
	}
	var err error
	if f.every != "" && f.rate != "" {
		return usage("give one of them", "--every and --rate do not go together")
	}
	if in.Rate, err = factor("rate", f.rate, "/s", "50/s"); err != nil {
		return err
	}
	if in.Speed, err = factor("speed", f.speed, "x", "3600x"); err != nil {
		return err
	}
	return f.waiting.read(flags)
}

// factor reads a number above 0 that may carry a unit; "" is 0.
func factor(flag, text, unit, example string) (float64, error) {
	if text == "" {
		return 0, nil
	}
	n, err := times(text, unit)
	if err != nil {
		return 0, usage("for example --"+flag+" "+example, "--%s: %w", flag, err)
	}
	return n, nil
}

// times reads a number above 0 that may carry a unit.
func times(text, unit string) (float64, error) {
	n, err := strconv.ParseFloat(strings.TrimSuffix(text, unit), 64)
	if err != nil || !(n > 0) || n > 1e9 {
		return 0, fmt.Errorf("want a number above 0, got %q", clip(text))
	}
	return n, nil
}

func (a *app) trigger(ctx context.Context, s *session, event string, to []string, f *triggerFlags) error {
	provider, name, err := s.event(ctx, event)
	if err != nil && (f.body != "" || f.from != "") && s.ownName(ctx, event) {
		provider, name, _ = strings.Cut(event, "/")
	} else if err != nil {
		return s.eventFirst(ctx, err, event, to)
	}
	in := f.in
	in.Type = provider + "/" + name
	if in.To, err = s.targets(ctx, to); err != nil {
		return err
	}
	if err := f.payload(ctx, s, &in); err != nil {
		return err
	}
	if text := brokenJSON(in.Body); text != "" {
		a.say("%s %s", a.err.Warn.Sprint("note:"), terminal.Safe(text))
	}
	w, err := s.watch(ctx)
	if err != nil {
		return err
	}
	sent, err := allowed(ctx, a, s, func() (client.Sent, error) { return s.Emit(ctx, in) })
	if err != nil {
		return err
	}
	if in.DryRun {
		return a.printPlan(in.Type, &sent)
	}
	f.waiting.extra = time.Duration(in.DelayMS)*time.Millisecond + spread(&in)
	if more := sent.Total - len(sent.Deliveries); more > 0 {
		a.say("%s more are on their way: boathook tail dir:out", terminal.Count(more))
	}
	err = a.outcomes(ctx, s, w, sent.Deliveries, &f.waiting)
	if len(in.Chaos) > 0 {
		a.sayUnchanged(ctx, s, sent.Deliveries)
	}
	return err
}

// spread is the time between the first and the last of several events.
func spread(in *client.EventInput) time.Duration {
	every := time.Duration(in.EveryMS) * time.Millisecond
	if in.Rate > 0 {
		every = time.Duration(float64(time.Second) / in.Rate)
	}
	return every * time.Duration(in.Count-1)
}

// payload reads the payload that stands in place of a sample.
func (f *triggerFlags) payload(ctx context.Context, s *session, in *client.EventInput) error {
	switch {
	case f.from != "":
		var err error
		if in.From, err = s.known(ctx, f.from); err != nil {
			return err
		}
	case f.body != "":
		body, err := readBody(f.body)
		if err != nil {
			return err
		}
		if utf8.Valid(body) {
			in.Body = string(body)
		} else {
			in.BodyBase64 = base64.StdEncoding.EncodeToString(body)
		}
	}
	return nil
}

// brokenJSON says where a body that begins like JSON is none, "" if all is well. A
// template is JSON only once it is filled in.
func brokenJSON(body string) string {
	if strings.Contains(body, "{{") {
		return ""
	}
	if where := noJSON(body); where != "" {
		return "the body is no JSON (" + where + "); it is sent as it is"
	}
	return ""
}

// noJSON says where a text that begins like JSON is none, and why; "" if all is well.
func noJSON(body string) string {
	if !terminal.LooksLikeJSON(body) {
		return ""
	}
	if err := catalog.CheckJSON([]byte(body)); err != nil {
		return err.Error()
	}
	return ""
}

// targets reads where an event goes: names are looked up, ports become URLs.
func (s *session) targets(ctx context.Context, words []string) ([]string, error) {
	var all []string
	for _, w := range words {
		to, err := s.target(ctx, w)
		if err != nil {
			return nil, err
		}
		all = append(all, to)
	}
	return all, nil
}

func (s *session) target(ctx context.Context, word string) (string, error) {
	if name, inbox := strings.CutPrefix(word, "inbox:"); inbox {
		if inbox, path, below := strings.Cut(name, "/"); below {
			return "", usage("what an inbox gets goes on to the path of its target: boathook inboxes edit "+quoteArg(clip(inbox))+" --forward http://localhost:3000/"+clip(path),
				"%q names a path of an inbox; inbox:%s is all of it", clip(word), clip(inbox))
		}
		_, err := s.Inbox(ctx, name)
		return word, s.unknownInbox(ctx, name, err)
	}
	if url, err := config.TargetURL(word); err == nil {
		return url, nil
	}
	if strings.Contains(word, "/") {
		return "", usage("for example crm, inbox:demo, 3000 or http://localhost:3000/hooks", "%q is no endpoint, inbox or URL", clip(word))
	}
	ep, err := s.endpoint(ctx, word)
	return ep.Name, err
}

// completeTrigger proposes an event, then where it can go.
func (a *app) completeTrigger(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return a.completeEvents(cmd, args, word)
	}
	return a.completing(cmd, completeTargets)
}
