// @ts-check
// The Diff tab: this delivery beside its try before, the delivery of the same event
// before it, the pinned one, the catalogue's sample, or any other.
import { html, useEffect, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { detail as detailWords } from '../i18n/en-detail.js';
import { keysOf } from '../keymap.js';
import { compare as compareWords } from '../i18n/en-compare.js';
import { diff as diffWords } from '../i18n/en-diff.js';
import { api, Problem } from '../api.js';
import { params, setParams, url } from '../router.js';
import { visible } from '../format.js';
import { quoted } from '../list/filter.js';
import { Trouble } from '../components/trouble.js';
import { Changes } from '../compare/changes.js';
import { BodyDiff } from '../compare/body.js';
import { diffCommand } from '../compare/command.js';
import { ignored, ignoreMore, tally } from '../compare/marks.js';

/** @typedef {import('../types.js').Delivery} Delivery */
/** @typedef {import('../types.js').Comparison} Comparison */
/** @typedef {{id: string, a: string, b: string, text: string}} Choice a is the older side */

/** @param {Delivery} d */
const tries = (d) => (d.attempts || []).filter((a) => d.dir === 'out' || a.kind !== 'capture').map((a) => a.k);

/** Deliveries of the same event that came before. @param {Delivery} d */
const earlier = (d) => [`dir:${d.dir}`, `event:${quoted(d.event)}`, d.inbox ? `inbox:${quoted(d.inbox)}` : '', d.endpoint ? `endpoint:${quoted(d.endpoint)}` : '', `n:1..${d.n - 1}`].filter(Boolean).join(' ');

/**
 * What there is to compare with, the likeliest first.
 * @param {Delivery} d @param {number} k @param {number} before number of the delivery of the same event before it, 0 if there is none
 * @returns {Choice[]}
 */
function choices(d, k, before) {
  const w = diffWords;
  const all = tries(d);
  const now = all.includes(k) ? k : all[all.length - 1];
  const last = all[all.indexOf(now) - 1];
  const base = Number(params.value.pin) || 0;
  const it = String(d.n);
  /** @type {Choice[]} */
  const out = [];
  if (last !== undefined) out.push({ id: 'try', a: `${it}:${last}`, b: `${it}:${now}`, text: w.tries(d.dir === 'out' ? last + 1 : last, d.dir === 'out' ? now + 1 : now) });
  if (before) out.push({ id: 'event', a: String(before), b: it, text: w.before(before) });
  if (base && base !== d.n) out.push({ id: 'base', a: String(base), b: it, text: w.base(base) });
  if (d.provider && d.event) out.push({ id: 'sample', a: `sample:${d.provider}/${d.event}`, b: it, text: w.sample });
  return out;
}

/** @param {{d: Delivery, k: number}} p */
export function DiffTab({ d, k }) {
  const w = diffWords;
  const [before, setBefore] = useState(/** @type {number|null} */ (null));
  useEffect(() => {
    if (!d.event || d.n < 2) {
      setBefore(0);
      return;
    }
    const ctl = new AbortController();
    api.list({ q: earlier(d), limit: 1, signal: ctl.signal }).then((p) => setBefore(p.rows[0]?.n || 0), () => {
      if (!ctl.signal.aborted) setBefore(0);
    });
    return () => ctl.abort();
  }, [d.id]);
  if (before === null) return html`<p class="muted" role="status" aria-busy="true">${t.loading}</p>`;

  const all = choices(d, k, before);
  const want = params.value.against || '';
  const other = /^#?(\d+)$/.exec(want)?.[1];
  const chosen = other ? { id: want, a: other, b: String(d.n), text: '' } : all.find((x) => x.id === want) || all[0];
  const part = params.value.part === 'response' && chosen?.id !== 'sample' ? 'response' : 'request';
  return html`<div class="diff-bar">
      <div class="views" role="group" aria-label=${w.against}>${all.map((x) => html`<button type="button" class="btn small" aria-pressed=${x.id === chosen?.id} onClick=${() => setParams({ against: x.id === all[0].id ? null : x.id }, false)}>${x.text}</button>`)}</div>
      <form onSubmit=${(/** @type {any} */ e) => { e.preventDefault(); setParams({ against: e.target.elements.other.value.trim().replace(/^#/, '') || null }, false); }}><label class="row-gap"><span class="muted">${w.other}</span><input class="input diff-other" name="other" inputmode="numeric" pattern="#?[0-9]+" placeholder="#12390" value=${other || ''} /></label></form>
      ${chosen?.id === 'sample' ? null : html`<div class="segmented" role="radiogroup" aria-label=${compareWords.part}>${/** @type {const} */ (['request', 'response']).map((x) => html`<label><input type="radio" name="diff-part" checked=${x === part} onChange=${() => setParams({ part: x === 'request' ? null : x }, false)} />${compareWords.parts[x]}</label>`)}</div>`}
    </div>
    ${chosen ? html`<${Difference} key=${chosen.a + chosen.b + part} choice=${chosen} part=${part} />` : html`<p class="muted">${w.nothing(keysOf('m'))}</p>`}`;
}

/** @param {{choice: Choice, part: 'request'|'response'}} p */
function Difference({ choice, part }) {
  const [state, setState] = useState(/** @type {{c: Comparison|null, problem: Problem|null}} */ ({ c: null, problem: null }));
  const [again, setAgain] = useState(0);
  const ignore = ignored.value;
  const { a, b } = choice;
  useEffect(() => {
    const ctl = new AbortController();
    api.compare({ a, b, part, ignore }, ctl.signal).then((c) => setState({ c, problem: null }), (err) => {
      if (!ctl.signal.aborted) setState({ c: null, problem: err instanceof Problem ? err : new Problem(0, { title: String(err) }) });
    });
    return () => ctl.abort();
  }, [a, b, part, ignore, again]);
  const { c, problem } = state;
  if (problem) return html`<${Trouble} problem=${problem} retry=${() => setAgain(again + 1)} />`;
  if (!c) return html`<p class="muted" role="status" aria-busy="true">${t.loading}</p>`;
  const w = compareWords;
  const names = ignore.split(',').map((x) => x.trim()).filter(Boolean);
  const sample = choice.id === 'sample';
  return html`<p class="counts" role="status">${c.equal ? html`<b class="ok">${c.ignored ? w.equalBut : w.equal}</b> ` : null}${Object.entries(tally(c)).map(([op, n], i) => html`${i ? ' · ' : ''}<span>${w.counts[op]?.(n) ?? ''}</span>`)}</p>
    <p class="diff-sides"><span><span class="col">A</span> <${Side} name=${a} /></span><span><span class="col">B</span> <${Side} name=${b} /></span>${sample ? null : html`<a href=${url('compare', [], { a, b, part: part === 'request' ? null : part, ignore })}>${diffWords.page}</a>`}</p>
    ${names.length ? html`<p class="row-gap"><span class="muted">${w.ignore}</span>${names.map((x) => html`<button type="button" class="chip-button mono" aria-label=${diffWords.heed(visible(x))} title=${diffWords.heed(visible(x))} onClick=${() => { ignored.value = names.filter((y) => y !== x).join(','); }}>${visible(x)} ×</button>`)}</p>` : null}
    ${c.head.length ? html`<section class="block"><div class="block-head"><h3>${w.head}</h3></div><${Changes} items=${c.head} label=${w.head} header ignore=${ignoreMore} /></section>` : null}
    <section class="block"><div class="block-head"><h3>${w.body}</h3><span class="muted">${w.sizes(c.body.size_a, c.body.size_b)}</span></div><${BodyDiff} c=${c} ignore=${ignoreMore} /></section>
    ${sample ? html`<p class="muted">${diffWords.sampleHint}</p>` : html`<p class="muted">${t.terminal} <code class="iso">${visible(diffCommand(a, b, part, names.join(',')))}</code></p>`}`;
}

/** A side by its name: "12406:1", "sample:webconnex/registration". @param {{name: string}} p */
function Side({ name }) {
  if (name.startsWith('sample:')) return html`<span class="iso">${diffWords.sample}: ${visible(name.slice(7))}</span>`;
  const [n, k] = name.split(':');
  return html`<a href=${url('d', [n], { attempt: k })}>#${n}${k === undefined ? '' : ` · ${detailWords.attempts.n(Number(k))}`}</a>`;
}
