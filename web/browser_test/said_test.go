//go:build browser

package browser

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// What the server says by itself is Spanish on the Spanish page: why a signature fails,
// what is wrong with a filter, what a form is refused for. What nobody has translated
// is marked as English.
func TestTheServerSpeaksSpanish(t *testing.T) {
	r := newRig(t)
	r.setSecrets()
	r.sendIssue(compactIssue, hub(githubSecret, prettyIssue))
	p := r.open("/live?lang=es&q=staus:500")
	p.wait(`document.querySelector('#filter-problem span')?.textContent === 'no existe el campo "staus"'`)

	p.do(navigate(r.page + "/d/1/signature?lang=es"))
	p.wait(`document.querySelector('.ladder li:last-child')?.textContent.includes('la firma no coincide')`)
	p.wait(`document.querySelector('.findings, .card')?.closest('.detail, main, body').textContent.includes('algo por el camino analizó el JSON y lo escribió de nuevo')`)
	if left := eval[[]string](p, `[...document.querySelectorAll('.tab-body [lang="en"], .ladder [lang="en"], .findings [lang="en"]')].map((x) => x.textContent)`); len(left) != 0 {
		t.Errorf("still in English: %q", left)
	}

	// A text in which a stranger's words stand takes no longer to read than another.
	p.wait(`window.boathook`)
	odd := strings.Repeat("scheme 1: secret 2: a of 3 to 4 or 5; ", 20)
	for i := range 200 {
		odd += fmt.Sprintf("scheme %d: secret %d: a of 3 to 4 or 5; ", i, i)
	}
	if got := eval[bool](p, `Promise.all([import('/static/recognise.js'), import('/static/i18n/es/said.js')]).then(([{ recogniser }, { default: table }]) => {
		const odd = `+quote(odd)+`;
		return recogniser(table)(odd).map((x) => x.text).join('').length > 0;
	})`); !got {
		t.Error("a text with a stranger's words is not shown")
	}

	// What can be done with a delivery stands in one line beside the list.
	p.do(chromedp.EmulateViewport(1440, 900), navigate(r.page+"/live?sel=1&lang=es"))
	p.wait(`document.querySelectorAll('.detail-acts > *').length > 5`)
	p.wait(`(([a, ...more]) => more.at(-1).getBoundingClientRect().top < a.getBoundingClientRect().bottom)(document.querySelectorAll('.detail-acts > *'))`)

	// What is wrong with a scheme, at its field and beside its JSON.
	p.do(navigate(r.page + "/settings/signing/new?lang=es"))
	p.put(field("Contenido firmado"), "{timestamp}.{boddy}")
	p.wait(`document.querySelector('.builder-row .error-text')?.textContent.startsWith('plantilla: no existe la parte {boddy}; se admiten: {body}')`)
	eval[bool](p, `document.querySelectorAll('.segmented input')[1].click() ?? true`)
	p.wait(`document.querySelector('#json-mistake')?.textContent.includes('no existe la parte {boddy}')`)

	// A toast or form has the words of the answer, too.
	p.do(navigate(r.page + "/live?sel=1&lang=es"))
	p.wait(`window.boathook`)
	told := eval[[]string](p, `import('/static/api.js').then(({ api }) => api.createInbox({ name: 'No name', answer: {} }).catch((err) => [err.message, err.hint, String(err.lang)]))`)
	if len(told) != 3 || told[0] != `name: "No name" no es un nombre` || told[1] != "usa de 1 a 63 caracteres de a-z 0-9 . _ -, empezando por una letra o una cifra" || told[2] != "undefined" {
		t.Errorf("a refused inbox says %q", told)
	}
	marked := eval[string](p, `Promise.all([import('/static/said.js'), import('/static/html.js')]).then(([{ Said }, { html, render }]) => {
		const box = document.createElement('p');
		render(html`+"`<${Said} text=${'nobody knows this; try again in a moment'} />`"+`, box);
		return box.innerHTML;
	})`)
	if marked != `<span lang="en">nobody knows this</span>; prueba dentro de un momento` {
		t.Errorf("a text that is not known in full is shown as %s", marked)
	}
}
