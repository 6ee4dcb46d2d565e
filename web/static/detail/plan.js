// @ts-check
// What comes next for a delivery that was sent: the countdown to its next try, or how
// it ended, and what a person can do about either.
import { html, useEffect, useState } from '../html.js';
import { out } from '../i18n/en-out.js';
import { toast, toastFailure } from '../components/notices.js';
import { Icon } from '../components/icons.js';
import { t } from '../i18n/index.js';
import { kindOf, shapes } from '../outcome.js';
import { span, time, visible } from '../format.js';
import { url } from '../router.js';
import { keysOf } from '../keymap.js';
import { calls } from '../send/calls.js';
import { askProvider, askProviders, details, providerName } from '../send/catalog.js';
import { usePlan } from '../endpoints/retry.js';
import { resendOne, tryNow } from './actions.js';
import { forget } from './open.js';
import { endOf, isKept, isNamed, isUnwanted, triesMost } from './sent.js';
import { Said, said } from '../said.js';

/** @typedef {import('../types.js').Delivery} Delivery */
/** @typedef {import('../send/types.js').Endpoint} Endpoint */

/** The endpoint of a delivery, null where there is none or no longer; undefined until it is known. @param {Delivery} d */
function useEndpoint(d) {
  const [ep, setEp] = useState(/** @type {{name: string, x: Endpoint|null}|undefined} */ (undefined));
  const name = d.endpoint || '';
  const provider = ep?.x?.provider || d.provider;
  useEffect(() => {
    if (!isNamed(name)) {
      setEp({ name, x: null });
      return;
    }
    calls.endpoint(name).then((x) => setEp({ name, x }), (err) => err.status === 404 && setEp({ name, x: null }));
  }, [name, d.status, d.tries]);
  useEffect(() => {
    askProviders().catch(() => {}); // its id is shown
    if (provider) askProvider(provider).catch(() => {}); // what its resend does is left out
  }, [provider]);
  return { ep: ep?.name === name ? ep.x : undefined, provider: details.value[provider], name: providerName(provider) };
}

/** Draws anew every second while something is to come. @param {boolean} on */
function useClock(on) {
  const [, tick] = useState(0);
  useEffect(() => {
    if (!on) return;
    const timer = setInterval(() => tick((n) => n + 1), 1000);
    return () => clearInterval(timer);
  }, [on]);
}

/** @param {{d: Delivery}} p */
export function Plan({ d }) {
  const { ep, provider, name } = useEndpoint(d);
  const [busy, setBusy] = useState(false);
  useClock(Boolean(d.next && !d.next.under_way));
  if (isUnwanted(d)) return null;
  const next = d.next;
  const stop = async () => {
    setBusy(true);
    try {
      await calls.stop(d.id);
      toast(out.stopped(d.n));
    } catch (err) {
      toastFailure(visible(/** @type {Error} */ (err).message));
    }
    setBusy(false);
    forget(d.id, d.n);
  };
  const now = async () => {
    setBusy(true);
    await tryNow(d);
    setBusy(false);
  };
  const off = ep?.disabled ? html`<p class="client">▲ ${out.switchedOff(visible(ep.name))} <span class="iso"><${Said} text=${ep.disabled.reason} /></span> <a href=${url('endpoints', [ep.name])}>${out.openEndpoint}</a></p>`
    : ep && !ep.on ? html`<p class="muted">${out.isOff(visible(ep.name))} <a href=${url('endpoints', [ep.name])}>${out.openEndpoint}</a></p>`
    : ep === null && isNamed(d.endpoint) ? html`<p class="muted">${out.deleted(visible(d.endpoint || ''))}</p>` : null;
  if (next) {
    const wait = (Date.parse(next.at) - Date.now()) / 1000;
    const sendingOff = /switched off/.test(next.waits);
    const of = triesMost(d);
    return html`<section class=${'plan-card' + (sendingOff ? ' warn' : '')} aria-label=${out.plan}>
      <div class="plan-words"><p><span class=${sendingOff ? 'client' : 'pending'} aria-hidden="true">${sendingOff ? '▲' : '↻'} </span><b>${next.under_way ? out.underWay(next.try + 1, of) : wait > 0 ? out.next(next.try + 1, of, span(Math.ceil(wait))) : out.due(next.try + 1, of)}</b>
          ${wait > 0 && !next.under_way ? html` <span class="muted">${out.at(time(Date.parse(next.at)).slice(0, 8))}</span>` : null}</p>
        ${sendingOff ? html`<p>${out.sendingOff} <a href="/settings/sending">${out.toSending}</a></p>` : next.waits ? html`<p class="muted">${out.waitsOthers}</p>` : html`<${Further} d=${d} ep=${ep} provider=${provider} />`}${off}</div>
      ${next.under_way ? null : html`<div class="plan-acts"><button type="button" class="btn small primary" disabled=${busy || sendingOff} onClick=${now}><${Icon} name="play" />${out.tryNow}</button><button type="button" class="btn small" disabled=${busy} onClick=${stop}>${out.stop}</button></div>`}
    </section>`;
  }
  const end = endOf(d);
  if (!end) return null;
  const kind = isKept(d) ? 'ok' : kindOf(d.status, d.failure);
  const resend = provider?.definition.resend;
  const why = ep?.disabled && end.why.includes(said(ep.disabled.reason)) ? '' : end.why; // said below
  return html`<section class="plan-card" style=${{ borderLeftColor: `var(--${kind})` }} aria-label=${out.plan}>
    <div class="plan-words"><p><span class=${kind} aria-hidden="true">${shapes[kind]} </span><b>${end.text}</b></p>${why ? html` <p class="muted iso">${why}</p>` : null}
      ${resend && d.method !== 'MAIL' ? html`<p class="muted">${out.resendAs(visible(name), labelOf(resend.label), out.resendKeeps(resend))}</p>` : null}${off}</div>
    <div class="plan-acts"><button type="button" class="btn small" onClick=${() => resendOne(d)}><${Icon} name="send" />${t.select.resend}${keysOf('r') ? html` <kbd>${keysOf('r')}</kbd>` : null}</button></div>
  </section>`;
}

/** The provider's own word for it; "" if it is ours. @param {string|undefined} label */
const labelOf = (label) => (!label || /^resend$/i.test(label) ? '' : visible(label.replace(/\s*\(.*\)$/, '')));

/** The tries after the next one, as far as the rule tells. @param {{d: Delivery, ep: Endpoint|null|undefined, provider: any}} p */
function Further({ d, ep, provider }) {
  const left = triesMost(d) - ((d.next?.try || 0) + 1);
  const plan = usePlan(ep?.retry || { preset: 'provider', delays: [], jitter: 0 }, provider, ep !== undefined && !(ep?.provider || d.provider));
  if (left <= 0) return html`<p class="muted">${out.lastTry}</p>`;
  const at = d.next ? d.next.try : 0;
  const more = plan && plan.length > at + left ? (plan[at + left] - plan[at]) / (ep?.speed || 1) : 0;
  return html`<p class="muted">${out.further(left, more ? span(more + Math.max(0, (Date.parse(d.next?.at || '') - Date.now()) / 1000)) : '')}</p>`;
}
