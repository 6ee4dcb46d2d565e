//go:build browser

package browser

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/web"
)

func TestFilter(t *testing.T) {
	r := newRig(t)
	r.fill(90)
	p := r.open("/live")
	p.loaded()
	p.keys("/")
	p.wait(`document.activeElement === document.querySelector('.filter input')`)
	p.do(sendKeys(`.filter input`, "staus:503"))
	// The wrong word is underlined, the last good rows stay, a word is offered.
	p.wait(`document.querySelector('.filter-copy mark')?.textContent === 'staus'`)
	if n := eval[int](p, `document.querySelectorAll('.tr').length`); n == 0 {
		t.Error("a filter that cannot be read emptied the list")
	}
	if got := p.text(".filter-problem"); !strings.Contains(got, "staus") {
		t.Errorf("problem = %q", got)
	}
	p.click("Use status")
	p.wait(`boathook.state().q === 'status:503' && boathook.ids().length === 10`)
	p.wait(`document.querySelector('.counts').textContent === '10 of 90'`)
	if at := eval[string](p, `location.search`); at != "?q=status:503" {
		t.Errorf("address = %s", at)
	}
	// Reload shows the same; Back leads to where one was.
	p.do(navigate(r.page + "/live?q=status:503"))
	p.wait(`window.boathook?.ids().length === 10 && document.querySelector('.filter input').value === 'status:503'`)

	// What is typed is asked for once: the answer that tells whether it fits is what the
	// list begins with.
	for q, rows := range map[string]int{"status:503": 10, "-body.a:*": 90} {
		p.do(navigate(r.page + "/live"))
		p.wait(`window.boathook?.ids().length === 90 && boathook.state().complete`)
		eval[bool](p, `(performance.clearResourceTimings(), document.querySelector('.filter input').focus(), document.execCommand('insertText', false, '`+q+`'))`)
		p.wait(fmt.Sprintf(`boathook.state().q === '%s' && boathook.ids().length === %d && boathook.state().complete`, q, rows))
		if n := eval[int](p, `performance.getEntriesByType('resource').filter((e) => e.name.includes('/deliveries?')).length`); n != 1 {
			t.Errorf("%s: asked %d times, want once", q, n)
		}
	}

	// Who leaves while a filter is typed takes nothing of it along.
	p.do(navigate(r.page + "/live"))
	p.wait(`window.boathook?.ids().length === 90`)
	if at := eval[string](p, `(async () => {
		document.querySelector('.filter input').focus();
		document.execCommand('insertText', false, 'status:503');
		document.querySelector('.nav a[href="/inboxes"]').click();
		await new Promise((done) => setTimeout(done, 600));
		return location.pathname + location.search;
	})()`); at != "/inboxes" {
		t.Errorf("the address is %s", at)
	}

	// What fits nothing says what hides it.
	p.do(navigate(r.page + "/live?q=" + "is:failed+event:nothing"))
	p.wait(`document.querySelector('.empty-card')?.textContent.includes('90 are hidden by')`)
	const without = `[...document.querySelectorAll('.looser button:enabled')].find((b) => b.textContent.includes('event:nothing') && b.textContent.includes('30'))`
	p.wait(without)
	eval[bool](p, without+`.click() ?? true`)
	p.wait(`boathook.state().q === 'is:failed' && boathook.ids().length === 30`)
}

func TestComplete(t *testing.T) {
	r := newRig(t)
	r.fill(30)
	p := r.open("/live")
	p.loaded()
	p.keys("/")
	p.do(sendKeys(`.filter input`, "sta"))
	p.wait(`[...document.querySelectorAll('.complete li')].some((e) => e.textContent.startsWith('status'))`)
	// A word with letters beyond ASCII in front counts in bytes at the server.
	p.click("Clear the filter")
	p.do(sendKeys(`.filter input`, `"é€😀" even`))
	p.wait(`[...document.querySelectorAll('.complete li')].some((e) => e.textContent.startsWith('event'))`)
	p.keys(arrowDown, "\r")
	p.wait(`document.querySelector('.filter input').value.startsWith('"é€😀" event')`)

	// Values that were seen come first, with how often; what is not finished is no
	// mistake, and leaves the list alone until somebody says that it is all.
	p.click("Clear the filter")
	p.wait(`boathook.state().q === '' && boathook.ids().length === 30`)
	// All at once: a slow machine would take the first letters for the whole filter.
	eval[bool](p, `(document.querySelector('.filter input').focus(), document.execCommand('insertText', false, 'status:'))`)
	p.wait(`(() => { const [word, times] = document.querySelector('.complete li')?.children || []; return /^\d{3}$/.test(word?.textContent) && Number(times.textContent) > 0; })()`)
	p.wait(`[...document.querySelectorAll('.complete li')].some((e) => e.textContent.startsWith('503')) && [...document.querySelectorAll('.complete li')].some((e) => e.textContent.startsWith('none'))`)
	if eval[bool](p, `Boolean(document.querySelector('.filter-problem, .grid.dim')) || boathook.state().q !== ''`) {
		t.Error("a filter that is not finished is taken for a wrong one")
	}
	p.keys(kb.Escape, "\r")
	p.wait(`document.querySelector('.filter-problem')?.textContent.includes('needs a value') && document.querySelector('.grid.dim')`)
}

// held is a store in which a search of bodies ends only with whoever asked.
type held struct {
	inspector.Store
	begun, ended chan struct{}
}

func (h *held) List(ctx context.Context, q inspector.ListQuery) (inspector.Page, error) {
	if !strings.HasPrefix(q.Query.String(), "body.") {
		return h.Store.List(ctx, q)
	}
	h.begun <- struct{}{}
	<-ctx.Done()
	h.ended <- struct{}{}
	return inspector.Page{}, context.Cause(ctx)
}

// Whoever types on no longer waits for the filter before: its search ends.
func TestSearchEndsByTypingOn(t *testing.T) {
	h := &held{begun: make(chan struct{}, 8), ended: make(chan struct{}, 8)}
	r := newRig(t, func(o *web.Options) { h.Store = o.Store; o.Store = h })
	r.fill(90)
	p := r.open("/live")
	p.loaded()
	came := func(what string, ch chan struct{}) {
		t.Helper()
		select {
		case <-ch:
		case <-time.After(30 * time.Second):
			t.Fatalf("the search has not %s within 30 s", what)
		}
	}
	insert := func(text string) {
		t.Helper()
		eval[bool](p, `(document.querySelector('.filter input').focus(), document.execCommand('insertText', false, '`+text+`'))`)
	}
	insert("body.a:1")
	came("begun", h.begun)
	select {
	case <-h.ended:
		t.Fatal("the search ended by itself")
	default:
	}
	eval[bool](p, `(document.querySelector('.filter input').select(), true)`)
	insert("status:503")
	came("ended", h.ended)
	p.wait(`boathook.state().q === 'status:503' && boathook.ids().length === 10`)
}
