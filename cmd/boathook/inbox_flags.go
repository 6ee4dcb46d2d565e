package main

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"github.com/boathook/boathook/cmd/boathook/config"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
)

// inboxFlags describe an inbox on the command line. Those that are not given
// leave it as it is.
type inboxFlags struct {
	check                                                                              checkFlags
	answer, body, bodyFile, delay, fault, host, path, timeout, answerFrom, note, token string
	headers, forward, rules                                                            []string
	template, private, insecure                                                        bool
	errorRate                                                                          float64
	errorStatus                                                                        int
	seed                                                                               int64
}

func (f *inboxFlags) bind(flags *pflag.FlagSet) {
	flags.StringVar(&f.answer, "answer", "", "status, or a sequence such as 503,503,200; timeout, reset and close are steps too")
	flags.StringArrayVar(&f.headers, "header", nil, "header of the answer, as 'Name: value'; may be repeated, '' removes all")
	flags.StringVar(&f.body, "body", "", "body of the answer")
	flags.StringVar(&f.bodyFile, "body-file", "", "file with the body of the answer, - for standard input")
	flags.BoolVar(&f.template, "template", false, "body and headers may echo the request: {{method}} {{path}} {{query.a}} {{header.x-name}} {{body}} {{body.a.b}} {{id}} {{n}} {{now}} {{uuid}}")
	flags.StringVar(&f.delay, "delay", "", "wait before the answer, such as 250ms")
	flags.StringVar(&f.fault, "fault", "", "timeout, reset or close in place of an answer; '' for none")
	flags.Float64Var(&f.errorRate, "error-rate", 0, "share of requests that get an error, 0 to 1")
	flags.IntVar(&f.errorStatus, "error-status", 0, "status of these errors (default 500)")
	flags.Int64Var(&f.seed, "seed", 0, "seed of these errors: the same seed, the same run")
	flags.StringArrayVar(&f.rules, "rule", nil, "answer to some requests, as 'FILTER => STATUS'; may be repeated, '' removes all")
	flags.StringArrayVar(&f.forward, "forward", nil, "app to pass requests on to, a port or a URL; may be repeated, '' removes all")
	flags.StringVar(&f.host, "host", "", "Host header of what is passed on: set (to the app) or keep")
	flags.StringVar(&f.path, "path", "", "path of what is passed on: append (the rest of the path) or fixed")
	flags.StringVar(&f.timeout, "timeout", "", "how long an app may take, such as 30s")
	flags.BoolVar(&f.insecure, "insecure", false, "do not check the app's certificate")
	flags.StringVar(&f.answerFrom, "answer-from", "", "whose answer goes back: the name of a target, or inbox")
	flags.BoolVar(&f.private, "private", false, "only the URL with the token reaches it")
	flags.StringVar(&f.token, "token", "", "its token, 32 hex characters (default: a random one)")
	flags.StringVar(&f.note, "note", "", "a remark")
	f.check.bind(flags)
}

// apply changes an inbox as the given flags say.
func (f *inboxFlags) apply(a *app, flags *pflag.FlagSet, in *proxy.Inbox) error {
	var failed error
	flags.Visit(func(fl *pflag.Flag) {
		if failed == nil {
			if err := f.applyOne(fl.Name, in); err != nil {
				failed = usage("", "--%s: %w", fl.Name, err)
			}
		}
	})
	if failed != nil {
		return failed
	}
	if err := f.check.apply(a, flags, in); err != nil {
		return err
	}
	return f.applyTargets(flags, in)
}

func (f *inboxFlags) applyOne(name string, in *proxy.Inbox) (err error) {
	p := &in.Answer
	switch name {
	case "answer":
		var steps proxy.Answer
		if steps, err = config.AnswerSteps(strings.Split(f.answer, ",")); err == nil {
			p.Sequence, p.Fault = steps.Sequence, steps.Fault
			if steps.Status != 0 {
				p.Status = steps.Status
			}
		}
	case "header":
		p.Headers, err = headerLines(f.headers)
	case "body":
		p.Body, p.BodyBase64 = config.BodyFields([]byte(f.body))
	case "body-file":
		var body []byte
		if body, err = readInput(f.bodyFile, "the body", "", maxBodyFile); err == nil {
			p.Body, p.BodyBase64 = config.BodyFields(body)
		}
	case "template":
		p.Template = f.template
	case "delay":
		p.DelayMS, err = config.Millis(f.delay)
	case "fault":
		p.Fault = f.fault
	case "error-rate":
		p.ErrorRate = f.errorRate
	case "error-status":
		p.ErrorStatus = f.errorStatus
	case "seed":
		p.Seed = f.seed
	case "rule":
		p.Rules, err = ruleLines(f.rules)
	case "answer-from":
		in.AnswerFrom = f.answerFrom
	case "private":
		in.Private = f.private
	case "token":
		in.Token = f.token
	case "note":
		in.Note = f.note
	}
	return err
}

// applyTargets changes the targets: all of them get the same host, path and
// timeout. What differs between targets is written in the config file.
func (f *inboxFlags) applyTargets(flags *pflag.FlagSet, in *proxy.Inbox) error {
	if flags.Changed("forward") {
		in.Forward = nil
		for _, text := range given(f.forward) {
			url, err := config.TargetURL(text)
			if err != nil {
				return usage("", "--forward: %w", err)
			}
			in.Forward = append(in.Forward, proxy.Target{URL: url})
		}
	}
	timeout, err := config.Millis(first(f.timeout, "0"))
	if err != nil {
		return usage("", "--timeout: %w", err)
	}
	for i := range in.Forward {
		t := &in.Forward[i]
		t.Host, t.Path = first(f.host, t.Host), first(f.path, t.Path)
		if flags.Changed("timeout") {
			t.TimeoutMS = timeout
		}
		if flags.Changed("insecure") {
			t.Insecure = f.insecure
		}
	}
	return nil
}

// given leaves out the empty text that stands for "none".
func given(texts []string) []string {
	if len(texts) == 1 && texts[0] == "" {
		return nil
	}
	return texts
}

func headerLines(texts []string) ([]inspector.Field, error) {
	var fields []inspector.Field
	for _, t := range given(texts) {
		f, err := config.HeaderLine(t)
		if err != nil {
			return nil, err
		}
		fields = append(fields, f)
	}
	return fields, nil
}

func ruleLines(texts []string) ([]proxy.Rule, error) {
	var rules []proxy.Rule
	for _, t := range given(texts) {
		when, then, found := strings.Cut(t, "=>")
		if !found {
			return nil, fmt.Errorf("want FILTER => STATUS, got %q", clip(t))
		}
		a, err := config.AnswerSteps([]string{strings.TrimSpace(then)})
		if err != nil {
			return nil, err
		}
		rules = append(rules, proxy.Rule{When: strings.TrimSpace(when), Status: a.Status, Fault: a.Fault})
	}
	return rules, nil
}

// maxBodyFile is above what an inbox can hold, so that the server says so.
const maxBodyFile = 1 << 20
