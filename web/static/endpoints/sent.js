// @ts-check
// What an endpoint got, and what it gets.
import { html, useEffect, useState } from '../html.js';
import { endpoints as e } from '../i18n/en-endpoints.js';
import { api, Problem } from '../api.js';
import { duration, timeOrDay, visible } from '../format.js';
import { outcomeOf, shapes, titleOf } from '../outcome.js';
import { url } from '../router.js';
import { quoted } from '../list/filter.js';
import { triesOf } from '../list/cells.js';
import { Icon } from '../components/icons.js';
import { Trouble } from '../components/trouble.js';
import { toast, toastFailure } from '../components/notices.js';
import { calls } from '../send/calls.js';
import { askProvider, askProviders, details, providerName } from '../send/catalog.js';
import { eventURL } from '../send/list.js';

const most = 60;
const every = 3000;

/** @param {{name: string}} p */
export function Deliveries({ name }) {
  const q = 'endpoint:' + quoted(name);
  const [rows, setRows] = useState(/** @type {import('../types.js').Row[]|null} */ (null));
  const [problem, setProblem] = useState(/** @type {Problem|null} */ (null));
  const load = () => api.list({ q, limit: most }).then((r) => {
    setRows(r.rows);
    setProblem(null);
  }, setProblem);
  useEffect(() => {
    load();
    const timer = setInterval(() => !document.hidden && load(), every);
    return () => clearInterval(timer);
  }, []);
  const resend = async (/** @type {string} */ id) => {
    try {
      await calls.resend(id);
      toast(e.resent);
      load();
    } catch (err) {
      toastFailure(visible(/** @type {Error} */ (err).message));
    }
  };
  if (problem && !rows) return html`<${Trouble} problem=${problem} retry=${load} />`;
  if (!rows) return html`<p class="muted">${e.loading}</p>`;
  if (!rows.length) return html`<p class="muted">${e.none24}</p>`;
  return html`<div class="scroll-x" role="region" tabindex="0" aria-label=${e.tabs.deliveries}><table class="grid-table sent-table"><thead><tr><th scope="col">#</th><th scope="col">${e.event}</th><th scope="col">${e.status}</th><th scope="col">${e.tries}</th><th scope="col">${e.time}</th><td></td></tr></thead><tbody>
    ${rows.map((r) => {
    const { kind, word } = outcomeOf(r);
    return html`<tr key=${r.id}><td><a href=${url('d', [String(r.n)])}>#${r.n}</a></td><th scope="row" class="iso wrap-any">${visible(titleOf(r))}${r.flags?.includes('resend') ? html` <span class="flag">${e.resend}</span>` : null}</th><td class=${kind}><span aria-hidden="true">${shapes[kind]} </span>${visible(word)} <span class="muted">${duration(r.duration_ms)}</span></td><td>${triesOf(r)}</td><td class="muted">${timeOrDay(Date.parse(r.at))}</td>
      <td><button type="button" class="btn quiet small" aria-label=${`${e.resend} #${r.n}`} onClick=${() => resend(r.id)}><${Icon} name="send" />${e.resend}</button></td></tr>`;
  })}</tbody></table></div>
    ${rows.length === most ? html`<p><a href=${url('live', [], { q })}>${e.more60}</a></p>` : null}`;
}

/** The event types that an endpoint gets. @param {{x: import('../send/types.js').Endpoint}} p */
export function Gets({ x }) {
  const all = x.events.includes('*');
  const wanted = [...new Set(x.events.filter((p) => p.includes('/')).map((p) => p.slice(0, p.indexOf('/'))))];
  useEffect(() => {
    askProviders().then(() => Promise.all((all ? (x.provider ? [x.provider] : []) : wanted).map((id) => askProvider(id)))).catch(() => {}); // they are left out
  }, []);
  const ids = all ? (x.provider ? [x.provider] : []) : wanted;
  if (!x.events.length) return html`<p class="muted">${e.nothing}</p>`;
  return html`${all ? html`<p>${e.star}. <span class="muted">${e.starHint}</span></p><div><a class="btn" href=${`/send?to=${encodeURIComponent(x.name)}`}><${Icon} name="send" />${e.sendOne}</a></div>` : html`<p>${e.gets}:</p>`}
    ${ids.map((id) => {
    const types = details.value[id]?.event_types.filter((q) => all || x.events.includes(id + '/*') || x.events.includes(q.id));
    const own = x.events.filter((p) => p.startsWith(id + '/') && p !== id + '/*' && !types?.some((q) => q.id === p));
    if (!types) return html`<p class="iso">${visible(providerName(id))}: <span class="muted">${e.allOf(visible(providerName(id)))}</span></p>`;
    return html`<section class="block" aria-label=${visible(providerName(id))}><h2>${visible(providerName(id))}</h2><ul class="gets">${[...types.map((q) => q.id), ...own].map((q) => html`<li><span class="iso wrap-any">${visible(q.slice(id.length + 1))}</span><a class="btn quiet small" aria-label=${`${e.sendIt} ${visible(q)}`} href=${`${eventURL(q)}?to=${encodeURIComponent(x.name)}`}><${Icon} name="send" />${e.sendIt}</a></li>`)}</ul></section>`;
  })}`;
}
