// @ts-check
// How an endpoint is signed for, and how it fares.
import { html, useEffect, useState } from '../html.js';
import { endpoints as e } from '../i18n/en-endpoints.js';
import { Problem } from '../api.js';
import { count, duration, moment, span, visible } from '../format.js';
import { Trouble } from '../components/trouble.js';
import { toastFailure } from '../components/notices.js';
import { quoted } from '../list/filter.js';
import { t } from '../i18n/index.js';
import { sign as signWords } from '../i18n/en-sign.js';
import { url } from '../router.js';
import { calls } from '../send/calls.js';
import { SchemeCode } from '../send/about.js';
import { askProvider, details } from '../send/catalog.js';
import { usePlan } from './retry.js';
import { percent } from '../activity/groups.js';
import { okShare } from './list.js';
import { Amount } from '../components/amount.js';
import { Plan } from './parts.js';

/** @typedef {import('../send/types.js').Endpoint} Endpoint */

/** Milliseconds between two looks. */
const every = 5000;

/** @param {{x: Endpoint, rotated: (x: Endpoint) => void}} p */
export function Signing({ x, rotated }) {
  const [hours, setHours] = useState(24);
  const [busy, setBusy] = useState(false);
  const scheme = x.scheme === 'none' ? '' : x.scheme || details.value[x.provider]?.scheme || '';
  const rotate = async (/** @type {Event} */ ev) => {
    ev.preventDefault();
    setBusy(true);
    try {
      rotated(await calls.rotate(x.name, Math.round(hours * 3600)));
    } catch (err) {
      toastFailure(visible(/** @type {Error} */ (err).message));
    } finally {
      setBusy(false);
    }
  };
  if (x.kind === 'email' || x.scheme === 'none') return html`<p class="note">${e.unsignedText}</p>`;
  return html`<section class="section"><h2>${e.secretTitle}</h2>
      ${x.secrets?.length ? html`<ul class="secret-list">${x.secrets.map((s) => html`<li><span class="secret-name iso">${visible(s.name)}</span><code>${visible(s.hint || '••••')}</code><span class=${s.until ? 'client' : 'muted'}>${s.until ? (Date.parse(s.until) > Date.now() ? signWords.secrets.until(t.time.ahead(span((Date.parse(s.until) - Date.now()) / 1000))) : signWords.secrets.over) : s.added ? moment(Date.parse(s.added)) : ''}</span><span></span></li>`)}</ul>` : html`<p class="muted">${signWords.secrets.none}</p>`}
      <form class="row-gap end" onSubmit=${rotate}><${Amount} label=${e.overlap} most=${168} value=${hours} put=${setHours} /><button class="btn" disabled=${busy}>${e.rotateNow}</button></form></section>
    <section class="section"><h2>${e.receiver}</h2>${scheme ? html`<${SchemeCode} scheme=${scheme} />` : html`<p class="muted">${x.provider ? e.unsignedText : e.perEvent}</p>`}</section>`;
}

/** @param {{x: Endpoint}} p */
export function Health({ x }) {
  const [a, setA] = useState(/** @type {import('../send/types.js').Activity|null} */ (null));
  const [problem, setProblem] = useState(/** @type {Problem|null} */ (null));
  const plan = usePlan(x.retry, details.value[x.provider]);
  const q = 'endpoint:' + quoted(x.name);
  const load = () => {
    calls.activity(q).then((r) => {
      setA(r);
      setProblem(null);
    }, setProblem);
    if (x.provider) askProvider(x.provider).catch(() => {}); // the plan is left out
  };
  useEffect(() => {
    load();
    const timer = setInterval(() => !document.hidden && load(), every);
    return () => clearInterval(timer);
  }, []);
  if (problem && !a) return html`<${Trouble} problem=${problem} retry=${load} />`;
  if (!a) return html`<p class="muted">${e.loading}</p>`;
  const g = a.groups.find((q) => q.name === x.name);
  const off = details.value[x.provider]?.definition.disable;
  /** @type {[string, any][]} */
  const facts = g ? [[e.total, count(g.out)], [e.ok, html`<span class="ok">● ${count(g['2xx'])}</span> <span class="muted">· ${percent(okShare(g) ?? 0)}</span>`], [e.failed, g.failed ? html`<a class="server" href=${url('live', [], { q: q + ' is:failed' })}>■ ${count(g.failed)}</a>` : html`<span class="muted">0</span>`], [e.p50, duration(g.p50_ms)], [e.p95, duration(g.p95_ms)], [e.p99, duration(g.p99_ms)], [e.queue, g.pending && g.next ? html`<a class="pending" href=${url('live', [], { q: q + ' is:retrying' })}>${count(g.pending)}</a>` : count(g.pending)], [e.next, g.next ? html`<span title=${moment(Date.parse(g.next))}>${t.time.ahead(span(Math.max(0, Date.parse(g.next) - Date.now()) / 1000))}</span>` : '']] : [];
  return html`<section class="section"><h2>${e.healthTitle}</h2>
      ${g ? html`<dl class="numbers">${facts.filter(([, v]) => v !== '').map(([k, v]) => html`<div><dt>${k}</dt><dd>${v}</dd></div>`)}</dl><${Hours} buckets=${a.buckets} step=${a.step_s} />` : html`<p class="muted">${e.none24}</p>`}</section>
    <section class="section"><h2>${e.retry}</h2><p>${e.rule}: ${/** @type {any} */ (e.presets)[x.retry.preset] || visible(x.retry.preset)}${x.speed > 1 ? ` · ${e.times(count(x.speed))}` : ''}</p>
      <${Plan} plan=${plan} speed=${x.speed || 1} some=${Boolean(x.provider) || x.retry.preset !== 'provider'} />
      <p class="muted">${off ? e.disableRule(visible(String(off.after))) : e.noRule}</p></section>`;
}

/** Outcomes over time: well below, failed on top of it. @param {{buckets: any[], step: number}} p */
function Hours({ buckets, step }) {
  const bars = buckets.map((b) => ({ t: b.t, ok: b['2xx'], bad: b.failed }));
  const top = Math.max(1, ...bars.map((b) => b.ok + b.bad));
  const ok = bars.reduce((n, b) => n + b.ok, 0);
  const bad = bars.reduce((n, b) => n + b.bad, 0);
  const h = 56;
  return html`<figure><svg class="hours" viewBox=${`0 0 ${bars.length * 6} ${h}`} preserveAspectRatio="none" role="img" aria-label=${`${e.timeline}: ${e.hours(ok, bad)}`}>
    ${bars.map((b, i) => { const good = (b.ok / top) * h; const fail = (b.bad / top) * h; return b.ok + b.bad ? html`<g>${b.ok ? html`<rect class="good" x=${i * 6} y=${h - good} width="5" height=${good} />` : null}${b.bad ? html`<rect class="bad" x=${i * 6} y=${h - good - fail} width="5" height=${fail} />` : null}</g>` : html`<rect class="rest" x=${i * 6} y=${h - 1} width="5" height="1" />`; })}</svg>
    <figcaption class="muted small-text">${e.timeline} ${span(step)}</figcaption></figure>`;
}
