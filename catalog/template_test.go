package catalog

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestExpand(t *testing.T) {
	t.Parallel()
	v := Vars{Now: time.Date(2026, 5, 6, 7, 8, 9, 123e6, time.FixedZone("", 3600)), Seq: 12, Seed: 1, Values: map[string]string{"event": "a.b"}}
	for _, tt := range []struct{ template, want string }{
		{"plain } { text", "plain } { text"},
		{"{{now}}", "2026-05-06T06:08:09Z"},
		{`{{ now "02.01.2006" }}`, "06.05.2026"},
		{`{\"d\":\"{{now \"2006-01-02\"}}\"}`, `{\"d\":\"2026-05-06\"}`},
		{"{{date}} {{unix}} {{unix_ms}} {{seq}}", "2026-05-06 1778047689 1778047689123 12"},
		{"{{ago 24h}} {{in 2d}}", "2026-05-05T06:08:09Z 2026-05-08T06:08:09Z"},
		{"{{event}}", "a.b"},
		{`{{"{{"}}x}}`, "{{x}}"},
	} {
		got, err := Expand([]byte(tt.template), v)
		if err != nil || string(got) != tt.want {
			t.Errorf("Expand(%s) = %s, %v; want %s", tt.template, got, err, tt.want)
		}
	}
	for template, want := range map[string]string{
		"{{uuid}}": `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, "{{hex 40}}": `^[0-9a-f]{40}$`,
		"{{email}}": `^[a-z]+\.[a-z]+@example\.com$`, "{{amount 5 6}}": `^[56]\.[0-9]{2}$`, "{{int 7 7}}": `^7$`, `{{choice "a" "b c"}}`: `^(a|b c)$`,
		`{{id "evt_{base62:24}"}}`: `^evt_[0-9A-Za-z]{24}$`, "{{words 3}}": `^[a-z]+ [a-z]+ [a-z]+$`,
	} {
		got, err := Expand([]byte(template), v)
		if err != nil || !regexp.MustCompile(want).Match(got) {
			t.Errorf("Expand(%s) = %s, %v; want %s", template, got, err, want)
		}
	}
}

// Every name works as its usage says.
func TestTemplateNames(t *testing.T) {
	t.Parallel()
	for _, name := range TemplateNames() {
		if got, err := Expand([]byte(name.Usage), Vars{Seed: 1}); err != nil || len(got) == 0 {
			t.Errorf("%s = %q, %v", name.Usage, got, err)
		}
	}
}

func TestExpandErrors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ template, want string }{
		{"a\nbc {{frist_name}}", "line 2, column 4: {{frist_name}} is no known name; did you mean first_name or last_name?"},
		{"{{now", "line 1, column 1: {{ without }}"},
		{"é{{}}", "line 1, column 2: nothing between {{ and }}"},
		{`{{now "x}}`, "line 1, column 1: a quote is not closed"},
		{"{{hex}}", "line 1, column 1: {{hex}} has 0 arguments; usage: {{hex 32}}"},
		{"{{hex 0}}", `line 1, column 1: {{hex}}: "0" is no length from 1 to 1048576; usage: {{hex 32}}`},
		{"{{int 9 1}}", `line 1, column 1: {{int}}: "9" and "1" are not two whole numbers, the smaller first; usage: {{int 1 100}}`},
		{strings.Repeat("{{hex 1048576}}", 20), "line 1, column 241: the text grows beyond 16 MiB here"},
	} {
		if _, err := Expand([]byte(tt.template), Vars{}); err == nil || err.Error() != tt.want {
			t.Errorf("Expand(%.30s) = %v; want %s", tt.template, err, tt.want)
		}
	}
}

func TestNewID(t *testing.T) {
	t.Parallel()
	now := time.Unix(1621627443, 0)
	for form, want := range map[string]string{
		"uuid-hex": `^[0-9a-f]{32}$`, "msg_{ksuid}": `^msg_[0-9A-Za-z]{27}$`, "int": `^[1-9][0-9]{7}$`,
		"hex:40": `^[0-9a-f]{40}$`, "a{digits:3}-{HEX:2}": `^a[0-9]{3}-[0-9A-F]{2}$`, "{unix}": "^1621627443$", "fixed": "^fixed$",
	} {
		if id, err := NewID(form, seeded(3), now); err != nil || !regexp.MustCompile(want).MatchString(id) {
			t.Errorf("NewID(%s) = %s, %v; want %s", form, id, err, want)
		}
	}
	// The example of the KSUID specification: this time, these bytes.
	payload, _ := NewID("ksuid", strings.NewReader("\xB5\xA1\xCD\x34\xB5\xF9\x9D\x11\x54\xFB\x68\x53\x34\x5C\x97\x35"), time.Unix(107608047+ksuidEpoch, 0))
	if payload != "0ujtsYcgvSTl8PAuAdqWYSMnLOv" {
		t.Errorf("ksuid = %s", payload)
	}
	// The example of the ULID specification: this time.
	if id, err := NewID("ulid", seeded(3), time.UnixMilli(1469918176385)); err != nil || !regexp.MustCompile("^01ARYZ6S41[0-9A-Z]{16}$").MatchString(id) {
		t.Errorf("ulid = %s, %v", id, err)
	}
	for form, want := range map[string]string{
		"": "the form is empty or longer than 1000 characters", "{uuid": "{uuid has no closing brace", "{hex:999}": `"999" is no length from 1 to 256 for hex`, "{uuid:3}": `"3" is no length from 1 to 256 for uuid`,
	} {
		if err := CheckIDForm(form); err == nil || err.Error() != want {
			t.Errorf("CheckIDForm(%s) = %v; want %s", form, err, want)
		}
	}
}

// Text in a JSON body stays JSON, whatever the values hold.
func FuzzExpand(f *testing.F) {
	f.Add(`{"a":"{{v}}","b":"{{now \"2006\"}}"}`, "x\"\\\n")
	f.Add("{{hex 12}}{{\"{{\"}}", "")
	f.Add(`{{choice "a" "b"}}{{words 3}} {{ago 1h}}`, "z")
	f.Fuzz(func(t *testing.T, template, v string) {
		vars := Vars{Seed: 1, Now: time.Unix(1e9, 0), Values: map[string]string{"v": v}}
		one, err := Expand([]byte(template), vars)
		two, err2 := Expand([]byte(template), vars)
		if string(one) != string(two) || (err == nil) != (err2 == nil) {
			t.Fatalf("Expand(%q) = %q, %v and %q, %v", template, one, err, two, err2)
		}
		if !strings.Contains(template, "{{") && string(one) != template {
			t.Fatalf("Expand(%q) = %q", template, one)
		}
		vars.JSON = true
		got, err := Expand([]byte(`{"x":"{{v}}"}`), vars)
		if err != nil || !json.Valid(got) {
			t.Fatalf("Expand of the value %q = %s, %v", v, got, err)
		}
	})
}
