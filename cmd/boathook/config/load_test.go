package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func noEnv(string) (string, bool) { return "", false }

func env(pairs ...string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1], true
			}
		}
		return "", false
	}
}

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestStrongerSourceWins(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	user := write(t, filepath.Join(dir, "user", "config.yaml"), "capture:\n  port: 1\npage:\n  port: 11\ndurability: process\n")
	project := filepath.Join(dir, "project")
	write(t, filepath.Join(project, "boathook.yaml"), "capture:\n  port: 2\n")
	for _, tt := range []struct {
		name         string
		src          Sources
		want, origin string
	}{
		{"default", Sources{Dir: dir, Env: noEnv}, "", "default"},
		{"user file", Sources{Dir: dir, Env: noEnv, User: user}, "1", user + ":2"},
		{"project file", Sources{Dir: project, Env: noEnv, User: user}, "2", filepath.Join(project, "boathook.yaml") + ":2"},
		{"environment", Sources{Dir: project, Env: env("BOATHOOK_CAPTURE_PORT", "3"), User: user}, "3", "BOATHOOK_CAPTURE_PORT"},
		{"flag", Sources{Dir: project, Env: env("BOATHOOK_CAPTURE_PORT", "3"), User: user, Flags: map[string][]string{"capture-port": {"4"}}}, "4", "--capture-port"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v, err := Load(tt.src)
			if err != nil {
				t.Fatal(err)
			}
			if got := v.Value("capture-port"); v.Text("capture-port") != tt.want || got.Origin != tt.origin {
				t.Errorf("capture-port = %q from %q, want %q from %q", v.Text("capture-port"), got.Origin, tt.want, tt.origin)
			}
			if tt.src.User != "" && (v.Text("port") != "11" || v.Text("durability") != "process") {
				t.Errorf("port, durability = %q, %q: the weaker file is not kept where the stronger is silent", v.Text("port"), v.Text("durability"))
			}
		})
	}
}

func TestProjectFileIsTheNearestUpToTheRepository(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	deep := filepath.Join(dir, "repo", "a", "b")
	if err := os.MkdirAll(deep, 0o700); err != nil {
		t.Fatal(err)
	}
	outside := write(t, filepath.Join(dir, "boathook.yaml"), "")
	if got := ProjectFile(deep); got != "" {
		t.Errorf("outside of a repository: %q, want none", got)
	}
	write(t, filepath.Join(dir, "repo", ".git"), "gitdir: elsewhere")
	if got := ProjectFile(deep); got != "" {
		t.Errorf("above the repository: %q, want none (not %s)", got, outside)
	}
	top := write(t, filepath.Join(dir, "repo", "boathook.yaml"), "")
	if got := ProjectFile(deep); got != top {
		t.Errorf("got %q, want %q", got, top)
	}
	near := write(t, filepath.Join(dir, "repo", "a", "boathook.yaml"), "")
	if got := ProjectFile(deep); got != near {
		t.Errorf("got %q, want %q", got, near)
	}
}

func TestFileErrorsNameTheLine(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, want, hint string }{
		{"unknown key", "capture:\n  prot: 1\n", `f:2:3: unknown key "capture.prot"`, "did you mean capture.port?"},
		{"key that stands in a group", "color: always\n", `f:1:1: unknown key "color"`, "did you mean output.color?"},
		{"unknown group", "captur:\n  port: 1\n", `f:1:1: unknown key "captur"`, "did you mean capture?"},
		{"key that is like none", "page:\n  port: 1\nquux: {}\n", `f:3:1: unknown key "quux"`, "known keys: server, output, page, capture, resume_runs, guard, guard_allow, store, durability, max_memory, inboxes, schemes, endpoints, sending"},
		{"duplicate key", "capture:\n  port: 1\n  port: 2\n", `f:3:3: key "port" is given twice, first on line 2`, ""},
		{"tab", "capture:\n\tport: 1\n", "f:2:1: a tab cannot indent YAML", "use spaces"},
		{"wrong type", "capture:\n  port: [1]\n", "f:2:9: capture.port: want a single value, got a list", ""},
		{"group where a value goes", "store:\n  a: 1\n", "f:2:3: store: want a single value, got a group of keys", ""},
		{"value where a group goes", "capture: 3\n", "f:1:10: capture: want a group of keys, got a single value", ""},
		{"not a port", "capture:\n  port: 70000\n", `f:2:9: capture.port: want a port from 0 to 65535, got "70000"`, ""},
		{"octal port", "capture:\n  port: 010\n", `f:2:9: capture.port: want a port from 0 to 65535, got "010"`, ""},
		{"negative age", "capture:\n  keep:\n    age: -5d\n", `f:3:10: capture.keep.age: want a length of time such as 90s, 12h or 30d, got "-5d"`, ""},
		{"size overflow", "capture:\n  body_limit: 99999999999999TB\n", `f:2:15: capture.body_limit: want a size such as 512KiB, 32MB or 1.5GB, got "99999999999999TB"`, ""},
		{"scalar file", "hello\n", "f:1:1: the file: want a group of keys, got a single value", ""},
		{"alias", "a: &x [1,1]\nb: [*x,*x]\n", "f:1:4: anchors, aliases and merge keys are not supported", "write the value out"},
		{"merge key", "<<: {a: 1}\n", "f:1:1: anchors, aliases and merge keys are not supported", "write the value out"},
		{"tag", "store: !!binary aGk=\n", "f:1:8: tags are not supported", "write the value without it"},
		{"two documents", "page:\n  port: 1\n---\npage:\n  port: 1\n", "f:4:1: a second document: want one", ""},
		{"NUL", "page:\n  port: 1\n\x00", "f:3: control character 0x00 is not allowed", ""},
		{"not UTF-8", "a: \xff\n", "f:1: byte 0xff is not UTF-8 text", ""},
		{"UTF-16", "\xff\xfea\x00", "f:1: written as UTF-16", "save it as UTF-8"},
		{"missing variable", "page:\n  port: 1\nstore: badger:${NO_SUCH}\n", "f:3:8: environment variable NO_SUCH is not set", "set it, or remove the reference"},
		{"deep", strings.Repeat("[", 1000), "f:1: nested deeper than 32 levels", ""},
		{"deep block", deepBlock(40), "f:34:34: nested deeper than 32 levels", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := load("f", tt.text, noEnv)
			var e *Error
			if !errors.As(err, &e) || e.Error() != tt.want || e.Hint != tt.hint {
				t.Fatalf("got  %v\nwant %s (%s)", err, tt.want, tt.hint)
			}
		})
	}
}

func deepBlock(levels int) string {
	var b strings.Builder
	for i := range levels {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String() + strings.Repeat(" ", levels) + "b: 1\n"
}

func load(file, text string, env func(string) (string, bool)) error {
	text, err := checkText(file, text)
	if err != nil {
		return err
	}
	return check(file, text, env)
}

func TestFileFormsThatAreFine(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text string }{
		{"empty", ""},
		{"only a comment", "# nothing\n"},
		{"byte order mark", "\ufeffstore: 'memory:'\n"},
		{"CRLF", "page:\r\n  port: 1\r\nstore: 'memory:'\r\n"},
		{"empty group", "capture:\nstore: 'memory:'\n"},
		{"reference", "store: ${STORE}\n"},
		{"reference in braces", "page: { addr: ${ADDR}, port: 4 }\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if err := load("f", tt.text, env("STORE", "memory:", "ADDR", "localhost:4")); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestFilesThatAreNoConfig(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	big := filepath.Join(dir, "big.yaml")
	if err := os.WriteFile(big, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(big, 100<<20); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, file, want string }{
		{"a folder", dir, dir + ": not a file"},
		{"100 MiB", big, big + ": larger than 1 MiB, which is the limit for a config file"},
		{"missing", filepath.Join(dir, "no"), filepath.Join(dir, "no") + ": no such file"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Load(Sources{Dir: dir, Env: noEnv, File: tt.file})
			var e *Error
			if !errors.As(err, &e) || e.Error() != tt.want {
				t.Fatalf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestFlagAndEnvironmentErrorsNameTheirSource(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		src  Sources
		want string
	}{
		{"flag", Sources{Env: noEnv, Flags: map[string][]string{"port": {"70000"}}}, `--port: want a port from 0 to 65535, got "70000"`},
		{"negative", Sources{Env: noEnv, Flags: map[string][]string{"keep-age": {"-1h"}}}, `--keep-age: want a length of time such as 90s, 12h or 30d, got "-1h"`},
		{"empty", Sources{Env: noEnv, Flags: map[string][]string{"addr": {""}}}, `--addr: want HOST:PORT, got ""`},
		{"environment", Sources{Env: env("BOATHOOK_DURABILITY", "fsnyc")}, `BOATHOOK_DURABILITY: want fsync, process, got "fsnyc"; did you mean "fsync"?`},
		{"all addresses by omission", Sources{Env: noEnv, Flags: map[string][]string{"addr": {":80"}}}, `--addr: want HOST:PORT, got ":80"; for all addresses write 0.0.0.0:80`},
		{"a megabyte", Sources{Env: noEnv, Flags: map[string][]string{"port": {strings.Repeat("9", 1<<20)}}}, `--port: want a port from 0 to 65535, got "` + strings.Repeat("9", 60) + `…"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.src.Dir = t.TempDir()
			if _, err := Load(tt.src); err == nil || err.Error() != tt.want {
				t.Fatalf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
}

func TestAddrAndPort(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name      string
		flags     map[string][]string
		env       func(string) (string, bool)
		want, err string
	}{
		{"default", nil, noEnv, "localhost:4600", ""},
		{"port alone", map[string][]string{"port": {"0"}}, noEnv, "localhost:0", ""},
		{"address alone", map[string][]string{"addr": {"127.0.0.1:9"}}, noEnv, "127.0.0.1:9", ""},
		{"stronger address", map[string][]string{"addr": {"127.0.0.1:9"}}, env("BOATHOOK_PORT", "8"), "127.0.0.1:9", ""},
		{"stronger port", map[string][]string{"port": {"9"}}, env("BOATHOOK_ADDR", "127.0.0.1:8"), "127.0.0.1:9", ""},
		{"same twice", map[string][]string{"addr": {"[::1]:9"}, "port": {"9"}}, noEnv, "[::1]:9", ""},
		{"conflict", map[string][]string{"addr": {"[::1]:9"}, "port": {"8"}}, noEnv, "", "--addr says port 9 and --port says 8"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			v, err := Load(Sources{Dir: t.TempDir(), Env: tt.env, Flags: tt.flags})
			if err != nil {
				t.Fatal(err)
			}
			got, err := v.Addr("addr", "port")
			if got != tt.want || (err == nil) != (tt.err == "") || err != nil && err.Error() != tt.err {
				t.Fatalf("Addr = %q, %v; want %q, %q", got, err, tt.want, tt.err)
			}
		})
	}
}
