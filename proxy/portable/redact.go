package portable

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/mask"
)

// What stands where a credential was, in a header line and in an address.
const (
	redactedValue = "[redacted]"
	redactedPart  = "redacted"
)

// addressLines are header lines whose values are addresses.
var addressLines = []string{"location", "content-location", "referer", "x-original-url", "x-rewrite-url"}

// redactor leaves the credentials of one delivery out. It knows them by what was
// noted when the request was made, by what the caller says, and by their names.
type redactor struct {
	lines  map[string]bool // header lines, in small letters
	params map[string]bool // query parameters
	values []string        // that were taken out, longest first once it is sorted
	names  []string        // of these
	rules  *mask.Rules

	onlyAddresses bool // lines that are credentials as a whole stay
}

// newRedactor knows further names, as in [inspector.Attempt.Secrets].
func newRedactor(secrets []string, rules *mask.Rules) redactor {
	r := redactor{lines: map[string]bool{}, params: map[string]bool{}, rules: rules}
	r.know(secrets)
	return r
}

// redact replaces credentials in everything that an export shows of the delivery,
// and notes on each attempt what it replaced. secrets are further names as in
// [inspector.Attempt.Secrets].
func (it *Item) redact(secrets []string, rules *mask.Rules) {
	r := newRedactor(secrets, rules)
	for i := range it.Attempts {
		r.know(it.Attempts[i].Secrets)
	}
	it.Attempts = slices.Clone(it.Attempts)
	it.Row.Target = r.address(it.Row.Target)
	if strings.Contains(it.Row.Endpoint, "://") { // it was sent to a bare address
		it.Row.Endpoint = r.address(it.Row.Endpoint)
	}
	noted := make([][]string, len(it.Attempts))
	for i := range it.Attempts {
		a := &it.Attempts[i]
		r.names = nil
		a.Target = r.address(a.Target)
		a.Request, a.Response = r.message(&a.Request, inspector.Request), r.message(&a.Response, inspector.Response)
		noted[i] = append(r.names, it.left[a.K]...)
	}
	slices.SortFunc(r.values, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	it.Row.Tags = r.texts(it.Row.Tags)
	for i := range it.Attempts {
		a := &it.Attempts[i]
		a.Notes, a.Dropped, a.Failure.Text = r.texts(a.Notes), r.texts(a.Dropped), r.text(a.Failure.Text)
		if len(noted[i]) > 0 {
			a.Notes = append(a.Notes, "left out of the export: "+strings.Join(inspector.FewNames(noted[i]), ", "))
		}
	}
}

// Hiding leaves out what is hidden in the heads of one attempt. Nil leaves out
// nothing.
type Hiding struct{ r redactor }

// Hide leaves out what the rules hide, and secrets: further names, as in
// [inspector.Attempt.Secrets].
func Hide(secrets []string, rules *mask.Rules) *Hiding {
	return &Hiding{newRedactor(secrets, rules)}
}

// Value is the value of a header line as it may be shown.
func (h *Hiding) Value(name, value string) string {
	switch {
	case h == nil:
	case h.r.secretLine(name):
		return redactedValue
	case slices.Contains(addressLines, strings.ToLower(strings.TrimSpace(name))):
		return h.r.address(value)
	}
	return value
}

// Address is an address, or the target of a request, as it may be shown.
func (h *Hiding) Address(s string) string {
	if h == nil {
		return s
	}
	return h.r.address(s)
}

// Start is the start line of a request as it may be shown.
func (h *Hiding) Start(line string) string {
	if h == nil {
		return line
	}
	return h.r.startLine(line)
}

// Credentials tells which header lines and query parameters of a delivery an export
// leaves out. secrets are further names, as in [ExportOptions].
func Credentials(attempts []inspector.Attempt, secrets []string, rules *mask.Rules) (line, parameter func(name string) bool) {
	h := Hide(secrets, rules)
	for i := range attempts {
		h.r.know(attempts[i].Secrets)
	}
	return h.r.secretLine, h.r.secretParameter
}

// HideHeads is a message whose heads may be shown, and what is left out of them.
// secrets are further names, as in [inspector.Attempt.Secrets].
func HideHeads(m *inspector.Message, part inspector.Part, secrets []string, rules *mask.Rules) (shown inspector.Message, names []string) {
	h := Hide(secrets, rules)
	return h.r.message(m, part), h.r.names
}

func (r *redactor) message(m *inspector.Message, part inspector.Part) inspector.Message {
	shown := *m
	shown.Head, shown.Interim, shown.Framing = r.head(m.Head, part == inspector.Request), r.head(m.Interim, false), r.head(m.Framing, false)
	return shown
}

func (r *redactor) secretLine(name string) bool {
	return r.lines[strings.ToLower(strings.TrimSpace(name))] || r.rules.Line(name)
}

// secretParameter takes a name as it stands in an address.
func (r *redactor) secretParameter(name string) bool {
	return r.params[name] || r.params[unescaped(name)] || r.rules.Parameter(name)
}

// redactAddresses takes credentials out of header lines whose values are addresses,
// and the user out of the address of a start line. Everything else stays.
func (it *Item) redactAddresses(rules *mask.Rules) {
	r := newRedactor(nil, rules)
	r.onlyAddresses = true
	it.Attempts = slices.Clone(it.Attempts)
	for i := range it.Attempts {
		a := &it.Attempts[i]
		a.Request.Head, a.Response.Head = r.head(a.Request.Head, false), r.head(a.Response.Head, false)
	}
}

func (r *redactor) know(names []string) {
	for _, name := range names {
		if param, ok := strings.CutPrefix(name, "?"); ok {
			r.params[param] = true
		} else {
			r.lines[strings.ToLower(name)] = true
		}
	}
}

// took notes what was taken out.
func (r *redactor) took(name, value string) {
	if !slices.Contains(r.names, name) {
		r.names = append(r.names, name)
	}
	if len(value) >= minSecret && !slices.Contains(r.values, value) {
		r.values = append(r.values, value)
	}
}

// minSecret is the length from which on a value that was taken out is looked for in
// remarks too. A shorter one may be any word.
const minSecret = 6

// texts are remarks without what was taken out elsewhere.
func (r *redactor) texts(list []string) []string {
	out := slices.Clone(list)
	for i := range out {
		out[i] = r.text(out[i])
	}
	return out
}

func (r *redactor) text(s string) string {
	for _, v := range r.values {
		s = strings.ReplaceAll(s, v, redactedPart)
	}
	return s
}

// head is a head without credentials. start says that its first line is the start
// line of a request. Everything else stays to the byte.
func (r *redactor) head(head []byte, start bool) []byte {
	if head == nil {
		return nil
	}
	out := make([]byte, 0, len(head))
	gone := false // the line before was replaced, and this one goes on with it
	for rest := head; len(rest) > 0; start = false {
		end := bytes.IndexByte(rest, '\n') + 1
		if end == 0 {
			end = len(rest)
		}
		line := rest[:end]
		rest = rest[end:]
		text := bytes.TrimRight(line, "\r\n")
		tail := line[len(text):]
		switch name, value, colon := bytes.Cut(text, []byte(":")); {
		case gone && (line[0] == ' ' || line[0] == '\t'):
		case start:
			out = append(append(out, r.startLine(string(text))...), tail...)
		case !colon:
			out, gone = append(out, line...), false
		default:
			n, v := string(name), string(bytes.TrimSpace(value))
			if gone = !r.onlyAddresses && r.secretLine(n); gone {
				r.took(n, v)
				_, after, _ := strings.Cut(v, " ") // of "Bearer token", the token
				r.took(n, after)
				out = append(append(append(out, name...), ": "+redactedValue...), tail...)
				continue
			}
			if slices.Contains(addressLines, strings.ToLower(strings.TrimSpace(n))) {
				if plain := r.address(v); plain != v {
					out = append(append(append(out, name...), ": "+plain...), tail...)
					continue
				}
			}
			out = append(out, line...)
		}
	}
	return out
}

func (r *redactor) startLine(line string) string {
	method, target, version := requestLine(line)
	plain := r.address(target)
	switch {
	case plain == target:
		return line
	case version == "":
		return method + " " + plain
	}
	return method + " " + plain + " " + version
}

// address is an address without what opens something: the user of its authority and
// the values of secret parameters.
func (r *redactor) address(s string) string {
	base, query, found := strings.Cut(s, "?")
	if before, rest, ok := strings.Cut(base, "://"); ok {
		authority, path, slash := strings.Cut(rest, "/")
		if i := strings.LastIndexByte(authority, '@'); i >= 0 {
			r.took("the user of the address", authority[:i])
			base = before + "://" + redactedPart + authority[i:]
			if slash {
				base += "/" + path
			}
		}
	}
	if !found {
		return base
	}
	parts := strings.Split(query, "&")
	for i, part := range parts {
		name, value, ok := strings.Cut(part, "=")
		if !ok || value == "" || !r.secretParameter(name) {
			continue
		}
		r.took("?"+name, value)
		r.took("?"+name, unescaped(value))
		parts[i] = name + "=" + redactedPart
	}
	return base + "?" + strings.Join(parts, "&")
}
