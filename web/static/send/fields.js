// @ts-check
// What an event consists of.
import { html, useState } from '../html.js';
import { send as s } from '../i18n/en-send.js';
import { visible } from '../format.js';
import { Copy } from '../components/copy.js';
import { Name } from '../components/name.js';
import { fits } from './catalog.js';

/** An example as it would stand in JSON. @param {any} v */
const sampleOf = (v) => (v === undefined || v === null ? '' : typeof v === 'string' ? v : JSON.stringify(v));

/** @param {{event: import('./types.js').EventDetail, provider: import('./types.js').ProviderDetail}} p */
export function Fields({ event, provider }) {
  const [words, setWords] = useState('');
  const list = event.fields.filter((f) => !words.trim() || fits(`${f.name} ${f.description || ''} ${f.type}`, words.trim()));
  return html`<div class="page-in">
    ${event.documented ? null : html`<p class="note warn">${s.notDescribed(visible(provider.name))}</p>`}
    <div class="row-gap">${event.fields.length > 8 ? html`<input class="input search" type="search" aria-label=${s.filterFields} placeholder=${s.filterFields} value=${words} onInput=${(/** @type {any} */ e) => setWords(e.target.value)} />` : null}<span class="grow"></span>
      ${event.schema ? html`<${Copy} text=${() => JSON.stringify(event.schema, null, 2)} words label=${s.schema} />` : null}</div>
    ${event.fields.length ? html`<div class="scroll-x" role="region" tabindex="0" aria-label=${s.tabs.fields}><table class="grid-table field-table"><thead><tr><th scope="col">${s.name}</th><th scope="col">${s.type}</th><th scope="col">${s.example}</th><th scope="col">${s.about}</th></tr></thead>
      <tbody>${list.map((f) => html`<tr key=${f.name}><th scope="row"><code class="iso wrap-any"><${Name} text=${f.name} /></code> ${f.required ? html`<span class="req">${s.required}</span>` : null}${f.custom ? html`<span class="flag accent" title=${s.isCustomTip}>${s.isCustom}</span>` : null}</th>
        <td>${visible(f.type)}${f.format ? html` <span class="muted">${visible(f.format)}</span>` : null}${f.max_length ? html` <span class="muted">${s.atMost(f.max_length)}</span>` : null}</td>
        <td><code class="iso wrap-any"><${Name} text=${String(f.enum?.length ? f.enum.map(sampleOf).join(' | ') : sampleOf(f.example))} /></code></td>
        <td class="iso"><span lang="en">${visible(f.description || '')}</span>${f.from_sample && !f.description ? html`<span class="muted">${s.fromSample}</span>` : null}</td></tr>`)}</tbody></table></div>` : html`<p class="muted">${s.noFields}</p>`}
    ${event.source ? html`<p class="muted">${s.source}: <span class="iso wrap-any">${visible(event.source)}</span></p>` : null}
  </div>`;
}
