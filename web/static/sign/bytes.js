// @ts-check
// The bytes that are signed, with what cannot be seen written out.
import { html, useMemo, useState } from '../html.js';
import { body as bodyWords } from '../i18n/en-body.js';
import { sign as signWords } from '../i18n/en-sign.js';
import { textOf, visibleText } from '../format.js';
import { Source } from '../body/source.js';
import { Hex } from '../body/hex.js';
import { Hidden } from '../body/body.js';

/** @param {string} base64 */
export function fromBase64(base64) {
  const s = atob(base64);
  const out = new Uint8Array(s.length);
  for (let i = 0; i < s.length; i++) out[i] = s.charCodeAt(i);
  return out;
}

/** Spaces, tabs and line ends as signs; a line end still ends the line. @param {string} s */
export function signs(s) {
  return visibleText(s.replace(/\r/g, '␍').replace(/ /g, '·').replace(/\t/g, '⇥').replace(/\u00a0/g, '⍽').replace(/\n/g, '␊\n').replace(/\r/g, '␍'));
}

/** @param {{signed: {base64: string, size: number, truncated: boolean, hidden?: string[]}}} p */
export function SignedBytes({ signed }) {
  const [open, setOpen] = useState(false);
  return html`<${Hidden} names=${signed.hidden || []} open=${open && Boolean(signed.hidden?.length)} toggle=${() => setOpen(!open)} />
    ${signed.hidden?.length && !open ? null : html`<${Bytes} signed=${signed} />`}`;
}

/** @param {{signed: {base64: string, size: number, truncated: boolean}}} p */
function Bytes({ signed }) {
  const [view, setView] = useState('text');
  const [marks, setMarks] = useState(true);
  const bytes = useMemo(() => fromBase64(signed.base64), [signed.base64]);
  const text = useMemo(() => textOf(bytes, signed.truncated), [bytes]);
  const source = useMemo(() => Source.of(bytes), [bytes]);
  const shown = text === null ? 'hex' : view;
  return html`<div class="body">
    <div class="body-bar"><div class="views" role="group" aria-label=${bodyWords.label}>
      ${text === null ? null : html`<button type="button" class="btn quiet small" aria-pressed=${shown === 'text'} onClick=${() => setView('text')}>${signWords.text}</button>`}
      <button type="button" class="btn quiet small" aria-pressed=${shown === 'hex'} onClick=${() => setView('hex')}>${signWords.hex}</button></div>
      ${shown === 'text' ? html`<label class="check"><input type="checkbox" checked=${marks} onChange=${(/** @type {any} */ e) => setMarks(e.target.checked)} />${signWords.invisibles}</label>` : null}
      ${signed.truncated ? html`<span class="muted">${signWords.signedCut(bytes.length, signed.size)}</span>` : null}</div>
    ${shown === 'hex' ? html`<${Hex} source=${source} most=${320} />`
    : html`<pre class="wrapped code iso" tabindex="0" role="region" aria-label=${signWords.signedBytes}>${marks ? signs(text || '') : visibleText(text || '')}</pre>`}
  </div>`;
}
