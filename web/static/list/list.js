// @ts-check
// The list: pooled rows over typed arrays. Nothing moves while somebody reads.
import { html, useEffect, useLayoutEffect, useRef, useState, useCallback } from '../html.js';
import { t } from '../i18n/index.js';
import { sync, head, held, active, selected, rowHeight, select, freeze, thaw, following, paused, layout } from '../state.js';
import { visibleRows, scaled } from './visible.js';
import { RowView } from './row.js';
import { extendTo, isChosen, toggle } from './select.js';
import { Head, pinned } from './head.js';
import { drawn, isUsual, tracks } from './columns.js';
import { fold, folded, grouping, lines, sorting } from './lines.js';
import { arrivedValues, want } from './values.js';
import { count as number, visible } from '../format.js';

/** Set by the list while it is on the page. @type {{move: (by: number|'home'|'end'|'page'|'pageup') => void, newest: () => void, focus: () => void}|null} */
export let listHandle = null;

/** Time after which a row no longer counts as new, in ms. */
const freshFor = 4000;
/** When a row arrived, for the dot of new rows. @type {Map<string, number>} */
export const arrived = new Map();

export function List() {
  arrivedValues.value;
  const now = lines();
  const { count } = now;
  const columns = drawn.value;
  const usual = isUsual.value || layout.value === 'narrow';
  const height = rowHeight.value;
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const [view, setView] = useState({ scroll: 0, height: 600 });
  const frame = useRef(0);
  /** Running number at the top edge and how much of it is cut off. */
  const anchor = useRef({ n: 0, rest: 0 });

  const measure = useCallback(() => {
    frame.current = 0;
    const e = box.current;
    if (!e) return;
    const height = roomOf(e);
    setView((v) => (v.scroll === e.scrollTop && v.height === height ? v : { scroll: e.scrollTop, height }));
  }, []);

  const place = scaled(view.scroll, view.height, height, count);
  const { first, last } = visibleRows(place.top, view.height, height, count);

  const onScroll = () => {
    const e = /** @type {HTMLElement} */ (box.current);
    if (e.scrollTop > 1) freeze();
    else if (!e.contains(document.activeElement)) thaw();
    frame.current ||= requestAnimationFrame(measure);
  };

  useLayoutEffect(() => {
    const watch = new ResizeObserver(measure);
    watch.observe(/** @type {HTMLElement} */ (box.current));
    measure();
    return () => watch.disconnect();
  }, []);

  // When rows above the view go away, the view stays on the row it was on.
  useLayoutEffect(() => {
    const e = box.current;
    if (!e) return;
    const { n, rest } = anchor.current;
    if (!n || e.scrollTop <= 1) return;
    // A row that is gone leaves the view at its place in the order of numbers.
    const line = sorting.value || grouping.value ? now.find(n) : sync.rows.position(n) - held.value;
    if (line < 0) return;
    const to = line * height + rest;
    if (height * count <= 8_000_000 && Math.abs(to - e.scrollTop) >= 1) {
      e.scrollTop = to;
      measure();
    }
  }, [sync.version.value, height]);
  useLayoutEffect(() => {
    const i = Math.floor(place.top / height);
    anchor.current = i < count ? { n: now.numberAt(i), rest: place.top - i * height } : { n: 0, rest: 0 };
  });

  // Rows that were waited for stay as well.
  useEffect(() => {
    if (!sync.loading.value && box.current?.contains(document.activeElement)) freeze();
  }, [sync.loading.value]);

  const reveal = useCallback((/** @type {number} */ i, middle = false) => {
    const e = box.current;
    if (!e || i < 0) return;
    const room = roomOf(e);
    const now = scaled(e.scrollTop, room, rowHeight.value, lines().count);
    const y = i * rowHeight.value;
    if (y >= now.top && y + rowHeight.value <= now.top + room) return;
    const to = middle ? Math.max(0, y - room / 2) : y < now.top ? y : y + rowHeight.value - room;
    const full = rowHeight.value * lines().count;
    anchor.current = { n: 0, rest: 0 };
    e.scrollTop = now.canvas === full ? to : (to / Math.max(1, full - room)) * (now.canvas - room);
    measure();
  }, []);

  useEffect(() => {
    listHandle = {
      move(by) {
        const now = lines();
        if (!now.count) return;
        freeze();
        const page = Math.max(1, Math.floor((box.current ? roomOf(box.current) : 600) / rowHeight.value) - 1);
        let i = active.value ? now.find(active.value) : -1;
        // A row that is gone leaves the keyboard at the place where it was.
        const near = i < 0 && active.value && !sorting.value && !grouping.value ? sync.rows.position(active.value) - held.value : -1;
        if (by === 'home') i = 0;
        else if (by === 'end') i = now.count - 1;
        else if (i < 0 && typeof by === 'number') i = near < 0 ? 0 : near + (by < 0 ? -1 : 0);
        else i += by === 'page' ? page : by === 'pageup' ? -page : by;
        i = Math.max(0, Math.min(now.count - 1, i));
        // Headings are stepped over; at an end the way back leads to a row.
        const way = by === 'end' || by === 'pageup' || (typeof by === 'number' && by < 0) ? -1 : 1;
        let line = i;
        while (line >= 0 && line < now.count && !now.numberAt(line)) line += way;
        if (!now.numberAt(line)) line = i;
        while (line >= 0 && line < now.count && !now.numberAt(line)) line -= way;
        if (line < 0 || line >= now.count) return;
        i = line;
        const n = now.numberAt(i);
        active.value = n;
        if (selected.value && layout.value === 'wide') select(n);
        reveal(i);
      },
      newest() {
        head.value = paused.value ? (sync.rows.length ? sync.rows.numberAt(0) : Infinity) : Infinity;
        anchor.current = { n: 0, rest: 0 };
        if (box.current) box.current.scrollTop = 0;
        measure();
      },
      focus: () => box.current?.focus({ preventScroll: true }),
    };
    return () => {
      listHandle = null;
    };
  }, []);

  // Opened from a link or by following: the row is brought into view once,
  // which may be only after the rows have been loaded.
  const chosen = selected.value ? now.find(selected.value) : -1;
  const loaded = chosen >= 0;
  useEffect(() => {
    if (!selected.value || !loaded) return;
    reveal(chosen, active.value !== selected.value);
    active.value = selected.value;
  }, [selected.value, loaded]);

  const time = Date.now();
  /** @type {number[]} */
  const seen = [];
  const span = { from: Infinity, to: 0 };
  const falls = columns.some((c) => c.id === 'waterfall');
  for (let i = first; i < last; i++) {
    const n = now.numberAt(i);
    if (n) seen.push(n);
    if (!falls || !n) continue;
    const row = now.at(i);
    span.from = Math.min(span.from, Number(row.at));
    span.to = Math.max(span.to, Number(row.at) + row.duration_ms);
  }
  const base = pinned();
  useEffect(() => want(base ? [...seen, base] : seen));
  const draw = (/** @type {number} */ i) => {
    const y = i * height + place.shift;
    const group = now.groupAt(i);
    if (group) return html`<${Heading} key=${i % 256} group=${group} index=${i} y=${y} />`;
    const row = now.at(i);
    const since = arrived.get(row.id);
    return html`<${RowView} key=${i % 256} row=${row} columns=${columns} span=${span} index=${i} y=${y} selected=${row.n === selected.value}
      active=${row.n === active.value} chosen=${isChosen(row.n)} onChoose=${choose} fresh=${since !== undefined && time - since < freshFor} pinned=${row.n === base} onOpen=${open} />`;
  };
  const rows = [];
  for (let i = first; i < last; i++) rows.push(draw(i));
  // The row the keyboard is on stays in the page when it is scrolled out.
  const at = active.value ? now.find(active.value) : -1;
  const there = at >= 0;
  if (there && (at < first || at >= last)) rows.push(html`<div key="kept" class="sr" role="presentation">${draw(at)}</div>`);
  const { template, least } = tracks(columns);

  return html`<div class=${'grid grid-scroll' + (usual ? '' : ' own') + (sync.problem.value || (sync.loading.value && count) ? ' dim' : '')} ref=${box} role="grid" tabindex="0" onScroll=${onScroll}
      aria-label=${t.live.list} aria-rowcount=${count + 1} aria-readonly="true" aria-busy=${sync.loading.value}
      aria-activedescendant=${there ? 'row-' + active.value : undefined}
      style=${{ '--n': Math.max(3, String(sync.rows.length ? sync.rows.numberAt(0) : 0).length) * 8 + 24 + 'px', ...(usual ? {} : { '--cols': template, '--least': least + 'px' }) }}
      onFocus=${() => freeze()} onBlur=${() => { if ((box.current?.scrollTop || 0) <= 1) thaw(); }}>
    <${Head} columns=${columns} open=${open} />
    <div class="rows" role="rowgroup" style=${{ height: place.canvas + 'px' }}>${rows}</div>
    ${count > 0 && sync.complete.value === false && !sync.loading.value && sync.rows.length >= 200_000
        ? html`<p class="rows-end">${t.live.capped(sync.rows.length)}</p>` : null}
  </div>`;
}

/** The line above the rows of a group. @param {{group: import('./lines.js').Group, index: number, y: number}} p */
function Heading({ group, index, y }) {
  const open = !folded.value.has(group.key);
  const name = group.name ? visible(group.name) : t.live.noGroup;
  return html`<div class="tr heading" role="row" aria-rowindex=${index + 2} style=${{ transform: `translateY(${y}px)` }}><span role="gridcell">
    <button type="button" class="heading-name" aria-expanded=${open} onClick=${() => fold(group.key)}><span class="twist" aria-hidden="true">${open ? '▾' : '▸'}</span><b class="iso">${name}</b>
    <span class="muted">${number(group.count)}</span>${group.failed ? html`<span class="server">■ ${t.live.failedOf(group.failed)}</span>` : null}</button></span></div>`;
}

/** @param {number} n @param {boolean} range */
function choose(n, range) {
  freeze();
  if (range) extendTo(n, active.value || n);
  else toggle(n);
  active.value = n;
}

/** Height that is left for rows: the heads of the columns stay on top. @param {HTMLElement} e */
function roomOf(e) {
  const head = /** @type {HTMLElement|null} */ (e.firstElementChild);
  return e.clientHeight - (head && getComputedStyle(head).position === 'sticky' ? head.offsetHeight : 0);
}

/** @param {number} n */
function open(n) {
  freeze();
  active.value = n;
  select(n, selected.value > 0);
  if (layout.value === 'wide') listHandle?.focus();
}

// What arrives is noted for the dot of new rows; above 20 rows a second the
// notes are thrown away faster than they would be seen.
setInterval(() => {
  const old = Date.now() - freshFor;
  let dropped = false;
  for (const [id, at] of arrived) {
    if (at < old) {
      arrived.delete(id);
      dropped = true;
    }
  }
  if (dropped) sync.bump();
}, 2000);

export { following };
