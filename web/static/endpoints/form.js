// @ts-check
// The form of an endpoint: what and where first, the rest folded unless its provider
// has it on its own admin screen.
import { html, useEffect, useRef, useState } from '../html.js';
import { endpoints as e } from '../i18n/en-endpoints.js';
import { visible } from '../format.js';
import { askProvider, askProviders, details, providers } from '../send/catalog.js';
import { calls } from '../send/calls.js';
import { AllowHost } from '../send/allow.js';
import { Amount } from '../components/amount.js';
import { useWrong } from '../components/wrong.js';
import { askSchemes } from '../schemes.js';
import { EventPick } from './events.js';
import { typical } from './model.js';
import { OneSecret, parts, Select, Text } from './parts.js';

/** @typedef {import('../send/types.js').Endpoint} Endpoint */
/** @typedef {import('../api.js').Problem} Problem */

/**
 * @param {object} p
 * @param {Endpoint} p.x @param {(change: Partial<Endpoint>) => void} p.set
 * @param {Problem|null} p.problem what the server said of the last try to save
 * @param {() => void} p.save @param {boolean} p.busy @param {boolean} p.dirty
 * @param {any} [p.end] further buttons at the end
 */
export function Form({ x, set, problem, save, busy, dirty, end }) {
  useEffect(() => {
    askProviders().catch(() => {}); // the list of providers is empty then
    askSchemes().catch(() => {});
  }, []);
  useEffect(() => {
    if (x.provider) askProvider(x.provider).catch(() => {});
  }, [x.provider]);
  const p = details.value[x.provider];
  const fresh = !x.rev;
  const open = typical[x.provider] || [];
  const host = useBlockedHost(x);
  const form = useRef(/** @type {HTMLElement|null} */ (null));
  useWrong(form, problem, 'save-problem');
  const wrongPart = problem?.field ? partOf(problem.field) : '';
  return html`<form class="page-in endpoint-form" ref=${form} onSubmit=${(/** @type {Event} */ ev) => { ev.preventDefault(); save(); }}>
    <fieldset class="section"><legend>${e.basics}</legend>
      <div class="form-grid">
        ${fresh ? html`<${Text} label=${e.name} field="name" value=${x.name} placeholder="crm" put=${(/** @type {string} */ v) => set({ name: v.trim() })} />` : null}
        <${Select} label=${e.provider} value=${x.provider} options=${[['', e.anyProvider], ...(providers.value || []).map((q) => [q.id, q.name])]} put=${(/** @type {string} */ v) => set({ provider: v })} />
        <div class="field" role="radiogroup" aria-label=${e.kind}><span>${e.kind}</span><div><div class="segmented">${/** @type {const} */ (['url', 'email']).map((k) => html`<label><input type="radio" name="kind" checked=${x.kind === k} onChange=${() => set(k === 'url' ? { kind: k, email: null } : { kind: k, url: '', email: { to: [], from: '', subject: '', smtp: null } })} />${e.kinds[k]}</label>`)}</div></div></div>
        ${x.kind === 'email' ? html`<${EmailFields} x=${x} set=${set} />` : html`<${Text} label=${e.url} field="url" wide mono placeholder="http://localhost:3000/hooks" value=${x.url} put=${(/** @type {string} */ v) => set({ url: v.trim() })} />`}
        <${Text} label=${e.note} field="note" wide value=${x.note} put=${(/** @type {string} */ v) => set({ note: v })} />
      </div>
      ${host ? html`<${AllowHost} host=${host.name} then=${host.again} />` : null}
      <label class="check"><input type="checkbox" role="switch" checked=${x.on} onChange=${(/** @type {any} */ ev) => set({ on: ev.target.checked })} />${e.onLabel}</label>
    </fieldset>
    <fieldset class="section"><legend>${e.subscribes}</legend><${EventPick} events=${x.events} set=${(/** @type {string[]} */ events) => set({ events })} provider=${x.provider} /></fieldset>
    <div class="folds">${parts.filter((q) => x.kind === 'url' || !q.url).map((q) => html`<details class="fold" key=${q.id + x.provider + (wrongPart === q.id)} open=${open.includes(q.id) || wrongPart === q.id}><summary><b>${q.title}</b> <span class="muted iso">${visible(q.now(x, p))}</span></summary><div class="fold-in"><${q.view} x=${x} set=${set} p=${p} /></div></details>`)}</div>
    <div class="save-bar"><button class="btn primary" disabled=${busy || !(dirty || fresh)}>${fresh ? e.create : e.save}</button>${dirty && !fresh ? html`<span class="muted">${e.unsaved}</span>` : null}<span class="grow"></span>${end}
      ${problem ? html`<p class="note bad wide" id="save-problem" role="alert"><span class="iso">${problem.status === 409 && !fresh ? e.conflict : visible(problem.message)}${problem.hint && (fresh || problem.status !== 409) ? '.' : ''}</span>${problem.hint && (fresh || problem.status !== 409) ? html` <span class="muted iso">${visible(problem.hint)}</span>` : null}</p>` : null}</div>
  </form>`;
}

/** Which part of the form a field that is wrong stands in. @param {string} field */
function partOf(field) {
  const name = field.split(/[.[]/)[0];
  return /** @type {Record<string, string>} */ ({ channels: 'channels', scope: 'scope', skip: 'skip', format: 'format', method: 'format', auth: 'auth', headers: 'auth', app_key: 'app', app_token: 'app', scheme: 'signing', secrets: 'signing', context: 'signing', retry: 'retry', speed: 'retry', timeout_ms: 'limits', success: 'limits', concurrency: 'limits', rate: 'limits' })[name] || '';
}

/** The host of an endpoint, if it may not be sent to. @param {Endpoint} x */
function useBlockedHost(x) {
  const [allow, setAllow] = useState(/** @type {string[]|null} */ (null));
  const load = () => {
    calls.settings().then((s) => setAllow(s.allow), () => {}); // it is asked for when something is sent
  };
  useEffect(load, []);
  const text = x.kind === 'email' ? (x.email?.smtp?.host ? 'smtp://' + x.email.smtp.host : '') : x.url;
  let name = '';
  try {
    name = new URL(text.replace(/^smtp:/, 'http:')).hostname.replace(/^\[|\]$/g, '').toLowerCase();
  } catch {
    // Not yet a URL.
  }
  if (!name || !allow || !/\.|:/.test(name) || mayReach(name, allow)) return null;
  return { name, again: load };
}

/** Whether a host may be sent to; the server decides, this only asks early. @param {string} host @param {string[]} allow */
export function mayReach(host, allow) {
  if (host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)) return true;
  return allow.some((a) => a === '*' || a === host || (a.startsWith('*.') && host.endsWith(a.slice(1))));
}

/** @param {{x: Endpoint, set: (change: Partial<Endpoint>) => void}} p */
function EmailFields({ x, set }) {
  const m = x.email || { to: [], from: '', subject: '', smtp: null };
  const put = (/** @type {any} */ c) => set({ email: { ...m, ...c } });
  const smtp = m.smtp;
  const putSmtp = (/** @type {any} */ c) => put({ smtp: { ...smtp, ...c } });
  return html`<${Text} label=${e.emailTo} field="email.to" wide listed mode="email" placeholder="office@example.org" value=${m.to} put=${(/** @type {string[]} */ v) => put({ to: v })} />
    <${Text} label=${e.from} field="email.from" placeholder="boathook@localhost" value=${m.from} put=${(/** @type {string} */ v) => put({ from: v.trim() })} />
    <${Text} label=${e.subject} field="email.subject" hint=${e.subjectHint} value=${m.subject} put=${(/** @type {string} */ v) => put({ subject: v })} />
    <div class="wide"><label class="check"><input type="checkbox" checked=${Boolean(smtp)} onChange=${(/** @type {any} */ ev) => put({ smtp: ev.target.checked ? { host: 'localhost', port: 0, tls: 'starttls', user: '', password: null } : null })} />${e.relay}</label>${smtp ? null : html`<p class="muted">${e.relayOff}</p>`}</div>
    ${smtp ? html`<${Text} label=${e.host} field="email.smtp.host" mono value=${smtp.host} put=${(/** @type {string} */ v) => putSmtp({ host: v.trim() })} /><${Amount} label=${e.port} field="email.smtp.port" whole least=${1} most=${65535} empty=${0} value=${smtp.port || 0} placeholder=${smtp.tls === 'tls' ? '465' : smtp.tls === 'none' ? '25' : '587'} put=${(/** @type {number} */ n) => putSmtp({ port: n })} />
      <${Select} label=${e.security} value=${smtp.tls || 'starttls'} options=${Object.entries(e.tls)} put=${(/** @type {string} */ v) => putSmtp({ tls: v })} />
      <${Text} label=${e.user} value=${smtp.user} put=${(/** @type {string} */ v) => putSmtp({ user: v.trim() })} /><${OneSecret} label=${e.password} value=${smtp.password} put=${(/** @type {any} */ v) => putSmtp({ password: v })} />` : null}`;
}

