// @ts-check
// All endpoints with how they fare.
import { html, useEffect, useState } from '../html.js';
import { endpoints as e } from '../i18n/en-endpoints.js';
import { api, Problem } from '../api.js';
import { count, duration, visible } from '../format.js';
import { kindOf, wordOf } from '../outcome.js';
import { url } from '../router.js';
import { schemeName, schemes, askSchemes } from '../schemes.js';
import { Icon } from '../components/icons.js';
import { Trouble } from '../components/trouble.js';
import { toast, toastFailure } from '../components/notices.js';
import { calls } from '../send/calls.js';
import { askProviders, providers } from '../send/catalog.js';
import { percent } from '../activity/groups.js';
import { said } from '../said.js';

/** @typedef {import('../send/types.js').Endpoint} Endpoint */

/** Outcomes of an endpoint, oldest first: true is well. @typedef {boolean[]} Last */

const lastMost = 60;
/** The same on the command line. */
const create = "boathook endpoints create crm --url http://localhost:3000 --events '*'";
const every = 5000;

/** @param {import('../types.js').Row[]} rows newest first @returns {Map<string, Last>} */
export function lastOf(rows) {
  /** @type {Map<string, Last>} */
  const map = new Map();
  for (const r of rows) {
    const kind = kindOf(r.status, r.failure);
    // A message that no mail server is set for is kept, which is all there is to do.
    const kept = r.method === 'MAIL' && r.tries > 0 && !r.failure;
    if (!r.endpoint || (kind === 'pending' && !kept)) continue;
    const list = map.get(r.endpoint) || [];
    if (list.length < lastMost) list.unshift(kept || kind === 'ok');
    map.set(r.endpoint, list);
  }
  return map;
}

/** Pings an endpoint and says what came of it; true if it answered well. @param {string} name @param {boolean} [quiet] */
export async function ping(name, quiet = false) {
  try {
    const r = await calls.pingEndpoint(name);
    const ok = kindOf(r.status, r.failure) === 'ok';
    if (!quiet) toast(e.pingDone(visible(name), visible(wordOf(r.status, r.failure)), duration(r.duration_ms)));
    return ok;
  } catch (err) {
    if (!quiet) toastFailure(e.pingFailed(visible(name), visible(/** @type {Error} */ (err).message)));
    return false;
  }
}

export function List() {
  const [list, setList] = useState(/** @type {Endpoint[]|null} */ (null));
  const [last, setLast] = useState(/** @type {Map<string, Last>} */ (new Map()));
  const [groups, setGroups] = useState(/** @type {Record<string, import('../send/types.js').Group>} */ ({}));
  const [problem, setProblem] = useState(/** @type {Problem|null} */ (null));
  const [busy, setBusy] = useState(false);
  const numbers = () => {
    if (document.hidden) return;
    api.list({ q: 'dir:out', limit: 200 }).then((r) => setLast(lastOf(r.rows)), () => {}); // the next look shows them
    calls.activity('dir:out').then((a) => setGroups(Object.fromEntries(a.groups.map((g) => [g.name, g]))), () => {});
  };
  const load = () => calls.endpoints().then((r) => {
    setList(r.endpoints);
    setProblem(null);
  }, setProblem);
  useEffect(() => {
    load();
    numbers();
    askProviders().catch(() => {}); // ids are shown without the names
    askSchemes().catch(() => {});
    const timer = setInterval(numbers, every);
    return () => clearInterval(timer);
  }, []);
  const turn = async (/** @type {Endpoint} */ x) => {
    try {
      const saved = await calls.saveEndpoint({ ...x, on: !x.on || Boolean(x.disabled) });
      setList((all) => (all || []).map((y) => (y.name === x.name ? saved : y)));
    } catch (err) {
      toastFailure(/** @type {Error} */ (err).message);
      load();
    }
  };
  const pingAll = async () => {
    setBusy(true);
    const names = (list || []).filter((x) => x.on && !x.disabled).map((x) => x.name);
    const done = await Promise.all(names.map((n) => ping(n, true)));
    toast(e.pinged(done.filter(Boolean).length, names.length));
    setBusy(false);
    numbers();
  };
  return html`
    <div class="page-head"><h1>${e.title}</h1><div class="row-gap">${list?.length ? html`<button type="button" class="btn" disabled=${busy} onClick=${pingAll}>${busy ? e.pinging : e.pingAll}</button>` : null}
      <a class="btn primary" href="/endpoints/new"><${Icon} name="plus" />${e.add}</a></div></div>
    <p class="muted">${e.lead}</p>
    ${problem ? html`<${Trouble} problem=${problem} retry=${load} />` : null}
    ${list && !list.length ? html`<div class="card plain"><p>${e.none} <span class="muted">${e.noneNext}</span></p><code>${create}</code></div>` : null}
    ${list?.length ? html`<div class="ep-list">
      <div class="ep head" aria-hidden="true"><span>${e.on}</span><span>${e.name}</span><span>${e.where}</span><span>${e.events}</span><span>${e.scheme}</span><span>${e.last}</span><span class="num">${e.okPct}</span><span class="num">${e.p95}</span><span class="num">${e.queue}</span><span></span></div>
      ${list.map((x) => html`<${One} key=${x.name} x=${x} last=${last.get(x.name) || []} g=${groups[x.name]} turn=${turn} pinged=${numbers} />`)}</div>` : null}
    ${list && !list.length ? null : html`<p class="muted">${e.terminal} <code>${create}</code></p>`}`;
}

/** What it subscribes to, in a few words. @param {Endpoint} x */
function eventsOf(x) {
  if (x.events.includes('*')) return e.every;
  if (!x.events.length) return e.noEvents;
  return x.events.slice(0, 2).map((p) => (x.provider && p.startsWith(x.provider + '/') ? (p.endsWith('/*') ? e.allOf(providers.value?.find((q) => q.id === x.provider)?.name || x.provider) : p.slice(x.provider.length + 1)) : p)).join(', ') + (x.events.length > 2 ? ` +${x.events.length - 2}` : '');
}

/** @param {Endpoint} x */
function schemeOf(x) {
  schemes.value;
  if (x.kind === 'email' || x.scheme === 'none') return e.unsigned;
  if (x.scheme) return schemeName(x.scheme);
  const p = providers.value?.find((q) => q.id === x.provider);
  return p ? (p.scheme ? schemeName(p.scheme) : e.unsigned) : e.providers;
}

/** Share of what ended well, in per cent; null if nothing has ended. @param {import('../send/types.js').Group|undefined} g */
export function okShare(g) {
  const ended = g ? g['2xx'] + g.failed : 0;
  return g && ended ? (g['2xx'] / ended) * 100 : null;
}

/** @param {{x: Endpoint, last: Last, g: import('../send/types.js').Group|undefined, turn: (x: Endpoint) => void, pinged: () => void}} p */
function One({ x, last, g, turn, pinged }) {
  const on = x.on && !x.disabled;
  const pct = okShare(g);
  const where = x.kind === 'email' ? (x.email?.to || []).join(', ') : x.url;
  return html`<section class=${'ep' + (on ? '' : ' is-off')} aria-label=${visible(x.name)}>
    <label class="switch"><input type="checkbox" role="switch" aria-label=${e.turn(visible(x.name))} checked=${on} onChange=${() => turn(x)} /></label>
    <a class="name iso" href=${url('endpoints', [x.name])}>${visible(x.name)}${x.disabled ? html` <span class="client small-text" title=${visible(said(x.disabled.reason))}>▲ ${e.disabled}</span>` : null}</a>
    <span class="cut iso mono where" title=${visible(where)}>${visible(where)}</span>
    <span class="cut iso evs" title=${visible(x.events.join(', '))}>${visible(eventsOf(x))}${x.channels.length ? html` <span class="muted">${visible(x.channels.join(', '))}</span>` : null}</span>
    <span class="cut iso muted sch">${visible(schemeOf(x))}</span>
    <span class="spark-cell">${last.length ? html`<a href=${url('endpoints', [x.name, 'deliveries'])} title=${e.tabs.deliveries}><${Spark} last=${last} /><span class="sr"> ${e.tabs.deliveries}</span></a>` : html`<span class="muted small-text">${e.noneYet}</span>`}</span>
    <span class=${'num ok-pct' + (pct !== null && pct < 90 ? ' server' : '')}>${percent(pct)}</span>
    <span class="num p95">${g?.out ? duration(g.p95_ms) : '–'}</span>
    <span class="num queue" title=${g?.pending ? e.waiting(g.pending) : undefined}>${g?.pending ? count(g.pending) : '0'}</span>
    <button type="button" class="btn quiet small ping" aria-label=${`${e.ping} ${visible(x.name)}`} onClick=${() => ping(x.name).then(pinged)}>${e.ping}</button>
  </section>`;
}

/** The last outcomes as bars: what failed is tall. @param {{last: Last}} p */
function Spark({ last }) {
  const ok = last.filter(Boolean).length;
  const from = lastMost - last.length;
  return html`<svg class="spark" viewBox=${`0 0 ${lastMost * 2} 16`} preserveAspectRatio="none" role="img" aria-label=${e.spark(ok, last.length - ok)}>${last.map((good, i) => html`<rect class=${good ? 'good' : 'bad'} x=${(from + i) * 2} y=${good ? 10 : 2} width="1.4" height=${good ? 4 : 12} />`)}</svg>`;
}
