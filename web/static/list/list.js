// @ts-check
// The list: pooled rows over typed arrays. Nothing moves while somebody reads.
import { html, useEffect, useLayoutEffect, useMemo, useRef, useCallback } from '../html.js';
import { t } from '../i18n/index.js';
import { sync, head, held, active, selected, rowHeight, select, freeze, thaw, following, paused, layout, beside } from '../state.js';
import { scaled, tallest } from './visible.js';
import { Drawing } from './drawing.js';
import { HeadingLine } from './heading.js';
import { choice, extendTo, isChosen, toggle } from './select.js';
import { Head, pinned } from './head.js';
import { drawn, isUsual, tracks } from './columns.js';
import { fold, grouping, lines, sorting } from './lines.js';
import { arrivedValues } from './values.js';
import { clock } from '../format.js';
import { rules } from '../detail/secrets.js';

/** Set by the list while it is on the page. @type {{move: (by: number|'home'|'end'|'page'|'pageup') => void, newest: () => void, focus: () => void}|null} */
export let listHandle = null;

export function List() {
  const now = lines();
  const { count } = now;
  const columns = drawn.value;
  const usual = isUsual.value || layout.value === 'narrow';
  const height = rowHeight.value;
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const home = useRef(/** @type {HTMLElement|null} */ (null));
  const drawing = useRef(/** @type {Drawing|null} */ (null));
  /** Where the view is: px of the scroll bar, and room for rows. */
  const view = useRef({ scroll: 0, room: 600 });
  const frame = useRef(0);
  /** Running number at the top edge and how much of it is cut off. */
  const anchor = useRef({ n: 0, rest: 0 });

  const draw = useCallback(() => {
    if (drawing.current) anchor.current = drawing.current.draw(view.current.scroll, view.current.room);
  }, []);
  const measure = useCallback(() => {
    frame.current = 0;
    const e = box.current;
    if (!e || view.current.scroll === e.scrollTop) return;
    view.current.scroll = e.scrollTop;
    draw();
  }, []);
  const resized = useCallback(() => {
    const e = /** @type {HTMLElement} */ (box.current);
    const room = roomOf(e);
    const before = view.current;
    if (room === before.room && e.scrollTop === before.scroll) return;
    view.current = { scroll: e.scrollTop, room };
    draw();
    // What takes room from the list does not cover the open row.
    const i = room < before.room && selected.value ? lines().find(selected.value) : -1;
    const y = i * rowHeight.value - scaled(before.scroll, before.room, rowHeight.value, lines().count).top;
    if (i >= 0 && y > -rowHeight.value && y < before.room) reveal(i);
  }, []);

  const onScroll = () => {
    const e = /** @type {HTMLElement} */ (box.current);
    if (e.scrollTop > 1) freeze();
    else if (!e.contains(document.activeElement)) thaw();
    frame.current ||= requestAnimationFrame(measure);
  };
  useLayoutEffect(() => {
    const e = /** @type {HTMLElement} */ (box.current);
    const watch = new ResizeObserver(resized);
    watch.observe(e);
    watch.observe(/** @type {Element} */ (e.firstElementChild));
    view.current = { scroll: e.scrollTop, room: roomOf(e) };
    return () => watch.disconnect();
  }, []);

  // When rows above the view go away, the view stays on the row it was on. Where it
  // is is not asked of the page, which would have to lay everything out to say it.
  useLayoutEffect(() => {
    const { n, rest } = anchor.current;
    const { scroll } = view.current;
    if (!n || scroll <= 1) return;
    // A row that is gone leaves the view at its place in the order of numbers.
    const line = sorting.value || grouping.value ? now.find(n) : sync.rows.position(n) - held.value;
    if (line < 0) return;
    const to = line * height + rest;
    if (height * count > tallest || Math.abs(to - scroll) < 1) return;
    const e = /** @type {HTMLElement} */ (box.current);
    e.scrollTop = to;
    view.current.scroll = e.scrollTop;
  }, [sync.version.value, height]);

  const scene = {
    now, rows: sync.rows, columns, height, selected: selected.value, active: active.value, base: pinned(), choice: choice.value,
    looks: [sync.rows, arrivedValues.value, rules.value, clock()],
  };
  useLayoutEffect(() => {
    drawing.current ??= new Drawing(/** @type {HTMLElement} */ (home.current), scene);
    drawing.current.set(scene);
    draw();
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
        // Whoever walks by keys is in the list: a screen reader follows the focus.
        if (document.activeElement === document.body) this.focus();
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
        if (selected.value && beside.value) select(n);
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

  const there = active.value > 0 && now.find(active.value) >= 0;
  const { template, least } = tracks(columns);
  const top = useMemo(() => html`<${Head} columns=${columns} open=${open} />`, [columns]);
  const onClick = useCallback((/** @type {MouseEvent} */ e) => press(e, /** @type {Drawing} */ (drawing.current)), []);

  return html`<div class=${'grid grid-scroll' + (usual ? '' : ' own') + (sync.problem.value || (sync.loading.value && count) ? ' dim' : '')} ref=${box} role="grid" tabindex="0" onScroll=${onScroll}
      aria-label=${t.live.list} aria-rowcount=${count + 1} aria-readonly="true" aria-busy=${sync.loading.value}
      aria-activedescendant=${there ? 'row-' + active.value : undefined}
      style=${{ '--n': Math.max(3, String(sync.rows.length ? sync.rows.numberAt(0) : 0).length) * 8 + 24 + 'px', ...(usual ? {} : { '--cols': template, '--least': least + 'px' }) }}
      onFocus=${() => freeze()} onBlur=${() => { if ((box.current?.scrollTop || 0) <= 1) thaw(); }}>
    ${top}
    <div class="rows" role="rowgroup" ref=${home} style=${{ height: Math.min(tallest, height * count) + 'px' }} onClick=${onClick}></div>
    ${count > 0 && sync.complete.value === false && !sync.loading.value && sync.rows.length >= 200_000
        ? html`<p class="rows-end">${t.live.capped(sync.rows.length)}</p>` : null}
  </div>`;
}

/** A click among the rows. @param {MouseEvent} e @param {Drawing} drawing */
function press(e, drawing) {
  const at = /** @type {Element} */ (e.target);
  const line = drawing.lineOf(at);
  if (!line) return;
  if (line instanceof HeadingLine) {
    if (at.closest('button')) fold(line.group);
  } else if (at.closest('.c-check') || e.shiftKey || e.ctrlKey || e.metaKey) {
    choose(line.n, e.shiftKey);
    line.box.checked = isChosen(line.n, choice.peek()); // the browser has turned it already
  } else open(line.n);
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
  if (beside.value) listHandle?.focus();
}

export { following };
