package web

import (
	"io/fs"
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
	run := nodeIn(t)
	for _, code := range others {
		if found := run(`check('./', ` + jsList(english) + `, '` + code + `')`); found != "" {
			t.Errorf("i18n/%s.js:\n%s", code, found)
		}
	}
}

// Modules use words that there are.
func TestWordsThatAreUsedExist(t *testing.T) {
	t.Parallel()
	english, others := languageFiles(t)
	var modules []string
	err := fs.WalkDir(files, "static", func(name string, entry fs.DirEntry, err error) error {
		name = strings.TrimPrefix(name, "static/")
		if err == nil && path.Ext(name) == ".js" && !strings.HasPrefix(name, "lib/") && !strings.HasPrefix(name, "i18n/") {
			modules = append(modules, name)
		}
		return err
	})
	if err != nil || len(modules) < 50 {
		t.Fatalf("%d modules: %v", len(modules), err)
	}
	run := nodeIn(t)
	if found := run(`checkUses('./', ` + jsList(english) + `, ` + jsList(modules) + `, (name) => readFile(name, 'utf8'))`); found != "" {
		t.Error(found)
	}
	// A key that is there twice hides a text.
	if found := run("checkTwice(" + jsList(append(english, translations(others)...)) + ", (name) => readFile(name, 'utf8'))"); found != "" {
		t.Error(found)
	}
	if found := run("twice('// it\\'s { a: 1, a: 2 }\\nexport const x = { a: \\'it: {\\', b: (n) => `${n} a: {`, \\'c d\\': { a: 1 }, a: 2, \\'c d\\': 3 };')"); found != "a\n'c d'" {
		t.Errorf("found %q", found)
	}
	// Every action that can have another key has a name, and no other.
	if found := run(`Promise.all([import('./keymap.js'), import('./i18n/en-settings.js')]).then(([k, w]) => {
		const ids = Object.values(k.groups).flat().filter((x) => !/^[1-8]$/.test(x));
		const names = Object.keys(w.settings.keys.actions);
		return [...ids.filter((x) => !names.includes(x)).map((x) => x + ' has no name'), ...names.filter((x) => !ids.includes(x)).map((x) => x + ' is no action')];
	})`); found != "" {
		t.Errorf("keys of keymap.js and their names in i18n/en-settings.js: %s", found)
	}
	if found := run("unknown(`import { t } from './i18n/index.js';\nt.nav.live t.nav.dead t.app.length`, { t: { nav: { live: 'x' }, app: 'y' } })"); found != "t.nav.dead" {
		t.Errorf("found %q", found)
	}
}

// nodeIn runs functions of testdata/languages.mjs beside the files of the page. It
// gives what they find, one a line.
func nodeIn(t *testing.T) func(call string) string {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed; the browser tests compare the words too")
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("static")); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("testdata/languages.mjs")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{"languages.mjs": text, "package.json": []byte(`{"type":"module"}`)} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return func(call string) string {
		t.Helper()
		cmd := exec.Command(node, "--input-type=module", "-e",
			"import { readFile } from 'node:fs/promises'; import { check, checkTwice, checkUses, lacking, twice, unknown } from './languages.mjs'; console.log((await "+call+").join('\\n'))")
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "LC_ALL=en_US.UTF-8", "LANG=en_US.UTF-8")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return strings.TrimSpace(string(out))
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

// translations are the files of languages.
func translations(codes []string) []string {
	var names []string
	for _, code := range codes {
		names = append(names, code+".js")
	}
	return names
}

// jsList writes names as a list of JavaScript.
func jsList(names []string) string { return "['" + strings.Join(names, "', '") + "']" }
