// @ts-check
// The list: pooled rows over typed arrays. Nothing moves while somebody reads.
import { html, useEffect, useLayoutEffect, useRef, useState, useCallback } from '../html.js';
import { t } from '../i18n/index.js';
import { sync, head, held, active, selected, rowHeight, select, freeze, thaw, following, paused, layout } from '../state.js';
import { visibleRows, scaled } from './visible.js';
import { RowView } from './row.js';

/** Set by the list while it is on the page. @type {{move: (by: number|'home'|'end'|'page'|'pageup') => void, newest: () => void, focus: () => void}|null} */
export let listHandle = null;

/** Time after which a row no longer counts as new, in ms. */
const freshFor = 4000;
/** When a row arrived, for the dot of new rows. @type {Map<string, number>} */
export const arrived = new Map();

/** Rows that are shown: those not above the head. */
export function shown() {
  const offset = held.value;
  return { offset, count: Math.max(0, sync.rows.length - offset) };
}

export function List() {
  sync.version.value;
  const { offset, count } = shown();
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
    const to = (sync.rows.position(n) - held.value) * height + rest;
    if (height * count <= 8_000_000 && Math.abs(to - e.scrollTop) >= 1) {
      e.scrollTop = to;
      measure();
    }
  }, [sync.version.value, height]);
  useLayoutEffect(() => {
    const i = Math.floor(place.top / height);
    anchor.current = i < count ? { n: sync.rows.numberAt(offset + i), rest: place.top - i * height } : { n: 0, rest: 0 };
  });

  const reveal = useCallback((/** @type {number} */ i, middle = false) => {
    const e = box.current;
    if (!e || i < 0) return;
    const room = roomOf(e);
    const now = scaled(e.scrollTop, room, rowHeight.value, shown().count);
    const y = i * rowHeight.value;
    if (y >= now.top && y + rowHeight.value <= now.top + room) return;
    const to = middle ? Math.max(0, y - room / 2) : y < now.top ? y : y + rowHeight.value - room;
    const full = rowHeight.value * shown().count;
    anchor.current = { n: 0, rest: 0 };
    e.scrollTop = now.canvas === full ? to : (to / Math.max(1, full - room)) * (now.canvas - room);
    measure();
  }, []);

  useEffect(() => {
    listHandle = {
      move(by) {
        const { offset, count } = shown();
        if (!count) return;
        freeze();
        const page = Math.max(1, Math.floor((box.current ? roomOf(box.current) : 600) / rowHeight.value) - 1);
        // A row that is gone leaves the keyboard at the place where it was.
        let i = active.value ? sync.rows.position(active.value) - offset : -1;
        const known = i >= 0 && i < count && sync.rows.numberAt(offset + i) === active.value;
        if (by === 'home') i = 0;
        else if (by === 'end') i = count - 1;
        else if (!known && typeof by === 'number') i = Math.max(0, Math.min(count - 1, i + (by < 0 ? -1 : i < 0 ? 1 : 0)));
        else i += by === 'page' ? page : by === 'pageup' ? -page : by;
        i = Math.max(0, Math.min(count - 1, i));
        const n = sync.rows.numberAt(offset + i);
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
  const chosen = selected.value ? sync.rows.position(selected.value) - offset : -1;
  const loaded = chosen >= 0 && chosen < count;
  useEffect(() => {
    if (!selected.value || !loaded) return;
    reveal(chosen, active.value !== selected.value);
    active.value = selected.value;
  }, [selected.value, loaded]);

  const now = Date.now();
  const draw = (/** @type {number} */ i) => {
    const row = sync.rows.at(offset + i);
    const since = arrived.get(row.id);
    return html`<${RowView} key=${i % 256} row=${row} index=${i} y=${i * height + place.shift} selected=${row.n === selected.value}
      active=${row.n === active.value} fresh=${since !== undefined && now - since < freshFor} onOpen=${open} />`;
  };
  const rows = [];
  for (let i = first; i < last; i++) rows.push(draw(i));
  // The row the keyboard is on stays in the page when it is scrolled out.
  const at = active.value ? sync.rows.position(active.value) - offset : -1;
  const there = at >= 0 && at < count && sync.rows.numberAt(offset + at) === active.value;
  if (there && (at < first || at >= last)) rows.push(html`<div key="kept" class="sr" role="presentation">${draw(at)}</div>`);

  const c = t.live.columns;
  return html`<div class=${'grid grid-scroll' + (sync.problem.value || (sync.loading.value && count) ? ' dim' : '')} ref=${box} role="grid" tabindex="0" onScroll=${onScroll}
      aria-label=${t.live.list} aria-rowcount=${count + 1} aria-readonly="true" aria-busy=${sync.loading.value}
      aria-activedescendant=${there ? 'row-' + active.value : undefined}
      style=${{ '--n': Math.max(3, String(sync.rows.length ? sync.rows.numberAt(0) : 0).length) * 8 + 12 + 'px' }}
      onFocus=${() => freeze()} onBlur=${() => { if ((box.current?.scrollTop || 0) <= 1) thaw(); }}>
    <div class="grid-head" role="row" aria-rowindex="1">
      <span role="columnheader" class="num">${c.n}</span><span role="columnheader">${c.time}</span>
      <span role="columnheader"><span class="sr">${c.dir}</span></span><span role="columnheader">${c.event}</span>
      <span role="columnheader">${c.status}</span><span role="columnheader" class="c-sig">${c.sig}</span>
      <span role="columnheader" class="num c-dur">${c.dur}</span><span role="columnheader" class="num c-size">${c.size}</span>
      <span role="columnheader" class="c-try">${c.try}</span><span role="columnheader" class="c-where">${c.where}</span>
    </div>
    <div class="rows" role="rowgroup" style=${{ height: place.canvas + 'px' }}>${rows}</div>
    ${count > 0 && sync.complete.value === false && !sync.loading.value && sync.rows.length >= 200_000
        ? html`<p class="rows-end">${t.live.capped(sync.rows.length)}</p>` : null}
  </div>`;
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
