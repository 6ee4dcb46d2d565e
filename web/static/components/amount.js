// @ts-check
// A field for a number. What is none stays as it was typed, and is said there; the
// form is not sent with it.
import { html, useEffect, useRef, useState } from '../html.js';
import { amount as words } from '../i18n/en-amount.js';
import { unsure } from '../settings/amounts.js';

/** @typedef {{least?: number, most?: number, whole?: boolean, empty?: number}} Range empty: what nothing stands for, if it may be left empty */

/** What was typed, NaN if it is no number of that range, or could be two. @param {string} text @param {Range} [range] */
export function readNumber(text, { least = 0, most = Infinity, whole = false, empty = NaN } = {}) {
  const s = text.trim();
  if (!s) return empty;
  const n = /^\d+([.,]\d+)?$/.test(s) && !unsure.test(s) ? Number(s.replace(',', '.')) : NaN;
  return n >= least && n <= most && (!whole || Number.isInteger(n)) ? n : NaN;
}

/** What is wrong has to be seen. @param {any} e */
const unfold = (e) => e.target.closest('details')?.setAttribute('open', '');

/** A share in per cent with one place. @param {number} share 0 to 1 */
export const percentOf = (share) => Math.round(share * 1000) / 10;

/**
 * @param {Range & {label: string, value: number, put: (n: number) => void, hint?: string, class?: string, placeholder?: string, disabled?: boolean, field?: string, keys?: (e: KeyboardEvent) => void}} p
 *   field: how the server calls it
 */
export function Amount({ label, value, put, hint = '', class: extra = '', placeholder = '', disabled = false, field = undefined, keys = undefined, ...range }) {
  const [typed, setTyped] = useState(/** @type {string|null} */ (null));
  const box = useRef(/** @type {HTMLInputElement|null} */ (null));
  const { least = 0, most = Infinity, whole = false, empty } = range;
  const now = typed === null ? value : readNumber(typed, range);
  const bad = Number.isNaN(now);
  const text = typed !== null && (bad || now === value) ? typed : value === empty ? '' : String(value);
  const wrong = bad ? words.needed(whole, least, most) : '';
  useEffect(() => {
    box.current?.setCustomValidity(wrong);
  }, [wrong]);
  const input = (/** @type {any} */ e) => {
    const n = readNumber(e.target.value, range);
    e.target.setCustomValidity(Number.isNaN(n) ? words.needed(whole, least, most) : ''); // at once: the next key may send the form
    setTyped(e.target.value);
    if (!Number.isNaN(n)) put(n);
  };
  return html`<label class=${'field ' + extra}><span>${label}${hint ? ' · ' + hint : ''}</span><input class="input" ref=${box} data-field=${field} inputmode=${whole ? 'numeric' : 'decimal'} autocomplete="off" placeholder=${placeholder} disabled=${disabled} value=${text} aria-invalid=${bad} onInput=${input} onInvalid=${unfold} onKeyDown=${keys} />
    ${bad ? html`<span class="error-text">${wrong}</span>` : null}</label>`;
}
