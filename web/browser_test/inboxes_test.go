//go:build browser

package browser

import (
	"fmt"
	"testing"
)

func TestInboxes(t *testing.T) {
	r := newRig(t)
	p := r.open("/inboxes")
	p.wait(`document.querySelectorAll('section.inbox-item').length === 2`)
	p.do(sendKeys(`form .input`, "Not Good"))
	p.click("Create inbox")
	p.wait(`document.querySelector('[role="alert"]')?.textContent.length > 5`)
	eval[bool](p, `(document.querySelector('form .input').select(), document.execCommand('insertText', false, 'demo'))`)
	p.click("Create inbox")
	p.wait(`document.querySelector('[role="alert"]')?.textContent.startsWith('there is another inbox of this name')`)
	eval[bool](p, `(document.querySelector('form .input').select(), document.execCommand('insertText', false, 'shop'))`)
	p.click("Create inbox")
	p.wait(`location.pathname === '/inboxes/shop' && document.querySelector('form .save-bar')`)

	set := func(label, value string) {
		t.Helper()
		field := fmt.Sprintf(`[...document.querySelectorAll('.field')].find((f) => f.firstElementChild.textContent.startsWith(%s)).querySelector('input, textarea')`, quote(label))
		eval[bool](p, `(`+field+`.focus(), `+field+`.select(), document.execCommand('insertText', false, `+quote(value)+`), `+field+`.blur(), true)`)
	}
	set("Sequence", "503, timeout, 200")
	set("Status", "5o3")
	p.wait(`document.querySelector('[aria-invalid="true"]')`)
	p.click("Save")
	p.wait(`document.activeElement.getAttribute('aria-invalid') === 'true' && document.activeElement.value === '5o3'`)
	set("Status", "202")
	set("Headers", "X-One: 1")
	p.click("Add a target")
	p.wait(`document.querySelector('.target')`)
	// What is refused is marked where it stands, with what to do.
	set("URL of your app", "localhost:3000")
	p.click("Save")
	p.wait(`document.activeElement.dataset.field === 'forward[0].url' && document.activeElement.getAttribute('aria-invalid') === 'true' && document.querySelector('#save-problem').textContent.includes('write http:// or https:// before the host')`)
	set("URL of your app", "http://localhost:3000/hooks")
	p.click("Save")
	p.wait(`document.querySelector('.toast')?.textContent.includes('Saved')`)
	in, err := r.inboxes.Get("shop")
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%d %v %v %s", in.Answer.Status, in.Answer.Sequence, in.Answer.Headers, in.Forward[0].URL); got != "202 [503 timeout 200] [{X-One 1}] http://localhost:3000/hooks" {
		t.Errorf("stored %s", got)
	}

	// Two people at once: the second one is told, nothing is overwritten.
	in.Note = "changed elsewhere"
	if _, err := r.inboxes.Update(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	set("Note", "mine")
	p.click("Save")
	p.wait(`document.querySelector('[role="alert"]')?.textContent.includes('Somebody else changed')`)
	p.click("Load what is stored")
	p.wait(`[...document.querySelectorAll('input')].some((i) => i.value === 'changed elsewhere')`)

	p.click("Delete inbox")
	p.wait(`document.querySelector('.confirm')?.textContent.includes('Its deliveries stay')`)
	p.click("Delete it")
	p.wait(`location.pathname === '/inboxes' && document.querySelectorAll('section.inbox-item').length === 2`)
}
