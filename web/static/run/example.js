// @ts-check
// A request as a run would send it.
import { html } from '../html.js';
import { detail as detailWords } from '../i18n/en-detail.js';
import { replay as words } from '../i18n/en-run.js';
import { bytes, visible, visibleText } from '../format.js';
import { Pairs, Start } from '../detail/message.js';
import { secret, withoutSecrets } from '../detail/secrets.js';

/** @typedef {{n: number, url: string, head: string, body: string, size: number, secrets: string[]|null, signature: string, notes: string[]|null}} Planned */

/** @param {{x: Planned}} p */
export function Example({ x }) {
  const own = x.secrets || [];
  const [start, ...lines] = x.head.replace(/(\r?\n)+$/, '').split(/\r?\n/);
  const items = lines.map((line) => {
    const at = line.indexOf(':');
    return { name: line.slice(0, at), value: line.slice(at + 1).trim() };
  });
  return html`<details class="fold example"><summary>${words.first} <span class="muted iso">${visible(withoutSecrets(x.url, own))} · ${bytes(x.size)}</span></summary>
    <${Start} line=${start} own=${own} />
    <${Pairs} items=${items} label=${detailWords.message.headers} mask=${(/** @type {string} */ name) => secret(name) || own.some((y) => y.toLowerCase() === name.toLowerCase())} />
    ${x.body ? html`<pre class="code wrapped iso">${visibleText(x.body)}${x.size > new TextEncoder().encode(x.body).length ? '…' : ''}</pre>` : null}</details>`;
}
