// @ts-check
import { html, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { detail as detailWords } from '../i18n/en-detail.js';
import { out } from '../i18n/en-out.js';
import { Plan } from './plan.js';
import { kindOf, wordOf, shapes } from '../outcome.js';
import { bytes, duration, moment, visible } from '../format.js';
import { withoutSecrets } from './secrets.js';
import { Said } from '../said.js';

/** @typedef {import('../types.js').Delivery} Delivery */
/** @typedef {import('../types.js').Attempt} Attempt */

const phases = /** @type {const} */ (['dns', 'connect', 'tls', 'send', 'wait', 'read']);

/** @param {{d: Delivery, show: (tab: string, k: number) => void}} p show opens a tab with an attempt */
export function Attempts({ d, show }) {
  const [bad, setBad] = useState(false);
  const all = d.attempts || [];
  const plan = d.dir === 'out' ? html`<${Plan} d=${d} />` : null;
  const made = all.filter((a) => Date.parse(a.started) > 0);
  if (!made.length) return html`${plan}<p class="muted">${detailWords.attempts.none}</p>`;
  const longest = Math.max(0.001, ...made.map((a) => a.timing?.total_ms || 0));
  const failed = made.filter((a) => isBad(a));
  const some = made.length > 2 && failed.length > 0 && failed.length < made.length;
  return html`${plan}
    ${d.next || (d.dir === 'out' && made.length > 1) || lasted(made) >= told ? html`<${Timeline} d=${d} made=${made} />` : null}
    ${some ? html`<label class="check"><input type="checkbox" checked=${bad} onChange=${(/** @type {any} */ e) => setBad(e.target.checked)} />${out.errorsOnly} <span class="muted">(${failed.length})</span></label>` : null}
    <div>${(some && bad ? failed : made).map((a) => html`<${One} key=${a.k} d=${d} a=${a} start=${Date.parse(made[0].started)} longest=${longest} show=${show} />`)}</div>`;
}

/** Between attempts that begin within this time, in ms, there is nothing to tell of. */
const told = 100;

/** Milliseconds from the start of the first attempt to that of the last. @param {Attempt[]} made */
const lasted = (made) => Math.max(...made.map((a) => Date.parse(a.started))) - Date.parse(made[0].started);

/** @param {Attempt} a */
const isBad = (a) => Boolean(a.failure) || (a.response?.status || 0) >= 400;

/** The tries in their order, with the time between them: what is far apart is drawn nearer. @param {{d: Delivery, made: Attempt[]}} p */
function Timeline({ d, made }) {
  const at = made.map((a) => Date.parse(a.started));
  if (d.next) at.push(Math.max(Date.parse(d.next.at), at[at.length - 1]));
  const gaps = at.slice(1).map((x, i) => x - at[i]);
  return html`<section class="block"><h3>${detailWords.attempts.timeline}</h3>
    <ol class="timeline">${at.map((_, i) => {
      const a = made[i];
      const kind = a ? kindOf(a.response?.status || 0, a.failure?.class || '') : 'pending';
      return html`${i ? html`<li class="gap" aria-hidden="true" style=${{ flexGrow: Math.log10(10 + gaps[i - 1]) }}><span>${duration(gaps[i - 1])}</span></li>` : null}<li class=${'mark ' + kind} title=${a ? wordOf(a.response?.status || 0, a.failure?.class || '') : out.toCome}><span aria-hidden="true">${a ? shapes[kind] : '↻'}</span><span class="sr">${a ? `${nameOf(d, a)}: ${wordOf(a.response?.status || 0, a.failure?.class || '')}${i ? ', ' + out.gap(duration(gaps[i - 1])) : ''}` : `${out.toCome}, ${out.gap(duration(gaps[i - 1]))}`}</span></li>`;
    })}</ol></section>`;
}

/** @param {Delivery} d @param {Attempt} a */
const nameOf = (d, a) => (d.dir !== 'out' ? detailWords.attempts.kinds[a.kind] || a.kind : (d.max_tries || 0) > 1 && a.k < (d.max_tries || 0) ? out.tryNOf(a.k + 1, d.max_tries || 0) : out.tryN(a.k + 1));

/** @param {{d: Delivery, a: Attempt, start: number, longest: number, show: (tab: string, k: number) => void}} p */
function One({ d, a, start, longest, show }) {
  const status = a.response?.status || 0;
  const kind = kindOf(status, a.failure?.class || '');
  const timing = a.timing || /** @type {any} */ ({});
  const at = Date.parse(a.started);
  const parts = phases.map((p) => ({ p, ms: timing[/** @type {keyof import('../types.js').Timing} */ (p + '_ms')] || 0 })).filter((x) => x.ms > 0);
  const sum = parts.reduce((s, x) => s + x.ms, 0) || 1;
  return html`<section class="attempt" aria-label=${detailWords.attempts.n(a.k)}>
    <div class="attempt-head"><h3>${nameOf(d, a)}</h3>
      <code class="iso muted">${visible(withoutSecrets(a.target, a.secrets))}</code>
      <span class=${kind}><b><span aria-hidden="true">${shapes[kind]} </span>${wordOf(status, a.failure?.class || '')}</b></span>
      <span class="muted">${duration(timing.total_ms ?? sum)}</span></div>
    ${parts.length ? html`<div class="phases" aria-hidden="true" style=${{ width: Math.max(4, (sum / longest) * 100) + '%' }}>${parts.map((x) => html`<i class=${'ph-' + x.p} style=${{ flex: `${x.ms / sum} 0 0px` }}></i>`)}</div>
      <p class="phase-list">${parts.map((x) => html`<span class=${'ph-' + x.p}>${t.phases[x.p]} ${duration(x.ms)}</span>`)}</p>` : null}
    ${a.failure ? html`<p class="note bad"><b class="none">${wordOf(0, a.failure.class)}${a.failure.phase ? ` (${t.phases[/** @type {keyof typeof t.phases} */ (a.failure.phase)] || a.failure.phase})` : ''}</b> <span class="iso"><${Said} text=${a.failure.text} /></span></p>` : null}
    <dl class="facts"><dt>${detailWords.attempts.started}</dt><dd>${moment(at, true)}${at > start ? html` <span class="muted">· ${detailWords.attempts.after(at - start)}</span>` : ''}</dd>
      ${a.remote ? html`<dt>${detailWords.attempts.remote}</dt><dd>${visible(a.remote)}${a.reused ? ', ' + detailWords.attempts.reused : ''}</dd>` : null}
      ${a.request ? html`<dt>${t.detail.tabs.request}</dt><dd><button type="button" class="link" onClick=${() => show('request', a.k)}><code class="iso">${visible(withoutSecrets(a.request.start, a.secrets))}</code></button> · ${bytes(a.request.size)}</dd>` : null}
      ${a.response ? html`<dt>${t.detail.tabs.response}</dt><dd><button type="button" class="link" onClick=${() => show('response', a.k)}><code class="iso">${visible(a.response.start)}</code></button> · ${bytes(a.response.size)}${a.answered && a.kind !== 'capture' ? html` <span class="muted">· ${detailWords.attempts.answered}</span>` : null}</dd>` : null}
    </dl>
    ${a.dropped?.length ? html`<div><p class="muted">${detailWords.overview.dropped}</p><ul class="plain-list mono">${a.dropped.map((x) => html`<li class="iso">${visible(x)}</li>`)}</ul></div>` : null}
    ${a.notes?.length ? html`<ul class="plain-list muted">${a.notes.map((x) => html`<li><${Said} text=${x} /></li>`)}</ul>` : null}
  </section>`;
}
