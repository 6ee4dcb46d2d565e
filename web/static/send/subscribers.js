// @ts-check
// The endpoints that get an event.
import { html, useEffect, useState } from '../html.js';
import { send as s } from '../i18n/en-send.js';
import { t } from '../i18n/index.js';
import { url } from '../router.js';
import { visible } from '../format.js';
import { Icon } from '../components/icons.js';
import { calls } from './calls.js';

/** @param {{event: import('./types.js').EventDetail, provider: import('./types.js').ProviderDetail}} p */
export function Subscribers({ event, provider }) {
  const [list, setList] = useState(/** @type {import('./types.js').Subscriber[]|null} */ (null));
  const [problem, setProblem] = useState('');
  useEffect(() => {
    calls.subscribers(event.provider, event.name).then((r) => setList(r.subscribers), (err) => setProblem(err.message));
  }, []);
  const add = html`<div><a class="btn primary" href=${url('endpoints', ['new'], { event: event.id, provider: provider.id })}><${Icon} name="plus" />${s.addEndpoint}</a></div>`;
  if (problem) return html`<p class="note bad">${problem}</p>`;
  if (!list) return html`<p class="muted">${t.loading}</p>`;
  return html`<div class="page-in">
    ${list.length ? html`<div class="scroll-x" role="region" tabindex="0" aria-label=${s.tabs.subscribers}><table class="grid-table"><thead><tr><th scope="col">${s.name}</th><th scope="col">${s.onColumn}</th><th scope="col">${s.to}</th><th scope="col">${s.subsEvents}</th></tr></thead><tbody>
      ${list.map((x) => html`<tr key=${x.endpoint}><th scope="row"><a class="iso" href=${url('endpoints', [x.endpoint])}>${visible(x.endpoint)}</a></th><td>${x.on ? html`<span class="ok on-off">● ${s.on}</span>` : html`<span class="muted on-off">○ ${s.off}</span>`}</td>
        <td><code class="iso wrap-any">${visible(x.url || x.kind)}</code></td><td class="iso wrap-any">${visible(x.events.join(', '))}</td></tr>`)}</tbody></table></div>` : html`<p>${s.noSubscribers}</p>`}
    ${add}</div>`;
}
