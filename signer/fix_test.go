package signer

import (
	"errors"
	"go/parser"
	gotoken "go/token"
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
				if _, err := parser.ParseFile(gotoken.NewFileSet(), s.ID, text, parser.AllErrors); err != nil {
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
