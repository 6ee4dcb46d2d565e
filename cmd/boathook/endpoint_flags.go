package main

import (
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/boathook/boathook/cmd/boathook/config"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
)

// endpointFlags describe an endpoint on the command line. Those that are not given
// leave it as it is.
type endpointFlags struct {
	secretFlags
	email                                                                                emailFlags
	auth                                                                                 authFlags
	url, method, provider, note, format, appKey, appToken, scheme, retry, timeout, speed string
	events, channels, campaigns, notCampaigns, forms, notForms, skip, success            []string
	headers, context                                                                     []string
	jitter, rate                                                                         float64
	concurrency                                                                          int
	ordered, insecure, off                                                               bool
}

func (f *endpointFlags) bind(flags *pflag.FlagSet) {
	flags.StringVar(&f.url, "url", "", "where it is sent to, a port or a URL")
	flags.StringSliceVar(&f.events, "events", nil, "what it subscribes to: provider/name, provider/* or *, which include those that are added later; '' for none")
	flags.StringSliceVar(&f.channels, "channels", nil, "only events with one of these labels, such as client_42; '' for all")
	flags.StringVar(&f.provider, "provider", "", "provider that is imitated (default: that of each event)")
	flags.StringSliceVar(&f.campaigns, "campaigns", nil, "only these campaigns; '' for all, new ones included")
	flags.StringSliceVar(&f.notCampaigns, "except-campaigns", nil, "all campaigns, new ones included, but these")
	flags.StringSliceVar(&f.forms, "forms", nil, "only these forms; '' for all, new ones included")
	flags.StringSliceVar(&f.notForms, "except-forms", nil, "all forms, new ones included, but these")
	flags.StringArrayVar(&f.skip, "skip", nil, "leave out events that match a filter; offline and crm are ready ones; may be repeated, '' removes all")
	flags.StringVar(&f.method, "method", "", "method of the requests (default: the provider's)")
	flags.StringVar(&f.format, "format", "", "json, form or xml (default: the provider's)")
	f.auth.bind(flags)
	flags.StringVar(&f.appKey, "app-key", "", "app key, which Webconnex puts into meta.appKey of the body")
	flags.StringVar(&f.appToken, "app-token", "", "app or API token, which Webconnex puts into meta.appToken of the body")
	flags.StringArrayVar(&f.headers, "header", nil, "header of every request, as 'Name: value'; may be repeated, '' removes all")
	flags.StringVar(&f.scheme, "scheme", "", "how it is signed: an id of boathook schemes list, provider or none (default: the provider's)")
	f.secretFlags.add(flags)
	flags.StringArrayVar(&f.context, "context", nil, "name=value that a scheme needs, such as webhook_id; '' removes all")
	flags.StringVar(&f.retry, "retry", "", "retry rule: provider, none, 10x1m, 3x24h, svix, stripe, shopify, or delays such as 5s,5m,30m")
	flags.Float64Var(&f.jitter, "jitter", 0, "share of each delay of a rule of your own that is random, 0 to 1")
	flags.StringVar(&f.speed, "speed", "", "speed of its clock, 1 to 1000000: at 3600x an hour of the retry rule passes in a second (default 1)")
	flags.StringVar(&f.timeout, "timeout", "", "how long one try may take, such as 10s; 0 for the provider's")
	flags.StringSliceVar(&f.success, "success", nil, "answers that count as success, such as 2xx,304 (default: the provider's)")
	flags.IntVar(&f.concurrency, "concurrency", 4, "first tries at once")
	flags.BoolVar(&f.ordered, "ordered", false, "one event after the other; a retry holds back those behind it")
	flags.Float64Var(&f.rate, "rate", 0, "tries per second at most, 0 for no bound")
	flags.BoolVar(&f.insecure, "insecure", false, "do not check its certificate")
	flags.BoolVar(&f.off, "off", false, "switched off: nothing is sent to it")
	f.email.bind(flags)
	flags.StringVar(&f.note, "note", "", "a remark")
}

// apply changes an endpoint as the given flags say.
func (f *endpointFlags) apply(a *app, flags *pflag.FlagSet, ep *proxy.Endpoint) (err error) {
	flags.Visit(func(fl *pflag.Flag) {
		if err == nil {
			if e := f.applyOne(fl.Name, ep); e != nil {
				err = usage("", "--%s: %w", fl.Name, e)
			}
		}
	})
	if err != nil {
		return err
	}
	if err := f.scope(flags, ep); err != nil {
		return err
	}
	if err := f.auth.apply(flags, ep); err != nil {
		return err
	}
	if err := f.email.apply(flags, ep); err != nil {
		return err
	}
	secrets, err := a.namedSecrets(&f.secretFlags, false)
	if err != nil || len(secrets) == 0 {
		return err
	}
	ep.Secrets = nil
	for _, s := range secrets {
		ep.Secrets = append(ep.Secrets, proxy.Secret{Value: s.Value})
	}
	return nil
}

func (f *endpointFlags) applyOne(name string, ep *proxy.Endpoint) (err error) {
	switch name {
	case "url":
		ep.Kind = proxy.KindURL
		ep.URL, err = config.TargetURL(f.url)
	case "events":
		ep.Events = given(f.events)
	case "channels":
		ep.Channels = given(f.channels)
	case "provider":
		ep.Provider = f.provider
	case "method":
		ep.Method = strings.ToUpper(f.method)
	case "format":
		ep.Format = f.format
	case "skip":
		ep.Skip = config.SkipFilter(given(f.skip))
	case "app-key":
		ep.AppKey = f.appKey
	case "app-token":
		ep.Token = f.appToken
	case "header":
		var fields []inspector.Field
		fields, err = headerLines(f.headers)
		ep.Headers = fields
	case "scheme":
		if ep.Scheme = strings.ToLower(f.scheme); ep.Scheme == "provider" {
			ep.Scheme = ""
		}
	case "context":
		ep.Context, err = contextValues(given(f.context))
	case "retry":
		ep.Retry = proxy.RetrySetting{Preset: f.retry, Jitter: ep.Retry.Jitter}
		if strings.Contains(f.retry, ",") {
			ep.Retry = proxy.RetrySetting{Preset: "custom", Delays: config.Words(f.retry), Jitter: ep.Retry.Jitter}
		}
	case "jitter":
		ep.Retry.Jitter = f.jitter
	case "speed":
		ep.Speed, err = times(f.speed, "x")
	case "timeout":
		ep.TimeoutMS, err = config.Millis(f.timeout)
	case "success":
		ep.Success = given(f.success)
	case "concurrency":
		ep.Concurrency = f.concurrency
	case "ordered":
		ep.Ordered = f.ordered
	case "rate":
		ep.Rate = f.rate
	case "insecure":
		ep.Insecure = f.insecure
	case "off":
		ep.On = !f.off
	case "note":
		ep.Note = f.note
	}
	return err
}

// scope reads the flags that name campaigns or forms.
func (f *endpointFlags) scope(flags *pflag.FlagSet, ep *proxy.Endpoint) error {
	kind := ""
	for _, s := range []struct {
		flag, kind string
		ids        []string
		except     bool
	}{
		{"campaigns", "campaign", f.campaigns, false}, {"except-campaigns", "campaign", f.notCampaigns, true},
		{"forms", "form", f.forms, false}, {"except-forms", "form", f.notForms, true},
	} {
		if !flags.Changed(s.flag) {
			continue
		}
		if kind != "" {
			return usage("give one of them", "--campaigns, --except-campaigns, --forms and --except-forms do not go together")
		}
		kind = s.kind
		ids := given(s.ids)
		switch {
		case len(ids) == 0:
			ep.Scope = nil
		case s.except:
			ep.Scope = &proxy.Scope{Kind: kind, Only: []string{}, Except: ids}
		default:
			ep.Scope = &proxy.Scope{Kind: kind, Only: ids, Except: []string{}}
		}
	}
	return nil
}

// number writes a number without a useless fraction.
func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
