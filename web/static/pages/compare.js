// @ts-check
// Compare: /compare?a=&b=&part=&only=&ignore=. The differences are found by the
// server, as for `boathook diff`.
import { html, useEffect, useRef, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { compare as compareWords } from '../i18n/en-compare.js';
import { gone as goneWords } from '../i18n/en-gone.js';
import { api, Problem } from '../api.js';
import { go, params, setParams, url } from '../router.js';
import { letterKeys } from '../state.js';
import { keysOf, meaning } from '../keymap.js';
import { kindOf, shapes, titleOf, wordOf } from '../outcome.js';
import { duration, moment, visible } from '../format.js';
import { Copy } from '../components/copy.js';
import { Icon } from '../components/icons.js';
import { Trouble } from '../components/trouble.js';
import { say } from '../components/notices.js';
import { inText } from '../keys.js';
import { Changes } from '../compare/changes.js';
import { BodyDiff } from '../compare/body.js';
import { diffCommand } from '../compare/command.js';
import { tally } from '../compare/marks.js';
import { openReplay } from '../run/open.js';
import { changes } from '../detail/secrets.js';

/** @typedef {import('../types.js').Comparison} Comparison */
/** @typedef {import('../types.js').Header} Header */

/** What is shown before two were compared, and when two others cannot be. */
const empty = { of: '', c: null, all: null, problem: null };

/** @param {string} a @param {string} b @param {string} part @param {string} ignore @param {boolean} only */
function useComparison(a, b, part, ignore, only) {
  const [state, setState] = useState(/** @type {{of: string, c: Comparison|null, all: [Header[], Header[]]|null, problem: Problem|null}} */ (empty));
  const [again, setAgain] = useState(0);
  useEffect(() => {
    if (!a || !b) return;
    const ctl = new AbortController();
    const of = `${a} ${b}`;
    const load = async () => {
      try {
        const c = await api.compare({ a, b, part, ignore }, ctl.signal);
        const headers = async (/** @type {{row: {id: string}, k: number}} */ x) => {
          const d = await api.delivery(x.row.id, ctl.signal);
          return d.attempts?.find((y) => y.k === x.k)?.[c.part]?.headers || [];
        };
        const all = only ? null : /** @type {[Header[], Header[]]} */ (await Promise.all([headers(c.a), headers(c.b)]));
        if (!ctl.signal.aborted) setState({ of, c, all, problem: null });
      } catch (err) {
        if (!ctl.signal.aborted) setState((s) => ({ ...(s.of === of ? s : empty), of, problem: err instanceof Problem ? err : new Problem(0, { title: String(err) }) }));
      }
    };
    load();
    return () => ctl.abort();
  }, [a, b, part, ignore, only, again, changes.value]);
  return { ...state, retry: () => setAgain(again + 1) };
}

/** Headers that both have, with the differences in their places. @param {Comparison} c @param {[Header[], Header[]]} all */
function everyHeader(c, [a, b]) {
  const different = new Set(c.head.map((x) => x.path.toLowerCase().replace(/\[\d+\]$/, '')));
  const equal = a.filter((h) => !different.has(h.name.toLowerCase()) && b.some((x) => x.name.toLowerCase() === h.name.toLowerCase() && x.value === h.value));
  return [...c.head, ...equal.map((h) => ({ op: 'equal', path: h.name, a: h.value, b: h.value }))];
}

export function ComparePage() {
  const p = params.value;
  const part = p.part === 'response' ? 'response' : 'request';
  const only = p.only !== 'no';
  const { c, all, problem, retry } = useComparison(p.a || '', p.b || '', part, p.ignore || '', only);
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const last = useRef(/** @type {HTMLElement|null} */ (null)); // the difference that was gone to
  const w = compareWords;

  const step = (/** @type {number} */ by) => {
    const found = /** @type {HTMLElement[]} */ ([...(box.current?.querySelectorAll('[data-diff]') || [])]);
    if (!found.length) return;
    const at = last.current ? found.indexOf(last.current) : -1;
    const next = at < 0 ? (by > 0 ? 0 : found.length - 1) : (at + by + found.length) % found.length;
    last.current = found[next];
    found[next].focus();
    found[next].scrollIntoView({ block: 'center' });
    say(w.place(next + 1, found.length));
  };
  const keys = useRef(step);
  keys.current = step;
  useEffect(() => {
    const onKey = (/** @type {KeyboardEvent} */ e) => {
      if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || letterKeys.value !== 'on' || inText(e.target)) return;
      const id = meaning(e.key);
      if (id !== 'n' && id !== 'p') return;
      keys.current(id === 'n' ? 1 : -1);
      e.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);

  const missing = problem?.status === 404 && !c;
  if (!p.a || !p.b || missing) return html`<${Pick} missing=${missing} />`;
  const ignore = (/** @type {string} */ name) => {
    const list = (p.ignore || '').split(',').map((x) => x.trim()).filter(Boolean);
    if (!list.includes(name)) setParams({ ignore: [...list, name].join(',') }, false);
  };
  const counts = c ? tally(c) : {};
  const diffs = c ? c.head.length + c.body.count : 0;
  return html`<div class="page compare" id="content" tabindex="-1" ref=${box}><div class="page-in">
    <div class="page-head"><h1>${w.title}</h1>
      <div class="row-gap">${c?.body.patch?.length ? html`<${Copy} text=${JSON.stringify(c.body.patch, null, 2)} words label=${w.patch} what="" />` : null}
        ${c ? html`<button type="button" class="btn small" onClick=${() => openReplay({ ids: [c.a.row.id, c.b.row.id] }, 2, `n:${c.a.row.n},${c.b.row.n}`)}><${Icon} name="replay" />${w.replay}</button>` : null}</div></div>
    ${c ? html`<div class="sides"><${Side} name="A" x=${c.a} part=${part} /><button type="button" class="btn" aria-label=${w.swap} title=${w.swap} onClick=${() => setParams({ a: p.b, b: p.a }, false)}><${Icon} name="swap" /></button><${Side} name="B" x=${c.b} part=${part} /></div>` : null}
    <div class="compare-bar">
      <div class="segmented" role="radiogroup" aria-label=${w.part}>${/** @type {const} */ (['request', 'response']).map((x) => html`<label><input type="radio" name="part" checked=${x === part} onChange=${() => setParams({ part: x === 'request' ? null : x }, false)} />${w.parts[x]}</label>`)}</div>
      <label class="check"><input type="checkbox" checked=${only} onChange=${(/** @type {any} */ e) => setParams({ only: e.target.checked ? null : 'no' }, false)} />${w.only}</label>
      <label class="ignore-list"><span class="muted">${w.ignore}</span><input class="input mono" value=${p.ignore || ''} placeholder=${w.ignoreHint} spellcheck=${false} autocomplete="off" onChange=${(/** @type {any} */ e) => setParams({ ignore: e.target.value.trim() || null }, false)} /></label>
      <span class="row-gap"><button type="button" class="btn small" disabled=${!diffs} onClick=${() => step(-1)} aria-label=${w.previous} title=${w.previous}><${Icon} name="up" /><kbd>${keysOf('p')}</kbd></button>
        <button type="button" class="btn small" disabled=${!diffs} onClick=${() => step(1)} aria-label=${w.next} title=${w.next}><${Icon} name="down" /><kbd>${keysOf('n')}</kbd></button></span>
    </div>
    ${problem ? html`<${Trouble} problem=${problem} retry=${retry} />` : null}
    ${!c ? (problem ? null : html`<p class="muted" role="status">${t.loading}</p>`) : html`
      <p class="counts" role="status">${c.equal ? html`<b class="ok">${c.ignored ? w.equalBut : w.equal}</b> ` : null}${Object.entries(counts).map(([op, n], i) => html`${i ? ' · ' : ''}<span>${w.counts[op]?.(n) ?? ''}</span>`)}</p>
      ${c.head.length || all ? html`<section class="block"><div class="block-head"><h2>${w.head}</h2></div><${Changes} items=${all ? everyHeader(c, all) : c.head} label=${w.head} header ignore=${ignore} /></section>` : null}
      <section class="block"><div class="block-head"><h2>${w.body}</h2><span class="muted">${w.sizes(c.body.size_a, c.body.size_b)}</span></div><${BodyDiff} c=${c} ignore=${ignore} /></section>
      <p class="muted">${t.terminal} <code class="iso">${visible(diffCommand(nameOf(p.a, c.a), nameOf(p.b, c.b), part, p.ignore || ''))}</code></p>`}
  </div></div>`;
}

/** @param {{name: string, x: Comparison['a'], part: string}} p */
function Side({ name, x, part }) {
  const r = x.row;
  const kind = kindOf(r.status, r.failure);
  return html`<div class="side"><span class="col">${name}</span><div class="grow"><a class="cut iso" href=${url('d', [String(r.n), part], x.k ? { attempt: x.k } : {})}>#${r.n} ${visible(titleOf(r))}</a>
    <p class="muted"><span class=${kind}>${shapes[kind]} ${wordOf(r.status, r.failure)}</span> · ${duration(r.duration_ms)} · ${moment(Date.parse(r.at))}</p></div></div>`;
}

/** A side as a command names it: with its attempt, if one was asked for. @param {string} asked @param {Comparison['a']} x */
const nameOf = (asked, x) => x.row.n + (asked.includes(':') ? ':' + x.k : '');

/** Nothing was named yet, or what is not there. @param {{missing: boolean}} p */
function Pick({ missing }) {
  const [a, setA] = useState(params.value.a || '');
  const [b, setB] = useState(params.value.b || '');
  const w = compareWords;
  return html`<div class="page compare" id="content" tabindex="-1"><div class="page-in"><div class="page-head"><h1>${w.pick}</h1></div><p class="muted">${w.pickText(keysOf('c'))}</p>
    ${missing ? html`<p class="note bad" role="alert">${goneWords.notTwo}</p>` : null}
    <form class="row-gap" onSubmit=${(/** @type {Event} */ e) => { e.preventDefault(); if (a.trim() && b.trim()) go(url('compare', [], { a: a.trim(), b: b.trim() })); }}>
      <label class="field"><span>${w.a}</span><input class="input" value=${a} placeholder="12390" onInput=${(/** @type {any} */ e) => setA(e.target.value)} /></label>
      <label class="field"><span>${w.b}</span><input class="input" value=${b} placeholder="12406" onInput=${(/** @type {any} */ e) => setB(e.target.value)} /></label>
      <button class="btn primary self-end">${w.go}</button></form></div></div>`;
}
