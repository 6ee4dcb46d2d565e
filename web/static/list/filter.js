// @ts-check
// The filter box: the server judges the text, the box shows where it is wrong.
import { html, signal, useEffect, useRef, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { api } from '../api.js';
import { params, place, setParams } from '../router.js';
import { sync } from '../state.js';
import { listHandle } from './list.js';
import { fromByte, toByte, visible } from '../format.js';
import { Icon } from '../components/icons.js';

/** What stands in the box; ahead of the filter of the list while somebody types. */
export const typed = signal(params.value.q || '');

/** What was last put into the address from here: what comes back of it is no news. */
let put = params.value.q || '';

/** @param {string} q @param {boolean} [replace] keep no entry in the history */
export function setFilter(q, replace = false) {
  typed.value = q;
  put = q.trim();
  setParams({ q: put || null }, replace);
}

/** Adds a term to the filter. @param {string} term */
export function addTerm(term) {
  const q = typed.value.trim();
  if ((' ' + q + ' ').includes(' ' + term + ' ')) return;
  // Terms beside each other bind closer than OR.
  setFilter(!q ? term : (/\sOR\s/.test(q.replace(/\([^()]*\)/g, '')) ? `(${q})` : q) + ' ' + term);
}

/** A value as a filter writes it. @param {string} v */
export const quoted = (v) => (/^[\w./:@-]+$/.test(v) && !/^-/.test(v) ? v : '"' + v.replace(/(["\\])/g, '\\$1') + '"');

/** Whether more has to be typed before a filter says something: "status:", "a OR", an open quotation. @param {string} q */
const unfinished = (q) => /[:.,(<>=]$|(^|[\s(])-$|\sOR\s*$/.test(q) || (q.match(/"/g) || []).length % 2 > 0;

/** How long typing has to rest before the list shows that nothing is found, in ms. */
const rest = 250;
/**
 * How long it rests before the store is asked, as long as the answer before took, and
 * before the list shows what is found. What is answered within `free` is asked for at once.
 */
const waits = { cheap: { free: 60, least: 0, most: 60, show: 0, took: 0 }, dear: { free: 0, least: 60, most: 120, show: 150, took: 100 } };

/** Whether the last term is one of columns, which is answered without reading what was stored. @param {string} q */
const cheap = (q) => /(^|[\s(])-?(?!body|header|query|resp|word)[a-z]+:\S+$/.test(q);

/** @type {HTMLInputElement|null} */
let input = null;
export function focusFilter() {
  input?.focus();
  input?.select();
}

export function Filter() {
  const field = useRef(/** @type {HTMLInputElement|null} */ (null));
  const copy = useRef(/** @type {HTMLElement|null} */ (null));
  const [items, setItems] = useState(/** @type {{text: string, kind: string, count?: number}[]} */ ([]));
  const [range, setRange] = useState({ from: 0, to: 0 });
  const [at, setAt] = useState(-1);
  const typing = useRef(0);
  const looking = useRef(0);
  /** Somebody is typing: Back leads to what was before the first letter. */
  const begun = useRef(false);
  const asking = useRef(/** @type {AbortController|null} */ (null));
  const pointed = useRef(/** @type {string|undefined} */ (undefined));
  pointed.current = items[at]?.text;

  useEffect(() => {
    input = field.current;
    return () => {
      input = null;
      hush();
      typed.value = put;
    };
  }, []);
  // Back and links change the filter from outside.
  useEffect(() => {
    const q = params.value.q || '';
    if (q === put) return; // more may have been typed since
    put = q;
    typed.value = q;
  }, [params.value.q]);

  const problem = sync.problem.value;
  const wrong = problem && problem.status === 400 ? problem : null;
  const text = typed.value;
  const told = wrong && !items.length; // what is proposed lies where it would be told
  const start = wrong && wrong.pos >= 0 ? fromByte(text, wrong.pos) : -1;
  const end = wrong && wrong.end >= 0 ? Math.max(start + 1, fromByte(text, wrong.end)) : text.length;

  const scroll = () => {
    if (copy.current && field.current) copy.current.scrollLeft = field.current.scrollLeft;
  };
  const close = () => {
    setItems([]);
    setAt(-1);
  };

  const suggest = async () => {
    asking.current?.abort();
    const mine = (asking.current = new AbortController());
    const el = field.current;
    if (!el) return;
    const q = el.value;
    try {
      const found = await api.complete(q, toByte(q, el.selectionStart ?? q.length), mine.signal);
      if (mine.signal.aborted || document.activeElement !== el) return;
      const list = (found.items || []).slice(0, 12);
      const chosen = pointed.current; // in the list before, while this one was on its way
      setItems(list);
      setRange({ from: fromByte(q, found.from), to: fromByte(q, found.to) });
      setAt(list.findIndex((/** @type {{text: string}} */ x) => x.text === chosen));
    } catch {
      if (!mine.signal.aborted) close();
    }
  };

  const rested = () => {
    clearTimeout(typing.current);
    clearTimeout(looking.current);
  };
  /** What was to happen with what was typed does not happen. */
  const hush = () => {
    rested();
    sync.forget();
  };
  /** Somebody has gone on to another page, which has no filter; a box that is taken away loses the focus only then. */
  const left = () => place.value.page !== 'live';
  const apply = () => {
    rested();
    if (left() || unfinished(typed.value.trimEnd())) return; // the list stays as it is
    setFilter(typed.value, begun.current);
    begun.current = true;
  };
  // What fits something is shown soon. What fits nothing is mostly half of a term: the
  // list waits for the other half.
  const peek = async (/** @type {{show: number, took: number}} */ wait, /** @type {number} */ key) => {
    const q = typed.value.trim();
    const began = performance.now();
    const page = await sync.ask(q).catch(() => null); // the list tells
    if (!page || typed.value.trim() !== q) return;
    const now = performance.now();
    wait.took = now - began;
    if (put === q) sync.forget(); // the list shows it
    else if (!page.rows.length) return;
    else if (now - key >= wait.show) apply();
    else looking.current = setTimeout(apply, wait.show - (now - key));
  };
  const onInput = (/** @type {any} */ e) => {
    typed.value = e.target.value;
    setAt(-1);
    hush();
    typing.current = setTimeout(apply, rest);
    if (!unfinished(typed.value.trimEnd())) {
      const wait = cheap(typed.value) ? waits.cheap : waits.dear;
      const key = performance.now();
      const pause = wait.took < wait.free ? 0 : Math.max(wait.least, Math.min(wait.most, wait.took));
      if (pause) looking.current = setTimeout(() => peek(wait, key), pause);
      else peek(wait, key);
    }
    suggest();
  };
  const settle = (/** @type {string} */ q) => {
    rested();
    if (left()) return;
    setFilter(q, begun.current);
    begun.current = false;
  };
  const take = (/** @type {{text: string}} */ item) => {
    const q = text.slice(0, range.from) + item.text + text.slice(range.to);
    const caret = range.from + item.text.length;
    close();
    hush();
    typed.value = q;
    const open = /[:.]$/.test(item.text);
    if (!open) settle(q);
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(caret, caret);
      if (open) suggest();
    });
  };
  const onBlur = () => {
    setTimeout(close, 120);
    if (typed.value.trim() !== put) settle(typed.value);
  };
  const leave = () => {
    listHandle?.focus();
    if (document.activeElement === field.current) document.getElementById('content')?.focus();
  };
  const onKeyDown = (/** @type {KeyboardEvent} */ e) => {
    if (e.isComposing) return;
    if (e.key === 'ArrowDown' && items.length) setAt((at + 1) % items.length);
    else if (e.key === 'ArrowUp' && items.length) setAt(at <= 0 ? items.length - 1 : at - 1);
    else if (e.key === 'Enter' || (e.key === 'Tab' && at >= 0)) {
      if (at >= 0 && items[at]) take(items[at]);
      else {
        close();
        settle(text);
      }
    } else if (e.key === 'Escape' && items.length) close();
    else if (e.key === 'Escape') leave();
    else return;
    e.preventDefault();
    e.stopPropagation();
  };

  return html`<div class="filter" role="search">
    <div class="filter-box">
      <${Icon} name="search" />
      <div class="filter-text">
        <div class="filter-copy" ref=${copy} aria-hidden="true">${start >= 0 ? [text.slice(0, start), html`<mark>${text.slice(start, end) || ' '}</mark>`, text.slice(end)] : null}</div>
        <input ref=${field} type="text" value=${text} placeholder=${t.filter.placeholder} spellcheck=${false} autocomplete="off" autocapitalize="off"
          role="combobox" aria-label=${t.filter.label} aria-autocomplete="list" aria-expanded=${items.length > 0} aria-controls="filter-list"
          aria-activedescendant=${at >= 0 ? 'filter-item-' + at : undefined} aria-invalid=${Boolean(wrong)} aria-describedby=${told ? 'filter-problem' : undefined}
          onInput=${onInput} onKeyDown=${onKeyDown} onScroll=${scroll} onKeyUp=${scroll} onBlur=${onBlur} />
      </div>
      ${text && html`<button type="button" class="btn quiet small" aria-label=${t.filter.clear} title=${t.filter.clear} onClick=${() => { setFilter(''); field.current?.focus(); }}><${Icon} name="close" /></button>`}
    </div>
    ${items.length > 0 && html`<ul class="complete" id="filter-list" role="listbox" tabindex="-1" aria-label=${t.filter.suggestions}>
      ${items.map((x, i) => html`<li role="option" id=${'filter-item-' + i} aria-selected=${i === at} onMouseDown=${(/** @type {Event} */ e) => { e.preventDefault(); take(x); }}>
        <span>${x.text}</span><span>${x.count ? t.filter.times(x.count) : t.filter.kinds[x.kind] || ''}</span></li>`)}
    </ul>`}
    ${told && html`<p class="filter-problem" id="filter-problem"><span>${visible(wrong.message)}</span>
      ${wrong.suggestion && html`<button type="button" class="btn small" onClick=${() => applySuggestion(wrong)}>${t.filter.instead(visible(wrong.suggestion))}</button>`}
    </p>`}
  </div>`;
}

/** A suggestion replaces the words that are wrong. @param {{pos: number, end: number, suggestion: string}} wrong */
function applySuggestion(wrong) {
  const text = typed.value;
  const from = wrong.pos >= 0 ? fromByte(text, wrong.pos) : 0;
  const to = wrong.end >= 0 ? fromByte(text, wrong.end) : text.length;
  setFilter(text.slice(0, from) + wrong.suggestion + text.slice(to));
  focusFilter();
}
