// @ts-check
// The secrets of an inbox (or of whatever else has some): added, generated,
// rotated with an overlap, removed. A value is sent and never shown again, except
// once when the server made it.
import { html, useRef, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { sign as signWords } from '../i18n/en-sign.js';
import { span, visible } from '../format.js';
import { Amount } from '../components/amount.js';
import { Copy } from '../components/copy.js';
import { Icon } from '../components/icons.js';

/** @typedef {import('../types.js').Secret} Secret */

const most = 10;
const day = 24;

/** Secrets without values: what may be kept in the page after saving. @param {Secret[]|undefined} list */
export const withoutValues = (list) => (list || []).map(({ value: _, public: __, ...s }) => s);

/** A name that no other secret has: "previous", "previous 2". @param {Secret[]} list @param {string} want */
export function freeName(list, want) {
  const taken = (/** @type {string} */ n) => list.some((s) => s.name === n);
  if (!taken(want)) return want;
  let i = 2;
  while (taken(`${want} ${i}`)) i++;
  return `${want} ${i}`;
}

/**
 * The list after a rotation: the live ones go on counting until the overlap is
 * over, the new one is the current one.
 * @param {Secret[]} list @param {string} value "" to generate one @param {number} hours @param {number} [now]
 * @returns {Secret[]}
 */
export function rotated(list, value, hours, now = Date.now()) {
  const until = new Date(now + hours * 3_600_000).toISOString();
  const old = list.map((s) => (s.until && Date.parse(s.until) <= Date.parse(until) ? s : { ...s, name: s.name === signWords.secrets.current ? freeName(list, signWords.secrets.previous) : s.name, until }));
  return [{ name: signWords.secrets.current, ...(value ? { value } : { generate: true }) }, ...old];
}

/**
 * @param {object} p
 * @param {Secret[]} p.list @param {(list: Secret[]) => void} p.set
 */
export function Secrets({ list, set }) {
  const s = signWords.secrets;
  const [form, setForm] = useState(/** @type {''|'add'|'rotate'} */ (''));
  const [name, setName] = useState('');
  const [value, setValue] = useState('');
  const [hours, setHours] = useState(day);
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const full = list.length >= most;
  const open = (/** @type {''|'add'|'rotate'} */ which) => {
    setForm(which);
    setName(freeName(list, s.current));
    setValue('');
  };
  const add = () => {
    if (!value) return;
    set([...list, { name: freeName(list, name.trim() || s.current), value }]);
    open('');
  };
  const rotate = () => {
    const wrong = box.current?.querySelector(':invalid');
    if (wrong instanceof HTMLInputElement) wrong.reportValidity();
    if (wrong) return;
    set(rotated(list, value, hours));
    open('');
  };
  // These fields stand inside the form of the inbox: Enter acts here, not there.
  const enter = (/** @type {() => void} */ act) => (/** @type {KeyboardEvent} */ e) => {
    if (e.key !== 'Enter') return;
    e.preventDefault();
    act();
  };
  return html`<div class="secrets" role="group" aria-label=${s.title}>
    <p class="group-title" aria-hidden="true">${s.title}</p>
    ${list.length ? html`<ul class="secret-list">${list.map((x, i) => html`<li key=${x.id || 'new' + i}><${One} x=${x} /><button type="button" class="btn quiet small" aria-label=${s.removeOf(visible(x.name))} onClick=${() => set(list.filter((_, j) => j !== i))}><${Icon} name="trash" />${s.remove}</button></li>`)}</ul>`
    : html`<p class="muted">${s.none}</p>`}
    ${form === '' ? html`<div class="row-gap"><button type="button" class="btn small" disabled=${full} onClick=${() => open('add')}><${Icon} name="plus" />${s.add}</button>
      <button type="button" class="btn small" disabled=${full} onClick=${() => set([...list, { name: freeName(list, s.current), generate: true }])}>${s.generate}</button>
      ${list.some((x) => x.id) ? html`<button type="button" class="btn small" disabled=${full} onClick=${() => open('rotate')}>${s.rotate}</button>` : null}
      ${full ? html`<span class="muted">${s.most}</span>` : null}</div>` : null}
    ${form === 'add' ? html`<div class="tool-grid inset"><label class="field"><span>${s.name}</span><input class="input" value=${name} placeholder=${s.current} autocomplete="off" onInput=${(/** @type {any} */ e) => setName(e.target.value)} onKeyDown=${enter(add)} /></label>
      <label class="field"><span>${s.value}</span><input class="input mono" type="password" autocomplete="off" value=${value} onInput=${(/** @type {any} */ e) => setValue(e.target.value)} onKeyDown=${enter(add)} /></label>
      <div class="row-gap wide"><button type="button" class="btn small" disabled=${!value} onClick=${add}>${s.add}</button><button type="button" class="btn small" onClick=${() => open('')}>${t.cancel}</button></div></div>` : null}
    ${form === 'rotate' ? html`<div class="tool-grid inset" ref=${box}><label class="field"><span>${s.newValue} · ${s.newHint}</span><input class="input mono" type="password" autocomplete="off" value=${value} onInput=${(/** @type {any} */ e) => setValue(e.target.value)} onKeyDown=${enter(rotate)} /></label>
      <${Amount} label=${s.overlap} hint=${s.overlapHours} value=${hours} put=${setHours} keys=${enter(rotate)} />
      <div class="row-gap wide"><button type="button" class="btn small" onClick=${rotate}>${s.doRotate}</button><button type="button" class="btn small" onClick=${() => open('')}>${t.cancel}</button></div></div>` : null}
  </div>`;
}

/** @param {{x: Secret}} p */
function One({ x }) {
  const s = signWords.secrets;
  const now = Date.now();
  const until = x.until ? Date.parse(x.until) : 0;
  const state = x.locked ? visible(x.locked) : !x.id ? (x.generate ? s.generating : s.pending) : until ? (until <= now ? s.over : s.until(ahead(until - now))) : x.added ? s.added(ago(now - Date.parse(x.added))) : '';
  return html`<span class="secret-name iso">${x.name === 'current' ? s.current : x.name === 'previous' ? s.previous : visible(x.name)}</span><code>${x.id ? visible(x.hint || '••••') : '••••'}</code><span class=${!x.id || until || x.locked ? 'client' : 'muted'}>${state}</span>`;
}

/** @param {number} ms */
const ago = (ms) => (ms < 60_000 ? t.time.now : t.time.ago(span(ms / 1000)));
/** @param {number} ms */
const ahead = (ms) => t.time.ahead(span(ms / 1000));

/** A secret that the server made: shown this once. @param {{list: Secret[]|undefined, close: () => void}} p */
export function ShownOnce({ list, close }) {
  const made = (list || []).filter((x) => x.value);
  if (!made.length) return null;
  const s = signWords.secrets;
  return html`<div class="card good" role="status" aria-label=${s.onceTitle}><h3>${s.onceTitle}</h3><p>${s.once}</p>
    ${made.map((x) => html`<div class="copy-line"><code class="iso">${x.value}</code><${Copy} text=${/** @type {string} */ (x.value)} what=${s.onceTitle} words /></div>${x.public ? html`<p class="muted">${s.public}</p><div class="copy-line"><code class="iso">${x.public}</code><${Copy} text=${x.public} what=${s.public} words /></div>` : null}`)}
    <div class="row-gap"><button type="button" class="btn small" onClick=${close}>${t.close}</button></div></div>`;
}
