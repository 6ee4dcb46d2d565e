package inspector

import (
	"strings"
	"testing"
)

func TestDecimal(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"1", "1.0", 0},
		{"0", "-0.00e5", 0},
		{"007", "7", 0},
		{"1e3", "1000", 0},
		{"1E+3", "100000e-2", 0},
		{"0.1", "1e-1", 0},
		{"9007199254740993", "9007199254740992", 1},
		{"-1", "1", -1},
		{"-2", "-1", -1},
		{"0", "-1", 1},
		{"0", "1e-999", -1},
		{"10", "9", 1},
		{"0.09", "0.1", -1},
		{"1e999", "1e998", 1},
		{"1e99999999999999999999", "1e5", 1},
		{"1e-99999999999999999999", "0", 1},
		{"-1e999", "-1e998", -1},
	} {
		a, ok1 := parseDecimal(tt.a)
		b, ok2 := parseDecimal(tt.b)
		if !ok1 || !ok2 || a.compare(b) != tt.want || b.compare(a) != -tt.want {
			t.Errorf("%s against %s = %d (%v, %v), want %d", tt.a, tt.b, a.compare(b), ok1, ok2, tt.want)
		}
	}
	for _, bad := range []string{"", "-", "+1", "1.", ".5", "1e", "1e+", "1e+-1", "1e--1", "0x1", "1 ", "NaN", "1.2.3", "--1"} {
		if _, ok := parseDecimal(bad); ok {
			t.Errorf("%q is read as a number", bad)
		}
	}
}

func TestUnquoteJSON(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ raw, want string }{
		{`a\"b\\c\/d`, `a"b\c/d`},
		{`\b\f\n\r\t`, "\b\f\n\r\t"},
		{`\u00e9\u4e2d`, "é中"},
		{`\ud83d\ude00`, "\U0001F600"},
		{`\ud83d`, "\uFFFD"},
		{`\ude00\ud83dx`, "\uFFFD\uFFFDx"},
		{`\ud83d\u0041`, "\uFFFDA"},
		{`\u12`, "u12"},
		{`\uzzzz`, "uzzzz"},
		{`\x`, "x"},
		{`tail\`, `tail\`},
	} {
		if got := unquoteJSON([]byte(tt.raw)); got != tt.want {
			t.Errorf("unquoteJSON(%s) = %q, want %q", tt.raw, got, tt.want)
		}
	}
}

func TestPathNamesFormFields(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		path, field string
		want        bool
	}{
		{".a", "a", true},
		{".a", "ab", false},
		{".a", "a[b]", false},
		{".a.b", "a[b]", true},
		{".a.b", "a.b", true},
		{".a.b", "ab", false},
		{`."a.b"`, "a.b", true},
		{`."a[b]"`, "a[b]", true},
		{".a[0]", "a[0]", true},
		{".a[0]", "a[1]", false},
		{".a[*]", "a[]", true},
		{".a[*].b", "a[7][b]", true},
		{".a[*]", "a[x]", false},
		{".a.*", "a[x]", true},
		{".a.*", "a.x", true},
		{".a.*", "a[", false},
		{".*", "any", true},
		{".*.b", "any[b]", true},
		{"[0]", "0", false},
	} {
		path, problem := parseJSONPath(tt.path)
		if problem != "" {
			t.Fatal(problem)
		}
		if got := path.names(tt.field); got != tt.want {
			t.Errorf("%s names %q = %v, want %v", tt.path, tt.field, got, tt.want)
		}
	}
}

func TestIndexLower(t *testing.T) {
	t.Parallel()
	pad := strings.Repeat("xY0-", 32)
	for _, tt := range []struct{ s, lower string }{
		{"", "a"}, {"A", "a"}, {"bA", "a"}, {"aAaB", "aab"}, {"abc", "abcd"}, {"É", "é"}, {"zZ", "zz"}, {"a", ""},
		{"say \"HELLO\"", `"hello"`}, {"eEeEe1", "ee1"},
	} {
		for _, s := range []string{tt.s, pad + tt.s, tt.s + pad, pad + tt.s + pad} {
			want := strings.Index(lowerASCII(s), tt.lower)
			if got := indexLower([]byte(s), tt.lower); got != want {
				t.Errorf("indexLower(%q, %q) = %d, want %d", s, tt.lower, got, want)
			}
			if got := indexLower(s, tt.lower); got != want {
				t.Errorf("indexLower of the string %q, %q = %d, want %d", s, tt.lower, got, want)
			}
		}
	}
}

func TestQueryErrorText(t *testing.T) {
	t.Parallel()
	_, err := ParseQuery("staus:1", testNow)
	if want := `there is no field "staus"; did you mean status?`; err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	words := []string{"status", "size", "sig", "failed", "refused"}
	for _, tt := range []struct{ word, want string }{
		{"staus", "status"}, {"STATUSS", "status"}, {"faild", "failed"}, {"refsued", "refused"}, {"sgi", "sig"},
		{"stat", "status"}, {"fail", "failed"}, {"zebra", ""}, {"", ""}, {strings.Repeat("s", 100), ""},
	} {
		if got := Nearest(tt.word, words); got != tt.want {
			t.Errorf("Nearest(%q) = %q, want %q", tt.word, got, tt.want)
		}
	}
}
