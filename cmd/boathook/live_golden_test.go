//go:build unix

package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var updateScreens = flag.Bool("update", false, "write the golden screens anew")

// Screens of deliveries that are always the same, as they stand in a terminal.
func TestFullScreenGolden(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	startServer(t, data)
	in := startScreen(t, data, 100, 30, nil, "import", "testdata/screen/deliveries.jsonl")
	if code := in.ends(); code != 0 {
		t.Fatalf("import ends with %d", code)
	}
	for _, tt := range []struct {
		name          string
		columns, rows int
		args          []string
		steps         [][2]string // keys, and what shows that they were heard
	}{
		{"list-80x24", 80, 24, nil, nil},
		{"list-120x40", 120, 40, nil, nil},
		{"list-40x20", 40, 20, nil, nil},
		{"list-ascii", 80, 24, []string{"--ascii"}, nil},
		{"overview-80x24", 80, 24, nil, [][2]string{{"jjjjj\r", `^── #7 `}, {"1", `push \(54B\)`}}},
		{"overview-120x40", 120, 40, nil, [][2]string{{"\r", `^── #12 `}, {"1", `coupon \(510B\)`}}},
		{"headers-120x40", 120, 40, nil, [][2]string{{"jj\r2", `^── #10 .*Headers`}, {"\r", `^POST /in/demo HTTP/1.1`}}},
		{"body-80x24", 80, 24, nil, [][2]string{{"jj\r3", `^── #10 `}, {"", `^{`}}},
		{"binary-80x24", 80, 24, nil, [][2]string{{"jjjj\r3", `^── #8 `}, {"\r", `^00000000  `}}},
		{"attempts-120x40", 120, 40, nil, [][2]string{{"j\r5", `^── #11 `}, {"", `^attempt 0`}}},
		{"help-80x24", 80, 24, nil, [][2]string{{"?", `^Keys`}}},
		{"help-120x40", 120, 40, nil, [][2]string{{"?", `^Keys`}}},
		{"filter-80x24", 80, 24, nil, [][2]string{{"/dir:out sttus:200\r", `did you mean`}}},
		{"nothing-80x24", 80, 24, []string{"status:599"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := startScreen(t, data, tt.columns, tt.rows, nil, append([]string{"tail", "-i"}, tt.args...)...)
			s.shows(`12 deliveries$|0 deliveries$| 12$`)
			for _, step := range tt.steps {
				s.press(step[0])
				s.shows(step[1])
			}
			golden(t, s, filepath.Join("testdata", "screen", tt.name+".txt"))
		})
	}
}

// golden waits for the screen to be the one in a file.
func golden(t *testing.T, s *screen, file string) {
	t.Helper()
	if *updateScreens {
		s.still()
		if err := os.WriteFile(file, []byte(s.text()), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if t.Failed() {
			t.Logf("want, and got (-, +):\n%s", cmp.Diff(strings.Split(string(want), "\n"), strings.Split(s.text(), "\n")))
		}
	}()
	s.until("is as in "+file, func(text string) bool { return text == string(want) })
}

// still waits until nothing has changed for a second.
func (s *screen) still() {
	last, since := "", time.Now()
	s.until("is still", func(text string) bool {
		if text != last {
			last, since = text, time.Now()
		}
		return time.Since(since) > time.Second
	})
}
