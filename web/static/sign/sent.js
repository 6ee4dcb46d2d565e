// @ts-check
// What boathook sent beside what arrived: the first byte that was changed on the way.
import { html } from '../html.js';
import { sign as signWords } from '../i18n/en-sign.js';
import { Said } from '../said.js';

/** @typedef {NonNullable<import('../types.js').Check['sent']>} Sent */

const around = 16; // bytes that are shown before the one that differs

/**
 * Bytes in hex and as text, in three parts: before the changed byte, it, after it.
 * @param {string} hex @param {number} at index of the changed byte
 */
export function parts(hex, at) {
  const bytes = hex.match(/../g) || [];
  const text = bytes.map((b) => {
    const n = parseInt(b, 16);
    return n >= 0x20 && n < 0x7f ? String.fromCharCode(n) : '·';
  });
  const cut = (/** @type {string[]} */ list, /** @type {string} */ by) => [list.slice(0, at).join(by), list[at] || '', list.slice(at + 1).join(by)];
  return { hex: cut(bytes, ' '), text: cut(text, '') };
}

/** @param {{name: string, hex: string, at: number}} p */
function Side({ name, hex, at }) {
  const p = parts(hex, at);
  return html`<dt>${name}</dt><dd><code class="sent-bytes"><span class="iso">${p.hex[0]} <mark>${p.hex[1] || '  '}</mark> ${p.hex[2]}</span><span class="muted iso">${p.text[0]}<mark>${p.text[1] || ' '}</mark>${p.text[2]}</span></code></dd>`;
}

/** @param {{sent: Sent|null|undefined}} p */
export function SentCard({ sent }) {
  if (!sent) return null;
  const s = signWords.sent;
  const link = html`<a href=${'/d/' + encodeURIComponent(sent.delivery)}>${s.open}</a>`;
  if (sent.first_changed < 0) return html`<p class="note">${s.same} ${link}</p>`;
  const at = Math.min(around, sent.first_changed);
  return html`<section class="card" aria-label=${s.title}><h3>${s.title}</h3><p><${Said} text=${sent.text.charAt(0).toUpperCase() + sent.text.slice(1)} />. ${link}</p>
    <dl><${Side} name=${s.sent} hex=${sent.sent_hex} at=${at} /><${Side} name=${s.got} hex=${sent.received_hex} at=${at} /></dl></section>`;
}
