//go:build browser

package browser

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web"
)

// got is a request that a receiver was sent.
type got struct {
	head http.Header
	body string
}

// receiver is an app that notes what it is sent.
func receiver(t *testing.T, status int) (url string, requests chan got) {
	t.Helper()
	requests = make(chan got, 100)
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			requests <- got{r.Header, string(body)}
		}
		w.WriteHeader(status)
	}))
	t.Cleanup(app.Close)
	return app.URL, requests
}

// next is the next request that came.
func next(t *testing.T, requests chan got) got {
	t.Helper()
	select {
	case g := <-requests:
		return g
	case <-time.After(20 * time.Second):
		t.Fatal("no request came within 20 s")
		return got{}
	}
}

// sendNow presses the button that sends.
func (p *tab) sendNow() {
	p.t.Helper()
	p.wait(`document.querySelector('.compose-bar .primary:not(:disabled)')`)
	eval[bool](p, `document.querySelector('.compose-bar .primary').click() ?? true`)
}

func (r *rig) endpoint(ep proxy.Endpoint) proxy.Endpoint {
	r.t.Helper()
	ep.On = true
	made, err := r.endpoints.Create(r.t.Context(), ep)
	if err != nil {
		r.t.Fatal(err)
	}
	return made
}

// fill sets the field with that label as a person does, and leaves it.
func (p *tab) fill(label, value string) {
	p.t.Helper()
	field := fmt.Sprintf(`[...document.querySelectorAll('.field')].find((f) => f.textContent.startsWith(%s) && f.querySelector('input, textarea'))?.querySelector('input, textarea')`, quote(label))
	p.wait(field)
	eval[bool](p, fmt.Sprintf(`(() => { const f = %s; f.focus(); f.select(); document.execCommand('insertText', false, %s); f.blur(); return true; })()`, field, quote(value)))
}

// choose picks an option of the select with that label.
func (p *tab) choose(label, value string) {
	p.t.Helper()
	field := fmt.Sprintf(`[...document.querySelectorAll('.field')].find((f) => f.textContent.startsWith(%s) && f.querySelector('select'))?.querySelector('select')`, quote(label))
	p.wait(field)
	eval[bool](p, fmt.Sprintf(`(() => { const f = %s; f.value = %s; f.dispatchEvent(new Event('change', { bubbles: true })); return f.value === %[2]s; })()`, field, quote(value)))
}

// What is shown is what is sent: fields, headers and signature of the provider.
func TestSendComposes(t *testing.T) {
	r := newRig(t)
	url, requests := receiver(t, 200)
	made := r.endpoint(proxy.Endpoint{Name: "crm", URL: url, Provider: "webconnex", Events: []string{"webconnex/*"}})
	p := r.open("/send/webconnex/registration")
	p.wait(`document.querySelector('.plan summary')?.textContent.includes('crm') && document.querySelector('.plan .pairs')?.textContent.includes('X-Webconnex-Signature')`)
	p.fill("data.total", "125.5")
	p.wait(`document.querySelector('.body-edit').value.includes('"total": 125.5')`)
	p.click("stale")
	p.click("future") // one excludes the other
	p.wait(`document.querySelectorAll('.chip-toggle.warn[aria-pressed="true"]').length === 1`)
	p.click("future")
	eval[bool](p, `document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, bubbles: true })) || true`)
	p.wait(`document.querySelector('.outcomes')?.textContent.includes('200')`)
	sent := next(t, requests)
	if !strings.Contains(sent.body, `"total":125.5`) {
		t.Errorf("body = %s", sent.body)
	}
	if want := digest(made.Secrets[0].Value, sent.body); sent.head.Get("X-Webconnex-Signature") != want {
		t.Errorf("signature = %q, want %q", sent.head.Get("X-Webconnex-Signature"), want)
	}
	if len(requests) != 0 {
		t.Errorf("%d more requests were sent: a dry run sends nothing", len(requests))
	}

	// An edited body is sent as it was written; what is no JSON is named with its place.
	eval[bool](p, `(() => { const f = document.querySelector('.body-edit'); f.value = '{\n  "eventType": "registration",\n  "own": 1.50,\n}'; f.dispatchEvent(new Event('input', { bubbles: true })); return true; })()`)
	p.wait(`document.querySelector('#body-fault')?.textContent.includes('line 3')`)
	eval[bool](p, `(() => { const f = document.querySelector('.body-edit'); f.value = '{"eventType": "registration",  "own": 1.50}'; f.dispatchEvent(new Event('input', { bubbles: true })); return true; })()`)
	p.wait(`!document.querySelector('#body-fault')`)
	p.sendNow()
	// The name of the endpoint is put in, where Webconnex has it; all else stays.
	if sent := next(t, requests); sent.body != `{"eventType": "registration",  "meta": {"name":"crm"},  "own": 1.50}` {
		t.Errorf("edited body = %s", sent.body)
	}
	p.click("Reset to the sample")
	p.wait(`document.querySelector('.body-edit').value.includes('billing')`)

	// To the inbox of one's own, broken on purpose: the verdict names it.
	p.click("My own inbox")
	p.click("wrong secret")
	p.fill("Count", "3")
	p.sendNow()
	p.wait(`document.querySelectorAll('.outcomes li').length === 3 && [...document.querySelectorAll('.outcomes li')].every((x) => x.textContent.includes('200'))`)
}

// Each thing that can be broken on purpose has a button of its own, and is asked for.
func TestSendBreaksOnPurpose(t *testing.T) {
	r := newRig(t)
	url, _ := receiver(t, 200)
	r.endpoint(proxy.Endpoint{Name: "crm", URL: url, Events: []string{"sitestacker/*"}})
	p := r.open("/send/sitestacker/person_create")
	p.wait(`document.querySelector('.compose-bar .primary:not(:disabled)') && document.querySelector('.plan')`)
	eval[bool](p, `(() => {
		window.asked = [];
		const fetch = window.fetch;
		window.fetch = (what, how) => {
			if (how?.method === 'POST' && String(what).endsWith('/events')) {
				const body = JSON.parse(how.body);
				if (!body.dry_run) window.asked.push((body.chaos || []).join());
			}
			return fetch(what, how);
		};
		return true;
	})()`)
	const chips = `[...document.querySelectorAll('.chip-toggle.warn')]`
	n := eval[int](p, chips+`.length`)
	for i := range n {
		chip := fmt.Sprintf(`%s[%d]`, chips, i)
		eval[bool](p, chip+`.click() ?? true`)
		p.wait(chip + `.getAttribute('aria-pressed') === 'true'`)
		p.sendNow()
		p.wait(fmt.Sprintf(`window.asked.length === %d && document.querySelector('.compose-bar .primary:not(:disabled)')`, i+1))
		eval[bool](p, chip+`.click() ?? true`)
		p.wait(fmt.Sprintf(`%s.every((x) => x.getAttribute('aria-pressed') === 'false')`, chips))
	}
	asked := strings.Fields(eval[string](p, `window.asked.join(' ')`))
	if slices.Sort(asked); !slices.Equal(asked, slices.Sorted(slices.Values(proxy.ChaosSwitches()))) {
		t.Errorf("the page can ask for %q, there are %q", asked, proxy.ChaosSwitches())
	}
}

// A refusal is followed until its next try, which is counted down.
func TestSendFollowsTries(t *testing.T) {
	r := newRig(t)
	url, _ := receiver(t, 503)
	r.endpoint(proxy.Endpoint{Name: "crm", URL: url, Events: []string{"sitestacker/*"}, Retry: proxy.RetrySetting{Preset: "10x1m"}})
	p := r.open("/send/sitestacker/person_create")
	p.wait(`document.querySelectorAll('.plan .tries li').length === 11`)
	p.sendNow()
	p.wait(`/503.*try 2 of 11 in \d+ s/.test(document.querySelector('.outcomes')?.textContent)`)
}

// A host that is new is asked for once, by name.
func TestSendAsksForAHost(t *testing.T) {
	r := newRig(t)
	r.endpoint(proxy.Endpoint{Name: "far", URL: "https://crm.example.org/hooks", Events: []string{"*"}})
	p := r.open("/send/stockcrowd/INVERSOR_CREATED")
	p.wait(`document.querySelector('.plan .card.warn')?.textContent.includes('crm.example.org has not been sent to')`)
	p.click("Allow crm.example.org")
	p.wait(`document.querySelector('.plan') && !document.querySelector('.plan .card.warn')`)
	if v := r.settings.Get(); !v.Allows("crm.example.org") || v.Allows("example.org") {
		t.Errorf("allowed: %v", v.Allow)
	}
}

// Several hosts that are new are asked for at once where something is sent to them.
func TestSendAsksForHosts(t *testing.T) {
	r := newRig(t)
	v := r.settings.Get()
	v.Sending = false // nothing leaves this machine
	if _, err := r.settings.Update(t.Context(), v); err != nil {
		t.Fatal(err)
	}
	p := r.open("/send/stockcrowd/INVERSOR_CREATED?to=https://a.example.org/x,inbox:demo,https://b.example.org/x")
	p.wait(`document.querySelectorAll('.plan .card.warn').length === 2`)
	p.sendNow()
	p.wait(`document.querySelector('.compose-end .card.warn')?.textContent.includes('a.example.org, b.example.org have not been sent to')`)
	p.click("Allow a.example.org, b.example.org")
	p.wait(`document.querySelector('.outcomes') && !document.querySelector('.compose-end .card.warn') && !document.querySelector('.plan .card.warn')`)
	if v := r.settings.Get(); !v.Allows("a.example.org") || !v.Allows("b.example.org") {
		t.Errorf("allowed: %v", v.Allow)
	}
}

// The other tabs of an event type, as the admin screens have them.
func TestSendTabs(t *testing.T) {
	r := newRig(t)
	r.endpoint(proxy.Endpoint{Name: "crm", URL: "http://localhost:1", Events: []string{"webconnex/registration"}})
	p := r.open("/send/webconnex/registration?tab=fields")
	p.wait(`document.querySelectorAll('.grid-table tbody tr').length > 20`)
	if !eval[bool](p, `[...document.querySelectorAll('tr')].some((x) => x.textContent.includes('data.registrants[].data') && x.querySelector('.flag.accent')?.textContent === 'custom') && [...document.querySelectorAll('tr')].some((x) => x.textContent.startsWith('eventType required'))`) {
		t.Error("the fields do not say which is required and which is custom")
	}
	p.click("Validate")
	p.wait(`location.search.includes('tab=validate')`)
	eval[bool](p, `(() => { const f = document.querySelector('.send-panel textarea'); f.value = '{"eventType":"registration","accountId":"x","foo":1}'; f.dispatchEvent(new Event('input', { bubbles: true })); return true; })()`)
	p.click("Compare")
	p.wait(`document.querySelectorAll('.fault').length > 3`)
	for _, want := range []string{"wrong type accountId", "missing formId", "unexpected foo"} {
		if !eval[bool](p, fmt.Sprintf(`[...document.querySelectorAll('.fault')].some((x) => x.innerText.replace(/\s+/g, ' ').includes(%s))`, quote(want))) {
			t.Errorf("not said: %s", want)
		}
	}
	p.click("Subscribers (1)")
	p.wait(`document.querySelector('.grid-table tbody')?.textContent.includes('crm')`)
	p.click("Add endpoint")
	p.wait(`location.pathname === '/endpoints/new' && document.querySelector('.event-grid')`)
	if !eval[bool](p, `[...document.querySelectorAll('.event-grid label')].filter((x) => x.querySelector('input').checked).map((x) => x.textContent.trim()).join() === 'registration'`) {
		t.Error("the form is not filled in with the event")
	}
	p.do(navigate(r.page + "/send/webconnex/registration?tab=about"))
	p.wait(`document.querySelectorAll('.fact-list > div').length > 8`)
	if !eval[bool](p, `[...document.querySelectorAll('.fact-list > div')].some((x) => x.textContent.includes('not documented by Webconnex') && x.querySelector('.flag')) && document.querySelectorAll('.fact-list .source').length > 4`) {
		t.Error("facts lack their sources, or what is not documented is not marked")
	}
	p.click("Code")
	p.wait(`document.querySelector('pre.code')?.textContent.includes('X-Webconnex-Signature')`)
}

// Any event is found by words, from the keyboard, and can be made a favourite.
func TestSendFindsEvents(t *testing.T) {
	r := newRig(t)
	p := r.open("/send")
	p.wait(`document.querySelectorAll('.prov-head').length > 20`)
	eval[bool](p, `(document.querySelector('.send-find input').focus(), document.execCommand('insertText', false, 'payment refund'))`)
	p.wait(`[...document.querySelectorAll('.ev')].some((x) => x.textContent.includes('INVERSOR_PAYMENT_REFUND'))`)
	p.keys("\r")
	p.wait(`location.pathname.startsWith('/send/') && document.querySelector('.send-title')`)
	eval[bool](p, `document.querySelector('.send-title .star-button').click() ?? true`)
	p.do(navigate(r.page + "/send"))
	p.wait(`document.querySelectorAll('.send-scroll .prov:first-child .ev').length === 2`)
}

// The master switch, the hosts and the cap.
func TestSendingSettings(t *testing.T) {
	r := newRig(t, func(o *web.Options) {
		o.Described = map[string]string{"sending.cap": "boathook.yaml:3", "inbox/demo": "boathook.yaml:1"}
	})
	// What a file says anew at each start is told where it is changed.
	p := r.open("/inboxes/demo")
	p.wait(`document.querySelector('.note')?.textContent.startsWith('boathook.yaml:1 sets this at each start')`)
	p.do(navigate(r.page + "/settings/sending"))
	p.wait(`[...document.querySelectorAll('.note')].map((x) => x.textContent.split(' ')[0]).join() === 'boathook.yaml:3'`)
	p.wait(`document.querySelector('input[role="switch"]')?.checked`)
	eval[bool](p, `document.querySelector('input[role="switch"]').click() ?? true`)
	p.wait(`document.querySelector('.toast')?.textContent.includes('Sending is off')`)
	p.fill("Host", "http://not a host")
	p.click("Allow")
	p.wait(`document.querySelector('[role="alert"]')?.textContent.includes('is no host')`)
	p.fill("Host", "*.example.org")
	p.click("Allow")
	p.wait(`document.querySelector('.host-list')?.textContent.includes('*.example.org')`)
	// What is no number is not taken for none, which is no bound.
	for _, text := range []string{"lots", "", "-1", "1.000"} {
		p.fill("Most tries per second", text)
		p.wait(`document.querySelector('[aria-invalid="true"]')?.value === ` + quote(text) + ` && document.querySelector('.error-text').textContent === 'a number from 0 to 1,000,000 is needed'`)
	}
	if v := r.settings.Get(); v.Cap != 100 {
		t.Errorf("the cap is %v", v.Cap)
	}
	p.fill("Most tries per second", "7")
	p.click("Save")
	p.wait(`document.querySelectorAll('.toast').length > 0 && [...document.querySelectorAll('.toast')].some((x) => x.textContent.includes('Saved'))`)
	// What is refused is said where it was asked for.
	p.choose("Rule", "custom")
	p.fill("Delays", "soon")
	p.click("Save the rule")
	p.wait(`document.querySelector('.section:last-of-type [role="alert"]')?.textContent.includes('soon') && document.querySelector('[aria-invalid="true"]') === null`)
	p.fill("Delays", "5s, 90s")
	p.wait(`document.querySelectorAll('.tries li').length === 3`)
	p.click("Save the rule")
	p.wait(`[...document.querySelectorAll('button')].find((x) => x.textContent.includes('Save the rule')).disabled`)
	v := r.settings.Get()
	if v.Retry.String() != "5s,1m30s" {
		t.Errorf("stored the rule %+v", v.Retry)
	}
	if v.Sending || v.Cap != 7 || !slices.Contains(v.Allow, "*.example.org") {
		t.Errorf("stored %+v", v)
	}
	// Where something is sent, the switch is one click away.
	r.endpoint(proxy.Endpoint{Name: "crm", URL: "http://localhost:1", Events: []string{"*"}})
	p.do(navigate(r.page + "/send/webconnex/coupon"))
	p.wait(`document.querySelector('.plan')?.textContent.includes('switched off')`)
}

func TestSendFunctions(t *testing.T) {
	r := newRig(t)
	p := r.open("/settings")
	for _, tt := range []struct{ name, js string }{
		{"what is sent", `const { newDraft, inputOf, commandOf, toggleChaos } = await import('/static/send/model.js');
			const d = newDraft({ to: ['crm', 'inbox:demo'], seed: 7, set: { 'data.total': '125.5', 'data.zip': '0123', note: '12' }, types: { 'data.total': 'number', note: 'string' }, channels: 'client_42, b', count: 3, every: 0.5, delay: 2, chaos: ['stale'], offline: true, variant: 'minimal' });
			eq(inputOf('webconnex/registration', d), { type: 'webconnex/registration', to: ['crm', 'inbox:demo'], variant: 'minimal', seed: 7, set: ['data.total=125.5', 'data.zip=0123', 'note=:"12"'], channels: ['client_42', 'b'], offline: true, chaos: ['stale'], count: 3, every_ms: 500, delay_ms: 2000 });
			eq(commandOf(inputOf('webconnex/registration', d)), "boathook trigger webconnex/registration crm inbox:demo --variant minimal --set data.total=125.5 --set data.zip=0123 --set 'note=:\"12\"' --seed 7 --channel client_42 --channel b --offline --chaos stale --count 3 --every 500ms --delay 2000ms");
			eq(inputOf('a/b', newDraft({ body: '{}', seed: 7 })), { type: 'a/b', body: '{}' });
			eq(commandOf({ type: 'a/b', body: '{"a": 1}' }), "boathook trigger a/b --body - <<'JSON'\n{\"a\": 1}\nJSON");
			const { readNumber } = await import('/static/components/amount.js');
			eq(['12', '1,5', '0.125', ' 7 '].map((s) => readNumber(s)), [12, 1.5, 0.125, 7]); eq(['', 'x', '-1', '1e3', '1,500', '1 2', '0x1'].map((s) => Number.isNaN(readNumber(s))), Array(7).fill(true));
			eq([readNumber('', { empty: 0 }), readNumber('3', { whole: true, least: 1, most: 3 })], [0, 3]); eq(['1.5', '0', '4'].map((s) => Number.isNaN(readNumber(s, { whole: true, least: 1, most: 3 }))), [true, true, true]);
			eq(toggleChaos(['no-sig', 'gzip'], 'stale'), ['gzip', 'stale']); eq(toggleChaos(['gzip'], 'gzip'), []);`},
		{"values in their places", `const { Places } = await import('/static/send/place.js'); const { literal, usefulFields } = await import('/static/send/model.js');
			const p = new Places('{ "a" : {"b":1.50, "c.d":"x"},\n "big":12345678901234567890 }');
			eq(p.get('a.b'), '1.50'); eq(p.with('a.b', '2'), '{ "a" : {"b":2, "c.d":"x"},\n "big":12345678901234567890 }'); eq(p.with('none', '2'), p.tree.text);
			eq(p.scalars().map((f) => f.name + ':' + f.type), ['a.b:number', 'big:number']);
			eq([literal('1', 'number'), literal('x', 'number'), literal('1', 'string'), literal('true', 'boolean'), literal('1', 'any')], ['1', '"x"', '"1"', 'true', '"1"']);
			const f = (name, type, required = false) => ({ name, type, required });
			eq(usefulFields([f('type', 'string'), f('note', 'string'), f('data.total', 'number'), f('list[].x', 'string'), f('o', 'object'), f('gone', 'string', true)], (x) => x !== 'gone', 2).map((x) => x.name), ['note', 'data.total']);`},
		{"endpoints", `const { toggleEvent, readSkip, writeSkip, planOf, seconds, words } = await import('/static/endpoints/model.js');
			eq(toggleEvent(['a/b', 'c/d'], '*'), ['*']); eq(toggleEvent(['*'], 'a/b'), ['a/b']); eq(toggleEvent(['a/b', 'c/d'], 'a/*'), ['c/d', 'a/*']); eq(toggleEvent(['a/*'], 'a/b'), ['a/b']); eq(toggleEvent(['a/b'], 'a/b'), []);
			eq(readSkip('tag:crm OR body.total:<1 OR tag:offline'), { offline: true, crm: true, rest: 'body.total:<1' }); eq(writeSkip({ offline: true, crm: false, rest: 'x:1' }), 'tag:offline OR x:1');
			eq(['5s', '1h30m', '2d', '0', '500ms'].map(seconds), [5, 5400, 172800, 0, 0.5]); eq(Number.isNaN(seconds('soon')), true);
			eq(planOf({ preset: 'custom', delays: ['5s', '1m'], jitter: 0 }, undefined), [0, 5, 65]); eq(planOf({ preset: 'none', delays: [], jitter: 0 }, undefined), [0]); eq(planOf({ preset: 'provider', delays: [], jitter: 0 }, undefined), null); eq(planOf({ preset: 'custom', delays: ['x'], jitter: 0 }, undefined), null);
			eq(planOf({ preset: '10x1m', delays: [], jitter: 0 }, { definition: { retry: { delays: ['1m', '1m'] } } }), [0, 60, 120]); eq(words(' a, b  c'), ['a', 'b', 'c']);
			const { mayReach } = await import('/static/endpoints/form.js'); eq(['localhost', '127.0.0.9', 'a.example.org', 'example.org', '10.0.0.1'].map((h) => mayReach(h, ['*.example.org'])), [true, true, true, false, false]);
			const { lastOf } = await import('/static/endpoints/list.js'); eq(lastOf([{ endpoint: 'a', status: 503, failure: '' }, { endpoint: 'a', status: 200, failure: '' }, { endpoint: 'a', status: 0, failure: '' }, { endpoint: '', status: 200, failure: '' }]).get('a'), [true, false]);`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := p.try(tt.js); got != "" {
				t.Error(got)
			}
		})
	}
}
