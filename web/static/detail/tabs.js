// @ts-check
// The tabs of a delivery. Where they are wider than the place there is, an edge
// that fades says that there is more.
import { html, useLayoutEffect, useRef, useState } from '../html.js';
import { t } from '../i18n/index.js';

export const tabs = /** @type {const} */ (['overview', 'request', 'response', 'signature', 'attempts', 'raw', 'diff', 'code']);

/**
 * On which sides there is more of a row of tabs than is to be seen.
 * @param {{current: HTMLElement|null}} box the row @param {any[]} of what it shows: when that changes, the chosen tab comes into view
 * @returns {[string|undefined, () => void]} "left", "right" or "both", and what looks again
 */
export function useMore(box, of) {
  const [more, setMore] = useState('');
  const look = () => {
    const e = box.current;
    if (!e) return; // a late scroll event of tabs that are gone
    const left = e.scrollLeft > 2;
    const right = e.scrollLeft + e.clientWidth < e.scrollWidth - 2;
    setMore(left && right ? 'both' : left ? 'left' : right ? 'right' : '');
  };
  useLayoutEffect(() => {
    const e = /** @type {HTMLElement} */ (box.current);
    const watch = new ResizeObserver(look);
    watch.observe(e);
    return () => watch.disconnect();
  }, []);
  useLayoutEffect(() => {
    const e = /** @type {HTMLElement} */ (box.current);
    const tab = /** @type {HTMLElement|null} */ (e.querySelector('[aria-selected="true"]'));
    // No further than it takes: tabs that go away under the pointer are hit wrongly.
    if (tab) {
      const right = tab.offsetLeft + tab.offsetWidth + 32 - e.clientWidth;
      if (e.scrollLeft < right) e.scrollLeft = right;
      if (e.scrollLeft > tab.offsetLeft - 32) e.scrollLeft = tab.offsetLeft - 32;
    }
    look();
  }, of);
  return [more || undefined, look];
}

/** @param {{now: string, set: (tab: string) => void, marks: Record<string, any>}} p */
export function Tabs({ now, set, marks }) {
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const [more, look] = useMore(box, [now, marks.attempts, Boolean(marks.signature)]);
  const keys = (/** @type {KeyboardEvent} */ e) => {
    const i = tabs.indexOf(/** @type {any} */ (now));
    const to = { ArrowRight: (i + 1) % tabs.length, ArrowLeft: (i + tabs.length - 1) % tabs.length, Home: 0, End: tabs.length - 1 }[e.key];
    if (to === undefined) return;
    e.preventDefault();
    e.stopPropagation();
    set(tabs[to]);
    requestAnimationFrame(() => /** @type {HTMLElement|undefined} */ (box.current?.children[to])?.focus());
  };
  return html`<div class="tabs" role="tablist" aria-label=${t.detail.label} data-more=${more} ref=${box} onKeyDown=${keys} onScroll=${look}>
    ${tabs.map((x) => html`<button type="button" class="tab" role="tab" id=${'tab-' + x} aria-selected=${x === now} aria-controls="tab-panel" tabindex=${x === now ? 0 : -1} onClick=${() => set(x)}>${t.detail.tabs[x]}${marks[x] || ''}</button>`)}
  </div>`;
}
