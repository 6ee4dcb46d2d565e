//go:build browser

package browser

import (
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/web"
)

// answers makes calls of the API to a path fail, or never end.
func answers(path, how string) string {
	return `(() => { const f = window.fetch; window.fetch = (u, ...a) => String(u.url ?? u).includes(` + quote(path) + `) ? ` + how + ` : f(u, ...a); return true; })()`
}

const (
	fails  = `Promise.resolve(new Response('{"title":"The store cannot be read","detail":"the store cannot be read","hint":"run boathook doctor","status":500}', { status: 500, headers: { 'Content-Type': 'application/problem+json' } }))`
	isAway = `Promise.reject(new TypeError('Failed to fetch'))`
	hangs  = `new Promise(() => {})`
)

// goes leads to an address as a link does.
func goes(path string) string {
	return `(history.pushState({ own: true }, '', ` + quote(path) + `), dispatchEvent(new PopStateEvent('popstate'))) || true`
}

// with runs a script with what state.js has. The server is not asked for its state
// any more, so that what was made of it stays.
func with(script string) string {
	return answers("/api/v1/status", hangs) + ` && import('/static/state.js').then(({ sync, server, away }) => { ` + script + `; return true; })`
}

// linked makes the page take its feed for what it is not, and keep it so.
func linked(state string) string {
	return with(`sync.setLink(` + state + `); sync.setLink = () => {}`)
}

// empty are the pages of a boathook that is new.
var empty = []state{
	{path: "/live", sees: `document.querySelector('.first')`}, {path: "/live?q=status:500"}, {path: "/send"}, {path: "/send/webconnex/registration?tab=subscribers"}, {path: "/endpoints"}, {path: "/inboxes"}, {path: "/inboxes/demo"}, {path: "/recordings"}, {path: "/activity"}, {path: "/runs"}, {path: "/compare"}, {path: "/settings/data"},
}

// troubled are the states in which something is missing, late or wrong.
var troubled = []state{
	{path: "/live", what: "reconnecting", do: linked(`{ state: 'reconnecting', tries: 3, until: Date.now() + 4000, wanted: true }`), sees: `document.querySelector('[data-link="reconnecting"]')`},
	{path: "/live", what: "catching up", do: linked(`{ state: 'catching', done: 1204, of: 3000 }`), sees: `document.querySelector('[data-link="catching"]')`},
	{path: "/live", what: "polling", do: linked(`{ state: 'polling', tries: 0 }`), sees: `document.querySelector('[data-link="polling"]')`},
	{path: "/live", what: "store replaced", do: with(`sync.onreset()`), sees: `document.querySelector('.toast')`},
	{path: "/live", what: "disk full", do: with(`server.value = { ...server.value, store: { ...server.value.store, refusing: 'no space left on device' } }`), sees: `document.querySelector('.slim.bad')`},
	{path: "/settings/about", what: "away", do: with(`away.value = 3`), sees: `document.querySelector('.slim')`},
	{path: "/live", what: "list failed", do: answers("/deliveries?", fails) + " && " + goes("/live?q=dir:in"), sees: `document.querySelector('.empty-card h2')`},
	{path: "/live", what: "delivery failed", do: answers("/deliveries/", fails) + " && " + goes("/live?sel=3"), sees: `document.querySelector('.detail [role="alert"]')`},
	{path: "/live", what: "delivery not reached", do: answers("/deliveries/", isAway) + " && " + goes("/live?sel=3"), sees: `document.querySelector('.detail [role="alert"]')`},
	{path: "/live", what: "endpoints failed", do: answers("/endpoints", fails) + " && " + goes("/endpoints"), sees: `document.querySelector('.page [role="alert"]')`},
	{path: "/live", what: "inboxes failed", do: answers("/inboxes", fails) + " && " + goes("/inboxes"), sees: `document.querySelector('.page [role="alert"]')`},
	{path: "/live", what: "recordings failed", do: answers("/recordings", fails) + " && " + goes("/recordings"), sees: `document.querySelector('.page [role="alert"]')`},
	{path: "/live", what: "runs failed", do: answers("/runs", fails) + " && " + goes("/runs"), sees: `document.querySelector('.page [role="alert"]')`},
	{path: "/live", what: "activity failed", do: answers("/activity", fails) + " && " + goes("/activity"), sees: `document.querySelector('.page [role="alert"]')`},
	{path: "/live", what: "catalogue failed", do: answers("/catalog", fails) + " && " + goes("/send"), sees: `document.querySelector('[role="alert"]')`},
	{path: "/d/7"}, // deleted
	{path: "/live?sel=7"},
	{path: "/live?q=is:trashed"},
	{path: "/live?pin=3"},
}

// No state in which there is nothing yet, or something is wrong, has a barrier either.
func TestEveryState(t *testing.T) {
	fresh := newRig(t)
	p := fresh.open("/live")
	p.examine(empty, false)
	p.close()

	// A token that no other test logs in with: the browser keeps its sessions.
	locked := newRig(t, func(o *web.Options) { o.Token = "token-of-what-stays-locked-0123456789-abcdef" })
	p = locked.open("/live")
	p.examine([]state{{path: "/live", sees: `document.querySelector('.lock')`}}, false)
	p.close()

	r := newRig(t)
	r.fill(40)
	var gone inspector.ID
	for _, id := range r.stored() {
		parsed, err := inspector.ParseID(id)
		if err != nil {
			t.Fatal(err)
		}
		if row, err := r.store.Get(t.Context(), inspector.DefaultWorkspace, parsed); err == nil && row.N == 7 {
			gone = parsed
		}
	}
	r.commit(&inspector.Batch{Workspace: inspector.DefaultWorkspace, Erase: []inspector.ID{gone}})
	api[any](r, "DELETE", "/deliveries?q=n:5..9", nil)
	p = r.open("/live")
	p.loaded()
	p.examine(troubled, false)
	// Loading never settles.
	for _, width := range []int64{1440, 768, 320} {
		p.do(chromedp.EmulateViewport(width, 900), navigate(r.page+"/settings/about"))
		p.settle()
		eval[bool](p, answers("/deliveries", hangs)+" && "+goes("/live"))
		p.wait(`document.querySelector('.skeleton')`)
		p.looksRight("loading")
		p.axe("loading")
	}
}
