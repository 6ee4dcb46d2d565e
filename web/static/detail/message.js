// @ts-check
// Request and Response: start line, headers as they were, query, body.
import { html, useState } from '../html.js';
import { detail as detailWords } from '../i18n/en-detail.js';
import { body as bodyWords } from '../i18n/en-body.js';
import { out } from '../i18n/en-out.js';
import { wordOf } from '../outcome.js';
import { pairs, visible } from '../format.js';
import { Copy } from '../components/copy.js';
import { Body } from '../body/body.js';
import { headersText } from './curl.js';
import { byKey, fieldOf, termOf, valueItems, ValueMenu } from './value.js';
import { dots, secret, secretParameter, withoutSecrets } from './secrets.js';
import { Said } from '../said.js';

/** @typedef {import('../types.js').Delivery} Delivery */
/** @typedef {import('../types.js').Header} Header */

/** @param {{d: Delivery, k: number, part: 'request'|'response'|'both', setAttempt: (k: number) => void}} p */
export function AttemptPick({ d, k, part, setAttempt }) {
  if (d.attempts.length < 2) return null;
  return html`<label class="row-gap attempt-pick"><span class="muted">${detailWords.message.attempt}</span>
    <select class="input" value=${k} onChange=${(/** @type {any} */ e) => setAttempt(Number(e.target.value))}>
      ${d.attempts.map((a) => html`<option value=${a.k} selected=${a.k === k}>${a.kind === 'capture' && part === 'response' ? detailWords.message.answerName : d.dir === 'out' ? `${out.tryN(a.k + 1)}: ${wordOf(a.response?.status || 0, a.failure?.class || '')}` : visible(detailWords.message.attemptName(a.k, a.kind, a.target))}</option>`)}
    </select></label>`;
}

/** @param {{d: Delivery, part: 'request'|'response', k: number, setAttempt: (k: number) => void}} p */
export function MessageTab({ d, part, k, setAttempt }) {
  const a = d.attempts.find((x) => x.k === k);
  const m = a?.[part] || null;
  const own = (part === 'request' && a?.secrets) || [];
  const target = part === 'request' ? m?.start.split(' ')[1] || '' : '';
  const mark = target.indexOf('?');
  const query = mark >= 0 ? pairs(target.slice(mark + 1)) : [];
  // Of requests the filter looks at the first.
  const field = part === 'response' ? 'resp.' : k === d.attempts[0].k ? '' : null;
  const of = (/** @type {string} */ what) => (field === null ? '' : field + what);
  return html`
    <${AttemptPick} d=${d} k=${k} part=${part} setAttempt=${setAttempt} />
    ${!m ? html`<p class="muted">${part === 'request' ? detailWords.message.noRequest : detailWords.message.noResponse}${a?.failure ? html` <span class="none">${wordOf(0, a.failure.class)}</span> <span class="iso"><${Said} text=${a.failure.text} /></span>` : null}</p>` : html`
    ${m.interim?.length ? html`<section class="block"><h3>${detailWords.message.interim}</h3>${m.interim.map((x) => html`<p class="start iso">${visible(x)}</p>`)}</section>` : null}
    <${Start} key=${d.id + k + part} line=${m.start} own=${own} />
    <section class="block"><div class="block-head"><h3>${detailWords.message.headers}</h3><span class="muted">${m.headers.length}</span><${Copy} text=${() => headersText(m, own)} what=${detailWords.message.headers} /></div>
      <${Pairs} items=${m.headers} label=${detailWords.message.headers} field=${of('header')} mask=${(/** @type {string} */ x) => secret(x) || own.some((y) => y.toLowerCase() === x.toLowerCase())} /></section>
    ${query.length ? html`<section class="block"><div class="block-head"><h3>${detailWords.message.query}</h3></div><${Pairs} items=${query} label=${detailWords.message.query} field=${of('query')} mask=${(/** @type {string} */ x) => secretParameter(x, own)} /></section>` : null}
    <section class="block"><div class="block-head"><h3>${detailWords.message.body}</h3></div>
      <${Body} key=${d.id + k + part} id=${d.id} n=${d.n} k=${k} part=${part} m=${m} field=${of('body')} /></section>
    ${m.trailers?.length ? html`<section class="block"><h3>${detailWords.message.trailers}</h3><${Pairs} items=${m.trailers} label=${detailWords.message.trailers} mask=${secret} /></section>` : null}`}`;
}

/** The start line, credentials in its query hidden until asked for. @param {{line: string, own: string[]}} p */
export function Start({ line, own }) {
  const [open, setOpen] = useState(false);
  const hidden = withoutSecrets(line, own);
  const shown = open ? line : hidden;
  return html`<p class="start" aria-label=${detailWords.message.startLine}><span class="iso">${visible(shown)}</span>${hidden === line ? null : html`<button type="button" class="btn quiet small reveal" aria-pressed=${open} onClick=${() => setOpen(!open)}>${open ? detailWords.message.hide : detailWords.message.reveal}</button>`}
    <${Copy} text=${shown} what=${detailWords.message.startLine} /></p>`;
}

/**
 * Names and values, in order, with repeats; credentials hidden until asked for.
 * @param {{items: Header[], label: string, field?: string, mask?: (name: string) => boolean}} p
 * field: what they are in a filter, "" if they are nothing there
 */
export function Pairs({ items, label, field = '', mask = () => false }) {
  const [open, setOpen] = useState(/** @type {Record<number, boolean>} */ ({}));
  const seen = new Map();
  for (const x of items) seen.set(x.name.toLowerCase(), (seen.get(x.name.toLowerCase()) || 0) + 1);
  // As wide as the longest name, up to a bound: what is read is the values.
  const names = Math.min(26, Math.max(...items.map((x) => x.name.length))) + 3;
  return html`<table class="pairs" aria-label=${label}><colgroup><col style=${{ '--names': names + 'ch' }} /><col /></colgroup><thead class="sr"><tr><th scope="col">${detailWords.message.name}</th><th scope="col">${detailWords.message.value}</th></tr></thead><tbody>${items.map((x, i) => {
    const hidden = mask(x.name) && !open[i];
    const column = field && x.name ? fieldOf(field, [field.endsWith('header') ? x.name.toLowerCase() : x.name], false) : '';
    // A filter stands in the address, where no credential belongs.
    const term = column && x.value && !mask(x.name) ? termOf(column, x.value) : '';
    return html`<tr key=${i} ...${byKey(term)}><th scope="row" class="iso">${visible(x.name)}${(seen.get(x.name.toLowerCase()) || 0) > 1 ? html` <span class="sr">${detailWords.message.duplicate}</span>` : null}</th>
      <td><div class="value"><span class="text iso">${hidden ? html`<span aria-hidden="true">${dots}</span><span class="sr">${detailWords.message.masked}</span>` : x.value ? visible(x.value) : html`<span class="muted">${bodyWords.empty}</span>`}</span>
      ${mask(x.name) ? html`<button type="button" class="btn quiet small reveal" aria-pressed=${!hidden} onClick=${() => setOpen({ ...open, [i]: hidden })}>${hidden ? detailWords.message.reveal : detailWords.message.hide}</button>` : null}
      ${hidden || !x.value ? null : html`<${Copy} text=${x.value} what=${visible(x.name)} />`}<${ValueMenu} name=${visible(x.name)} items=${valueItems({ term, column })} /></div></td></tr>`;
  })}</tbody></table>`;
}
