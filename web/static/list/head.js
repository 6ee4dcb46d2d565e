// @ts-check
// Above the rows: names of the columns, which sort and change width, and the row
// that is pinned.
import { html, signal, useEffect, useLayoutEffect, useRef } from '../html.js';
import { t } from '../i18n/index.js';
import { api } from '../api.js';
import { params, setParams } from '../router.js';
import { sync } from '../state.js';
import { clock, timeOrDay } from '../format.js';
import { Icon } from '../components/icons.js';
import { known, labelOf, setWidth, sortable, widthOf } from './columns.js';
import { sorting, turnSorting } from './lines.js';
import { atOf, cell } from './cells.js';
import { arrivedValues } from './values.js';
import { spokenRow } from './row.js';
import { chooseAll, choice, clearChoice, howMany } from './select.js';

/** @typedef {import('../types.js').Row} Row */
/** @typedef {import('./columns.js').Column} Column */

/** Running number of the pinned row, 0 if there is none. */
export const pinned = () => Number(params.value.pin) || 0;

/** Pins a row as what others are compared with, or lets it go. @param {number} n */
export const pin = (n) => setParams({ pin: n && n !== pinned() ? n : null });

/** The pinned row where the list does not have it. @type {{value: Row|null}} */
const fetched = signal(null);

/** @param {number} n @returns {Row|null} */
function rowOf(n) {
  const i = sync.rows.position(n);
  if (i < sync.rows.length && sync.rows.numberAt(i) === n) return sync.rows.at(i);
  return fetched.value?.n === n ? fetched.value : null;
}

/** @param {{columns: Column[], open: (n: number) => void}} p */
export function Head({ columns, open }) {
  return html`<div class="grid-top" role="rowgroup">
    <div class="grid-head" role="row" aria-rowindex="1"><span role="columnheader" class="c-check"><${ChooseAll} /></span>${columns.map((c) => html`<${Name} key=${c.id} c=${c} />`)}</div>
    ${pinned() ? html`<${Pinned} n=${pinned()} columns=${columns} open=${open} />` : null}
  </div>`;
}

/** Chooses all, or none. */
function ChooseAll() {
  const { count } = howMany();
  const some = count > 0 && !(choice.value.all && !choice.value.not.size);
  return html`<input type="checkbox" tabindex="-1" aria-label=${t.select.all} title=${t.select.all} checked=${count > 0} ref=${(/** @type {HTMLInputElement|null} */ e) => { if (e) e.indeterminate = some; }}
    onClick=${(/** @type {Event} */ e) => { e.preventDefault(); if (count && !some) clearChoice(); else chooseAll(); }} />`;
}

/** @param {{c: Column}} p */
function Name({ c }) {
  const d = known[c.id] || {};
  const label = labelOf(c.id);
  const now = sorting.value.replace(/^-/, '') === c.id ? (sorting.value[0] === '-' ? 'descending' : 'ascending') : undefined;
  const drag = useRef(/** @type {{x: number, px: number}|null} */ (null));
  const words = c.id === 'dir' ? html`<span class="sr">${label}</span>` : label;
  const mark = now ? html`<span class="sort-mark" aria-hidden="true">${now === 'descending' ? '▾' : '▴'}</span>` : null;
  const classes = { dur: 'c-dur', size: 'c-size', try: 'c-try', where: 'c-where', sig: 'c-sig' }[c.id] || '';
  return html`<span role="columnheader" class=${`${d.num ? 'num ' : ''}${classes}`} aria-sort=${now} title=${label}>
    ${sortable(c.id) ? html`<button type="button" class="head-name" tabindex="-1" aria-label=${t.live.sortBy(label)} onClick=${() => turnSorting(c.id)}>${words}${mark}</button>` : html`<span class="head-name">${words}</span>`}
    <i class="head-edge" aria-hidden="true" onPointerDown=${(/** @type {PointerEvent} */ e) => {
      const el = /** @type {HTMLElement} */ (e.currentTarget);
      el.setPointerCapture(e.pointerId);
      drag.current = { x: e.clientX, px: /** @type {HTMLElement} */ (el.parentElement).offsetWidth || widthOf(c) };
      e.preventDefault();
    }} onPointerMove=${(/** @type {PointerEvent} */ e) => drag.current && setWidth(c.id, drag.current.px + e.clientX - drag.current.x)}
      onPointerUp=${() => { drag.current = null; }} onPointerCancel=${() => { drag.current = null; }}></i></span>`;
}

/** @param {{n: number, columns: Column[], open: (n: number) => void}} p */
function Pinned({ n, columns, open }) {
  sync.version.value;
  arrivedValues.value;
  clock();
  const row = rowOf(n);
  useEffect(() => {
    if (row) return;
    const ctl = new AbortController();
    api.delivery(n, ctl.signal).then((d) => { fetched.value = d; }, () => {}); // it is gone: the line says so
    return () => ctl.abort();
  }, [n, Boolean(row)]);
  const free = html`<span class="pin-end" role="gridcell"><button type="button" class="btn quiet small" aria-label=${t.live.unpin} title=${t.live.unpin} onClick=${(/** @type {Event} */ e) => { e.stopPropagation(); pin(n); }}><${Icon} name="close" /></button></span>`;
  if (!row) return html`<div class="tr pinned-row" role="row"><span role="gridcell" class="muted">#${n}</span>${free}</div>`;
  const at = atOf(row);
  return html`<div class="tr pinned-row" role="row" aria-label=${`${t.live.baseline}: ${spokenRow(row, timeOrDay(at))}`} onClick=${() => open(n)}>
    <span class="c-check" role="gridcell"></span>${columns.map((c) => html`<${Cell} key=${c.id} id=${c.id} row=${row} />`)}${free}</div>`;
}

/** @param {{id: string, row: Row}} p */
function Cell({ id, row }) {
  const el = useRef(/** @type {HTMLElement|null} */ (null));
  const fill = useRef(/** @type {import('./cells.js').Fill|null} */ (null));
  useLayoutEffect(() => {
    fill.current ??= cell(id, /** @type {HTMLElement} */ (el.current));
    fill.current(row, { from: atOf(row), to: atOf(row) + row.duration_ms });
  });
  return html`<span ref=${el}></span>`;
}
