package signer

import (
	"errors"
	"go/parser"
	gotoken "go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Every scheme has a snippet in every language; those of Go parse.
func TestSnippets(t *testing.T) {
	t.Parallel()
	simple := 0
	for _, s := range All() {
		if s.fix().Simple {
			simple++
		}
		for _, language := range Languages {
			text, err := s.Snippet(language)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(text, "<no value>") || strings.Contains(text, "{{") {
				t.Errorf("%s, %s:\n%s", s.ID, language, text)
			}
			if language == "go" {
				if _, err := parser.ParseFile(gotoken.NewFileSet(), s.ID, "package x\n"+text, parser.AllErrors); err != nil {
					t.Errorf("%s: %v\n%s", s.ID, err, text)
				}
			}
		}
	}
	if simple < 60 {
		t.Errorf("only %d schemes are written out", simple)
	}
	if _, err := All()[0].Snippet("cobol"); !errors.Is(err, ErrLanguage) {
		t.Errorf("cobol: %v", err)
	}
}

// The Go snippets accept what Sign makes, and refuse another body.
func TestGoSnippetsRun(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it runs the compiler")
	}
	ids := []string{"stripe.v1", "standard-webhooks.v1", "github.sha256", "slack.v0", "shopify.hmac-sha256", "adyen.platform", "paddle.h1", "square.hmacsha256", "pagerduty.v1", "vercel"}
	var b strings.Builder
	b.WriteString("package main\n\nimport (\n\"bytes\"\n\"crypto/hmac\"\n\"crypto/sha1\"\n\"crypto/sha256\"\n\"encoding/base64\"\n\"encoding/hex\"\n\"errors\"\n\"fmt\"\n\"io\"\n\"net/http\"\n\"strings\"\n)\n\n" +
		"var _ = sha1.New\nvar _ = sha256.New\nvar _ = base64.StdEncoding\nvar _ = hex.EncodeToString\nvar _ = strings.Cut\n\nconst publicURL = \"https://hooks.example.com/in/demo?b=2&a=1\"\n\n")
	var calls strings.Builder
	for i, id := range ids {
		s, _ := Lookup(id)
		text, err := s.Snippet("go")
		if err != nil {
			t.Fatal(err)
		}
		name := "verify" + string(rune('A'+i))
		b.WriteString(strings.Replace(text, "func verify(", "func "+name+"(", 1))
		m := signedMessage(t, s, testMessage(s), 0, testNow)
		for _, body := range []string{string(m.Body), string(m.Body) + " "} {
			calls.WriteString("{\nr, _ := http.NewRequest(\"POST\", \"/\", bytes.NewReader([]byte(" + quote(body) + ")))\n")
			for _, f := range m.Header {
				calls.WriteString("r.Header.Set(" + quote(f.Name) + ", " + quote(f.Value) + ")\n")
			}
			calls.WriteString("_, err := " + name + "(r, " + quote(testKey(s, 0).verify) + ")\nfmt.Println(\"" + id + "\", err == nil)\n}\n")
		}
	}
	b.WriteString("\nfunc main() {\n" + calls.String() + "}\n")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "run", "main.go")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, b.String())
	}
	for _, id := range ids {
		if want := id + " true\n" + id + " false\n"; !strings.Contains(string(out), want) {
			t.Errorf("%s:\n%s", id, out)
		}
	}
}
