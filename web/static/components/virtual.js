// @ts-check
// A view that draws only the rows on screen, whatever their number.
import { html, useLayoutEffect, useRef, useState, useCallback } from '../html.js';
import { visibleRows, scaled } from '../list/visible.js';

/**
 * @typedef {object} VirtualHandle
 * @property {(i: number) => void} reveal scrolls a row into view
 * @property {() => number} page rows in one view
 */

/**
 * @param {object} p
 * @param {number} p.count
 * @param {number} p.height of one row in px
 * @param {(i: number) => any} p.row draws one row; its element gets its place by `style`
 * @param {{current: VirtualHandle|null}} [p.handle]
 * @param {Record<string, any>} [p.attrs] of the scrolling element
 * @param {string} [p.class]
 * @param {(first: number, last: number) => void} [p.onRange]
 * @param {number} [p.most] px the view may grow to; it fills its place without it
 */
export function Virtual({ count, height, row, handle, attrs = {}, class: extra = '', onRange, most }) {
  const el = useRef(/** @type {HTMLElement|null} */ (null));
  const [view, setView] = useState({ scroll: 0, height: 600 });
  const frame = useRef(0);

  const measure = useCallback(() => {
    frame.current = 0;
    const e = el.current;
    if (e) setView((v) => (v.scroll === e.scrollTop && v.height === e.clientHeight ? v : { scroll: e.scrollTop, height: e.clientHeight }));
  }, []);
  useLayoutEffect(() => {
    const watch = new ResizeObserver(measure);
    watch.observe(/** @type {HTMLElement} */ (el.current));
    measure();
    return () => watch.disconnect();
  }, []);

  const place = scaled(view.scroll, view.height, height, count);
  const { first, last } = visibleRows(place.top, view.height, height, count, 6);
  useLayoutEffect(() => onRange?.(first, last), [first, last, onRange]);

  if (handle) {
    handle.current = {
      page: () => Math.max(1, Math.floor(view.height / height) - 1),
      reveal(i) {
        const e = el.current;
        if (!e) return;
        const now = scaled(e.scrollTop, e.clientHeight, height, count);
        const y = i * height;
        if (y >= now.top && y + height <= now.top + e.clientHeight) return;
        const to = y < now.top ? y : y + height - e.clientHeight;
        const full = height * count;
        e.scrollTop = now.canvas === full ? to : (to / Math.max(1, full - e.clientHeight)) * (now.canvas - e.clientHeight);
        measure();
      },
    };
  }

  const rows = [];
  for (let i = first; i < last; i++) {
    // The same elements serve again as the view moves on.
    rows.push(html`<div class="vrow" key=${i % 512} style=${{ transform: `translateY(${i * height + place.shift}px)`, height: height + 'px' }}>${row(i)}</div>`);
  }
  return html`<div class=${'virtual ' + extra} tabindex="0" ref=${el} onScroll=${() => { frame.current ||= requestAnimationFrame(measure); }}
      style=${most ? { height: Math.min(most, count * height + 14) + 'px' } : undefined} ...${attrs}>
    <div class="virtual-canvas" style=${{ height: place.canvas + 'px' }}>${rows}</div>
  </div>`;
}
