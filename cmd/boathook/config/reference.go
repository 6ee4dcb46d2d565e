package config

import (
	"regexp"
	"strings"
)

// A reference ${NAME} may stand unquoted inside { } of a file, where YAML would
// end the value at its brace. While the parser runs, its marks are three
// characters from the private use area, which keeps every column.
const (
	dollar = "\ue000"
	open   = "\ue001"
	closed = "\ue002"
)

var (
	referenceForm = regexp.MustCompile(`(\$?)\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)
	hiddenForm    = regexp.MustCompile(dollar + open + `([A-Za-z_][A-Za-z0-9_]*)` + closed)
	shown         = strings.NewReplacer(dollar, "$", open, "{", closed, "}")
)

// hideReferences leaves $${NAME}, which stands for the text ${NAME}, for expand.
func hideReferences(text string) string {
	return referenceForm.ReplaceAllStringFunc(text, func(m string) string {
		if strings.HasPrefix(m, "$$") {
			return m
		}
		return dollar + open + m[2:len(m)-1] + closed
	})
}

func showReferences(text string) string { return shown.Replace(text) }

// expand replaces references by values of the environment. missing names the
// first variable that is not set.
func expand(text string, env func(string) (string, bool)) (expanded, missing string) {
	expanded = hiddenForm.ReplaceAllStringFunc(text, func(m string) string {
		name := m[len(dollar+open) : len(m)-len(closed)]
		value, set := env(name)
		if !set && missing == "" {
			missing = name
		}
		return value
	})
	return strings.ReplaceAll(expanded, "$${", "${"), missing
}
