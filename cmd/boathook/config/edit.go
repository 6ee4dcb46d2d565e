package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Set writes one setting into a file, which is made if need be. Comments and
// order stay. The file is replaced at once, so that it is never half written.
func Set(path string, s Setting, text string, env func(string) (string, bool)) error {
	if s.Key == "" {
		return &Error{Text: fmt.Sprintf("%s cannot be set in a file", s.Flag), Hint: "use --" + s.Flag + " or " + s.Env()}
	}
	texts := []string{text}
	if s.List {
		texts = fields(text)
	}
	for _, t := range texts {
		if s.Check == nil {
			continue
		}
		if err := s.Check(t); err != nil {
			return &Error{Text: s.Key + ": " + err.Error()}
		}
	}
	old, err := readFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	edited, err := edit(Shown(path), old, s, texts)
	if err != nil {
		return err
	}
	if err := check(Shown(path), edited, env); err != nil {
		return err
	}
	return replaceFile(path, edited)
}

// check makes sure that what will be written can be read again.
func check(file, text string, env func(string) (string, bool)) error {
	root, err := parse(file, text, env)
	if err != nil || root == nil {
		return err
	}
	return (&Values{byFlag: map[string]Value{}}).apply(root, FromUser)
}

func edit(file, old string, s Setting, texts []string) (string, error) {
	value := yamlValue(s, texts)
	doc, err := parser.ParseBytes([]byte(hideReferences(old)), parser.ParseComments)
	if err != nil {
		return "", syntaxError(file, err)
	}
	keys := strings.Split(s.Key, ".")
	if len(doc.Docs) == 0 || !hasMapping(doc) {
		return showReferences(strings.TrimRight(doc.String(), "\n")) + block(keys, value), nil
	}
	if path, err := yaml.PathString("$." + s.Key); err == nil && found(path, doc) {
		if err := path.ReplaceWithReader(doc, strings.NewReader(value)); err != nil {
			return "", fmt.Errorf("edit %s: %w", file, err)
		}
		return finish(doc), nil
	}
	at := 0
	for at < len(keys)-1 {
		path, err := yaml.PathString("$." + strings.Join(keys[:at+1], "."))
		if err != nil || !found(path, doc) {
			break
		}
		at++
	}
	path, err := yaml.PathString(strings.Join(append([]string{"$"}, keys[:at]...), "."))
	if err != nil {
		return "", fmt.Errorf("edit %s: %w", file, err)
	}
	if err := path.MergeFromReader(doc, strings.NewReader(block(keys[at:], value))); err != nil {
		return "", fmt.Errorf("edit %s: %w", file, err)
	}
	return finish(doc), nil
}

func hasMapping(doc *ast.File) bool {
	_, ok := doc.Docs[0].Body.(*ast.MappingNode)
	return ok
}

func found(path *yaml.Path, doc *ast.File) bool {
	n, err := path.FilterFile(doc)
	return err == nil && n != nil
}

func finish(doc *ast.File) string {
	return strings.TrimRight(showReferences(doc.String()), "\n") + "\n"
}

// block writes a value under its keys, one level a line.
func block(keys []string, value string) string {
	var b strings.Builder
	for i, k := range keys {
		fmt.Fprintf(&b, "\n%s%s:", strings.Repeat("  ", i), k)
	}
	fmt.Fprintf(&b, " %s\n", value)
	return strings.TrimPrefix(b.String(), "\n")
}

func yamlValue(s Setting, texts []string) string {
	for i, t := range texts {
		if strings.ContainsAny(t, ":#{}[],&*!|>'\"%@` ") || t == "" {
			texts[i] = "'" + strings.ReplaceAll(t, "'", "''") + "'"
		}
	}
	if s.List {
		return "[" + strings.Join(texts, ", ") + "]"
	}
	return texts[0]
}

func replaceFile(path, text string) error {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("write config: %w", err)
	}
	mode := fs.FileMode(0o600)
	if info, err := os.Stat(path); err == nil {
		mode = info.Mode().Perm()
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".boathook-*")
	if err != nil {
		return fmt.Errorf("write config: %w", err)
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.WriteString(text)
	err = errors.Join(err, tmp.Chmod(mode), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write config: %w", err)
	}
	return nil
}
