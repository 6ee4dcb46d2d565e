package config

import (
	"os"
	"path/filepath"
	"testing"
)

func TestSetKeepsWhatIsThere(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, old, key, value, want string }{
		{"new file", "", "capture.port", "7", "capture:\n  port: 7\n"},
		{"replace", "# mine\ncapture: # the port\n  port: 1\n", "capture.port", "7", "# mine\ncapture: # the port\n  port: 7\n"},
		{"into a group", "capture:\n  port: 1\n", "capture.keep.count", "5", "capture:\n  port: 1\n  keep:\n    count: 5\n"},
		{"new group", "capture:\n  port: 1\n", "page.port", "5", "capture:\n  port: 1\npage:\n  port: 5\n"},
		{"text that needs quotes", "", "store", "memory:", "store: 'memory:'\n"},
		{"list", "", "page.allow_host", "a.test,b.test", "page:\n  allow_host: [a.test, b.test]\n"},
		{"reference stays", "store: badger:${X}\n", "page.port", "5", "store: badger:${X}\npage:\n  port: 5\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "config.yaml")
			if tt.old != "" {
				write(t, path, tt.old)
			}
			s, _ := Find(tt.key)
			if err := Set(path, s, tt.value, env("X", "/x")); err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestSetRefusesWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	path := write(t, filepath.Join(t.TempDir(), "config.yaml"), "nonsense: 1\n")
	s, _ := Find("page.port")
	if err := Set(path, s, "5", noEnv); err == nil {
		t.Fatal("a file with an unknown key was written")
	}
	if got, _ := os.ReadFile(path); string(got) != "nonsense: 1\n" {
		t.Errorf("the file changed: %q", got)
	}
}
