package snippet_test

import (
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/snippet"
	"github.com/boathook/boathook/signer"
)

// secretOf is a secret in the form that a scheme wants.
func secretOf(s *signer.Scheme) string {
	switch s.Secret {
	case signer.SecretBase64, signer.SecretBase64Text:
		text := "aaECAwQFBgcICQoLDA0ODxAREhMUFRYX+/8=" // has bytes that hex must keep, and both odd letters
		if len(s.Strip) > 0 {
			return s.Strip[0] + text
		}
		return text
	case signer.SecretHex:
		return "00ff0102030405060708090a0b0c0d0e"
	}
	return "s3cret of the 'endpoint' $HOME \\ é"
}

// shapes are schemes that differ in how they sign: one of each, or all of them.
func shapes(all bool) (out []*signer.Scheme) {
	seen := map[string]bool{}
	for _, s := range signer.All() {
		unit := signer.Unit("")
		if s.Timestamp != nil {
			unit = s.Timestamp.Unit
		}
		shape := fmt.Sprint(s.Algorithm, s.Encoding, s.Signature.Layout, s.Secret, len(s.Strip), unit, strings.Contains(s.Content, "{secret}"))
		if all || !seen[shape] {
			seen[shape] = true
			out = append(out, s)
		}
	}
	return out
}

// A program that signs when it runs sends what its scheme accepts then, however old
// the recorded signature is.
func TestProgramsSign(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"curl", "httpie", "python", "fetch", "go"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			if _, err := exec.LookPath(needs[language]); err != nil {
				t.Skipf("left out: %s is not installed, so its programs are not run", needs[language])
			}
			if language == "go" && testing.Short() {
				t.Skip("left out: it runs the compiler")
			}
			l := newLogger(t)
			all := &programs{language: language}
			var checks []func(t *testing.T)
			var names []string
			list := shapes(language == "curl")
			if language == "httpie" {
				list = list[:min(len(list), 12)] // it signs as curl does
			}
			for _, s := range list {
				if check := signCase(t, l, all, s); check != nil {
					checks, names = append(checks, check), append(names, s.ID)
				}
			}
			if len(checks) < 5 {
				t.Fatalf("only %d programs", len(checks))
			}
			all.build(t)
			for i, check := range checks {
				t.Run(names[i], check)
			}
		})
	}
}

func signCase(t *testing.T, l *logger, all *programs, s *signer.Scheme) func(t *testing.T) {
	t.Helper()
	for i, body := range []string{"{\"name\":\"it's Ærø\",\"n\":1}\n", "a\x00\xff"} {
		if i != len(s.ID)%2 {
			continue // each scheme with one of them
		}
		_, host, _ := strings.Cut(l.base, "://")
		address := l.base + "/in/demo?b=2"
		m := signer.Message{
			Method: "POST", URL: address, Body: []byte(body), Context: map[string]string{"app_key": "k"},
			Header: []signer.Field{{Name: "Host", Value: host}, {Name: "Content-Type", Value: "application/json"}, {Name: "User-Agent", Value: "x"}, {Name: "Accept", Value: "y"}, {Name: "Accept-Encoding", Value: "z"}},
		}
		if len(s.ID)%3 > 0 { // recorded with a signature, or without one
			old, err := s.Sign(m, []string{secretOf(s)}, "msg_old", time.Now().Add(-72*time.Hour))
			if err != nil {
				if _, err := s.Recipe(m, "msg_1"); !errors.Is(err, signer.ErrRecipe) {
					t.Fatalf("%s: %v", s.ID, err)
				}
				return nil
			}
			m = old.Apply(m)
		}
		recipe, err := s.Recipe(m, "msg_1")
		if errors.Is(err, signer.ErrRecipe) {
			return nil
		}
		if err != nil {
			t.Fatalf("%s: %v", s.ID, err)
		}
		head := "POST /in/demo?b=2 HTTP/1.1\r\n"
		for _, f := range m.Header {
			head += f.Name + ": " + f.Value + "\r\n"
		}
		r := &snippet.Request{Head: []byte(head + fmt.Sprintf("Content-Length: %d\r\n\r\n", len(body))), Body: []byte(body), Size: int64(len(body)), Base: l.base}
		p, err := snippet.Write(r, snippet.Options{Language: all.language, Recipe: recipe})
		if err != nil {
			t.Fatalf("%s: %v", s.ID, err)
		}
		no := all.add(p.Text)
		return func(t *testing.T) {
			if !slices.Contains(p.Needs, snippet.Variable{Name: snippet.SecretVariable}) || strings.Contains(p.Text, "aaECAw") || strings.Contains(p.Text, "s3cret") && s.Algorithm != signer.Equal {
				t.Errorf("the secret is not a variable: %v\n%s", p.Needs, p.Text)
			}
			got := l.run(t, all, no, p, t.TempDir(), []string{snippet.SecretVariable + "=" + secretOf(s)})
			sent := signer.Message{Method: "POST", URL: address, Body: got.body, Context: m.Context}
			for _, f := range inspector.ParseHead(got.head).Fields {
				sent.Header = append(sent.Header, signer.Field{Name: f.Name, Value: f.Value})
			}
			res, err := s.Verify(&sent, []string{secretOf(s)}, time.Now(), signer.Options{})
			if err != nil || res.Verdict != signer.Valid || string(got.body) != body {
				t.Errorf("%v %v\n%+v\n%s", res.Verdict, err, sent.Header, p.Text)
			}
		}
	}
	return nil
}

// Text of the sender never becomes part of a program.
func TestHostileText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"$(touch x)", "`touch x`", "'; touch x; '", "\"; touch x; \"", "\\'; touch x", "\n touch x\n", "END\ntouch x\n", "${x}", "\x00", "\u202e", "*/ x()", "</script>"} {
		if word := snippet.Shell(text); !strings.Contains(text, "\x00") {
			out, err := exec.Command("sh", "-c", "printf %s "+word).Output()
			if err != nil || string(out) != text {
				t.Errorf("%q became %q: %v", text, out, err)
			}
		}
	}
}
