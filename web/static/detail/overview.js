// @ts-check
import { html, useEffect, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { detail as detailWords } from '../i18n/en-detail.js';
import { api, fetchBytes } from '../api.js';
import { kindOf, outcomeOf, wordOf, shapes, titleOf, verdictOf, verdictWords } from '../outcome.js';
import { ago, bytes, duration, moment, pathOf, textOf, times, visible, visibleText } from '../format.js';
import { Copy } from '../components/copy.js';
import { triesOf } from '../list/cells.js';
import { filterBy, term } from '../sign/filter.js';
import { askSchemes, schemeName } from '../schemes.js';
import { lazy } from '../components/lazy.js';
import { out } from '../i18n/en-out.js';
import { url } from '../router.js';
import { Plan } from './plan.js';
import { isNamed, isUnwanted, sentTrouble, sentWords, triesMost } from './sent.js';
import { Said } from '../said.js';
import { withoutSecrets } from './secrets.js';
import { byKey, valueItems, ValueMenu } from './value.js';
import { terms } from '../list/terms.js';

const Related = lazy(() => import('./related.js').then((m) => m.Related));

/** @typedef {import('../types.js').Delivery} Delivery */

/** The attempt whose answer went back, else the last one; of what was sent the last one that was made. @param {Delivery} d */
export function answering(d) {
  const all = d.attempts || [];
  if (d.dir === 'out') return all.findLast((a) => a.response || a.failure) || all[all.length - 1] || null;
  return all.find((a) => a.answered && a.kind !== 'capture') || all.find((a) => a.answered) || all[all.length - 1] || null;
}

/** The attempt that the delivery's failure comes from, else the answering one. @param {Delivery} d */
function failing(d) {
  return (d.attempts || []).find((x) => x.failure && x.failure.class === d.failure) || answering(d);
}

/** The sender was given no good answer, and the app took it when it was passed on again. @param {Delivery} d */
function isMended(d) {
  const flags = d.flags || [];
  return d.dir === 'in' && flags.includes('resend') && !flags.includes('failed') && kindOf(d.status, d.failure) !== 'ok';
}

/** What happened, in plain words. @param {Delivery} d */
export function sentences(d) {
  if (d.dir === 'out') return sentWords(d);
  const o = detailWords.overview;
  const what = visible(titleOf(d));
  const imported = d.attempts?.[0]?.target === 'imported';
  const said = [imported && !d.inbox ? o.imported({ what, size: d.size ? bytes(d.size) : o.empty }) : o.received({ inbox: visible(d.inbox || d.endpoint || '–'), what, size: d.size ? bytes(d.size) : o.empty, outcome: '', time: '' })];
  const a = d.failure ? failing(d) : answering(d);
  const who = a && a.kind !== 'capture' ? o.appAnswered : o.inboxAnswered;
  if (d.failure) {
    said.push(o.failed(who, wordOf(0, d.failure), duration(d.duration_ms)));
    if (d.status) said.push(o.senderGot(d.status));
  } else if (d.status) said.push(o.answered({ who, status: d.status, time: duration(d.duration_ms) }));
  else said.push(imported ? o.unanswered : o.pending);
  if (isMended(d)) said.push(o.mended);
  if (d.verdict && d.verdict !== 'unchecked') said.push(o.verdict(visible(verdictWords(d))));
  return said.join(' ');
}

/** A number stays on one line with its unit. @param {string} s */
const together = (s) => s.replace(/(\d) (?=(?:[kMGT]?B|ms|s|min)\b)/g, '$1\u00a0');

/** @param {{d: Delivery, setTab: (tab: string) => void}} p */
export function Overview({ d, setTab }) {
  const o = detailWords.overview;
  const { kind, word } = outcomeOf(d);
  const at = Date.parse(d.at);
  const cutParts = (d.attempts || []).flatMap((a) => [a.request, a.response]).filter((m) => m?.cut);
  const flags = (d.flags || []).filter((f) => f !== 'unread');
  const notes = (d.attempts || []).flatMap((a) => a.notes || []);
  const dropped = (d.attempts || []).flatMap((a) => a.dropped || []);
  /** What it is called, what it is, and the term of the filter that finds it. @type {[string, any, string?][]} */
  const facts = [
    [o.id, html`<span class="copyable"><code>${d.id}</code><${Copy} text=${d.id} what=${o.id} /></span>`],
    [o.number, '#' + d.n],
    [o.eventID, d.event_id && html`<span class="copyable"><code class="iso">${visible(d.event_id)}</code><${Copy} text=${d.event_id} what=${o.eventID} /></span>`, terms.id(d)],
    [o.event, d.provider && d.event && d.dir === 'out' ? html`<a class="iso" href=${url('send', [d.provider, d.event])}>${visible(d.provider)}/${visible(d.event)}</a>` : visible([d.provider, d.event].filter(Boolean).join('/')), terms.event(d) || terms.provider(d)],
    [d.dir === 'out' ? out.made : o.at, moment(at, true) + (times.value === 'relative' ? `, ${ago(at)}` : '')],
    [o.inbox, d.inbox && html`<a class="iso" href=${url('inboxes', [d.inbox])}>${visible(d.inbox)}</a>`, d.inbox && term('inbox', d.inbox)],
    [o.endpoint, isNamed(d.endpoint) ? html`<a class="iso" href=${url('endpoints', [d.endpoint || ''])}>${visible(d.endpoint || '')}</a>` : visible(d.endpoint || ''), d.endpoint && term('endpoint', d.endpoint)],
    [o.channel, visible(d.channel || ''), terms.channel(d)],
    [o.run, d.run && html`<a href=${`/runs/${encodeURIComponent(d.run)}`}>${visible(d.run)}</a>`, d.run && term('run', d.run)],
    [o.method, visible(d.method), terms.method(d)],
    [o.path, html`<span class="copyable"><code class="iso">${visible(pathOf(d.target))}</code><${Copy} text=${withoutSecrets(d.target)} what=${o.path} /></span>`, terms.path(d)],
    [o.host, visible(d.host), d.host && terms.host(d)],
    [o.source, visible(d.source)],
    [o.size, bytes(d.size)],
    [o.status, html`<span class=${kind}>${shapes[kind]} ${word}</span>`, terms.status(d)],
    [o.duration, duration(d.duration_ms)],
    [o.tries, d.dir === 'out' && d.tries ? out.triesOf(d.tries, triesMost(d)) : triesOf(d)],
    [out.nextTry, d.next && moment(Date.parse(d.next.at))],
    [o.signature, html`<${SignatureFact} d=${d} />`],
    // Unread is about the reader, not about the delivery.
    [o.flags, flags.length && html`<span class="row-gap">${flags.map((f) => html`<span class="copyable"><code>${f}</code><${ValueMenu} name=${f} items=${valueItems({ term: term('is', f) })} /></span>`)}</span>`],
    [o.tags, d.tags?.length && html`<span class="row-gap">${d.tags.map((x) => html`<span class="copyable iso">${visible(x)}<${ValueMenu} name=${visible(x)} items=${valueItems({ term: term('tag', x) })} /></span>`)}</span>`],
  ];
  return html`
    <p class="sentence iso">${together(sentences(d))}</p>
    ${d.dir === 'out' ? html`<${Plan} d=${d} />` : null}
    <${ErrorCard} d=${d} setTab=${setTab} />
    <${SignatureCard} d=${d} setTab=${setTab} />
    ${cutParts.length ? html`<div class="card warn"><h3>${o.cut}</h3><p>${o.cutText(/** @type {any} */ (cutParts[0]).size, /** @type {any} */ (cutParts[0]).wanted ?? -1)}</p></div>` : null}
    <section class="block"><div class="block-head"><h3>${o.ids}</h3></div>
      <dl class="facts pairs-of-facts">${facts.filter(([, v]) => v).map(([k, v, q = '']) => html`<dt>${k}</dt><dd class=${q ? 'fact' : undefined} ...${byKey(q)}>${v}<${ValueMenu} name=${k} items=${valueItems({ term: q })} /></dd>`)}</dl></section>
    <${Related} d=${d} />
    ${notes.length ? html`<section class="block"><h3>${o.notes}</h3><ul class="plain-list">${notes.map((x) => html`<li><${Said} text=${x} /></li>`)}</ul></section>` : null}
    ${dropped.length ? html`<section class="block"><h3>${o.dropped}</h3><ul class="plain-list mono">${dropped.map((x) => html`<li class="iso">${visible(x)}</li>`)}</ul></section>` : null}`;
}

/** Cause and next step, when the outcome is not what one wants. @param {{d: Delivery, setTab: (tab: string) => void}} p */
function ErrorCard({ d, setTab }) {
  const o = detailWords.overview;
  const kind = kindOf(d.status, d.failure);
  if (kind !== 'client' && kind !== 'server' && kind !== 'none' || isMended(d)) return null;
  const a = answering(d);
  const failed = failing(d);
  const program = !d.failure && (!a || a.kind === 'capture');
  const sent = d.dir === 'out' ? sentTrouble(d) : null;
  const known = sent || (d.failure ? t.failures[d.failure] : null);
  const cause = known ? known.cause : program ? o.programCause : kind === 'server' ? o.serverCause : o.clientCause;
  const next = known ? known.next : program ? o.programNext : kind === 'server' ? o.serverNext : o.clientNext;
  return html`<section class=${'card' + (kind === 'client' ? ' warn' : '')} aria-label=${o.card}>
    <h3><span class=${kind} aria-hidden="true">${shapes[kind]} </span><span class="cap">${d.failure ? wordOf(0, d.failure) : o.badStatus(d.status)}</span></h3>
    <dl><dt>${o.cause}</dt><dd>${cause}${failed?.failure?.text ? html`<br /><span class="iso muted"><${Said} text=${failed.failure.text} /></span>` : null}</dd><dt>${o.next}</dt><dd>${next}</dd></dl>
    ${a?.response?.size ? html`<${AnswerStart} id=${d.id} k=${a.k} size=${a.response.size} />` : null}
    <div class="row-gap">${d.failure ? html`<button type="button" class="btn small" onClick=${() => setTab('attempts')}>${o.openAttempts}</button>` : html`<button type="button" class="btn small" onClick=${() => setTab('response')}>${o.openResponse}</button>`}
      ${isUnwanted(d) ? html`<a class="btn small" href=${url('endpoints', ['new'], { event: [d.provider, d.event].join('/'), provider: d.provider })}>${out.addEndpoint}</a><a class="btn small" href=${url('send', [d.provider, d.event], { from: d.id })}>${out.sendElsewhere}</a>` : null}</div>
  </section>`;
}

const startOf = 600; // bytes of an answer that are shown

/** How the answer begins: it usually says what is wrong. @param {{id: string, k: number, size: number}} p */
function AnswerStart({ id, k, size }) {
  const [text, setText] = useState('');
  useEffect(() => {
    const ctl = new AbortController();
    const cut = size > startOf;
    fetchBytes(api.bodyURL(id, k, 'response', true), { headers: cut ? { Range: `bytes=0-${startOf - 1}` } : {}, signal: ctl.signal })
      .then((res) => res.arrayBuffer())
      .then((b) => setText((textOf(new Uint8Array(b).subarray(0, startOf), cut) || '') + (cut ? ' …' : '')), () => {}); // the Response tab tells what is wrong
    return () => ctl.abort();
  }, [id, k, size]);
  if (!text.trim()) return null;
  return html`<pre class="wrapped code answer-start iso" tabindex="0" role="region" aria-label=${detailWords.overview.answerStart}>${visibleText(text)}</pre>`;
}

/** The signature fails: why, and the way to the diagnosis. @param {{d: Delivery, setTab: (tab: string) => void}} p */
function SignatureCard({ d, setTab }) {
  if (!['invalid', 'stale', 'missing'].includes(d.verdict)) return null;
  const v = verdictOf(d.verdict);
  return html`<section class=${'card' + (d.verdict === 'invalid' ? '' : ' warn')} aria-label=${detailWords.overview.signatureCard}><h3><span class=${v.kind} aria-hidden="true">${v.shape} </span>${t.diagnosis.title[d.verdict]}${d.cause ? `: ${t.diagnosis.causes[d.cause] || visible(d.cause)}` : ''}</h3>
    ${t.diagnosis.fixes[d.cause] && d.cause !== 'unknown' ? html`<p>${t.diagnosis.fixes[d.cause]}</p>` : null}
    <div class="row-gap"><button type="button" class="btn small" onClick=${() => setTab('signature')}>${detailWords.overview.seeWhy}</button></div></section>`;
}

/** Verdict, scheme and cause; each filters the list. @param {{d: Delivery}} p */
function SignatureFact({ d }) {
  useEffect(() => {
    if (d.scheme) askSchemes().catch(() => {});
  }, [d.scheme]);
  const v = verdictOf(d.verdict);
  /** @type {[string, string, string][]} */
  const chips = [['sig', d.verdict || 'unchecked', `${v.shape} ${v.word}`]];
  if (d.scheme && d.scheme !== 'none') chips.push(['scheme', d.scheme, visible(schemeName(d.scheme))]);
  if (d.cause) chips.push(['cause', d.cause, t.diagnosis.causes[d.cause] || visible(d.cause)]);
  return html`<span class="row-gap">${chips.map(([field, value, text], i) => html`<button type="button" class=${'chip-button ' + (i ? '' : v.kind)} aria-label=${`${text}. ${t.filter.by}`} title=${t.filter.by} onClick=${() => filterBy(term(field, value))}>${text}</button>`)}</span>`;
}
