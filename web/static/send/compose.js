// @ts-check
// Compose: whom it goes to, what it says, what is broken on purpose.
import { html, signal, useEffect, useRef, useState } from '../html.js';
import { send as s } from '../i18n/en-send.js';
import { place, setParams } from '../router.js';
import { layout } from '../state.js';
import { Problem } from '../api.js';
import { Amount } from '../components/amount.js';
import { Copy } from '../components/copy.js';
import { Icon } from '../components/icons.js';
import { say } from '../components/notices.js';
import { calls } from './calls.js';
import { askProvider } from './catalog.js';
import { commandOf, inputOf, newDraft, toggleChaos } from './model.js';
import { Blocked } from './allow.js';
import { BodyBox } from './payload.js';
import { Outcomes } from './outcome.js';
import { Preview } from './preview.js';
import { To } from './to.js';

/** @typedef {import('./model.js').Draft} Draft */
/** @typedef {import('./types.js').EventDetail} EventDetail */
/** @typedef {import('./types.js').ProviderDetail} ProviderDetail */
/** @typedef {import('./types.js').Sent} Sent */

/** What is being composed, by event type; it outlives the page. @type {{value: Record<string, Draft>}} */
const drafts = signal({});
/** What became of the last sending, by event type. @type {{value: Record<string, Sent>}} */
const sent = signal({});
/** @type {string[]} */
let lastTo = [];

/** Begins the next event with these targets. @param {string} name */
export const aimAt = (name) => {
  lastTo = name.split(',');
};

/** Where an address says what to begin with. @param {Record<string, string>} params */
function draftOf(params) {
  const set = Object.fromEntries((params.set || '').split('\n').filter(Boolean).map((x) => [x.slice(0, x.indexOf('=')), x.slice(x.indexOf('=') + 1)]));
  return newDraft({ to: params.to ? params.to.split(',') : lastTo, ...(params.variant ? { variant: params.variant } : {}), set, from: params.from || '' });
}

/** @param {{event: EventDetail, provider: ProviderDetail}} p */
export function Compose({ event, provider }) {
  const begun = useRef(false);
  if (!begun.current) {
    begun.current = true;
    const { to, variant, set, from } = place.value.params;
    if (!drafts.value[event.id] || to || variant || set || from) drafts.value = { ...drafts.value, [event.id]: draftOf(place.value.params) };
  }
  const d = drafts.value[event.id];
  const change = (/** @type {Partial<Draft>} */ x) => {
    drafts.value = { ...drafts.value, [event.id]: { ...drafts.value[event.id], ...x } };
  };
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(/** @type {Problem|null} */ (null));
  const [times, setTimes] = useState(0);
  const bar = useRef(/** @type {HTMLElement|null} */ (null));
  const input = inputOf(event.id, d);

  const go = async () => {
    const wrong = bar.current?.querySelector(':invalid');
    if (wrong instanceof HTMLInputElement) wrong.reportValidity();
    if (busy || wrong) return;
    setBusy(true);
    setProblem(null);
    try {
      const done = await calls.emit(inputOf(event.id, drafts.value[event.id]));
      sent.value = { ...sent.value, [event.id]: done };
      lastTo = d.to;
      setTimes((n) => n + 1);
      say(s.said(done.total ?? done.deliveries.length));
      if (place.value.params.to || place.value.params.set) setParams({ to: null, set: null, variant: null, from: null });
    } catch (err) {
      setProblem(/** @type {Problem} */ (err));
    } finally {
      setBusy(false);
    }
  };
  useEffect(() => {
    const keys = (/** @type {KeyboardEvent} */ e) => {
      if (e.key !== 'Enter' || !(e.ctrlKey || e.metaKey) || e.altKey || e.shiftKey) return;
      e.preventDefault();
      latest.current();
    };
    document.addEventListener('keydown', keys);
    return () => document.removeEventListener('keydown', keys);
  }, []);
  const latest = useRef(go);
  latest.current = go;
  return html`<div class="compose">
    <div class="compose-in">
      <${To} to=${d.to} set=${(/** @type {string[]} */ to) => change({ to })} subscribers=${event.subscribers} />
      <${BodyBox} event=${event} d=${d} change=${change} />
      <${Attributes} provider=${provider} d=${d} change=${change} />
      <${Chaos} chaos=${d.chaos} set=${(/** @type {string[]} */ chaos) => change({ chaos })} />
    </div>
    <${Preview} input=${input} again=${times} changed=${() => askProvider(provider.id, true).catch(() => {})} />
    <div class="compose-end">
      ${problem ? html`<${Blocked} problem=${problem} retry=${go} close=${() => setProblem(null)} />` : null}
      <div class="compose-bar" ref=${bar}>
        <${Amount} class="tiny" label=${s.count} whole least=${1} value=${d.count} put=${(/** @type {number} */ count) => change({ count })} />
        ${d.count > 1 ? html`<${Amount} class="tiny" label=${s.every} value=${d.every} put=${(/** @type {number} */ every) => change({ every })} />` : null}
        <${Amount} class="tiny" label=${s.delay} value=${d.delay} put=${(/** @type {number} */ delay) => change({ delay })} />
        <span class="grow"></span>
        <${Copy} text=${commandOf(input)} words=${layout.value !== 'narrow'} label=${s.copyCLI} class="big" />
        <button type="button" class="btn primary" disabled=${busy} onClick=${go}><${Icon} name="send" />${busy ? s.going : d.count > 1 ? s.goMany(d.count) : s.go}<span class="key-hint" aria-hidden="true">${s.keys}</span></button>
      </div>
      ${sent.value[event.id] ? html`<${Outcomes} key=${sent.value[event.id].event_id + times} sent=${sent.value[event.id]} />` : null}
    </div>
  </div>`;
}

/** Attributes that a provider is known to have. @type {Record<string, string[]>} */
const usual = { stockcrowd: ['campaign', 'offline', 'crm'], webconnex: ['form'], sitestacker: ['request_id'] };

/** @param {{provider: ProviderDetail, d: Draft, change: (x: Partial<Draft>) => void}} p */
function Attributes({ provider, d, change }) {
  const mine = new Set(usual[provider.id] || []);
  if (provider.definition.channels) mine.add('channels');
  if (provider.definition.headers?.some((h) => h.when === 'request_id')) mine.add('request_id');
  const some = (/** @type {string} */ k) => Boolean(/** @type {any} */ (d)[k]);
  const text = (/** @type {keyof Draft} */ k, /** @type {string} */ label, hint = '') => html`<label class="field" key=${k}><span>${label}${hint && k === 'request_id' ? ' · ' + hint : ''}</span><input class="input" autocomplete="off" autocapitalize="off" spellcheck=${false} placeholder=${k === 'channels' ? hint : ''} value=${d[k]} onInput=${(/** @type {any} */ e) => change({ [k]: k === 'channels' ? e.target.value : e.target.value.trim() })} /></label>`;
  const check = (/** @type {'offline'|'crm'} */ k, /** @type {string} */ label) => html`<label class="check" key=${k}><input type="checkbox" checked=${d[k]} onChange=${(/** @type {any} */ e) => change({ [k]: e.target.checked })} />${label}</label>`;
  /** @type {Record<string, () => any>} */
  const all = {
    channels: () => text('channels', s.channels, s.channelsHint), campaign: () => text('campaign', s.campaign), form: () => text('form', s.form),
    request_id: () => text('request_id', s.request, s.requestHint), offline: () => check('offline', s.offline), crm: () => check('crm', s.crm),
  };
  const first = Object.keys(all).filter((k) => mine.has(k));
  const rest = Object.keys(all).filter((k) => !mine.has(k));
  return html`<section class="compose-part" aria-label=${s.attributes}>
    ${first.length ? html`<div class="form-grid">${first.map((k) => all[k]())}</div>` : null}
    <details class="fold quiet" open=${rest.some(some)}><summary>${s.attributes} <span class="muted">${s.attributesHint}</span></summary><div class="form-grid">${rest.map((k) => all[k]())}</div></details>
  </section>`;
}

/** @param {{chaos: string[], set: (chaos: string[]) => void}} p */
function Chaos({ chaos, set }) {
  return html`<section class="compose-part" aria-labelledby="chaos-title"><h2 id="chaos-title">${s.chaos}</h2>
    <div class="chips">${Object.entries(s.switches).map(([name, [word, tip]]) => html`<button type="button" class="chip-toggle warn" aria-pressed=${chaos.includes(name)} title=${tip} onClick=${() => set(toggleChaos(chaos, name))}>${word}</button>`)}</div>
    ${chaos.length ? html`<p class="muted" role="status">${chaos.map((name) => s.switches[name][1]).join('. ')}.</p>` : null}</section>`;
}
