package main

import (
	"testing"

	"github.com/boathook/boathook/cmd/boathook/config"
)

func TestMemoryLimit(t *testing.T) {
	for _, tt := range []struct {
		name, flag, variable string
		want                 int64
	}{
		{"default", "", "", 256e6},
		{"variable of the runtime", "", "1GiB", 0},
		{"flag is stronger", "64MB", "1GiB", 64e6},
		{"no aim", "0", "", 0},
	} {
		t.Setenv("GOMEMLIMIT", tt.variable)
		src := config.Sources{Dir: t.TempDir(), Env: func(string) (string, bool) { return "", false }, Flags: map[string][]string{}}
		if tt.flag != "" {
			src.Flags["max-memory"] = []string{tt.flag}
		}
		a := newApp()
		var err error
		if a.cfg, err = config.Load(src); err != nil {
			t.Fatal(err)
		}
		if got := a.memoryLimit(); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}
