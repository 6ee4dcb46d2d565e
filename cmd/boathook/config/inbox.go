package config

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
)

// Inbox is an inbox that a file describes. What its values mean is checked when
// it is stored.
type Inbox struct {
	proxy.Inbox
	Place
	secret bool // its token or a secret stands in the file
}

// Inboxes are the inboxes of the files, in their order.
func (v *Values) Inboxes() []Inbox { return v.inboxes }

// InboxKeys are the keys that an inbox may have in a file.
var InboxKeys = []string{"note", "token", "private", "forward", "answer", "answer_from",
	"scheme", "secret", "url_base", "context", "tolerance", "challenges", "challenge_token"}

func readInbox(e entry) (Inbox, error) {
	in := Inbox{Inbox: proxy.Inbox{Name: e.name}, Place: placeOf("inboxes", e)}
	if e.value.kind == null {
		return in, nil
	}
	path := "inboxes." + e.name
	err := e.value.each(path, InboxKeys, func(name string, v *node) (err error) {
		switch name {
		case "note":
			in.Note, err = v.string(path + ".note")
		case "token":
			in.Token, err = v.string(path + ".token")
			in.secret = in.secret || v.plain
		case "private":
			in.Private, err = v.bool(path + ".private")
		case "forward":
			in.Forward, err = readForward(path+".forward", v)
		case "answer":
			in.Answer, err = readAnswer(path+".answer", v)
		case "answer_from":
			in.AnswerFrom, err = v.string(path + ".answer_from")
		default:
			err = in.readCheck(path+"."+name, name, v)
		}
		return err
	})
	return in, err
}

// readForward takes a URL, or a list of URLs and targets.
func readForward(path string, v *node) ([]proxy.Target, error) {
	if v.kind != list {
		t, err := readTarget(path, v)
		return []proxy.Target{t}, err
	}
	var targets []proxy.Target
	for i, item := range v.items {
		t, err := readTarget(fmt.Sprintf("%s[%d]", path, i), item)
		if err != nil {
			return nil, err
		}
		targets = append(targets, t)
	}
	return targets, nil
}

func readTarget(path string, v *node) (t proxy.Target, err error) {
	if v.kind == scalar {
		t.URL, err = TargetURL(v.text)
		if err != nil {
			err = v.errorf("", path+": "+err.Error())
		}
		return t, err
	}
	err = v.each(path, []string{"name", "url", "host", "path", "timeout", "insecure"}, func(name string, v *node) (err error) {
		switch at := path + "." + name; name {
		case "name":
			t.Name, err = v.string(at)
		case "url":
			t.URL, err = v.string(at)
		case "host":
			t.Host, err = v.string(at)
		case "path":
			t.Path, err = v.string(at)
		case "timeout":
			t.TimeoutMS, err = v.millis(at)
		case "insecure":
			t.Insecure, err = v.bool(at)
		}
		return err
	})
	return t, err
}

// TargetURL reads what an inbox forwards to: a URL, HOST:PORT, or the port of an
// app on this machine, the last two with or without a path.
func TargetURL(s string) (string, error) {
	if strings.Contains(s, "://") {
		return s, checkURL(s)
	}
	host, path, _ := strings.Cut(s, "/")
	if checkPort(host) == nil && host != "0" {
		host = "localhost:" + host
	}
	if u := "http://" + host + "/" + path; checkAddr(host) == nil && checkURL(u) == nil {
		return u, nil
	}
	return "", fmt.Errorf("want a port or a URL such as http://localhost:3000/hooks, got %q", clip(s))
}

var faults = []string{"timeout", "reset", "close"}

// AnswerSteps reads an answer program in its short form: one or more of a
// status, timeout, reset and close. The last of several stays.
func AnswerSteps(steps []string) (a proxy.Answer, err error) {
	for _, s := range steps {
		if err := checkStep(s); err != nil {
			return a, err
		}
	}
	switch {
	case len(steps) != 1:
		a.Sequence = steps
	case checkStatus(steps[0]) == nil:
		a.Status, err = strconv.Atoi(steps[0])
	default:
		a.Fault = steps[0]
	}
	return a, err
}

func checkStatus(s string) error {
	if n, err := strconv.Atoi(s); err != nil || n < 200 || n > 599 {
		return fmt.Errorf("want a status from 200 to 599, got %q", clip(s))
	}
	return nil
}

func checkStep(s string) error {
	if checkStatus(s) == nil || oneOf(faults...)(s) == nil {
		return nil
	}
	return fmt.Errorf("want a status from 200 to 599, timeout, reset or close, got %q", clip(s))
}

func readAnswer(path string, v *node) (a proxy.Answer, err error) {
	switch v.kind {
	case scalar, list:
		steps, err := v.strings(path)
		if err != nil {
			return a, err
		}
		if a, err = AnswerSteps(steps); err != nil {
			err = v.errorf("", path+": "+err.Error())
		}
		return a, err
	}
	keys := []string{"status", "headers", "body", "template", "delay", "sequence", "fault", "error_rate", "error_status", "seed", "rules"}
	err = v.each(path, keys, func(name string, v *node) (err error) {
		switch at := path + "." + name; name {
		case "status":
			a.Status, err = v.int(at)
		case "headers":
			a.Headers, err = readHeaders(at, v)
		case "body":
			a.Body, a.BodyBase64, err = readBody(at, v)
		case "template":
			a.Template, err = v.bool(at)
		case "delay":
			a.DelayMS, err = v.millis(at)
		case "sequence":
			a.Sequence, err = v.strings(at)
		case "fault":
			a.Fault, err = v.string(at)
		case "error_rate":
			a.ErrorRate, err = v.share(at)
		case "error_status":
			a.ErrorStatus, err = v.int(at)
		case "seed":
			var n int
			n, err = v.int(at)
			a.Seed = int64(n)
		case "rules":
			a.Rules, err = readRules(at, v)
		}
		return err
	})
	return a, err
}

func readRules(path string, v *node) ([]proxy.Rule, error) {
	if err := v.want(list, path); err != nil {
		return nil, err
	}
	var rules []proxy.Rule
	for i, item := range v.items {
		at := fmt.Sprintf("%s[%d]", path, i)
		var r proxy.Rule
		keys := []string{"when", "status", "headers", "body", "template", "delay", "fault"}
		err := item.each(at, keys, func(name string, v *node) (err error) {
			switch at := at + "." + name; name {
			case "when":
				r.When, err = v.string(at)
			case "status":
				r.Status, err = v.int(at)
			case "headers":
				r.Headers, err = readHeaders(at, v)
			case "body":
				r.Body, r.BodyBase64, err = readBody(at, v)
			case "template":
				r.Template, err = v.bool(at)
			case "delay":
				r.DelayMS, err = v.millis(at)
			case "fault":
				r.Fault, err = v.string(at)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		rules = append(rules, r)
	}
	return rules, nil
}

// readHeaders takes names with values, or a list of "Name: value" where a name
// comes twice.
func readHeaders(path string, v *node) ([]inspector.Field, error) {
	var fields []inspector.Field
	if v.kind == list {
		texts, err := v.strings(path)
		if err != nil {
			return nil, err
		}
		for _, t := range texts {
			f, err := HeaderLine(t)
			if err != nil {
				return nil, v.errorf("", path+": "+err.Error())
			}
			fields = append(fields, f)
		}
		return fields, nil
	}
	if err := v.want(mapping, path); err != nil {
		return nil, err
	}
	for _, e := range v.keys {
		value, err := e.value.string(path + "." + e.name)
		if err != nil {
			return nil, err
		}
		fields = append(fields, inspector.Field{Name: e.name, Value: value})
	}
	return fields, nil
}

// HeaderLine reads "Name: value".
func HeaderLine(s string) (inspector.Field, error) {
	name, value, found := strings.Cut(s, ":")
	if !found || strings.TrimSpace(name) == "" {
		return inspector.Field{}, fmt.Errorf("want Name: value, got %q", clip(s))
	}
	return inspector.Field{Name: strings.TrimSpace(name), Value: strings.TrimSpace(value)}, nil
}

func readBody(path string, v *node) (text, base64 string, err error) {
	body, err := v.string(path)
	if err != nil {
		return "", "", err
	}
	text, base64 = BodyFields([]byte(body))
	return text, base64, nil
}

// BodyFields are the two forms of an answer's body: text if it is text.
func BodyFields(body []byte) (text, encoded string) {
	if utf8.Valid(body) {
		return string(body), ""
	}
	return "", base64.StdEncoding.EncodeToString(body)
}

// Millis reads a length of time for an answer or a target.
func Millis(s string) (int, error) {
	d, err := ParseAge(s)
	if err != nil {
		return 0, err
	}
	if d > 24*time.Hour {
		return 0, fmt.Errorf("%s is longer than a day", clip(s))
	}
	return int(d.Milliseconds()), nil
}

// Seconds reads a length of time in whole seconds.
func Seconds(s string) (int, error) {
	d, err := ParseAge(s)
	if err == nil && d%time.Second != 0 {
		err = fmt.Errorf("want whole seconds, got %q", clip(s))
	}
	return int(d.Seconds()), err
}

// Words are the words of a list that stands in one text.
func Words(s string) []string { return fields(s) }
