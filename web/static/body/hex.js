// @ts-check
// Bytes in rows of sixteen: offset, hex, text. Ranges are fetched as they come into view.
// Some of them are marked by pointer or by arrow keys, to be copied.
import { html, useEffect, useReducer, useRef, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { body as bodyWords } from '../i18n/en-body.js';
import { textOf } from '../format.js';
import { Virtual } from '../components/virtual.js';
import { Icon } from '../components/icons.js';
import { Menu } from '../components/menu.js';
import { copyText } from '../components/copy.js';
import { say, toast } from '../components/notices.js';
import { asHex, findBytes } from './find-bytes.js';

/** @typedef {import('./source.js').Source} Source */
/** @typedef {import('./find-bytes.js').Span} Span */

const hex = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));
/** How much is copied at once, in bytes. */
const copyMost = 1_000_000;

/** Of a row: from what character of the hex a byte stands; there is a gap after eight. @param {number} i */
const place = (i) => i * 3 + (i > 7 ? 1 : 0);

/**
 * One row: "48 65 6c …" in two groups of eight, and what is printable.
 * @param {Uint8Array} b at most sixteen bytes
 */
function hexRow(b) {
  let left = '';
  let right = '';
  for (let i = 0; i < 16; i++) {
    left += i < b.length ? hex[b[i]] + ' ' : '   ';
    if (i === 7) left += ' ';
    if (i < b.length) right += b[i] >= 0x20 && b[i] < 0x7f ? String.fromCharCode(b[i]) : '·';
  }
  return { left, right };
}

/** A text with a part of it marked. @param {string} s @param {number} from @param {number} to */
const marked = (s, from, to) => (from < to ? html`${s.slice(0, from)}<mark>${s.slice(from, to)}</mark>${s.slice(to)}` : s);

/** @type {Record<string, (b: Uint8Array) => string|null>} */
const written = {
  hex: asHex,
  text: (b) => textOf(b, false),
  base64: (b) => btoa(Array.from(b, (x) => String.fromCharCode(x)).join('')),
};

/** @param {{source: Source, most?: number, find?: boolean}} p find: whether bytes can be searched for and marked */
export function Hex({ source, most, find = true }) {
  const [, again] = useReducer((/** @type {number} */ x) => x + 1, 0);
  // What is marked: from where it was begun to where it is now, both inclusive; null before anything is.
  const [mark, setMark] = useState(/** @type {{from: number, to: number}|null} */ (null));
  const [words, setWords] = useState('');
  const [found, setFound] = useState(/** @type {{hits: Span[], at: number}} */ ({ hits: [], at: -1 }));
  const handle = useRef(/** @type {import('../components/virtual.js').VirtualHandle|null} */ (null));
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const dragging = useRef(false);
  const digits = Math.max(4, (source.size - 1).toString(16).length);
  const first = mark ? Math.min(mark.from, mark.to) : 0;
  const last = mark ? Math.max(mark.from, mark.to) + 1 : 0;

  const show = (/** @type {Span} */ s) => {
    setMark({ from: s.from, to: s.to - 1 });
    handle.current?.reveal(Math.floor(s.from / 16));
  };
  useEffect(() => {
    setFound({ hits: [], at: -1 });
    if (!words) return;
    const ctl = new AbortController();
    let begun = false;
    findBytes(source, words, ctl.signal, (hits) => {
      if (ctl.signal.aborted) return;
      setFound((/** @type {{at: number}} */ was) => ({ hits, at: hits.length ? Math.max(0, was.at) : -1 }));
      if (!begun && hits.length) show(hits[0]);
      begun ||= hits.length > 0;
    }).catch((err) => ctl.signal.aborted || toast(err.message));
    return () => ctl.abort();
  }, [words, source]);
  const go = (/** @type {number} */ by) => {
    const { hits, at } = found;
    if (!hits.length) return;
    const next = (at + by + hits.length) % hits.length;
    setFound({ hits, at: next });
    show(hits[next]);
  };

  /** The byte at a place of the window, -1 if there is none. @param {PointerEvent} e */
  const byteAt = (e) => {
    const el = document.elementFromPoint(e.clientX, e.clientY);
    const row = /** @type {HTMLElement|null|undefined} */ (el?.closest('.hex-row'));
    const cell = /** @type {HTMLElement|null|undefined} */ (el?.closest('[data-per]'));
    if (!row || !cell || !box.current?.contains(row)) return -1;
    const { left, width } = cell.getBoundingClientRect();
    const part = (e.clientX - left) / width;
    const text = cell.dataset.per === '1';
    const c = Math.floor(part * (text ? /** @type {string} */ (cell.textContent).length : 49));
    const i = text ? c : Math.floor((c - (c > 24 ? 1 : 0)) / 3);
    return Math.min(source.size - 1, Number(row.dataset.from) + Math.max(0, Math.min(15, i)));
  };
  const press = (/** @type {PointerEvent} */ e) => {
    const i = e.button || e.pointerType === 'touch' ? -1 : byteAt(e);
    if (i < 0) return;
    dragging.current = true;
    setMark({ from: e.shiftKey && mark ? mark.from : i, to: i });
  };
  const move = (/** @type {PointerEvent} */ e) => {
    if (!dragging.current || !(e.buttons & 1)) return;
    const i = byteAt(e);
    if (i >= 0) setMark((/** @type {{from: number}|null} */ m) => ({ from: m?.from ?? i, to: i }));
  };
  const keys = (/** @type {KeyboardEvent} */ e) => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const page = (handle.current?.page() || 10) * 16;
    const now = mark?.to ?? 0;
    const to = { ArrowRight: now + 1, ArrowLeft: now - 1, ArrowDown: now + 16, ArrowUp: now - 16, PageDown: now + page, PageUp: now - page, Home: now - (now % 16), End: now - (now % 16) + 15 }[e.key];
    if (to === undefined || !source.size) return;
    e.preventDefault();
    e.stopPropagation();
    const i = mark ? Math.max(0, Math.min(source.size - 1, to)) : 0;
    setMark({ from: e.shiftKey && mark ? mark.from : i, to: i });
    handle.current?.reveal(Math.floor(i / 16));
  };
  const copy = async (/** @type {string} */ how) => {
    if (last - first > copyMost) return toast(bodyWords.copyMost(copyMost));
    const text = written[how](await source.read(first, last));
    if (text === null) toast(t.copiedWhat.bodyBinary);
    else if (await copyText(text)) say(t.copied);
  };

  const row = (/** @type {number} */ i) => {
    const from = i * 16;
    const b = source.peek(from, Math.min(source.size, from + 16), () => again(0));
    const { left, right } = b ? hexRow(b) : { left: '', right: '' };
    const [a, z] = [Math.max(0, first - from), Math.min(16, last - from)];
    return html`<div class="hex-row" data-from=${from}><span class="off">${from.toString(16).padStart(digits, '0')}</span><span data-per="3">${marked(left.trimEnd().padEnd(49), a < z ? place(a) : 0, a < z ? place(z - 1) + 2 : 0)}</span><span class="txt" data-per="1">${marked(right, a, z)}</span></div>`;
  };
  const view = html`<${Virtual} count=${Math.ceil(source.size / 16)} height=${20} row=${row} most=${most} handle=${handle} attrs=${{ role: 'region', 'aria-label': bodyWords.hexLabel }} />`;
  if (!find) return view;
  const value = last - first === 1 ? source.peek(first, last, () => again(0)) : null;
  return html`<div class="body hex" ref=${box}>
    <div class="body-bar">
      <div class="tree-find"><input class="input" type="text" placeholder=${bodyWords.findBytes} aria-label=${bodyWords.findBytes} value=${words} spellcheck=${false} autocomplete="off"
        onInput=${(/** @type {any} */ e) => setWords(e.target.value)} onKeyDown=${(/** @type {KeyboardEvent} */ e) => {
    if (e.key === 'Enter') go(e.shiftKey ? -1 : 1);
    if (e.key === 'Escape') /** @type {HTMLElement|null|undefined} */ (box.current?.querySelector('.virtual'))?.focus();
    e.stopPropagation();
  }} />
      ${words ? html`<span class="muted" role="status">${bodyWords.found(found.at + 1, found.hits.length)}</span>
        <button type="button" class="btn quiet small" aria-label=${bodyWords.searchPrevious} onClick=${() => go(-1)}><${Icon} name="up" /></button>
        <button type="button" class="btn quiet small" aria-label=${bodyWords.searchNext} onClick=${() => go(1)}><${Icon} name="down" /></button>` : null}</div>
    </div>
    <div class="hex-marks" onPointerDown=${press} onPointerMove=${move} onPointerUp=${() => { dragging.current = false; }} onKeyDown=${keys} onCopy=${(/** @type {Event} */ e) => {
    if (!mark) return;
    e.preventDefault();
    copy('hex');
  }}>${view}</div>
    <div class="hex-line">
      <span class="muted hex-at" role="status">${mark ? bodyWords.markedBytes(last - first, '0x' + first.toString(16), value ? `${hex[value[0]]} · ${value[0]}` : '') : bodyWords.markBytes}</span>
      ${mark ? html`<${Menu} label=${t.copy} text items=${['hex', 'text', 'base64'].map((how) => ({ text: bodyWords.copyAs[how], run: () => copy(how) }))} />` : null}
    </div>
  </div>`;
}
