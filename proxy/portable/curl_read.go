package portable

import (
	"bufio"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"

	"github.com/boathook/boathook/inspector"
)

// maxScript is the longest script that is read.
const maxScript = 64 << 20

// curl reads the curl commands of a shell script. Nothing is run: a command with
// a variable, a substitution or a file is told as a mistake.
func (im *importer) curl(b *bufio.Reader) error {
	text, err := io.ReadAll(io.LimitReader(b, maxScript+1))
	if err != nil {
		return err
	}
	if len(text) > maxScript {
		im.mistake(Mistake{Byte: maxScript, Text: fmt.Sprintf("is longer than %d MiB", maxScript>>20)})
		return nil
	}
	script := strings.TrimPrefix(strings.ReplaceAll(string(text), "\r\n", "\n"), "$ ")
	all, err := parseScript(script)
	var bad syntax.ParseError
	var long *longCommand
	switch {
	case errors.As(err, &bad):
		im.mistake(Mistake{Line: int(bad.Pos.Line()), Byte: -1, Text: "is no shell command: " + bad.Text})
		return nil
	case errors.As(err, &long):
		im.mistake(Mistake{Line: long.line, Byte: -1, Text: long.Error()})
		return nil
	case err != nil:
		return err
	}
	for _, s := range all {
		in, err := curlStatement(s)
		if err == nil && in == nil {
			continue
		}
		if err == nil {
			var head []byte
			if head, err = in.head(len(in.body)); err == nil {
				err = im.received(received{head: head, body: in.body, note: "imported from a curl command"})
				if err != nil {
					return err
				}
				continue
			}
		}
		im.mistake(Mistake{Line: int(s.Pos().Line()), Byte: -1, Text: err.Error()})
	}
	return nil
}

// curlStatement reads a statement: curl, or base64 -d of a here-document into
// curl, which is how exports write bytes that are no text. nil for any other
// command.
func curlStatement(s *syntax.Stmt) (*made, error) {
	if pipe, ok := s.Cmd.(*syntax.BinaryCmd); ok && pipe.Op == syntax.Pipe {
		words, err := plainWords(pipe.X)
		if err != nil || len(words) != 2 || words[0] != "base64" || words[1] != "-d" || len(pipe.X.Redirs) != 1 {
			return nil, errors.New("pipes into curl are not read, except for that of base64 -d")
		}
		doc, err := hereDoc(pipe.X.Redirs[0])
		if err != nil {
			return nil, err
		}
		input, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(doc), ""))
		if err != nil {
			return nil, fmt.Errorf("the body: %s", base64Text(err))
		}
		return curlCall(pipe.Y, input)
	}
	var input []byte
	for _, r := range s.Redirs {
		switch r.Op {
		case syntax.Hdoc, syntax.DashHdoc, syntax.WordHdoc:
			doc, err := hereDoc(r)
			if err != nil {
				return nil, err
			}
			input = []byte(doc)
		case syntax.RdrOut, syntax.AppOut, syntax.RdrAll, syntax.DplOut: // where curl would write
		default:
			return nil, errors.New("a file that curl would read is not read")
		}
	}
	return curlCall(s, input)
}

// noRun expands words without a shell: no variables, no commands, no files. Expanding
// writes to its configuration, so each call has its own.
func noRun() *expand.Config {
	return &expand.Config{Env: expand.ListEnviron(), NoUnset: true}
}

func hereDoc(r *syntax.Redirect) (string, error) {
	word := r.Hdoc
	if r.Op == syntax.WordHdoc {
		word = r.Word
	}
	if word == nil {
		return "", errors.New("the here-document is empty")
	}
	text, err := expand.Document(noRun(), word)
	if err != nil {
		return "", notPlain(err)
	}
	return text, nil
}

func notPlain(err error) error {
	var unset expand.UnsetParameterError
	var subst expand.UnexpectedCommandError
	switch {
	case errors.As(err, &unset):
		return fmt.Errorf("it uses the variable %s; write its value instead", unset.Node.Param.Value)
	case errors.As(err, &subst):
		return errors.New("it runs another command within a word; write its output instead")
	}
	return err
}

func plainWords(s *syntax.Stmt) ([]string, error) {
	call, ok := s.Cmd.(*syntax.CallExpr)
	if !ok || len(call.Args) == 0 {
		return nil, nil
	}
	var words []string
	for _, w := range call.Args {
		n := len(words)
		for word, err := range expand.FieldsSeq(noRun(), w) {
			if err != nil {
				return nil, notPlain(err)
			}
			// {1..1000000000} is a word too.
			if words = append(words, word); len(words) > n+1 {
				return nil, fmt.Errorf("the word %.40q stands for several; quote it", word)
			}
		}
	}
	return words, nil
}

// curlCall reads the options of one curl command.
func curlCall(s *syntax.Stmt, input []byte) (*made, error) {
	words, err := plainWords(s)
	if err != nil || len(words) == 0 || words[0] != "curl" {
		return nil, err
	}
	c := curlCommand{input: input}
	if err := c.read(words[1:]); err != nil {
		return nil, err
	}
	return c.request()
}

// curlCommand gathers what the options say.
type curlCommand struct {
	input          []byte // of standard input
	method, target string
	exact          string // target that is sent as it is, whatever the address says
	fields         []inspector.Field
	dropped        map[string]bool
	data           []byte
	has, get, head bool
	json           bool
}

// alone are options without a value; ignored are those with one that says nothing
// about the request.
var (
	curlAlone   = strings.Fields("-s --silent -S --show-error -k --insecure -L --location -v --verbose -i --include --show-headers -f --fail --fail-with-body --compressed --globoff -g --path-as-is --http1.1 --http1.0 --http2 --http2-prior-knowledge -N --no-buffer -# --progress-bar --no-progress-meter -4 --ipv4 -6 --ipv6 -O --remote-name --no-keepalive")
	curlIgnored = strings.Fields("-o --output -w --write-out -m --max-time --connect-timeout --retry --retry-delay --cacert --cert --key --resolve --connect-to -x --proxy --limit-rate -c --cookie-jar -D --dump-header")
)

func (c *curlCommand) read(words []string) error {
	c.dropped = map[string]bool{}
	for i := 0; i < len(words); i++ {
		option, value, joined := words[i], "", false
		switch {
		case strings.HasPrefix(option, "--"):
			option, value, joined = strings.Cut(option, "=")
		case len(option) > 2 && option[0] == '-':
			// -sSk is three options, -XPOST is one with its value.
			if slices.Contains(curlAlone, option[:2]) || option[:2] == "-G" || option[:2] == "-I" {
				words[i] = "-" + option[2:]
				i--
				option = option[:2]
				break
			}
			option, value, joined = option[:2], option[2:], true
		}
		if !strings.HasPrefix(option, "-") || option == "-" {
			if err := c.address(option); err != nil {
				return err
			}
			continue
		}
		switch option {
		case "-G", "--get":
			c.get = true
			continue
		case "-I", "--head":
			c.head = true
			continue
		}
		if slices.Contains(curlAlone, option) {
			if option == "--compressed" {
				c.fields = append(c.fields, inspector.Field{Name: "Accept-Encoding", Value: "deflate, gzip, br, zstd"})
			}
			continue
		}
		if !joined {
			if i++; i >= len(words) {
				return fmt.Errorf("%s has no value", option)
			}
			value = words[i]
		}
		if err := c.set(option, value); err != nil {
			return err
		}
	}
	return nil
}

func (c *curlCommand) address(text string) error {
	if c.target != "" {
		return errors.New("it names two addresses; write a command for each")
	}
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return fmt.Errorf("the address %.80q cannot be read", text)
	}
	c.target = u.RequestURI()
	if !slices.ContainsFunc(c.fields, func(f inspector.Field) bool { return f.Name == "Host" }) {
		c.fields = append([]inspector.Field{{Name: "Host", Value: u.Host}}, c.fields...)
	}
	return nil
}

func (c *curlCommand) set(option, value string) error {
	switch option {
	case "-X", "--request":
		c.method = value
	case "--url":
		return c.address(value)
	case "--request-target":
		c.exact = value
	case "-H", "--header":
		return c.header(value)
	case "-A", "--user-agent":
		return c.header("User-Agent: " + value)
	case "-e", "--referer":
		return c.header("Referer: " + value)
	case "-b", "--cookie":
		if !strings.Contains(value, "=") {
			return errors.New("a cookie file is not read")
		}
		return c.header("Cookie: " + value)
	case "-u", "--user":
		return c.header("Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(value)))
	case "--oauth2-bearer":
		return c.header("Authorization: Bearer " + value)
	case "-d", "--data", "--data-ascii":
		return c.body(value, true, true)
	case "--data-binary":
		return c.body(value, true, false)
	case "--data-raw":
		return c.body(value, false, false)
	case "--json":
		c.json = true
		return c.body(value, true, false)
	case "--data-urlencode":
		name, text, ok := strings.Cut(value, "=")
		if !ok {
			name, text = "", value
		}
		if name != "" {
			name += "="
		}
		return c.body(name+url.QueryEscape(text), false, false)
	case "-F", "--form", "-T", "--upload-file":
		return fmt.Errorf("%s is not read: what curl makes of it is not in the command", option)
	default:
		if !slices.Contains(curlIgnored, option) {
			return fmt.Errorf("the option %.40s is not known", option)
		}
	}
	return nil
}

func (c *curlCommand) header(line string) error {
	name, value, ok := strings.Cut(line, ":")
	if !ok {
		if bare, empty := strings.CutSuffix(line, ";"); empty {
			c.fields = append(c.fields, inspector.Field{Name: bare})
			return nil
		}
		return fmt.Errorf("%.60q is no header line", line)
	}
	value = strings.Trim(value, " \t")
	if value == "" {
		c.dropped[strings.ToLower(name)] = true
		return nil
	}
	if strings.EqualFold(name, "Host") {
		for i := range c.fields {
			if c.fields[i].Name == "Host" {
				c.fields[i].Value = value
				return nil
			}
		}
	}
	c.fields = append(c.fields, inspector.Field{Name: name, Value: value})
	return nil
}

// body adds data. files says that @ names a file, strip that line ends go.
func (c *curlCommand) body(value string, files, strip bool) error {
	data := []byte(value)
	if files && strings.HasPrefix(value, "@") {
		if value != "@-" {
			return fmt.Errorf("the body stands in the file %.80q, which is not read; write it into the command", value[1:])
		}
		if data = c.input; strip {
			data = []byte(strings.NewReplacer("\r", "", "\n", "").Replace(string(data)))
		}
	}
	if c.has && !c.json {
		c.data = append(c.data, '&')
	}
	c.data, c.has = append(c.data, data...), true
	return nil
}

// request is the request as curl would send it.
func (c *curlCommand) request() (*made, error) {
	if c.target == "" {
		return nil, errors.New("it names no address")
	}
	m := &made{method: c.method, target: c.target, body: c.data}
	if c.exact != "" {
		m.target = c.exact
	}
	if c.get {
		sep := "?"
		if strings.Contains(m.target, "?") {
			sep = "&"
		}
		m.target, m.body = m.target+sep+string(m.body), nil
	}
	if m.method == "" {
		switch {
		case c.head:
			m.method = "HEAD"
		case c.has && !c.get:
			m.method = "POST"
		default:
			m.method = "GET"
		}
	}
	add := func(name, value string) {
		if c.dropped[strings.ToLower(name)] {
			return
		}
		for _, f := range c.fields {
			if strings.EqualFold(f.Name, name) {
				return
			}
		}
		c.fields = append(c.fields, inspector.Field{Name: name, Value: value})
	}
	add("User-Agent", "curl")
	switch {
	case c.json:
		add("Content-Type", "application/json")
		add("Accept", "application/json")
	case len(m.body) > 0:
		add("Content-Type", "application/x-www-form-urlencoded")
	}
	add("Accept", "*/*")
	if c.has && !c.get && len(m.body) == 0 {
		add("Content-Length", "0")
	}
	m.fields = c.fields
	return m, nil
}
