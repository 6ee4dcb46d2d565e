package inspector

import (
	"strings"
	"testing"
	"time"
)

func TestHostileBodies(t *testing.T) {
	t.Parallel()
	const js = "Content-Type: application/json\r\n"
	form := "Content-Type: application/x-www-form-urlencoded\r\n"
	for _, tt := range []struct {
		name, head, body, query string
		want                    bool
	}{
		{"100,000 open brackets", js, strings.Repeat("[", 100_000), "body[0][0].x:1", false},
		{"100,000 levels of objects", js, strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000), "body" + strings.Repeat(".a", maxPathSegments) + ":*", true},
		{"any member of 100,000 levels", js, strings.Repeat(`{"a":`, 100_000), "body" + strings.Repeat(".*", maxPathSegments) + ":x", false},
		{"a million numbers", js, "[" + strings.Repeat("1234,", 1_000_000) + "5]", "body[*]:5", true},
		{"100,000 keys", js, "{" + strings.Repeat(`"key":1,`, 100_000) + `"last":2}`, "body.last:2", true},
		{"a number of a million digits", js, `{"a":` + strings.Repeat("9", 1_000_000) + "}", "body.a:>1e999998", true},
		{"a huge exponent", js, `{"a":1e999999999999999999999,"b":-1e-999999999999999999999}`, "body.a:>1e308 body.b:<0 body.b:>-1e-300", true},
		{"a key of a megabyte of escapes", js, `{"` + strings.Repeat(`\u0061`, 200_000) + `":1,"b":1}`, "body.b:1", true},
		{"lone surrogates", js, `{"a":"\ud800x\udc00","b":"\ud83d\ude00"}`, "body.a:\uFFFDx\uFFFD body.b:\U0001F600", true},
		{"__proto__ is a key", js, `{"__proto__":{"x":1}}`, "body.__proto__.x:1", true},
		{"an escape at the end", js, `{"a":"\`, "body.a:*", false},
		{"not JSON", js, "\x00\xff{]}", "body.a:*", false},
		{"closing brackets only", js, `{"a":]}`, "body.a:*", false},
		{"100,000 form fields", form, strings.Repeat("a%zz=%&", 100_000) + "z=1", "body.z:1", true},
		{"equal signs only", form, strings.Repeat("=&", 100_000), "body.z:1", false},
		{"one letter for 8 MiB", js, strings.Repeat("a", 8<<20), "word:aaa OR aaaaaaab", false},
		{"regular expression over 8 MiB", js, strings.Repeat("a", 8<<20), "/(a|aa)+$x/", false},
		{"past the limit", js, strings.Repeat(" ", maxTextBytes) + "needle", "needle", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			q := mustParse(t, tt.query)
			start := time.Now()
			got, err := q.Match(&Row{}, request(tt.head, tt.body))
			if err != nil || got != tt.want {
				t.Errorf("Match = %v, %v, want %v", got, err, tt.want)
			}
			// What takes more than linear time takes hours; a busy machine takes a while.
			if spent := time.Since(start); spent > 5*time.Minute {
				t.Errorf("took %s", spent)
			}
		})
	}
}
