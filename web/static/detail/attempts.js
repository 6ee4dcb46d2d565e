// @ts-check
import { html } from '../html.js';
import { t } from '../i18n/index.js';
import { kindOf, wordOf, shapes } from '../outcome.js';
import { bytes, duration, moment, time, visible } from '../format.js';

/** @typedef {import('../types.js').Delivery} Delivery */
/** @typedef {import('../types.js').Attempt} Attempt */

const phases = /** @type {const} */ (['dns', 'connect', 'tls', 'send', 'wait', 'read']);

/** @param {{d: Delivery, open: (k: number) => void}} p */
export function Attempts({ d }) {
  const all = d.attempts || [];
  if (!all.length) return html`<p class="muted">${t.attempts.none}</p>`;
  const start = Date.parse(all[0].started);
  const span = Math.max(1, ...all.map((a) => Date.parse(a.started) - start));
  const longest = Math.max(0.001, ...all.map((a) => a.timing?.total_ms || 0));
  return html`
    ${all.length > 1 && span >= 1000 ? html`<section class="block"><h3>${t.attempts.timeline}</h3>
      <div class="timeline" aria-hidden="true"><div class="line"></div>${all.map((a) => {
        const kind = kindOf(a.response?.status || 0, a.failure?.class || '');
        return html`<span class=${'mark ' + kind} style=${{ left: `calc(10px + (100% - 20px) * ${(Date.parse(a.started) - start) / span})` }}>${shapes[kind]}</span>`;
      })}</div></section>` : null}
    <div>${all.map((a) => html`<${One} a=${a} start=${start} longest=${longest} />`)}</div>`;
}

/** @param {{a: Attempt, start: number, longest: number}} p */
function One({ a, start, longest }) {
  const status = a.response?.status || 0;
  const kind = kindOf(status, a.failure?.class || '');
  const timing = a.timing || /** @type {any} */ ({});
  const at = Date.parse(a.started);
  const parts = phases.map((p) => ({ p, ms: timing[/** @type {keyof import('../types.js').Timing} */ (p + '_ms')] || 0 })).filter((x) => x.ms > 0);
  const sum = parts.reduce((s, x) => s + x.ms, 0) || 1;
  return html`<section class="attempt" aria-label=${t.attempts.n(a.k)}>
    <div class="attempt-head"><h3>${a.kind === 'capture' ? t.attempts.kinds.capture : t.attempts.kinds[a.kind] || a.kind}</h3>
      <code class="iso muted">${visible(a.target)}</code>
      <span class=${kind}><b><span aria-hidden="true">${shapes[kind]} </span>${wordOf(status, a.failure?.class || '')}</b></span>
      <span class="muted">${duration(timing.total_ms ?? sum)}</span></div>
    ${parts.length ? html`<div class="phases" aria-hidden="true" style=${{ width: Math.max(4, (sum / longest) * 100) + '%' }}>${parts.map((x) => html`<i class=${'ph-' + x.p} style=${{ flex: `${x.ms / sum} 0 0px` }}></i>`)}</div>
      <p class="phase-list">${parts.map((x) => html`<span class=${'ph-' + x.p}>${t.phases[x.p]} ${duration(x.ms)}</span>`)}</p>` : null}
    ${a.failure ? html`<p class="note bad"><b class="none">${a.failure.class}${a.failure.phase ? ` (${t.phases[/** @type {keyof typeof t.phases} */ (a.failure.phase)] || a.failure.phase})` : ''}</b> <span class="iso">${visible(a.failure.text)}</span></p>` : null}
    <dl class="facts"><dt>${t.attempts.started}</dt><dd>${moment(at)} (${time(at)}${at > start ? ', ' + t.attempts.after(at - start) : ''})</dd>
      ${a.remote ? html`<dt>${t.attempts.remote}</dt><dd>${visible(a.remote)}${a.reused ? ', ' + t.attempts.reused : ''}</dd>` : null}
      ${a.request ? html`<dt>${t.detail.tabs.request}</dt><dd><code class="iso">${visible(a.request.start)}</code> · ${bytes(a.request.size)}</dd>` : null}
      ${a.response ? html`<dt>${t.detail.tabs.response}</dt><dd><code class="iso">${visible(a.response.start)}</code> · ${bytes(a.response.size)}${a.answered && a.kind !== 'capture' ? html` <span class="muted">· ${t.attempts.answered}</span>` : null}</dd>` : null}
    </dl>
    ${a.dropped?.length ? html`<div><p class="muted">${t.overview.dropped}</p><ul class="plain-list mono">${a.dropped.map((x) => html`<li class="iso">${visible(x)}</li>`)}</ul></div>` : null}
    ${a.notes?.length ? html`<ul class="plain-list muted">${a.notes.map((x) => html`<li>${visible(x)}</li>`)}</ul>` : null}
  </section>`;
}
