// @ts-check
// One endpoint: its settings, what was sent to it, and how it fares.
import { html, useEffect, useState } from '../html.js';
import { endpoints as e } from '../i18n/en-endpoints.js';
import { gone as goneWords } from '../i18n/en-gone.js';
import { Problem } from '../api.js';
import { go, url } from '../router.js';
import { visible } from '../format.js';
import { Described } from '../components/described.js';
import { Icon } from '../components/icons.js';
import { Gone } from '../components/gone.js';
import { Trouble } from '../components/trouble.js';
import { term } from '../sign/filter.js';
import { say, toast } from '../components/notices.js';
import { ShownOnce, withoutValues } from '../sign/secrets.js';
import { calls } from '../send/calls.js';
import { eventURL } from '../send/list.js';
import { askProvider, details } from '../send/catalog.js';
import { TabBar } from '../send/tabbar.js';
import { quoted } from '../list/filter.js';
import { Form } from './form.js';
import { ping } from './list.js';
import { justMade } from './new.js';
import { tests } from './model.js';
import { Deliveries, Gets } from './sent.js';
import { Backfill, OffNote } from './backfill.js';
import { Health, Signing } from './health.js';
import { undo } from './undo.js';
import { Said } from '../said.js';

/** @typedef {import('../send/types.js').Endpoint} Endpoint */

const tabs = /** @type {const} */ (['settings', 'deliveries', 'events', 'signing', 'health']);

/** @param {{name: string, tab: string}} p */
export function One({ name, tab }) {
  const [stored, setStored] = useState(/** @type {Endpoint|null} */ (null));
  const [x, setX] = useState(/** @type {Endpoint|null} */ (null));
  const [problem, setProblem] = useState(/** @type {Problem|null} */ (null));
  const [wrong, setWrong] = useState(/** @type {Problem|null} */ (null));
  const [busy, setBusy] = useState(false);
  const [made, setMade] = useState(justMade.value?.name === name ? justMade.value : null);
  justMade.value = null;
  const take = (/** @type {Endpoint} */ r) => {
    const clean = { ...r, secrets: withoutValues(r.secrets || []) };
    setStored(clean);
    setX(structuredClone(clean));
    setWrong(null);
  };
  const load = () => {
    setProblem(null);
    calls.endpoint(name).then(take, setProblem);
  };
  useEffect(load, []);
  useEffect(() => {
    if (x?.provider) askProvider(x.provider).catch(() => {}); // what the catalogue says is left out
  }, [x?.provider]);
  if (!x || !stored) {
    if (problem?.status === 404) return html`<${Gone} title=${e.missing} name=${name} links=${[['/endpoints', e.back], [url('live', [], { q: term('endpoint', name) }), goneWords.its]]} />`;
    return html`<p><a href="/endpoints">${e.back}</a></p><h1 class="iso" aria-busy=${!problem}>${visible(name)}</h1>${problem ? html`<${Trouble} problem=${problem} retry=${load} />` : null}`;
  }
  const now = tabs.find((q) => q === tab) || 'settings';
  const dirty = JSON.stringify(x) !== JSON.stringify(stored);
  const set = (/** @type {Partial<Endpoint>} */ change) => setX((y) => y && { ...y, ...change });
  const save = async () => {
    setBusy(true);
    try {
      const saved = await calls.saveEndpoint(x);
      const shown = (saved.secrets || []).filter((q) => q.value);
      if (shown.length) setMade({ name, secrets: shown, ping: null });
      take(saved);
      toast(e.saved);
    } catch (err) {
      setWrong(/** @type {Problem} */ (err));
    } finally {
      setBusy(false);
    }
  };
  const rotated = (/** @type {Endpoint} */ saved) => {
    setMade({ name, secrets: (saved.secrets || []).filter((q) => q.value), ping: null });
    take(saved);
    say(e.rotated);
  };
  const remove = async () => {
    try {
      await calls.deleteEndpoint(name);
      undo.value = stored;
      go('/endpoints');
      say(e.removed(visible(name)));
    } catch (err) {
      setWrong(/** @type {Problem} */ (err));
    }
  };
  const d = details.value[x.provider];
  const tries = d ? (tests[x.provider] || []).filter((n) => d.event_types.some((q) => q.name === n)) : [];
  return html`
    <p><a href="/endpoints">${e.back}</a></p>
    <div class="page-head"><div class="ep-title"><h1 class="iso">${visible(x.name)}</h1><span class="muted iso mono wrap-any">${visible(stored.kind === 'email' ? stored.email?.to.join(', ') || '' : stored.url)}</span></div>
      <div class="row-gap"><button type="button" class="btn" onClick=${() => ping(name)}><${Icon} name="send" />${e.ping}</button>
        ${tries.length ? html`<label class="field"><span class="sr">${e.test}</span><select class="input" value="" onChange=${(/** @type {any} */ ev) => { const q = ev.target.value; ev.target.value = ''; if (q) go(`${eventURL(`${x.provider}/${q}`)}?to=${encodeURIComponent(name)}`); }}><option value="" selected>${e.test}…</option>${tries.map((q) => html`<option value=${q}>${q}</option>`)}</select></label>` : null}
        <a class="btn" href=${url('live', [], { q: 'endpoint:' + quoted(name) })}>${e.live}</a></div></div>
    <${Described} of=${'endpoint/' + name} />
    <${OffNote} x=${stored} saved=${take} />
    ${made ? html`<${ShownOnce} list=${made.secrets} close=${() => setMade({ ...made, secrets: [] })} />` : null}
    ${made && stored.created && Date.now() - Date.parse(stored.created) < 60_000 ? html`<p class="muted">${e.earlierAfter} <a href=${url('endpoints', [name, 'events'])}>${e.earlier}</a></p>` : null}
    ${made?.ping ? html`<p class="note" role="status">${made.ping.error ? html`${e.pingHindered} <span class="iso"><${Said} text=${made.ping.error} /></span>` : html`${e.createdPing} <a href=${url('d', [String(made.ping.n)])}>#${made.ping.n} ${e.pingOpen}</a>`}</p>` : null}
    <${TabBar} id="ep" label=${e.tabsLabel} now=${now} set=${(/** @type {string} */ q) => go(url('endpoints', q === 'settings' ? [name] : [name, q]))} tabs=${tabs.map((q) => [q, e.tabs[q]])} />
    <div class="page-in" role="tabpanel" id="ep-panel" aria-labelledby=${'ep-' + now} tabindex="0">
      ${now === 'deliveries' ? html`<${Deliveries} name=${name} />` : now === 'events' ? html`<${Gets} x=${stored} /><${Backfill} key=${name} x=${stored} />` : now === 'signing' ? html`<${Signing} x=${stored} rotated=${rotated} />` : now === 'health' ? html`<${Health} x=${stored} />`
      : html`<${Form} x=${x} set=${set} problem=${wrong} save=${save} busy=${busy} dirty=${dirty} end=${html`${wrong?.status === 409 ? html`<button type="button" class="btn" onClick=${load}>${e.reload}</button>` : null}<button type="button" class="btn danger" onClick=${remove}><${Icon} name="trash" />${e.remove}</button>`} />`}
    </div>`;
}

