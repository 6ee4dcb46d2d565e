// @ts-check
// Compares a body with the fields of its event type.
import { html, useEffect, useState } from '../html.js';
import { send as s } from '../i18n/en-send.js';
import { api } from '../api.js';
import { timeOrDay, visible } from '../format.js';
import { shell } from '../detail/curl.js';
import { quoted } from '../list/filter.js';
import { calls } from './calls.js';
import { Said } from '../said.js';

/** @typedef {import('./types.js').Fault} Fault */

/** What is compared outlives the tab. @type {Record<string, {body: string, delivery: string}>} */
const keptInput = {};

/** @param {{event: import('./types.js').EventDetail, provider: import('./types.js').ProviderDetail}} p */
export function Validate({ event }) {
  const [input, setInput] = useState(keptInput[event.id] || { body: '', delivery: '' });
  const [faults, setFaults] = useState(/** @type {Fault[]|null} */ (null));
  const [problem, setProblem] = useState('');
  const [recent, setRecent] = useState(/** @type {import('../types.js').Row[]} */ ([]));
  keptInput[event.id] = input;
  useEffect(() => {
    api.list({ q: `provider:${quoted(event.provider)} event:${quoted(event.name)}`, limit: 8 }).then((r) => setRecent(r.rows), () => {}); // a body can still be pasted
  }, []);
  const run = async (/** @type {{body: string, delivery: string}} */ x) => {
    setProblem('');
    setFaults(null);
    try {
      setFaults((await calls.validate(event.provider, event.name, x.delivery ? { delivery: x.delivery.replace(/^#/, '') } : { body: x.body })).problems);
    } catch (err) {
      setProblem(/** @type {Error} */ (err).message);
    }
  };
  const change = (/** @type {{body: string, delivery: string}} */ x) => {
    setInput(x);
    setFaults(null);
  };
  return html`<div class="page-in"><p>${s.validateLead}</p>
    <form class="page-in" onSubmit=${(/** @type {Event} */ e) => { e.preventDefault(); run(input); }}>
      <label class="field"><span>${s.paste}</span><textarea class="input" rows="8" spellcheck=${false} value=${input.body} onInput=${(/** @type {any} */ e) => change({ body: e.target.value, delivery: '' })}></textarea></label>
      <div class="row-gap end"><label class="field"><span>${s.orDelivery}</span><input class="input" placeholder=${s.deliveryHint} value=${input.delivery} autocomplete="off" onInput=${(/** @type {any} */ e) => change({ body: '', delivery: e.target.value.trim() })} /></label>
        <button class="btn primary" disabled=${!input.body.trim() && !input.delivery}>${s.check}</button></div>
    </form>
    ${recent.length ? html`<div class="row-gap"><span class="muted">${s.recent}:</span>${recent.map((r) => html`<button type="button" class="chip-toggle" key=${r.id} aria-pressed=${input.delivery === String(r.n)} onClick=${() => { const x = { body: '', delivery: String(r.n) }; setInput(x); run(x); }}>#${r.n} <span class="muted">${timeOrDay(Date.parse(r.at))}</span></button>`)}</div>` : null}
    <div role="status">${problem ? html`<p class="note bad">${problem}</p>` : null}
    ${faults && !faults.length ? html`<p class="note good"><span class="ok" aria-hidden="true">✓ </span>${s.fitsAll}</p>` : null}
    ${faults?.length ? html`<h2>${s.problems(faults.length)}</h2><ul class="fault-list">${faults.map((f) => html`<li class=${'fault ' + f.kind}><span class=${f.kind === 'unexpected' ? 'client' : 'server'}><b><span aria-hidden="true">${f.kind === 'missing' ? '∅' : f.kind === 'unexpected' ? '+' : '✕'} </span>${s.kinds[f.kind] || visible(f.kind)}</b></span>
      <code class="iso wrap-any">${visible(f.path || s.wholeBody)}</code><span class="muted iso"><${Said} text=${f.text} />${f.line ? ` (${f.line}:${f.column})` : ''}</span></li>`)}</ul>` : null}</div>
    <p class="muted">${s.terminal} <code>boathook events validate ${event.id} ${visible(shell(input.delivery.replace(/^#/, '') || 'FILE'))}</code></p></div>`;
}
