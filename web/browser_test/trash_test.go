//go:build browser

package browser

import (
	"fmt"
	"os"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/boathook/boathook/inspector"
)

// trashed is how many deliveries the store has in its trash.
func (r *rig) trashed() int {
	r.t.Helper()
	st, err := r.store.Stats(r.t.Context(), inspector.DefaultWorkspace)
	if err != nil {
		r.t.Fatal(err)
	}
	return st.Trashed
}

func (p *tab) menu(within, item string) {
	p.t.Helper()
	eval[bool](p, fmt.Sprintf(`document.querySelector(%s + ' [aria-haspopup="menu"]').click() ?? true`, quote(within)))
	p.click(item)
}

// Deleting acts at once and asks nothing; undo and the trash bring back what was
// deleted, and only what goes for good is asked about.
func TestTrash(t *testing.T) {
	axe, err := os.ReadFile("testdata/axe/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	r := newRig(t)
	r.fill(90)
	p := r.open("/live?sel=90")
	p.loaded()
	p.wait(`document.querySelector('.sentence')`)
	p.menu(".detail [data-menu=more]", "Delete this delivery#")
	p.wait(`boathook.ids().length === 89 && boathook.state().selected === 0 && document.querySelector('.toast')?.textContent.startsWith('1 delivery deleted')`)
	p.wait(`document.querySelector('.counts').textContent === '89 deliveries'`)
	p.do(navigate(r.page + "/live?q=status:503"))
	p.loaded()
	p.menu(".bar", "Delete all 10 matching")
	p.wait(`boathook.ids().length === 0 && document.querySelector('.toast')?.textContent.startsWith('10 deliveries deleted')`)
	if n := r.trashed(); n != 11 {
		t.Errorf("%d are in the trash, want 11", n)
	}

	// Undo brings back the last deletion alone, where its rows were.
	p.click("Undo z")
	p.wait(`boathook.ids().length === 10 && document.querySelector('.toast')?.textContent === '10 deliveries restored'`)
	p.keys("z")
	p.wait(`[...document.querySelectorAll('[role="status"]')].some((e) => e.textContent.includes('There is nothing to undo'))`)
	p.menu(".bar", "Delete all 10 matching")
	p.wait(`boathook.ids().length === 0`)
	p.do(navigate(r.page + "/live"))
	p.loaded()
	p.wait(`document.querySelector('.counts').textContent === '79 deliveries'`)
	p.menu(".bar", "Trash (11)")
	p.wait(`boathook.ids().length === 11 && document.querySelector('.trash-line b')?.textContent === 'Trash' && document.querySelector('.counts').textContent === '11 deliveries'`)
	p.barriers(string(axe), "trash")

	// One by its own address says where it is.
	p.do(navigate(r.page + "/d/90"))
	p.wait(`document.querySelector('.note')?.textContent.startsWith('In the trash since')`)
	p.click("Restore")
	p.wait(`document.querySelector('.toast')?.textContent === '1 delivery restored'`)
	p.do(navigate(r.page + "/live?q=is:trashed"))
	p.loaded()
	p.wait(`boathook.ids().length === 10`)
	eval[bool](p, `document.querySelector('.grid').focus() ?? true`)
	p.keys(kb.Home, "x", "j", "x")
	p.wait(selected + ` === '2 selected'`)
	p.click("Restore")
	p.wait(`boathook.ids().length === 8 && !document.querySelector('.selection')`)
	p.keys(kb.Home, "x", "#")
	p.wait(`document.querySelector('.selection .confirm')?.textContent.startsWith('Delete 1 delivery with all bytes?')`)
	p.barriers(string(axe), "asking whether to delete for good")
	p.click("Delete for good")
	p.wait(`boathook.ids().length === 7 && [...document.querySelectorAll('.toast')].some((e) => e.textContent === '1 delivery deleted for good')`)
	if st, rest := r.trashed(), len(r.stored()); st != 7 || rest != 82 {
		t.Errorf("%d in the trash and %d not, want 7 and 82", st, rest)
	}
	p.click("Empty the trash…")
	p.wait(`document.querySelector('.trash-line .confirm')?.textContent.startsWith('Delete 7 deliveries')`)
	p.click("Empty the trash")
	p.wait(`boathook.ids().length === 0 && document.querySelector('.empty-card')?.textContent === 'The trash is empty.'`)
	p.click("Back to all")
	p.wait(`boathook.ids().length === 82`)

	narrow := r.open("/live?q=is:trashed", view{width: 320, height: 700, dark: true})
	narrow.wait(`document.querySelector('.trash-line')`)
	narrow.barriers(string(axe), "trash at 320 px")
	if eval[bool](narrow, `document.documentElement.scrollWidth > innerWidth`) {
		t.Error("the trash has to be scrolled sideways")
	}
}

// A deletion that fails changes nothing, and says so.
func TestTrashFails(t *testing.T) {
	r := newRig(t)
	r.fill(5)
	p := r.open("/live")
	p.loaded()
	eval[bool](p, `(window.realFetch = fetch, window.fetch = (u, o) => o?.method === 'POST' && String(u).endsWith('/trash') ? Promise.resolve(new Response('{"title":"disk full"}', { status: 503 })) : realFetch(u, o), true)`)
	eval[bool](p, `document.querySelector('.grid').focus() ?? true`)
	p.keys("j", "#")
	p.wait(`[...document.querySelectorAll('.toast')].some((e) => e.textContent.startsWith('Nothing was deleted')) && boathook.ids().length === 5`)
	if n := r.trashed(); n != 0 {
		t.Errorf("%d are in the trash", n)
	}
}
