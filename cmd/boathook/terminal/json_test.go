package terminal

import (
	"regexp"
	"testing"
)

func TestPaintJSON(t *testing.T) {
	t.Parallel()
	p := NewPalette(true)
	for _, tt := range []struct{ name, in, want string }{
		{"object", `{"a": "b", "n":-1.5e3}`, "{\x1b[34m\"a\"\x1b[0m: \x1b[32m\"b\"\x1b[0m, \x1b[34m\"n\"\x1b[0m:\x1b[33m-1.5e3\x1b[0m}"},
		{"literals", `[null,true]`, "[\x1b[2mnull\x1b[22m,\x1b[2mtrue\x1b[22m]"},
		{"escaped quote", `"a\"b"`, "\x1b[32m\"a\\\"b\"\x1b[0m"},
		{"cut short", `{"a":"b`, "{\x1b[34m\"a\"\x1b[0m:\x1b[32m\"b\x1b[0m"},
		{"hostile", "{\"a\x1b]0;x\x07\":1}", "{\x1b[34m\"a\\x1b]0;x\\x07\"\x1b[0m:\x1b[33m1\x1b[0m}"},
	} {
		if got := p.PaintJSON(tt.in); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// Colours aside, painting changes nothing that SafeText would not.
func FuzzPaintJSON(f *testing.F) {
	f.Add(`{"a":[1,"x",null],"ä":true}`)
	f.Add("{\"\\")
	f.Add("\x1b[31m{日本\xff")
	ours := regexp.MustCompile("\x1b\\[[0-9;]*m")
	p := NewPalette(true)
	f.Fuzz(func(t *testing.T, in string) {
		if got := ours.ReplaceAllString(p.PaintJSON(in), ""); got != SafeText(in) {
			t.Errorf("%q became %q, want %q", in, got, SafeText(in))
		}
	})
}
