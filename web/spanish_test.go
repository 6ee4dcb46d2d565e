package web

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// spanishRules are words and forms that stand beside those of the glossary in es.js, or
// are not spelled so.
var spanishRules = []struct{ not, instead string }{
	{`decodif\pL*`, "descodificar"},
	{`interpret\pL*`, "analizar"},
	{`b[oó]rra(?:l[oae]s?)?|borró|borrad[oa]s?`, "eliminar"},
	{`máquinas?`, "equipo"},
	{`handshake`, "negociación"},
	{`(?:la|tu|una|ninguna|cada) apps?`, "aplicación"},
	{`[oó]rden(?:es)? (?:curl|de shell)`, "comando"},
	{`retardos?`, "espera, retraso"},
	{`variantes? probadas?`, "variación"},
	{`parámetros? de consulta`, "parámetro de la URL"},
	{`respuestas? intermedias?`, "provisional"},
	{`el envío está desactivado`, "los envíos están desactivados"},
	{`usted(?:es)?|manténgal[oa]s?`, "tú"},
	{`\pL+[áéí]n(?:lo|la|los|las|le|les)`, "detenlo, without an accent"},
	{`sólo|guión`, "solo, guion"},
	{`\pL+\.\.\.`, "…"},
}

var scriptComments = regexp.MustCompile(`(?m)/\*\*[^*]*\*/|^ *//.*$`)

// One word is used for one thing, on the page and in what the server says: that of the
// glossary in es.js. Readers are "tú", and marks stand in pairs.
func TestSpanishKeepsToItsWords(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("static/i18n/es.js")
	if err != nil {
		t.Fatal(err)
	}
	texts := strings.Split(scriptComments.ReplaceAllString(string(source), ""), "\n")
	said := formsOf(t, "es")
	if len(texts) < 500 || len(said) < 700 {
		t.Fatalf("only %d lines and %d texts were found", len(texts), len(said))
	}
	for form, words := range said {
		texts = append(texts, words)
		if strings.Count(words, "¿") != strings.Count(words, "?") {
			t.Errorf("%q: a question begins with ¿ and ends with ?", words)
		}
		if strings.Count(form, `"`) != strings.Count(words, `"`) {
			t.Errorf("%q: what is typed stands in quotes as in %q", words, form)
		}
	}
	var not []*regexp.Regexp
	for _, rule := range spanishRules {
		not = append(not, regexp.MustCompile(`(?i)(?:^|[^\pL.])(?:`+rule.not+`)(?:[^\pL.]|$|\.(?:\PL|$))`))
	}
	for _, text := range texts {
		for i, rule := range spanishRules {
			if found := not[i].FindString(text); found != "" {
				t.Errorf("%q is written as: %s\n%s", found, rule.instead, strings.TrimSpace(text))
			}
		}
		if strings.Count(text, "«") != strings.Count(text, "»") || strings.Count(text, "¿") > strings.Count(text, "?") || strings.Count(text, "¡") > strings.Count(text, "!") {
			t.Errorf("a mark opens and does not close, or the other way round:\n%s", strings.TrimSpace(text))
		}
	}
}
