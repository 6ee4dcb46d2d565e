package catalog

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Bounds of a YAML file. The parser recurses, and nobody writes more by hand.
const (
	maxYAMLBytes = 4 << 20
	maxYAMLDepth = 64
)

// FileError is a fault in a provider's file, and where it is.
type FileError struct {
	File         string
	Line, Column int // from 1; 0 if the fault has no place
	Text         string
}

func (e *FileError) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Text
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Text)
}

// yamlFile is a parsed file that still knows where everything stands.
type yamlFile struct {
	name string
	tree *ast.File
}

// parseYAML reads text as one YAML document.
func parseYAML(name string, data []byte) (*yamlFile, error) {
	if len(data) > maxYAMLBytes {
		return nil, &FileError{File: name, Text: fmt.Sprintf("%d bytes long; at most %d MiB are read", len(data), maxYAMLBytes>>20)}
	}
	if at := firstInvalid(data); at >= 0 {
		line, column := position(data, at)
		return nil, &FileError{name, line, column, fmt.Sprintf("byte 0x%02x is not text in UTF-8", data[at])}
	}
	if at := tooDeep(data); at >= 0 {
		line, column := position(data, at)
		return nil, &FileError{name, line, column, fmt.Sprintf("nested deeper than %d levels", maxYAMLDepth)}
	}
	f := &yamlFile{name: name}
	err := f.guard(func() (err error) {
		f.tree, err = parser.ParseBytes(data, 0)
		return err
	})
	if err != nil {
		return nil, err
	}
	bodies := 0
	for _, doc := range f.tree.Docs {
		if doc.Body == nil {
			continue
		}
		if bodies++; bodies > 1 {
			return nil, f.failAt(doc.Body, "a second document; one is expected")
		}
		// An alias can make a small file stand for gigabytes.
		for _, n := range ast.Filter(ast.AliasType, doc.Body) {
			return nil, f.failAt(n, "an alias (*name) is not read here; write the text out")
		}
	}
	if bodies == 0 {
		return nil, &FileError{File: name, Text: "empty"}
	}
	return f, nil
}

// firstInvalid is the offset of the first byte that is no text, or -1.
func firstInvalid(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 || r < 0x20 && r != '\n' && r != '\t' && r != '\r' || r == 0x7f {
			return i
		}
		i += size
	}
	return -1
}

// tooDeep is the offset where brackets, dashes or indentation go deeper than the
// parser shall recurse, or -1. It counts generously: text in quotes counts too.
func tooDeep(data []byte) int {
	open, dashes := 0, 0
	var indents []int // of the lines that enclose this one
	for i, c := range data {
		switch c {
		case '\n':
			dashes = 0
		case '[', '{':
			open++
		case ']', '}':
			open = max(open-1, 0)
		case '-', '?':
			if i+1 < len(data) && (data[i+1] == ' ' || data[i+1] == '\t') {
				dashes++
			}
		case ' ', '\t', '\r':
			continue
		default:
			dashes = 0
		}
		if c != '\n' && startsLine(data, i) {
			indent := i - lineStart(data, i)
			for len(indents) > 0 && indents[len(indents)-1] >= indent {
				indents = indents[:len(indents)-1]
			}
			indents = append(indents, indent)
		}
		if open > maxYAMLDepth || dashes > maxYAMLDepth || len(indents) > maxYAMLDepth {
			return i
		}
	}
	return -1
}

func lineStart(data []byte, at int) int {
	for at > 0 && data[at-1] != '\n' {
		at--
	}
	return at
}

// startsLine reports whether only spaces stand before a byte on its line.
func startsLine(data []byte, at int) bool {
	for at > 0 && (data[at-1] == ' ' || data[at-1] == '\t') {
		at--
	}
	return at == 0 || data[at-1] == '\n'
}

// decode fills v. Keys that v does not have are errors.
func (f *yamlFile) decode(v any) error { return f.into(v, yaml.Strict()) }

// ordered reads what the file holds, with maps in their order.
func (f *yamlFile) ordered() (any, error) {
	var v any
	err := f.into(&v, yaml.UseOrderedMap())
	return v, err
}

func (f *yamlFile) into(v any, option yaml.DecodeOption) error {
	return f.guard(func() error {
		for _, doc := range f.tree.Docs {
			if doc.Body == nil {
				continue
			}
			if err := yaml.NodeToValue(doc.Body, v, option); err != nil {
				return err
			}
		}
		return nil
	})
}

// guard runs the YAML library, which panics on some files that are no YAML.
func (f *yamlFile) guard(read func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &FileError{File: f.name, Text: fmt.Sprintf("not YAML that can be read (%.100v)", r)}
		}
	}()
	if err := read(); err != nil {
		return yamlError(f.name, err)
	}
	return nil
}

// fail is an error at a path such as $.headers[2].value; at the nearest place
// above it if there is no such place.
func (f *yamlFile) fail(path, format string, args ...any) error {
	for path != "" && path != "$" {
		if p, err := yaml.PathString(path); err == nil {
			if n, err := p.FilterFile(f.tree); err == nil && n != nil {
				return f.failAt(n, format, args...)
			}
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return &FileError{File: f.name, Text: fmt.Sprintf(format, args...)}
}

func (f *yamlFile) failAt(n ast.Node, format string, args ...any) error {
	e := &FileError{File: f.name, Text: fmt.Sprintf(format, args...)}
	if m, ok := n.(*ast.MappingNode); ok && len(m.Values) > 0 {
		n = m.Values[0].Key // a block mapping's own token is its first colon
	}
	if tok := n.GetToken(); tok != nil && tok.Position != nil {
		e.Line, e.Column = tok.Position.Line, tok.Position.Column
	}
	return e
}

func yamlError(name string, err error) error {
	var at yaml.Error
	if !errors.As(err, &at) {
		return &FileError{File: name, Text: err.Error()}
	}
	e := &FileError{File: name, Text: at.GetMessage()}
	if tok := at.GetToken(); tok != nil && tok.Position != nil {
		e.Line, e.Column = tok.Position.Line, tok.Position.Column
	}
	return e
}
