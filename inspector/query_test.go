package inspector

import (
	"testing"
	"time"
)

var testNow = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

func mustParse(t testing.TB, text string) *Query {
	t.Helper()
	q, err := ParseQuery(text, testNow)
	if err != nil {
		t.Fatalf("ParseQuery(%q): %v", text, err)
	}
	return q
}

func TestNormalForm(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, want string }{
		{"", ""},
		{"  ", ""},
		{"*", ""},
		{"event:person_*  status:>=400", "event:person_* status:>=400"},
		{"EVENT:a,B", "event:a,B"},
		{"a b OR c", "(a b) OR c"},
		{"a (b OR c)", "a (b OR c)"},
		{"a AND b", "a b"},
		{"NOT a", "-a"},
		{"--a", "a"},
		{"-(a b)", "-(a b)"},
		{"-*", "-*"},
		{"* OR a", "* OR a"},
		{`"two words"`, `"two words"`},
		{`"one"`, `one`},
		{`"-a" "OR" "a:b"`, `"-a" "OR" "a:b"`},
		{`/a b/`, `/a b/`},
		{`http://x/y`, `"http://x/y"`},
		{`path:/hooks/*`, `path:/hooks/*`},
		{`path:/hooks/`, `path:"/hooks/"`},
		{`path:/^\/hooks/`, `path:/^\/hooks/`},
		{`body.a."b c"[0][*].*.x:>=1.50`, `body.a."b c"[0][*].*.x:>=1.50`},
		{`body["a"]:x`, `body.a:x`},
		{`body.a:"5"`, `body.a:"5"`},
		{`body.a:"x"`, `body.a:x`},
		{`body.a:"null"`, `body.a:"null"`},
		{`body.a:1..5`, `body.a:1..5`},
		{`body.a:"1..5"`, `body.a:"1..5"`},
		{`header.X-GitHub-Event:push`, `header.x-github-event:push`},
		{`query.a[b].c:1`, `query."a[b].c":1`},
		{`after:10m`, `after:10m`},
		{`event:"a,b",c`, `event:"a,b",c`},
		{`event:"a b"*`, `event:"a b"*`},
		{`status:2XX,304,refused`, `status:2xx,304,refused`},
	} {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			q := mustParse(t, tt.text)
			if q.String() != tt.want {
				t.Fatalf("normal form of %q = %q, want %q", tt.text, q, tt.want)
			}
			if again := mustParse(t, q.String()); again.String() != tt.want {
				t.Errorf("%q parsed again = %q", tt.want, again)
			}
		})
	}
}
