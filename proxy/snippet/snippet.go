// Package snippet writes a recorded request as a program that sends it again: as
// curl, HTTPie, Go, Python and Node, and as the raw bytes.
//
// A program sends the same method, target and body, byte for byte, and the same
// header lines as far as its tool lets it; what a tool adds or changes stands in
// the notes. Everything that was received is quoted, so that nothing of it is run.
package snippet

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/wire"
	"github.com/boathook/boathook/signer"
)

// Languages lists what [Write] writes.
var Languages = []string{"curl", "httpie", "go", "python", "fetch", "raw"}

// ErrLanguage is returned for a language that [Write] does not write.
var ErrLanguage = errors.New("no such language")

// ErrCut is returned for a request whose body was not kept whole.
var ErrCut = errors.New("its body was cut when it was recorded, so no program can send it")

// ErrRaw is returned for a raw request that is to be signed when it is sent.
var ErrRaw = errors.New("raw HTTP computes nothing, so it cannot be signed when it is sent")

// MaxInline is the largest body that stands in a program unless Options say
// otherwise, in bytes.
const MaxInline = 64 << 10

// SecretVariable is the environment variable that signing takes the secret from.
const SecretVariable = "WEBHOOK_SECRET"

// Request is what a program sends.
type Request struct {
	Head    []byte // request line and header lines, as recorded
	Framing []byte // of a chunked body: chunk lines and trailers
	Body    []byte // freed of its chunks; nil if it is larger than what is inlined
	Size    int64  // of the body
	Cut     bool
	// Target is the request target to send to instead of the recorded one, "" for
	// that one.
	Target string
	// Base is the scheme and host that it is sent to: "http://127.0.0.1:4601".
	Base string
	// OwnHost leaves out the recorded Host: the request goes to another place than
	// it was recorded at.
	OwnHost bool
}

// Options say how a program is written.
type Options struct {
	Language string
	// Credential tells header lines whose values are taken from the environment;
	// nil: none.
	Credential func(name string) bool
	// Parameter tells query parameters whose values are; nil: none.
	Parameter func(name string) bool
	// File names the file that the body is read from; "": the body stands in the
	// program. A body that Request does not hold needs it.
	File string
	// Recipe signs anew when the program runs; nil: the recorded signature is sent.
	Recipe *signer.Recipe
	// Script says that a command is part of a file of them; nil: it is pasted.
	Script *Script
}

// Script is what the commands of a file share.
type Script struct {
	Command string // to run in place of curl, "" for curl
	Base    string // variable with the scheme and host to send to, "" for those of the request
	// Variable names the variable for the value of a header line or, with a question
	// mark before its name, of a query parameter; nil: one for each line.
	Variable func(of, value string) string
}

// Program is a request in a language.
type Program struct {
	Language string
	Text     string     // valid UTF-8, but for the raw form of a body that is not
	File     string     // name of the file with the body that it reads, "" if none
	Needs    []Variable // environment variables, in the order of the header lines
	Notes    []Note
}

// Variable is an environment variable that a program reads.
type Variable struct {
	Name   string
	Header string // whose value it holds; "?name" for a query parameter, "" for the secret to sign with
}

// Note says in what a program differs from what was recorded.
type Note struct {
	Code string // stable: order, adds, address, chunks, trailers, spacing, length, value, node, interim
	Text string
}

// Write writes a request in a language. The errors are ErrLanguage, ErrCut and
// ErrRaw.
func Write(r *Request, opt Options) (*Program, error) {
	write, ok := writers[opt.Language]
	if !ok {
		return nil, fmt.Errorf("%w: %.40q; there are %s", ErrLanguage, opt.Language, strings.Join(Languages, ", "))
	}
	if r.Cut {
		return nil, ErrCut
	}
	if opt.Language == "raw" && opt.Recipe != nil {
		return nil, ErrRaw
	}
	p := newPlan(r, opt)
	p.Text = write(p)
	return &p.Program, nil
}

var writers = map[string]func(*plan) string{
	"curl": (*plan).curl, "httpie": (*plan).httpie, "go": (*plan).golang, "python": (*plan).python, "fetch": (*plan).node, "raw": (*plan).raw,
}

// part is a piece of a header value: text, or what a variable holds.
type part struct {
	text string
	from string // "", an environment variable, or one of the program: now, sig, secret
	env  bool
}

// field is a header line that a program writes.
type field struct {
	name  string
	value []part
	raw   string // as it was between the colon and the line end, if it is text alone
}

func (f *field) is(name string) bool { return strings.EqualFold(f.name, name) }

// text is the value of a field without variables.
func (f *field) text() string {
	if len(f.value) == 0 {
		return ""
	}
	return f.value[0].text
}

// constant reports whether the value has no variables.
func (f *field) constant() bool {
	return !slices.ContainsFunc(f.value, func(p part) bool { return p.from != "" })
}

// plan is a request in the parts that languages have words for.
type plan struct {
	Program
	opt                  Options
	method, target, base string
	address              []part // the target, with variables
	host                 string // of the base
	start                string
	head                 []byte
	fields               []field // all but Host, Content-Length and Transfer-Encoding
	recorded             []field // all, as they stood
	hostLine             string  // the recorded Host, "" if there is none or it is the tool's own
	hasHost              bool
	length, chunked      bool // how the recorded body is framed
	trailers             bool
	body                 []byte
	framing              []byte
	size                 int64
	recipe               *signer.Recipe
	sent                 map[string]bool // lower-case names of all recorded lines
	ownHost, spaced      bool
}

func (p *plan) note(code, format string, args ...any) {
	p.Notes = append(p.Notes, Note{code, fmt.Sprintf(format, args...)})
}

// has reports whether a header line is written.
func (p *plan) has(name string) bool {
	return slices.ContainsFunc(p.fields, func(f field) bool { return f.is(name) })
}

func newPlan(r *Request, opt Options) *plan {
	h := inspector.ParseHead(r.Head)
	p := &plan{opt: opt, start: h.Start, head: r.Head, base: strings.TrimSuffix(r.Base, "/"), body: r.Body, framing: r.Framing, size: r.Size, recipe: opt.Recipe, ownHost: r.OwnHost}
	p.Language, p.File = opt.Language, opt.File
	if p.size == 0 {
		p.File = ""
	}
	var rest string
	p.method, rest, _ = strings.Cut(h.Start, " ")
	if i := strings.LastIndexByte(rest, ' '); i >= 0 {
		rest = rest[:i]
	}
	if p.target = rest; r.Target != "" && r.Target != rest {
		p.target = r.Target
		p.start = p.method + " " + r.Target + strings.TrimPrefix(h.Start, p.method+" "+rest)
		p.head = append([]byte(p.start), r.Head[len(h.Start):]...)
	}
	_, p.host, _ = strings.Cut(p.base, "://")
	p.sent = map[string]bool{}
	lines := headerLines(r.Head)
	for i, f := range h.Fields {
		p.sent[strings.ToLower(f.Name)] = true
		x := field{name: f.Name, value: []part{{text: f.Value}}}
		if len(lines) == len(h.Fields) {
			x.raw = lines[i]
			p.spaced = p.spaced || x.raw != " "+f.Value
		}
		p.recorded = append(p.recorded, x)
	}
	p.sign()
	p.hide()
	for _, f := range p.recorded {
		switch {
		case f.is("Host"):
			if !p.hasHost {
				p.hostLine, p.hasHost = f.text(), true
			}
		case f.is("Content-Length"):
			p.length = true
		case f.is("Transfer-Encoding"):
			p.chunked = true
		default:
			p.fields = append(p.fields, f)
		}
	}
	if p.ownHost || !p.hasHost {
		p.hostLine = p.host
	}
	p.trailers = p.chunked && len(wire.Trailers(r.Framing)) > 0
	return p
}

// headerLines are the texts between the colon and the line end of each header
// line; nil if a line is folded or has no name.
func headerLines(head []byte) []string {
	all := strings.Split(strings.TrimRight(string(head), "\r\n"), "\n")
	var out []string
	for _, l := range all[1:] {
		l = strings.TrimSuffix(l, "\r")
		_, value, ok := strings.Cut(l, ":")
		if !ok || l[0] == ' ' || l[0] == '\t' {
			return nil
		}
		out = append(out, value)
	}
	return out
}

// sign puts the lines that are made when the program runs in place of the recorded
// ones.
func (p *plan) sign() {
	if p.recipe == nil {
		return
	}
	for _, l := range p.recipe.Lines {
		made := field{name: l.Name}
		for _, s := range l.Value {
			made.value = append(made.value, map[signer.StepKind]part{
				signer.StepText: {text: s.Text}, signer.StepTime: {from: "now"}, signer.StepSignature: {from: "sig"}, signer.StepSecret: {from: "secret"},
			}[s.Kind])
		}
		there := false
		p.recorded = slices.DeleteFunc(p.recorded, func(f field) bool {
			if !f.is(l.Name) {
				return false
			}
			first := !there
			there = true
			return !first
		})
		if !there {
			p.recorded = append(p.recorded, made)
			continue
		}
		i := slices.IndexFunc(p.recorded, func(f field) bool { return f.is(l.Name) })
		made.name = p.recorded[i].name
		p.recorded[i] = made
	}
	p.recorded = slices.DeleteFunc(p.recorded, func(f field) bool {
		return slices.ContainsFunc(p.recipe.Drop, func(name string) bool { return f.is(name) })
	})
	p.Needs = append(p.Needs, Variable{Name: SecretVariable})
}

// hide takes credentials from the environment.
func (p *plan) hide() {
	taken := map[string]bool{SecretVariable: true}
	variable := func(of, value string) part {
		if p.opt.Script != nil && p.opt.Script.Variable != nil {
			return part{from: p.opt.Script.Variable(of, value), env: true}
		}
		name := VariableName(of)
		for n := 2; taken[name]; n++ {
			name = fmt.Sprintf("%s_%d", VariableName(of), n)
		}
		taken[name] = true
		p.Needs = append(p.Needs, Variable{name, of})
		return part{from: name, env: true}
	}
	for i := range p.recorded {
		if f := &p.recorded[i]; f.constant() && f.text() != "" && p.opt.Credential != nil && p.opt.Credential(f.name) {
			f.value, f.raw = []part{variable(f.name, f.text())}, ""
		}
	}
	path, query, found := strings.Cut(p.target, "?")
	text := path
	for i, pair := range strings.Split(query, "&") {
		if i > 0 {
			text += "&"
		} else if found {
			text += "?"
		}
		name, value, _ := strings.Cut(pair, "=")
		if value == "" || p.opt.Parameter == nil || !p.opt.Parameter(name) {
			text += pair
			continue
		}
		p.address = append(p.address, part{text: text + name + "="}, variable("?"+name, value))
		text = ""
	}
	if text != "" || p.address == nil {
		p.address = append(p.address, part{text: text})
	}
}

// to is the address that is sent to: text before the target, and the target.
func (p *plan) to(before string) []part {
	all := slices.Clone(p.address)
	if p.opt.Script != nil && p.opt.Script.Base != "" {
		return append([]part{{from: p.opt.Script.Base}}, all...)
	}
	all[0].text = before + all[0].text
	return all
}

// secretAddress reports whether a part of the address is a variable.
func (p *plan) secretAddress() bool { return len(p.address) > 1 }

// VariableName is the environment variable for the value of a header line or, with
// a question mark before its name, of a query parameter.
func VariableName(header string) string {
	if param, ok := strings.CutPrefix(header, "?"); ok {
		header = "query-" + param
	}
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return '_'
	}, header)
	if name[0] >= '0' && name[0] <= '9' {
		return "_" + name
	}
	return name
}
