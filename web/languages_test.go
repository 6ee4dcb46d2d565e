package web

import (
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Languages are complete: each has every word of every English file and nothing else,
// with the same placeholders, and nothing is left in English.
func TestLanguagesAreComplete(t *testing.T) {
	t.Parallel()
	english, others := languageFiles(t)
	source, err := os.ReadFile("static/i18n/language.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range others {
		if !strings.Contains(string(source), "\n  "+code+": () => import('./"+code+".js'),\n") {
			t.Errorf("i18n/%s.js is not in the list of i18n/language.js", code)
		}
	}
	for _, f := range english {
		text, err := os.ReadFile("static/i18n/" + f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?m)^export const (\w+) = (.*)$`).FindAllStringSubmatch(string(text), -1) {
			if m[2] != "words('"+m[1]+"', {" {
				t.Errorf("%s: %s is not given through words('%s', {…}), so it is English in every language", f, m[1], m[1])
			}
		}
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed; the browser tests compare the words too")
	}
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "i18n"), os.DirFS("static/i18n")); err != nil {
		t.Fatal(err)
	}
	for from, to := range map[string]string{"static/format.js": "format.js", "testdata/languages.mjs": "languages.mjs"} {
		text, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, to), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "package.json"), []byte(`{"type":"module"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, code := range others {
		cmd := exec.Command(node, "--input-type=module", "-e",
			`import { check } from './languages.mjs'; console.log((await check('./', `+jsList(english)+`, '`+code+`')).join('\n'))`)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "LC_ALL=en_US.UTF-8", "LANG=en_US.UTF-8")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		if found := strings.TrimSpace(string(out)); found != "" {
			t.Errorf("i18n/%s.js:\n%s", code, found)
		}
	}
}

// languageFiles are the files with English words, and the codes of the other languages.
func languageFiles(t *testing.T) (english, others []string) {
	t.Helper()
	names, err := filepath.Glob("static/i18n/*.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		switch name = path.Base(filepath.ToSlash(name)); {
		case name == "index.js" || name == "language.js":
		case name == "en.js" || strings.HasPrefix(name, "en-"):
			english = append(english, name)
		default:
			others = append(others, strings.TrimSuffix(name, ".js"))
		}
	}
	if len(english) < 10 || len(others) == 0 {
		t.Fatalf("only %d English files and %d other languages were found", len(english), len(others))
	}
	return english, others
}

// jsList writes names as a list of JavaScript.
func jsList(names []string) string { return "['" + strings.Join(names, "', '") + "']" }
