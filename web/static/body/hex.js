// @ts-check
// Bytes in rows of sixteen: offset, hex, text. Ranges are fetched as they come into view.
import { html, useReducer } from '../html.js';
import { body as bodyWords } from '../i18n/en-body.js';
import { Virtual } from '../components/virtual.js';

/** @typedef {import('./source.js').Source} Source */

const hex = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));

/**
 * One row: "48 65 6c …" in two groups of eight, and what is printable.
 * @param {Uint8Array} b at most sixteen bytes
 */
function hexRow(b) {
  let left = '';
  let right = '';
  for (let i = 0; i < 16; i++) {
    left += i < b.length ? hex[b[i]] + ' ' : '   ';
    if (i === 7) left += ' ';
    if (i < b.length) right += b[i] >= 0x20 && b[i] < 0x7f ? String.fromCharCode(b[i]) : '·';
  }
  return { left, right };
}

/** @param {{source: Source, most?: number}} p */
export function Hex({ source, most }) {
  const [, again] = useReducer((/** @type {number} */ x) => x + 1, 0);
  const digits = Math.max(4, (source.size - 1).toString(16).length);
  const row = (/** @type {number} */ i) => {
    const from = i * 16;
    const b = source.peek(from, Math.min(source.size, from + 16), () => again(0));
    const { left, right } = b ? hexRow(b) : { left: '', right: '' };
    return html`<div class="hex-row"><span class="off">${from.toString(16).padStart(digits, '0')}</span><span>${left.trimEnd().padEnd(48)}</span><span class="txt">${right}</span></div>`;
  };
  return html`<${Virtual} count=${Math.ceil(source.size / 16)} height=${20} row=${row} most=${most} attrs=${{ role: 'region', 'aria-label': bodyWords.hexLabel }} />`;
}
