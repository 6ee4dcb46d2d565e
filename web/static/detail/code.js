// @ts-check
// The tab Code: the request as a program in several languages.
import { html, signal, useEffect, useState } from '../html.js';
import { code as words } from '../i18n/en-code.js';
import { api, fetchBytes } from '../api.js';
import { visibleText } from '../format.js';
import { Copy } from '../components/copy.js';
import { Icon } from '../components/icons.js';
import { secret } from './secrets.js';
import { snippets, variable } from './snippets.js';

/** @typedef {import('../types.js').Delivery} Delivery */

const inlineMost = 64_000; // bytes of a body that is written into the code
const languages = /** @type {(keyof typeof words.names)[]} */ (Object.keys(words.names));
const chosen = signal(/** @type {keyof typeof words.names} */ ('curl'));
const env = signal(true);
const file = signal(false);

/** Text of a body, null if it is none or too long. @param {Delivery} d @param {number} k @param {number} size */
async function textOf(d, k, size) {
  if (size > inlineMost) return null;
  const data = await (await fetchBytes(api.bodyURL(d.id, k, 'request'))).arrayBuffer();
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

/** @param {{d: Delivery, k: number}} p */
export function Code({ d, k }) {
  const a = d.attempts.find((x) => x.k === k);
  const m = a?.request;
  const [body, setBody] = useState(/** @type {string|null|undefined} */ (undefined));
  useEffect(() => {
    if (!m?.size) return;
    let on = true;
    textOf(d, k, m.size).then((s) => on && setBody(s), () => on && setBody(null));
    return () => {
      on = false;
    };
  }, [d.id, k, m?.size]);
  if (!a || !m) return html`<p class="muted">${words.none}</p>`;
  if (m.size && body === undefined) return null;
  const target = m.start.split(' ')[1] || '/';
  const url = /^https?:\/\//.test(a.target) ? a.target : 'http://' + d.host + (target.startsWith('/') ? target : '/' + target);
  const asFile = m.size > 0 && (file.value || body === null);
  const name = `${d.n}.body`;
  const text = snippets[chosen.value]({
    method: m.start.split(' ')[0], url: /^[\x21-\x7e]+$/.test(url) ? url : encodeURI(url), start: m.start, headers: m.headers,
    body: asFile ? null : body ?? '', size: m.size, file: name, env: env.value,
  });
  const needed = env.value ? [...new Set(m.headers.filter((h) => secret(h.name)).map((h) => variable(h.name)))] : [];
  return html`<section class="block">
    <div class="views" role="group" aria-label=${words.label}>${languages.map((x) => html`<button type="button" class="btn quiet small" aria-pressed=${x === chosen.value} onClick=${() => { chosen.value = x; }}>${words.names[x]}</button>`)}</div>
    <div class="row-gap"><label class="check"><input type="checkbox" checked=${env.value} onChange=${(/** @type {any} */ e) => { env.value = e.target.checked; }} />${words.env}</label>
      ${m.size ? html`<label class="check"><input type="checkbox" checked=${asFile} disabled=${body === null} onChange=${(/** @type {any} */ e) => { file.value = e.target.checked; }} />${words.file}</label>` : null}<span class="grow"></span>
      ${asFile ? html`<a class="btn small" href=${api.bodyURL(d.id, k, 'request')} download=${name}><${Icon} name="download" />${words.download}</a>` : null}
      <${Copy} text=${text} words what="" /></div>
    ${m.size && body === null ? html`<p class="muted">${words.binary}</p>` : null}
    ${needed.length ? html`<p class="muted">${words.set(needed.map((x) => '$' + x).join(', '))}</p>` : null}
    <pre class="code wrapped iso" tabindex="0" role="region" aria-label=${words.of(words.names[chosen.value])}>${visibleText(text)}</pre>
  </section>`;
}
