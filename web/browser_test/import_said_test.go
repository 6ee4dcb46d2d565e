//go:build browser

package browser

import "testing"

// A mistake in a file that is imported on the page is told in the language of the page,
// with the place where it is.
func TestMistakeOfAFileInSpanish(t *testing.T) {
	r := newRig(t)
	for _, tt := range []struct{ language, file, name, want string }{
		{"en", `{"v":1,"delivery":7}` + "\n", "week.jsonl", "0 deliveries imported, 1 could not be read: line 1: is no delivery: column 19: delivery must be an object"},
		{"es", `{"v":1,"delivery":7}` + "\n", "week.jsonl", "0 entregas importadas, 1 no se pudieron leer: línea 1: no es una entrega: columna 19: delivery debe ser un objeto"},
		{"es", `{"log":{"entries":[{"request":7}]}}`, "week.har", "0 entregas importadas, 1 no se pudieron leer: entrada 1, en el byte 19: request debe ser un objeto"},
	} {
		p := r.open("/recordings")
		p.wait(`document.querySelector('.rec-import input')`)
		eval[bool](p, `localStorage.setItem('boathook.lang', `+quote(tt.language)+`) ?? true`)
		p.do(navigate(r.page + "/recordings"))
		p.wait(`document.documentElement.lang === ` + quote(tt.language) + ` && document.querySelector('.rec-import input')`)
		eval[bool](p, `(() => { const d = new DataTransfer(); d.items.add(new File([`+quote(tt.file)+`], `+quote(tt.name)+`)); const f = document.querySelector('.rec-import input'); f.files = d.files; f.dispatchEvent(new Event('change', { bubbles: true })); return true })()`)
		p.wait(`document.querySelector('.toast')`)
		if got := eval[string](p, `document.querySelector('.toast').firstElementChild.textContent`); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.language, got, tt.want)
		}
		p.close()
	}
}
