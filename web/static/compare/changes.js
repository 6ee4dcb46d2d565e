// @ts-check
// Differences as tables, lines and bytes. Everything shown is captured text.
import { html, useMemo, useRef, useState } from '../html.js';
import { detail as detailWords } from '../i18n/en-detail.js';
import { compare as compareWords } from '../i18n/en-compare.js';
import { visible, visibleText } from '../format.js';
import { useGrowing } from '../components/growing.js';
import { asHex } from '../body/find-bytes.js';
import { secret } from '../detail/secrets.js';
import { fromBase64 } from '../sign/bytes.js';
import { marks, nameOf } from './marks.js';

/** How many differences, and lines, are put on the page in one task. */
const atOnce = 60;
const linesAtOnce = 300;

/** What is ignored is not seen any more: an eye, struck out. */
const eyeStruck = 'm2.5 2.5 11 11M6.2 3.8A6 6 0 0 1 8 3.5c4 0 6.5 4.5 6.5 4.5a11 11 0 0 1-1.9 2.4M4 5.1A11 11 0 0 0 1.5 8S4 12.5 8 12.5a6 6 0 0 0 3-.8M6.7 6.6a2 2 0 0 0 2.7 2.7';

/** @typedef {{op: string, path: string, a: string, b: string, hidden?: boolean}} Change */

/**
 * @param {{items: Change[], label: string, header?: boolean, ignore: (name: string) => void}} p
 */
export function Changes({ items, label, header = false, ignore }) {
  const [open, setOpen] = useState(false);
  const c = compareWords;
  const hides = (/** @type {Change} */ x) => x.hidden || (header && x.op !== 'spelled' && secret(x.path));
  const masked = items.some(hides);
  const latest = useRef(ignore); // parts stay as they were drawn
  latest.current = ignore;
  const parts = useGrowing(items, atOnce, (some, from) => html`<tbody key=${from}>${some.map((x, i) => {
    const m = marks[x.op] || marks.changed;
    const hide = hides(x) && !open;
    const value = (/** @type {string} */ v, /** @type {boolean} */ there) => (!there ? html`<span class="muted">${c.absent}</span>` : hide ? html`<span aria-hidden="true">••••••••</span><span class="sr">${detailWords.message.masked}</span>` : visible(v));
    return html`<tr key=${x.path + i} class=${x.op} data-diff=${x.op === 'equal' ? undefined : ''} tabindex=${x.op === 'equal' ? undefined : -1}>
      <th scope="row"><span class=${'mark ' + m.kind} aria-hidden="true">${m.shape}</span><span class="iso">${x.path === 'start' ? c.start : visible(x.path)}</span> <span class="sr">${c.ops[x.op] || x.op}</span>
        ${x.op === 'spelled' || x.op === 'moved' ? html`<span class="muted">${c.ops[x.op]}</span>` : null}
        ${x.op === 'equal' ? null : html`<button type="button" class="btn quiet small ignore" aria-label=${`${c.ignoreThis}: ${visible(x.path)}`} title=${c.ignoreThis} onClick=${() => latest.current(nameOf(x.path, header))}><svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d=${eyeStruck} /></svg></button>`}</th>
      <td class="iso"><span class="col" aria-hidden="true">A</span><span>${value(x.a, x.op !== 'added')}</span></td><td class="iso"><span class="col" aria-hidden="true">B</span><span>${value(x.b, x.op !== 'removed')}</span></td></tr>`;
  })}</tbody>`, [open]);
  return html`<div class="changes-box"><table class="changes" aria-label=${label}>
    <thead><tr><th scope="col">${c.where}</th><th scope="col">${c.a}</th><th scope="col">${c.b}</th></tr></thead>
    ${parts}</table>
    ${masked ? html`<button type="button" class="btn quiet small reveal" aria-pressed=${open} onClick=${() => setOpen(!open)}>${open ? detailWords.message.hide : detailWords.message.reveal}</button>` : null}</div>`;
}

/** A difference of texts, line by line. @param {{text: string}} p */
export function Lines({ text }) {
  const lines = useMemo(() => text.split('\n'), [text]);
  const kindOf = (/** @type {number} */ i) => (lines[i].startsWith('@@') || (i < 2 && /^(--- |\+\+\+ )/.test(lines[i])) ? 'at' : lines[i].startsWith('+') ? 'plus' : lines[i].startsWith('-') ? 'minus' : '');
  const differs = (/** @type {number} */ i) => i >= 0 && /plus|minus/.test(kindOf(i));
  return html`<pre class="unified code" tabindex="0" role="region" aria-label=${compareWords.text}>${useGrowing(lines, linesAtOnce, (some, from) => html`<div key=${from}>${some.map((line, k) => {
    const first = differs(from + k) && !differs(from + k - 1);
    return html`<span class=${kindOf(from + k)} data-diff=${first ? '' : undefined} tabindex=${first ? -1 : undefined}>${visibleText(line)}</span>`;
  })}</div>`)}</pre>`;
}

const shownBytes = 64;

/** Runs of bytes that differ. @param {{ranges: import('../types.js').Range[]}} p */
export function Ranges({ ranges }) {
  const side = (/** @type {string} */ name, /** @type {string} */ data, /** @type {number} */ size) => {
    const b = data ? fromBase64(data) : new Uint8Array();
    return html`<p class="mono"><span class="col">${name}</span> ${b.length ? asHex(b) : html`<span class="muted">${compareWords.absent}</span>`}${size > shownBytes ? html` <span class="muted">${compareWords.moreBytes(size - b.length)}</span>` : null}</p>`;
  };
  return html`<ol class="ranges" aria-label=${compareWords.bytes}>${ranges.map((r) => html`<li data-diff="" tabindex="-1"><h3>${compareWords.at(r.at)} <code>0x${r.at.toString(16)}</code></h3>${side('A', r.a, r.len_a)}${side('B', r.b, r.len_b)}</li>`)}</ol>`;
}
