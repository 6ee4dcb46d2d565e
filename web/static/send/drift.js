// @ts-check
// How recorded bodies differ from what is known of their event type.
import { html, useEffect, useState } from '../html.js';
import { send as s } from '../i18n/en-send.js';
import { t } from '../i18n/index.js';
import { api, Problem } from '../api.js';
import { url } from '../router.js';
import { count, timeOrDay, visible } from '../format.js';
import { filterWord } from '../detail/curl.js';
import { quoted } from '../list/filter.js';
import { Trouble } from '../components/trouble.js';
import { MessageTab } from '../detail/message.js';
import { calls } from './calls.js';
import { Said } from '../said.js';

/** @typedef {{path: string, kind: string, text: string, count: number, of: number, first: string, last: string, first_id?: string, last_id?: string}} Item */

/** Shapes of what differs. @type {Record<string, string>} */
const shapes = { missing: '∅', unexpected: '+', new: '+' };

/** @param {{event: import('./types.js').EventDetail, provider: import('./types.js').ProviderDetail}} p */
export function Drift({ event, provider }) {
  const [items, setItems] = useState(/** @type {Item[]|null} */ (null));
  const [problem, setProblem] = useState(/** @type {Problem|null} */ (null));
  const [typed, setTyped] = useState('');
  const [q, setQ] = useState('');
  const [again, setAgain] = useState(0);
  useEffect(() => {
    const ctl = new AbortController();
    setProblem(null);
    calls.drift(event.provider, event.name, q, ctl.signal).then((r) => setItems(r.items), (err) => {
      if (!ctl.signal.aborted) setProblem(err);
    });
    return () => ctl.abort();
  }, [q, again]);
  const live = url('live', [], { q: [`provider:${quoted(event.provider)} event:${quoted(event.name)}`, q].filter(Boolean).join(' ') });
  const at = (/** @type {string} */ time, /** @type {string|undefined} */ id) => (id ? html`<a href=${url('d', [id])}>${timeOrDay(Date.parse(time))}</a>` : timeOrDay(Date.parse(time)));
  return html`<div class="page-in"><p>${s.driftLead}</p>
    ${event.documented ? null : html`<p class="note warn">${s.notDescribed(visible(provider.name))}</p>`}
    <form class="row-gap end" onSubmit=${(/** @type {Event} */ e) => { e.preventDefault(); setItems(null); setQ(typed.trim()); setAgain(again + 1); }}>
      <label class="field grow"><span>${s.driftFilter}</span><input class="input mono" placeholder="after:7d" value=${typed} spellcheck=${false} autocomplete="off" onInput=${(/** @type {any} */ e) => setTyped(e.target.value)} /></label>
      <button class="btn">${s.driftLook}</button><a class="btn" href=${live}>${s.inLive}</a></form>
    ${problem ? html`<${Trouble} problem=${problem} retry=${() => setAgain(again + 1)} />` : !items ? html`<p class="muted" role="status">${t.loading}</p>` : !items.length ? html`<p class="note">${s.driftNone}</p>`
    : html`<p role="status">${s.problems(items.length)}. <span class="muted">${s.driftOf(items[0].of)}</span></p>
      <div class="scroll-x" role="region" tabindex="0" aria-label=${s.tabs.drift}><table class="grid-table drift"><thead><tr><th scope="col">${s.name}</th><th scope="col">${s.driftWhat}</th><th scope="col" class="num">${s.driftIn}</th><th scope="col">${s.driftFirst}</th><th scope="col">${s.driftLast}</th></tr></thead><tbody>
      ${items.map((x) => html`<tr key=${x.path + x.kind}><th scope="row"><code class="iso wrap-any">${visible(x.path || s.wholeBody)}</code></th>
        <td><span class=${x.kind === 'unexpected' || x.kind === 'new' ? 'client' : 'server'}><span aria-hidden="true">${shapes[x.kind] || '✕'} </span>${s.kinds[x.kind] || visible(x.kind)}</span> <span class="muted iso"><${Said} text=${x.text} /></span></td>
        <td class="num">${s.driftShare(count(x.count), count(x.of))}</td><td>${at(x.first, x.first_id)}</td><td>${at(x.last, x.last_id)}</td></tr>`)}</tbody></table></div>
      ${items[0].last_id ? html`<${Example} key=${items[0].last_id} id=${items[0].last_id} path=${items[0].path} />` : null}`}
    <p class="muted">${s.terminal} <code>boathook events drift ${event.id}${q ? ' ' + visible(filterWord(q)) : ''}</code></p></div>`;
}

/** The newest request in which the first difference was found. @param {{id: string, path: string}} p */
function Example({ id, path }) {
  const [open, setOpen] = useState(false);
  const [d, setD] = useState(/** @type {import('../types.js').Delivery|null} */ (null));
  const [k, setK] = useState(0);
  const [problem, setProblem] = useState(/** @type {Problem|null} */ (null));
  const [again, setAgain] = useState(0);
  useEffect(() => {
    if (!open || d) return;
    const ctl = new AbortController();
    setProblem(null);
    api.delivery(id, ctl.signal).then((x) => {
      setD(x);
      setK(x.attempts[0]?.k ?? 0);
    }, (err) => {
      if (!ctl.signal.aborted) setProblem(err);
    });
    return () => ctl.abort();
  }, [open, again]);
  return html`<details class="fold example" onToggle=${(/** @type {any} */ e) => setOpen(e.target.open)}><summary>${s.driftExample} <code class="iso">${visible(path || s.wholeBody)}</code></summary>
    ${!open ? null : problem ? html`<${Trouble} problem=${problem} retry=${() => setAgain(again + 1)} />` : !d ? html`<p class="muted" role="status">${t.loading}</p>` : html`<${MessageTab} d=${d} part="request" k=${k} setAttempt=${setK} />`}</details>`;
}
