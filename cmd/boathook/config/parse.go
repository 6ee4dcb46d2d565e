package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Bounds of a file. Nobody writes more by hand, and the parser recurses.
const (
	maxFileBytes = 1 << 20
	maxDepth     = 32
)

// readFile returns the text of a configuration file, checked to be text.
func readFile(path string) (string, error) {
	shown := Shown(path)
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("read config: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", fmt.Errorf("read config: %w", err)
	}
	if !info.Mode().IsRegular() {
		return "", &Error{File: shown, Text: "not a file"}
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFileBytes+1))
	if err != nil {
		return "", fmt.Errorf("read config: %w", err)
	}
	if len(data) > maxFileBytes {
		return "", &Error{File: shown, Text: "larger than 1 MiB, which is the limit for a config file"}
	}
	return checkText(shown, string(data))
}

func checkText(file, text string) (string, error) {
	if strings.HasPrefix(text, "\xff\xfe") || strings.HasPrefix(text, "\xfe\xff") {
		return "", &Error{File: file, Line: 1, Text: "written as UTF-16", Hint: "save it as UTF-8"}
	}
	text = strings.TrimPrefix(text, "\ufeff")
	line := 1
	for i, r := range text {
		switch {
		case r == '\n':
			line++
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], "\uFFFD"):
			return "", &Error{File: file, Line: line, Text: fmt.Sprintf("byte 0x%02x is not UTF-8 text", text[i])}
		case r < 0x20 && r != '\t' && r != '\r', r == 0x7f:
			return "", &Error{File: file, Line: line, Text: fmt.Sprintf("control character 0x%02x is not allowed", r)}
		}
	}
	return text, nil
}

// parse reads the text of a file into a tree. The tree is nil for an empty file.
func parse(file, text string, env func(string) (string, bool)) (*node, error) {
	if err := checkNesting(file, text); err != nil {
		return nil, err
	}
	doc, err := parser.ParseBytes([]byte(hideReferences(text)), 0)
	if err != nil {
		return nil, syntaxError(file, err)
	}
	var bodies []ast.Node
	for _, d := range doc.Docs {
		if d.Body != nil {
			bodies = append(bodies, d.Body)
		}
	}
	switch len(bodies) {
	case 0:
		return nil, nil
	case 1:
		return (&builder{file: file, env: env}).build(bodies[0], 0)
	}
	return nil, (&builder{file: file}).at(bodies[1]).errorf("", "a second document: want one")
}

// checkNesting bounds the parser's recursion before it starts: brackets that are
// open, and list dashes on one line.
func checkNesting(file, text string) error {
	line, open, dashes := 1, 0, 0
	for i := range len(text) {
		switch text[i] {
		case '\n':
			line++
			dashes = 0
		case '[', '{':
			open++
		case ']', '}':
			open = max(open-1, 0)
		case '-':
			dashes++
		case ' ', '\t', '\r':
		default:
			dashes = 0
		}
		if open > maxDepth || dashes > maxDepth && listItem(text[i:]) {
			return &Error{File: file, Line: line, Text: fmt.Sprintf("nested deeper than %d levels", maxDepth)}
		}
	}
	return nil
}

// listItem reports whether a dash starts an item, as opposed to a line of dashes.
func listItem(s string) bool { return len(s) > 1 && (s[1] == ' ' || s[1] == '\t') }

func syntaxError(file string, err error) error {
	var at yaml.Error
	if !errors.As(err, &at) {
		return &Error{File: file, Text: err.Error()}
	}
	e := &Error{File: file, Text: showReferences(at.GetMessage())}
	if tok := at.GetToken(); tok != nil && tok.Position != nil {
		e.Line, e.Column = tok.Position.Line, tok.Position.Column
	}
	switch {
	case strings.Contains(e.Text, `'\t'`), strings.Contains(e.Text, "\t"):
		e.Text, e.Hint = "a tab cannot indent YAML", "use spaces"
	case strings.Contains(e.Text, "already defined"):
		name, _, _ := strings.Cut(strings.TrimPrefix(e.Text, "mapping key "), " already")
		_, first, _ := strings.Cut(e.Text, "at [")
		first, _, _ = strings.Cut(first, ":")
		e.Text = fmt.Sprintf("key %s is given twice, first on line %s", name, first)
	}
	return e
}

// Shown is a path as the user would write it: relative to the working directory
// when it is below it.
func Shown(path string) string {
	if cwd, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(cwd, path); err == nil && filepath.IsLocal(rel) {
			return rel
		}
	}
	return path
}
