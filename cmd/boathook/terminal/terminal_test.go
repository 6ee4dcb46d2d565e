package terminal

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestSafeShowsWhatWouldDriveATerminal(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, in, want string }{
		{"plain", "héllo wörld 日本 😀", "héllo wörld 日本 😀"},
		{"title", "\x1b]0;pwned\a", `\x1b]0;pwned\x07`},
		{"clipboard", "\x1b]52;c;ZXZpbA==\x1b\\", `\x1b]52;c;ZXZpbA==\x1b\`},
		{"line feed", "a\nb\r\tc", `a\nb\r\tc`},
		{"C1 control sequence", "\u009b31m", `\u009b31m`},
		{"C1 as a byte", "\x9b31m", `\x9b31m`},
		{"DEL and backspace", "a\x7f\b", `a\x7f\x08`},
		{"override of direction", "user\u202etxt.exe", `user\u202etxt.exe`},
		{"isolate", "\u2066x\u2069", `\u2066x\u2069`},
		{"not UTF-8", "a\xffb", `a\xffb`},
		{"the real replacement character", "a\ufffdb", `a\ufffdb`},
		{"tag characters", "a\U000e0041", `a\U000e0041`},
		{"NUL", "\x00", `\x00`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := Safe(tt.in); got != tt.want {
				t.Errorf("Safe(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
	if got := SafeText("a\n\tb\x1b"); got != "a\n\tb\\x1b" {
		t.Errorf("SafeText = %q", got)
	}
}

// Whatever is written, in whatever pieces, nothing comes out that Safe would
// have changed, and the pieces make no difference.
func FuzzSafeWriter(f *testing.F) {
	f.Add([]byte("a\x1b[31m\u202e日本\xe6\x97"), 3)
	f.Add([]byte("\xf0\x9f\x98\x80\x9b"), 1)
	f.Fuzz(func(t *testing.T, in []byte, step int) {
		if step <= 0 || step > 64 {
			step = 1
		}
		var got bytes.Buffer
		w := NewSafeWriter(&got)
		for i := 0; i < len(in); i += step {
			if _, err := w.Write(in[i:min(i+step, len(in))]); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if want := SafeText(string(in)); got.String() != want {
			t.Errorf("in pieces of %d: %q, at once: %q", step, got.String(), want)
		}
		for _, r := range got.String() {
			if hidden(r, true) {
				t.Errorf("%U came through", r)
			}
		}
		if !utf8.Valid(got.Bytes()) {
			t.Error("output is not UTF-8")
		}
	})
}

func TestColourIsDecidedInOrder(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		when     When
		env      map[string]string
		terminal bool
		want     bool
	}{
		{"terminal", Auto, nil, true, true},
		{"pipe", Auto, nil, false, false},
		{"NO_COLOR", Auto, map[string]string{"NO_COLOR": "1", "CLICOLOR_FORCE": "1"}, true, false},
		{"empty NO_COLOR", Auto, map[string]string{"NO_COLOR": ""}, true, true},
		{"CLICOLOR_FORCE in a pipe", Auto, map[string]string{"CLICOLOR_FORCE": "1", "TERM": "dumb"}, false, true},
		{"CLICOLOR_FORCE=0", Auto, map[string]string{"CLICOLOR_FORCE": "0"}, false, false},
		{"TERM=dumb", Auto, map[string]string{"TERM": "dumb"}, true, false},
		{"always beats NO_COLOR", Always, map[string]string{"NO_COLOR": "1"}, false, true},
		{"never beats CLICOLOR_FORCE", Never, map[string]string{"CLICOLOR_FORCE": "1"}, true, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			env := func(name string) string { return tt.env[name] }
			if got := UseColour(tt.when, env, tt.terminal); got != tt.want {
				t.Errorf("UseColour = %v, want %v", got, tt.want)
			}
		})
	}
}

// The two streams decide apart from each other, which the library's switch cannot.
func TestPalettesAreApart(t *testing.T) {
	t.Parallel()
	if got := NewPalette(true).Bad.Sprint("x"); got != "\x1b[31mx\x1b[0m" {
		t.Errorf("with colour: %q", got)
	}
	if got := NewPalette(false).Bad.Sprint("x"); got != "x" {
		t.Errorf("without colour: %q", got)
	}
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, tt := range []struct {
		o                  Outcome
		shape, ascii, word string
	}{
		{Outcome{}, "◌", ".", "pending"},
		{Outcome{Status: 200}, "●", "o", "200"},
		{Outcome{Status: 302}, "◆", ">", "302"},
		{Outcome{Status: 404}, "▲", "!", "404"},
		{Outcome{Status: 503}, "■", "#", "503"},
		{Outcome{Status: 200, Failure: "refused"}, "⊘", "x", "refused"},
	} {
		if tt.o.Shape(false) != tt.shape || tt.o.Shape(true) != tt.ascii || tt.o.Word() != tt.word {
			t.Errorf("%+v is %s %s %s, want %s %s %s", tt.o, tt.o.Shape(false), tt.o.Shape(true), tt.o.Word(), tt.shape, tt.ascii, tt.word)
		}
		if seen[tt.ascii] {
			t.Errorf("%q stands for two outcomes", tt.ascii)
		}
		seen[tt.ascii] = true
	}
}

func TestUnits(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{0: "0B", 312: "312B", 999: "999B", 1000: "1.0kB", 2114: "2.1kB", 99_949: "100kB", 999_600: "1.0MB", 32_000_000: "32MB", 1 << 60: "1.2EB"} {
		if got := Bytes(n); got != want {
			t.Errorf("Bytes(%d) = %s, want %s", n, got, want)
		}
	}
	for d, want := range map[time.Duration]string{0: "0ms", time.Microsecond: "<1ms", 104 * time.Millisecond: "104ms", 1234 * time.Millisecond: "1.2s", 250 * time.Second: "4m10s", 5 * time.Minute: "5m", time.Hour - time.Millisecond: "1h", 30 * time.Hour: "30h", 100 * time.Hour: "4d"} {
		if got := Duration(d); got != want {
			t.Errorf("Duration(%d) = %s, want %s", d, got, want)
		}
	}
	for n, want := range map[int]string{0: "0", 999: "999", 12408: "12,408", 1234567: "1,234,567", -1000: "-1,000"} {
		if got := Count(n); got != want {
			t.Errorf("Count(%d) = %s, want %s", n, got, want)
		}
	}
}

func TestClock(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.Local)
	at := now.Add(-90 * time.Second)
	for _, tt := range []struct {
		form     string
		terminal bool
		at       time.Time
		want     string
	}{
		{"", true, at, at.Format("15:04:05.000")},
		{"", true, at.AddDate(0, 0, -3), at.AddDate(0, 0, -3).Format("2006-01-02 15:04:05")},
		{"", false, at, at.UTC().Format("2006-01-02T15:04:05.000000Z")},
		{"rel", true, at, "1m30s ago"},
		{"utc", true, at, at.UTC().Format("2006-01-02T15:04:05.000000Z")},
		{"abs", false, at, at.Format("2006-01-02T15:04:05.000000Z07:00")},
	} {
		c := Clock{Form: tt.form, Now: func() time.Time { return now }}
		if got := c.Write(tt.at, tt.terminal); got != tt.want {
			t.Errorf("%q terminal=%v: %s, want %s", tt.form, tt.terminal, got, tt.want)
		}
	}
}

func TestEmitter(t *testing.T) {
	t.Parallel()
	value := map[string]any{"id": 12345678901234567, "text": "a\x1b\u009b\u202e😀\U000e0041", "list": []int{1, 2}}
	for _, tt := range []struct {
		name, expr string
		raw        bool
		want       string
	}{
		{"plain", "", true, `{"v":1,"id":12345678901234567,"list":[1,2],"text":"a\u001b\u009b\u202e😀\udb40\udc41"}` + "\n"},
		{"number keeps its digits", ".id", true, "12345678901234567\n"},
		{"several results", ".list[]", true, "1\n2\n"},
		{"string to a pipe", ".text", true, "a\x1b\u009b\u202e😀\U000e0041\n"},
		{"string to a terminal", ".text", false, `a\x1b\u009b\u202e😀\U000e0041` + "\n"},
		{"version", ".v", true, "1\n"},
		{"object", "{text}", true, `{"text":"a\u001b\u009b\u202e😀\udb40\udc41"}` + "\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got bytes.Buffer
			e, err := NewEmitter(&got, tt.expr, tt.raw)
			if err != nil {
				t.Fatal(err)
			}
			if err := e.Emit(value); err != nil {
				t.Fatal(err)
			}
			if got.String() != tt.want {
				t.Errorf("got  %q\nwant %q", got.String(), tt.want)
			}
			if tt.expr == "" {
				var back map[string]any
				if err := json.Unmarshal(got.Bytes(), &back); err != nil || !reflect.DeepEqual(back["text"], value["text"]) {
					t.Errorf("does not read back: %v, %v", back, err)
				}
			}
		})
	}
	if _, err := NewEmitter(nil, ".a[", true); err == nil || !strings.Contains(err.Error(), `jq expression ".a["`) {
		t.Errorf("a broken expression: %v", err)
	}
}

func TestTable(t *testing.T) {
	t.Parallel()
	table := Table{Header: []string{"#", "name"}, Rows: [][]Cell{
		{{Text: "1", Right: true}, {Text: "日本\tx"}, {Text: "end"}},
		{{Text: "100", Right: true}, {Text: "a"}, {Text: "end"}},
	}}
	var person, pipe bytes.Buffer
	if err := table.Write(&Stream{Writer: &person, Palette: NewPalette(false), Terminal: true}); err != nil {
		t.Fatal(err)
	}
	if err := table.Write(&Stream{Writer: &pipe, Palette: NewPalette(false)}); err != nil {
		t.Fatal(err)
	}
	if want := "  #  name\n  1  日本\\tx  end\n100  a        end\n"; person.String() != want {
		t.Errorf("terminal:\n%q\nwant\n%q", person.String(), want)
	}
	if want := "1\t日本\\tx\tend\n100\ta\tend\n"; pipe.String() != want {
		t.Errorf("pipe: %q, want %q", pipe.String(), want)
	}
}
