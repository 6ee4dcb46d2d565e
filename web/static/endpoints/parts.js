// @ts-check
// The parts of the form of an endpoint that most endpoints leave as they are.
import { html, useState } from '../html.js';
import { endpoints as e } from '../i18n/en-endpoints.js';
import { count, decimal, span, visible } from '../format.js';
import { Amount, percentOf } from '../components/amount.js';
import { SchemePick } from '../sign/pick.js';
import { Secrets } from '../sign/secrets.js';
import { readHeaders } from '../pages/inboxes.js';
import { schemeName, schemes, useNeeds } from '../schemes.js';
import { readSkip, words, writeSkip } from './model.js';
import { usePlan } from './retry.js';

/** @typedef {import('../send/types.js').Endpoint} Endpoint */
/** @typedef {import('../send/types.js').ProviderDetail} ProviderDetail */
/** @typedef {{x: Endpoint, set: (change: Partial<Endpoint>) => void, p: ProviderDetail|undefined}} Part */

/**
 * A text field. Lists and numbers are read when the field is left.
 * @param {{label: string, value: any, put: (v: any) => void, hint?: string, mono?: boolean, wide?: boolean, listed?: boolean, mode?: string, type?: string, placeholder?: string, field?: string, required?: boolean}} p field: how the server calls it
 */
export function Text({ label, value, put, hint = '', mono = false, wide = false, listed = false, mode, type = 'text', placeholder = '', field = undefined, required = false }) {
  return html`<label class=${'field' + (wide ? ' wide' : '')}><span>${label}${hint ? ' · ' + hint : ''}</span><input class=${'input' + (mono ? ' mono' : '')} type=${type} data-field=${field} required=${required} inputmode=${mode} placeholder=${placeholder} value=${listed ? (value || []).join(', ') : value ?? ''} autocomplete="off" autocapitalize="off" spellcheck=${false}
    onInput=${listed || mode ? undefined : (/** @type {any} */ ev) => put(ev.target.value)} onChange=${listed || mode ? (/** @type {any} */ ev) => put(listed ? words(ev.target.value) : ev.target.value) : undefined} /></label>`;
}

/** @param {{label: string, value: string, put: (v: string) => void, options: [string, string][]}} p */
export function Select({ label, value, put, options }) {
  const all = options.some(([v]) => v === value) ? options : [[value, value], ...options];
  return html`<label class="field"><span>${label}</span><select class="input" value=${value} onChange=${(/** @type {any} */ ev) => put(ev.target.value)}>${all.map(([v, text]) => html`<option value=${v} selected=${v === value}>${visible(text)}</option>`)}</select></label>`;
}

/** @param {Part} p */
function Scope({ x, set }) {
  const stock = x.provider === 'stockcrowd';
  const wbx = x.provider === 'webconnex';
  const kind = x.scope?.kind || (wbx ? 'form' : 'campaign');
  const mode = !x.scope ? 'all' : x.scope.except.length || !x.scope.only.length ? 'except' : 'only';
  const [how, setHow] = useState(mode);
  const put = (/** @type {string} */ next, /** @type {string[]} */ ids, k = kind) => {
    setHow(next);
    set({ scope: next === 'all' ? null : { kind: /** @type {any} */ (k), only: next === 'only' ? ids : [], except: next === 'except' ? ids : [] } });
  };
  const ids = x.scope ? [...x.scope.only, ...x.scope.except] : [];
  return html`<div class="form-grid">
    ${stock || wbx ? null : html`<${Select} label=${e.scopeKind} value=${kind} options=${[['campaign', e.scopeKinds.campaign], ['form', e.scopeKinds.form]]} put=${(/** @type {string} */ k) => put(how, ids, /** @type {any} */ (k))} />`}
    <${Select} label=${stock ? e.scopeStock : wbx ? e.scopeWbx : e.scope} value=${how} options=${[['all', stock ? e.allCampaigns : wbx ? e.everyPage : e.scopeNone], ['only', stock ? e.oneCampaign : wbx ? e.chosenForms : e.scopeOnly], ['except', e.scopeExcept]]} put=${(/** @type {string} */ v) => put(v, ids)} />
    ${how === 'all' ? null : html`<${Text} label=${e.ids} hint=${e.idsHint} value=${ids} listed required=${how === 'only'} put=${(/** @type {string[]} */ v) => put(how, v)} />`}</div>`;
}

/** @param {Part} p */
function Skip({ x, set }) {
  const now = readSkip(x.skip);
  const put = (/** @type {any} */ change) => set({ skip: writeSkip({ ...now, ...change }) });
  return html`<div class="choices"><label class="check"><input type="checkbox" checked=${now.offline} onChange=${(/** @type {any} */ ev) => put({ offline: ev.target.checked })} />${e.skipOffline}</label>
      <label class="check"><input type="checkbox" checked=${now.crm} onChange=${(/** @type {any} */ ev) => put({ crm: ev.target.checked })} />${e.skipCRM}</label></div>
    <${Text} label=${e.skipFilter} hint=${e.skipHint} field="skip" mono placeholder="body.total:<1" value=${now.rest} put=${(/** @type {string} */ v) => put({ rest: v })} />`;
}

/** @param {Part} p */
const Channels = ({ x, set }) => html`<p class="muted">${e.channelsText}</p><${Text} label=${e.channelsField} hint=${e.channelsHint} field="channels" mono listed value=${x.channels} put=${(/** @type {string[]} */ v) => set({ channels: v })} />`;

/** @param {Part} p */
function Format({ x, set, p }) {
  const formats = /** @type {Record<string, string>} */ (e.formats);
  const offered = p?.formats.length ? p.formats : Object.keys(formats);
  return html`<div class="form-grid"><${Select} label=${e.format} value=${x.format} options=${[['', e.formatProvider], ...offered.map((f) => [f, formats[f] || f])]} put=${(/** @type {string} */ v) => set({ format: v })} />
    <${Select} label=${e.method} value=${x.method} options=${[['', e.methodProvider], ['POST', 'POST'], ['PUT', 'PUT'], ['PATCH', 'PATCH']]} put=${(/** @type {string} */ v) => set({ method: v })} /></div>`;
}

/** A secret that stands alone: what is stored stays unless something is typed. @param {{label: string, value: import('../types.js').Secret|null, put: (v: import('../types.js').Secret|null) => void, field?: string}} p */
export function OneSecret({ label, value, put, field = undefined }) {
  return html`<${Text} label=${value?.id && !value.value ? `${label} · ${e.kept} ${visible(value.hint || '')}` : label} field=${field} mono type="password" value=${value?.value || ''} put=${(/** @type {string} */ v) => put(v ? { ...value, name: value?.name || 'current', value: v } : value?.id ? { id: value.id, name: value.name } : null)} />`;
}

/** @param {Part} p */
function Auth({ x, set }) {
  const a = x.auth;
  const put = (/** @type {Partial<Endpoint['auth']>} */ c) => set({ auth: { ...a, ...c } });
  const named = a.kind === 'header' || a.kind === 'query' || a.kind === 'basic';
  return html`<div class="form-grid">
    <${Select} label=${e.auth} value=${a.kind || 'none'} options=${Object.entries(e.authKinds)} put=${(/** @type {string} */ v) => put(v === 'none' ? { kind: v, name: '', secret: null } : { kind: v, name: v === 'header' ? a.name || 'X-Api-Key' : v === 'bearer' ? '' : a.name })} />
    ${named ? html`<${Text} label=${a.kind === 'basic' ? e.authUser : e.authName} field="auth.name" mono value=${a.name} put=${(/** @type {string} */ v) => put({ name: v })} />` : null}
    ${a.kind && a.kind !== 'none' ? html`<${OneSecret} label=${e.authSecret} field="auth.secret" value=${a.secret} put=${(/** @type {any} */ v) => put({ secret: v })} />` : null}
    <label class="field wide"><span>${e.headers} · ${e.headersHint}</span><textarea class="input" rows="3" data-field="headers" spellcheck=${false} value=${x.headers.map((h) => `${h.name}: ${h.value}`).join('\n')}
      onChange=${(/** @type {any} */ ev) => set({ headers: readHeaders(ev.target.value) })}></textarea></label></div>`;
}

/** @param {Part} p */
const App = ({ x, set }) => html`<p class="muted">${e.appText}</p><div class="form-grid"><${Text} label=${e.appKey} field="app_key" mono value=${x.app_key} put=${(/** @type {string} */ v) => set({ app_key: v.trim() })} /><${Text} label=${e.appToken} field="app_token" mono value=${x.app_token} put=${(/** @type {string} */ v) => set({ app_token: v.trim() })} /></div>`;

/** @param {Part} p */
function Signing({ x, set, p }) {
  const needs = useNeeds(x.scheme || p?.scheme || '').filter((n) => n !== 'url');
  return html`<div class="form-grid"><${SchemePick} label=${e.scheme} value=${x.scheme} auto=${p?.scheme ? `${e.schemeProvider} (${schemeName(p.scheme)})` : e.schemeProvider} set=${(/** @type {string} */ v) => set({ scheme: v })} />
    ${needs.map((n) => html`<${Text} key=${n} label=${n} field=${'context.' + n} mono value=${x.context?.[n]} put=${(/** @type {string} */ v) => set({ context: { ...x.context, [n]: v.trim() } })} />`)}</div>
    ${x.scheme === 'none' ? null : x.secrets === null ? html`<p class="row-gap"><span class="muted">${e.secretNew}</span><button type="button" class="btn small" onClick=${() => set({ secrets: [] })}>${e.ownSecret}</button></p>`
    : html`<${Secrets} list=${x.secrets} set=${(/** @type {any} */ secrets) => set({ secrets })} />${x.rev ? null : html`<div><button type="button" class="btn small" onClick=${() => set({ secrets: null })}>${e.madeSecret}</button></div>`}`}`;
}

const speeds = [1, 60, 3600, 86_400];

/**
 * The fields that choose a rule; own: one has to be chosen, there is no provider's.
 * @param {{retry: Endpoint['retry'], set: (r: Endpoint['retry']) => void, own?: boolean}} p
 */
export function RetryFields({ retry: r, set, own = false }) {
  const put = (/** @type {Partial<Endpoint['retry']>} */ c) => set({ ...r, ...c });
  const options = /** @type {[string, string][]} */ (Object.entries(e.presets).filter(([v]) => !own || v !== 'provider'));
  return html`<${Select} label=${e.preset} value=${r.preset || 'provider'} options=${options} put=${(/** @type {string} */ v) => put({ preset: v, ...(v === 'custom' && !r.delays.length ? { delays: ['5s', '1m', '5m'] } : {}) })} />
      ${r.preset === 'custom' ? html`<${Text} label=${e.delays} hint=${e.delaysHint} field="retry.delays" mono listed value=${r.delays} put=${(/** @type {string[]} */ v) => put({ delays: v })} /><${Amount} label=${e.jitter} field="retry.jitter" most=${100} value=${percentOf(r.jitter)} put=${(/** @type {number} */ n) => put({ jitter: n / 100 })} />` : null}`;
}

/** @param {Part} p */
function Retry({ x, set, p }) {
  const plan = usePlan(x.retry, p);
  return html`<div class="form-grid"><${RetryFields} retry=${x.retry} set=${(/** @type {Endpoint['retry']} */ retry) => set({ retry })} />
      <${Select} label=${e.speed} value=${String(x.speed || 1)} options=${speeds.map((n) => [String(n), e.times(count(n))])} put=${(/** @type {string} */ v) => set({ speed: Number(v) })} /></div>
    <${Plan} plan=${plan} speed=${x.speed || 1} some=${Boolean(p) || x.retry.preset !== 'provider'} /><p class="muted small-text">${e.speed}: ${e.speedHint}.</p>`;
}

/** The plan in words. @param {{plan: number[]|null, speed: number, some: boolean}} p */
export function Plan({ plan, speed, some }) {
  if (!plan) return html`<p class="muted">${some ? e.planUnknown : e.planProvider}</p>`;
  if (plan.length < 2) return html`<p class="muted">${e.planOnce}</p>`;
  return html`<div><p class="muted">${e.planTitle}:</p><ol class="tries">${plan.map((at, i) => html`<li><b>${i + 1}</b> ${at ? e.planAt(span(at)) : e.planFirst}${at && speed > 1 ? ` (${e.planOurs(at / speed < 1 ? '<1 s' : span(at / speed))})` : ''}</li>`)}</ol></div>`;
}

/** @param {Part} p */
const Limits = ({ x, set }) => html`<div class="form-grid">
  <${Amount} label=${e.timeout} hint=${e.timeoutHint} field="timeout_ms" most=${600} value=${x.timeout_ms / 1000} put=${(/** @type {number} */ n) => set({ timeout_ms: Math.round(n * 1000) })} />
  <${Text} label=${e.success} hint=${e.successHint} field="success" listed value=${x.success} put=${(/** @type {string[]} */ v) => set({ success: v })} />
  <${Amount} label=${e.concurrency} field="concurrency" whole least=${1} most=${256} value=${x.concurrency} put=${(/** @type {number} */ n) => set({ concurrency: n })} />
  <${Amount} label=${e.rate} hint=${e.rateHint} field="rate" most=${1e6} value=${x.rate} put=${(/** @type {number} */ n) => set({ rate: n })} /></div>
  <label class="check"><input type="checkbox" checked=${x.ordered} onChange=${(/** @type {any} */ ev) => set({ ordered: ev.target.checked })} />${e.ordered}</label>
  <label class="check"><input type="checkbox" checked=${x.insecure} onChange=${(/** @type {any} */ ev) => set({ insecure: ev.target.checked })} />${e.insecure}</label>`;

/**
 * The parts in their order: title, view, and what stands on the fold.
 * @type {{id: string, title: string, view: any, url?: boolean, now: (x: Endpoint, p: ProviderDetail|undefined) => string}[]}
 */
export const parts = [
  { id: 'channels', title: e.channelsField, view: Channels, now: (x) => x.channels.join(', ') || e.summaries.all },
  { id: 'scope', title: e.scope, view: Scope, now: (x) => (x.scope ? [...x.scope.only, ...x.scope.except].join(', ') : e.summaries.all) },
  { id: 'skip', title: e.skip, view: Skip, now: (x) => x.skip || e.summaries.none },
  { id: 'format', title: e.format, view: Format, url: true, now: (x) => /** @type {any} */ (e.formats)[x.format] || e.summaries.provider },
  { id: 'auth', title: e.authTitle, view: Auth, url: true, now: (x) => (x.auth.kind && x.auth.kind !== 'none' ? /** @type {any} */ (e.authKinds)[x.auth.kind] : e.summaries.none) },
  { id: 'app', title: e.app, view: App, url: true, now: (x) => (x.app_key || x.app_token ? e.summaries.set : e.summaries.none) },
  { id: 'signing', title: e.signing, view: Signing, url: true, now: (x) => { schemes.value; return x.scheme === 'none' ? e.unsigned : x.scheme ? schemeName(x.scheme) : e.summaries.provider; } },
  { id: 'retry', title: e.retry, view: Retry, now: (x) => (/** @type {any} */ (e.presets)[x.retry.preset] || x.retry.preset) + (x.speed > 1 ? ` · ${e.times(count(x.speed))}` : '') },
  { id: 'limits', title: e.limits, view: Limits, now: (x) => (x.timeout_ms ? decimal(x.timeout_ms / 1000, 3) + ' s' : e.summaries.provider) },
];
