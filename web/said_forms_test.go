package web

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/signer"
)

// Every text that the server can say to a person is in every other language: its form
// is taken out of the Go code and looked for in the table of the language.
func TestWhatTheServerSaysIsTranslated(t *testing.T) {
	t.Parallel()
	said := spokenForms(t)
	if len(said) < 700 {
		t.Fatalf("only %d texts were found in the Go code", len(said))
	}
	_, others := languageFiles(t)
	for _, code := range others {
		table := formsOf(t, code)
		for _, form := range slices.Sorted(maps.Keys(said)) {
			words, there := table[form]
			switch {
			case !there:
				t.Errorf("%s: i18n/%s/ has no text for %q", said[form], code, form)
			case !slices.Equal(placesIn(form), placesIn(words)):
				t.Errorf("i18n/%s/: %q has other places than %q", code, words, form)
			}
		}
		for form, words := range table {
			if !slices.Equal(placesIn(form), placesIn(words)) {
				t.Errorf("i18n/%s/: %q has other places than %q", code, words, form)
			}
		}
		for _, c := range signer.Causes() {
			for _, text := range []string{c.Title, c.Sender, c.App} {
				if _, there := table[text]; text != "" && !there {
					t.Errorf("cause %s: i18n/%s/ has no text for %q", c.Cause, code, text)
				}
			}
		}
	}
}

// What has a stable id has words for it in every language: causes of a bad signature,
// what to do about them, and why there was no answer.
func TestIdsHaveWords(t *testing.T) {
	t.Parallel()
	var causes []string
	for _, c := range signer.Causes() {
		causes = append(causes, string(c.Cause))
	}
	english, others := languageFiles(t)
	run := nodeIn(t)
	for _, code := range append([]string{"en"}, others...) {
		want := fmt.Sprintf(`{ 'diagnosis.causes': %[1]s, 'diagnosis.fixes': %[1]s, 'page.failures': %[2]s, 'page.outcome.words': %[2]s }`, jsList(causes), jsList(inspector.Failures))
		if found := run(`lacking('./', ` + jsList(english) + `, '` + code + `', ` + want + `)`); found != "" {
			t.Errorf("%s has no words for %s", code, found)
		}
	}
}

// A text is recognised with what stands in it, and nothing is made up: what is not
// known stays English, and is marked.
func TestTextsAreRecognised(t *testing.T) {
	t.Parallel()
	var texts, want []string
	for _, tt := range []struct{ text, want string }{
		{"the signature does not match", "la firma no coincide"},
		{"No signature: there is no X-Sig header. Headers that look like signatures: X-Hook.", "No hay firma: falta la cabecera X-Sig. Cabeceras que parecen firmas: X-Hook."},
		{"scheme github: secret 2: unusable secret: it is empty", "esquema github: secreto 2: secreto inservible: está vacío"},
		{"the timestamp is outside the window: signed 8h0m0s ago, at most 5m0s is allowed", "la marca de tiempo está fuera del margen: firmada hace 8h0m0s; se admite como mucho 5m0s"},
		{"The signature matches with the secret of inbox demo, previous …9f3a (…9f3a). The request was signed with another secret than the one set here.", "La firma coincide con el secreto del buzón demo, previous …9f3a (…9f3a). La petición se firmó con otro secreto, no con el definido aquí."},
		{"re-serialised JSON: 28 variations were tried, none matches", "JSON serializado de nuevo: 28 variaciones probadas; ninguna coincide"}, //nolint:misspell // Spanish
		{"answer.rules[0].when: there is no field \"staus\"; did you mean status?", "answer.rules[0].when: no existe el campo \"staus\"; ¿querías decir status?"},
		{"entry 1, at byte 19: request must be an object", "entrada 1, en el byte 19: request debe ser un objeto"},
		{"entry 2, at byte 7: response must be an object", "entrada 2, en el byte 7: response debe ser un objeto"},
		{"secrets must be a list", "secrets debe ser una lista"},
		{"signed 400h0m0s in the future, as seconds; read as milliseconds it would be of now", "firmada 400h0m0s en el futuro, en segundos; leída en milisegundos sería de ahora"},
		{"line 3: its response body is there twice", "línea 3: su cuerpo de respuesta está dos veces"},
		{"status takes a number (404), a class (4xx), a comparison, a range, or one of none, dns, as in status:2xx, status:>=400 or status:refused", "status admite un número (404), una clase (4xx), una comparación, un intervalo o uno de none, dns, como en status:2xx, status:>=400 o status:refused"},
		{"try 2 of 11 follows 1m later by the endpoint's clock, which is 1s for us", "el intento 2 de 11 va 1m más tarde según el reloj del endpoint, que para nosotros son 1s"},
		{"query parameter sig is there", "el parámetro sig de la URL está presente"},
		{"url: cannot be read: parse \"%\": invalid URL escape", "url: no se puede leer: <parse \"%\": invalid URL escape>"},
		{"Something that nobody wrote down; try again in a moment", "<Something that nobody wrote down>; prueba dentro de un momento"}, //nolint:misspell // Spanish
		{"dial tcp 127.0.0.1:1: connect: connection refused", "<dial tcp 127.0.0.1:1: connect: connection refused>"},
	} {
		texts, want = append(texts, strconv.Quote(tt.text)), append(want, tt.want)
	}
	got := nodeIn(t)(`Promise.all([import('./recognise.js'), import('./i18n/es/said.js')]).then(([m, table]) => {
		const read = m.recogniser(table.default);
		return [` + strings.Join(texts, ", ") + `].map((text) => read(text).map((p) => (p.lang ? '<' + p.text + '>' : p.text)).join(''));
	})`)
	for i, line := range strings.Split(got, "\n") {
		if line != want[i] {
			t.Errorf("%s\n is %s\nwant %s", texts[i], line, want[i])
		}
	}
}

var (
	// spokenArgs are the arguments of functions that are texts for a person.
	spokenArgs = map[string][]int{
		"problem": {2, 3}, "badParameter": {1}, "badJSON": {1}, "notFound": {0}, "withHint": {1}, "retried": {1},
		"errAt": {2}, "stop": {2}, "fail": {0, 1}, "malformed": {0}, "missing": {0}, "blocked": {0},
	}
	// spokenFields are the fields of literals that are.
	spokenFields = []string{"Text", "Hint", "Reason", "Detail"}
	// spokenFiles hold texts as plain literals, in lists or put together.
	spokenFiles = []string{
		"signer/vary_body.go", "signer/vary_secret.go", "signer/vary_content.go", "signer/vary_json.go", "signer/search.go",
		"proxy/event_match.go", "proxy/retry.go", "proxy/compose_break.go", "proxy/compose_sign.go", "proxy/forward_failure.go", "proxy/run_resend.go",
		"signer/ladder.go", "signer/engine.go", "signer/targets.go", "proxy/checker.go", "proxy/check_chaos.go", "proxy/check_request.go", "proxy/check_sent.go", "proxy/chaos.go",
		"proxy/compose_exact.go", "proxy/compose_fresh.go", "proxy/dispatch_try.go", "proxy/dispatch_open.go", "proxy/dispatch_disable.go", "proxy/dispatch_closed.go", "proxy/dispatch_control.go", "proxy/dispatch_wait.go", "proxy/replay_item.go", "proxy/replay_target.go", "proxy/replay.go", "proxy/backfill.go",
		"proxy/run_check.go", "proxy/run_plan.go", "proxy/run_select.go", "proxy/run_interrupted.go", "proxy/run_state.go", "proxy/run_await.go", "proxy/send.go", "proxy/send_mail.go", "proxy/mail_send.go", "proxy/retry_presets.go", "proxy/dispatch_plan.go",
		"inspector/query_fields.go", "inspector/query_number.go", "inspector/query_scalar.go", "inspector/query_text.go", "inspector/query_status.go", "inspector/query_row.go", "inspector/query_pattern.go", "inspector/query_json.go",
		"proxy/portable/import.go", "proxy/portable/curl_read.go", "proxy/portable/har_read.go", "proxy/portable/jsonl_read.go", "proxy/portable/jsontext.go", "proxy/portable/raw.go",
		"web/repeat.go", "web/doctor.go", "web/files.go", "web/ping.go", "web/scheme_own.go", "web/snippet.go", "signer/validate.go", "signer/covers.go",
	}
	// wraps say what was being done, for the log.
	wraps = regexp.MustCompile(`^(announce|attach|begin|check an|chunk|compress|config entry|content \{|count (?:the|by|what)|decode|delete d|encode|end|export delivery|find|filter:|headers of|inbox \{0\}: |list|look|make|mark|no workspace|note what|open|panic|put|read|rename|restore|seal|serve|set up|sign for|stop|store|the work of|work|write \{|write an answer|write the|attempt \{|a delivery without|endpoint \{0\} is at|inbox \{0\} is at|delivery id)\b?`)
	// values are no sentences: addresses, commands, times, or one example of a filter.
	values = regexp.MustCompile(`^(as in [^ ]+$|as in error:|dir:out|POST / |SMTP \{|RFC 3339|chmod|boathook replay|2006-|line \{0\}, column \{1\}:$|scheme \{0\}:$|token file$|\$ curl$|(Authorization|Content-Length|Cookie|Referer|User-Agent): |HTTP/1\.1 |deflate, gzip)`)
	verbs  = regexp.MustCompile(`%(?:%|[-+# 0]*[\d.]*(?:\[\d+\])?[a-zA-Z])`)
	slots  = regexp.MustCompile(`\{\d\}`)
)

// spokenForms are the texts that Go code says to a person, with {0}, {1} … for what it
// fills in, and where it does.
func spokenForms(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	set := gotoken.NewFileSet()
	for _, dir := range []string{"signer", "inspector", "catalog", "proxy", "proxy/portable", "web"} {
		names, err := filepath.Glob("../" + dir + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(set, name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			say := func(e ast.Expr) {
				form := strings.TrimSpace(formOf(e))
				if words := slots.ReplaceAllString(form, "x"); strings.Contains(words, " ") && regexp.MustCompile(`\p{L}{2}`).MatchString(words) {
					found[form] = cmp.Or(found[form], set.Position(e.Pos()).String())
				}
			}
			whole := slices.Contains(spokenFiles, dir+"/"+filepath.Base(name))
			ast.Inspect(file, func(n ast.Node) bool { return saidBy(n, whole, say) })
		}
	}
	maps.DeleteFunc(found, func(form, _ string) bool { return wraps.MatchString(form) || values.MatchString(form) })
	return found
}

// saidBy calls say with the texts that a node says itself, and reports whether what is
// in it is to be looked at. whole is for a file of spokenFiles.
func saidBy(n ast.Node, whole bool, say func(ast.Expr)) bool {
	switch n := n.(type) {
	case *ast.CallExpr:
		of, name := callee(n)
		switch {
		case of == "fmt" && name == "Errorf", of == "errors" && name == "New", whole && of == "fmt" && name == "Sprintf":
			say(n.Args[0])
		case name == "add" && len(n.Args) > 4:
			say(n.Args[3]) // of a diagnosis
		case of != "strings" && of != "fmt":
			for _, i := range spokenArgs[name] {
				if i < len(n.Args) {
					say(n.Args[i])
				}
			}
		}
		return of != "regexp" && of != "strings" && !slices.Contains([]string{"Warn", "Error", "Info", "Debug", "log"}, name)
	case *ast.KeyValueExpr:
		if k, ok := n.Key.(*ast.Ident); ok && slices.Contains(spokenFields, k.Name) {
			say(n.Value)
		}
	case *ast.AssignStmt:
		for i, l := range n.Lhs {
			if s, ok := l.(*ast.SelectorExpr); ok && slices.Contains(spokenFields, s.Sel.Name) && i < len(n.Rhs) {
				say(n.Rhs[i])
			}
		}
	case *ast.BinaryExpr:
		if whole && n.Op == gotoken.ADD {
			say(n)
			return false
		}
	case *ast.BasicLit:
		if whole && n.Kind == gotoken.STRING {
			say(n)
		}
	case *ast.ImportSpec, *ast.Field:
		return false
	}
	return true
}

// callee is what a call names: package or value, and function.
func callee(call *ast.CallExpr) (of, name string) {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return "", f.Name
	case *ast.SelectorExpr:
		if x, ok := f.X.(*ast.Ident); ok {
			of = x.Name
		}
		return of, f.Sel.Name
	}
	return "", ""
}

// formOf is the form of an expression: what is no text in it is a place.
func formOf(e ast.Expr) string {
	n := 0
	place := func() string { n++; return "{" + strconv.Itoa(n-1) + "}" }
	var form func(e ast.Expr) string
	form = func(e ast.Expr) string {
		switch e := e.(type) {
		case *ast.ParenExpr:
			return form(e.X)
		case *ast.BasicLit:
			s, err := strconv.Unquote(e.Value)
			if err != nil || e.Kind != gotoken.STRING {
				return place()
			}
			return verbs.ReplaceAllStringFunc(s, func(verb string) string {
				if verb == "%%" {
					return "%"
				}
				return place()
			})
		case *ast.BinaryExpr:
			return form(e.X) + form(e.Y)
		case *ast.CallExpr:
			if of, name := callee(e); of == "fmt" && name == "Sprintf" {
				return form(e.Args[0])
			}
		}
		return place()
	}
	return form(e)
}

var line = regexp.MustCompile(`(?m)^  '((?:[^'\\]|\\.)*)': '((?:[^'\\]|\\.)*)',$`)

// formsOf reads the table of a language.
func formsOf(t *testing.T, code string) map[string]string {
	t.Helper()
	table := map[string]string{}
	names, err := fs.Glob(files, path.Join("static/i18n", code, "*.js"))
	if err != nil || len(names) == 0 {
		t.Fatalf("%d files: %v", len(names), err)
	}
	unquote := strings.NewReplacer(`\'`, `'`, `\\`, `\`)
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range line.FindAllStringSubmatch(string(text), -1) {
			form := unquote.Replace(m[1])
			if _, twice := table[form]; twice {
				t.Errorf("%s: %q is there twice", name, form)
			}
			table[form] = unquote.Replace(m[2])
		}
		if lines := strings.Count(string(text), "\n  '"); lines != len(line.FindAllString(string(text), -1)) {
			t.Errorf("%s: a line is not of the form 'English': 'translation',", name)
		}
	}
	return table
}

// placesIn are the places of a form, sorted.
func placesIn(form string) []string {
	list := slots.FindAllString(form, -1)
	slices.Sort(list)
	return list
}
