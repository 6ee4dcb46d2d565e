package proxy

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/boathook/boathook/inspector"
)

// Bounds of an inbox. Its whole JSON form is one configuration entry.
const (
	maxInboxBytes  = 512 << 10
	maxNoteBytes   = 4 << 10
	maxHeaders     = 100
	maxHeaderBytes = 16 << 10 // of all headers of one answer
	maxSteps       = 1000
	maxRules       = 100
	maxRuleBytes   = 4 << 10
	maxTargets     = 8
	maxDelayMS     = 60_000
	maxTimeoutMS   = 600_000
)

// check validates a normal inbox. Its errors are an [*InvalidError].
func (in *Inbox) check() error {
	if err := checkName("name", in.Name); err != nil {
		return err
	}
	if isToken(in.Name) {
		return &InvalidError{Field: "name", Text: "looks like a token", Hint: "choose a name that is not 32 hex characters"}
	}
	if !isToken(in.Token) {
		return &InvalidError{Field: "token", Text: "is not 32 lower-case hex characters", Hint: "leave it empty to get a random one"}
	}
	if in.Private && in.Name == DefaultInbox {
		return &InvalidError{Field: "private", Text: "the default inbox gets every request outside of /in/, it cannot be private", Hint: "make another inbox private"}
	}
	if len(in.Note) > maxNoteBytes || !utf8.ValidString(in.Note) {
		return &InvalidError{Field: "note", Text: fmt.Sprintf("is not UTF-8 text of at most %d bytes", maxNoteBytes), Hint: "shorten it"}
	}
	if err := in.Answer.check(); err != nil {
		return err
	}
	if err := in.checkSignature(); err != nil {
		return err
	}
	return in.checkForward()
}

func (in *Inbox) checkForward() error {
	if len(in.Forward) > maxTargets {
		return &InvalidError{Field: "forward", Text: fmt.Sprintf("has %d targets, the limit is %d", len(in.Forward), maxTargets)}
	}
	answers := in.AnswerFrom == "" || in.AnswerFrom == AnswerFromInbox
	seen := map[string]bool{}
	for i := range in.Forward {
		t := &in.Forward[i]
		field := fmt.Sprintf("forward[%d]", i)
		if err := checkName(field+".name", t.Name); err != nil {
			return err
		}
		if t.Name == AnswerFromInbox {
			return &InvalidError{Field: field + ".name", Text: `"inbox" means the answer program`, Hint: "choose another name"}
		}
		if seen[t.Name] {
			return &InvalidError{Field: field + ".name", Text: fmt.Sprintf("%q is the name of another target", t.Name), Hint: "give each target its own name"}
		}
		seen[t.Name] = true
		answers = answers || t.Name == in.AnswerFrom
		if _, err := parseTarget(t.URL); err != nil {
			err.Field = field + ".url"
			return err
		}
		if t.Host != "set" && t.Host != "keep" {
			return oneOf(field+".host", t.Host, "set", "keep")
		}
		if t.Path != "append" && t.Path != "fixed" {
			return oneOf(field+".path", t.Path, "append", "fixed")
		}
		if err := checkRange(field+".timeout_ms", t.TimeoutMS, 1, maxTimeoutMS); err != nil {
			return err
		}
	}
	if !answers {
		return &InvalidError{Field: "answer_from", Text: fmt.Sprintf("no target has the name %q", in.AnswerFrom), Hint: `name a target of this inbox, or "inbox"`}
	}
	return nil
}

func (a *Answer) check() error {
	at := func(name string) string { return "answer." + name }
	if err := checkRange(at("status"), a.Status, 200, 599); err != nil {
		return err
	}
	if err := checkContent("answer", a.Headers, a.Body, a.BodyBase64, a.Template); err != nil {
		return err
	}
	if err := checkRange(at("delay_ms"), a.DelayMS, 0, maxDelayMS); err != nil {
		return err
	}
	if len(a.Sequence) > maxSteps {
		return &InvalidError{Field: at("sequence"), Text: fmt.Sprintf("has %d steps, the limit is %d", len(a.Sequence), maxSteps)}
	}
	for i, s := range a.Sequence {
		if _, _, ok := parseStep(s); !ok {
			return &InvalidError{Field: fmt.Sprintf("answer.sequence[%d]", i), Text: fmt.Sprintf("%.40q is no step", s), Hint: `use a status from 200 to 599, "timeout", "reset" or "close"`}
		}
	}
	if _, ok := faults[a.Fault]; !ok {
		return oneOf(at("fault"), a.Fault, "", "timeout", "reset", "close")
	}
	if math.IsNaN(a.ErrorRate) || a.ErrorRate < 0 || a.ErrorRate > 1 {
		return &InvalidError{Field: at("error_rate"), Text: fmt.Sprintf("%v is not between 0 and 1", a.ErrorRate), Hint: "0.05 makes one request of twenty fail"}
	}
	if a.ErrorStatus != 0 {
		if err := checkRange(at("error_status"), a.ErrorStatus, 200, 599); err != nil {
			return err
		}
	}
	if len(a.Rules) > maxRules {
		return &InvalidError{Field: at("rules"), Text: fmt.Sprintf("has %d rules, the limit is %d", len(a.Rules), maxRules)}
	}
	for i := range a.Rules {
		if err := a.Rules[i].check(fmt.Sprintf("answer.rules[%d]", i)); err != nil {
			return err
		}
	}
	return nil
}

func (r *Rule) check(field string) error {
	if len(r.When) > maxRuleBytes {
		return &InvalidError{Field: field + ".when", Text: fmt.Sprintf("is %d bytes, the limit is %d", len(r.When), maxRuleBytes)}
	}
	if _, err := inspector.ParseQuery(r.When, time.Now()); err != nil {
		return queryError(field+".when", err)
	}
	if r.Status != 0 {
		if err := checkRange(field+".status", r.Status, 200, 599); err != nil {
			return err
		}
	}
	if err := checkContent(field, r.Headers, r.Body, r.BodyBase64, r.Template); err != nil {
		return err
	}
	if _, ok := faults[r.Fault]; !ok {
		return oneOf(field+".fault", r.Fault, "", "timeout", "reset", "close")
	}
	return checkRange(field+".delay_ms", r.DelayMS, 0, maxDelayMS)
}

// queryError passes on where a filter is wrong.
func queryError(field string, err error) error {
	out := &InvalidError{Field: field, Text: err.Error()}
	var q *inspector.QueryError
	if errors.As(err, &q) {
		out.Pos, out.End, out.Text = q.Pos, q.End, q.Text
		if q.Suggestion != "" {
			out.Hint = "did you mean " + q.Suggestion + "?"
		}
	}
	return out
}

// checkContent validates the headers and the body of an answer.
func checkContent(field string, headers []inspector.Field, body, body64 string, template bool) error {
	if len(headers) > maxHeaders {
		return &InvalidError{Field: field + ".headers", Text: fmt.Sprintf("has %d headers, the limit is %d", len(headers), maxHeaders)}
	}
	total := 0
	for i, h := range headers {
		at := fmt.Sprintf("%s.headers[%d]", field, i)
		if err := checkHeader(at, h, template); err != nil {
			return err
		}
		total += len(h.Name) + len(h.Value)
	}
	if total > maxHeaderBytes {
		return &InvalidError{Field: field + ".headers", Text: fmt.Sprintf("hold %d bytes, the limit is %d", total, maxHeaderBytes), Hint: "shorten them"}
	}
	if body != "" && body64 != "" {
		return &InvalidError{Field: field + ".body_base64", Text: "the answer has a body as text too", Hint: "use body or body_base64, not both"}
	}
	if _, err := base64.StdEncoding.DecodeString(body64); err != nil {
		out := &InvalidError{Field: field + ".body_base64", Text: "is no base64", Hint: "use the standard alphabet with padding"}
		var corrupt base64.CorruptInputError
		if errors.As(err, &corrupt) {
			out.Pos = min(int(corrupt), len(body64))
			out.End = min(out.Pos+1, len(body64))
			out.Text = fmt.Sprintf("is no base64 from byte %d on", out.Pos)
		}
		return out
	}
	if template {
		if _, err := parseTemplate(body); err != nil {
			err.Field = field + ".body"
			return err
		}
	}
	return nil
}

// framingNames are headers that the capture port sets itself.
var framingNames = map[string]bool{
	"connection": true, "content-length": true, "keep-alive": true, "trailer": true,
	"transfer-encoding": true, "upgrade": true,
}

func checkHeader(field string, h inspector.Field, template bool) error {
	if !isHeaderName(h.Name) {
		return &InvalidError{Field: field + ".name", Text: fmt.Sprintf("%.60q is no header name", h.Name), Hint: "use letters, digits and !#$%&'*+-.^_`|~"}
	}
	if framingNames[strings.ToLower(h.Name)] {
		return &InvalidError{Field: field + ".name", Text: fmt.Sprintf("%s is set by the capture port itself", h.Name), Hint: "leave it out"}
	}
	if i := badValueByte(h.Value); i >= 0 {
		return &InvalidError{Field: field + ".value", Text: fmt.Sprintf("has the byte %#02x at %d", h.Value[i], i), Hint: "remove line breaks and control characters", Pos: i, End: i + 1}
	}
	if strings.Trim(h.Value, " \t") != h.Value {
		return &InvalidError{Field: field + ".value", Text: "begins or ends with white space, which no receiver keeps", Hint: "remove it"}
	}
	if template {
		if _, err := parseTemplate(h.Value); err != nil {
			err.Field = field + ".value"
			return err
		}
	}
	return nil
}

func checkName(field, name string) error {
	ok := name != "" && len(name) <= 63 && name[0] != '.' && name[0] != '_' && name[0] != '-'
	for i := 0; ok && i < len(name); i++ {
		c := name[i]
		ok = c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-'
	}
	if ok {
		return nil
	}
	if name == "" {
		return &InvalidError{Field: field, Text: "is empty", Hint: "use 1 to 63 of a-z 0-9 . _ -"}
	}
	return &InvalidError{Field: field, Text: fmt.Sprintf("%.80q is no name", name), Hint: "use 1 to 63 of a-z 0-9 . _ -, beginning with a letter or digit"}
}

func checkRange(field string, n, low, high int) error {
	if n < low || n > high {
		return &InvalidError{Field: field, Text: strconv.Itoa(n) + " is out of range", Hint: fmt.Sprintf("use %d to %d", low, high)}
	}
	return nil
}

func checkNumber(field string, n, low, high float64) error {
	if math.IsNaN(n) || n < low || n > high {
		return &InvalidError{Field: field, Text: plainNumber(n) + " is out of range", Hint: "use " + plainNumber(low) + " to " + plainNumber(high)}
	}
	return nil
}

func oneOf(field, got string, want ...string) error {
	quoted := make([]string, len(want))
	for i, w := range want {
		quoted[i] = strconv.Quote(w)
	}
	return &InvalidError{Field: field, Text: fmt.Sprintf("%.40q is not known", got), Hint: "use " + strings.Join(quoted, ", ")}
}

// isToken reports whether s has the form of an inbox's token.
func isToken(s string) bool {
	if len(s) != 32 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// isHeaderName reports whether s is a token of RFC 9110.
func isHeaderName(s string) bool {
	if s == "" || len(s) > 256 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
			continue
		}
		if strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return true
}

// badValueByte is the index of the first byte that no header value may have, -1
// if there is none.
func badValueByte(s string) int {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\t' || c == 0x7f {
			return i
		}
	}
	return -1
}
