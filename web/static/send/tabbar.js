// @ts-check
// A row of tabs that goes by the arrow keys.
import { html, useRef } from '../html.js';
import { useMore } from '../detail/tabs.js';

/**
 * @param {{id: string, label: string, now: string, set: (tab: string) => void, tabs: [string, string, string?][]}} p
 * id begins the ids of the tabs; the panel is called {id}-panel
 */
export function TabBar({ id, label, now, set, tabs }) {
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const [more, look] = useMore(box, [now]);
  const keys = (/** @type {KeyboardEvent} */ e) => {
    const i = tabs.findIndex(([x]) => x === now);
    const to = { ArrowRight: (i + 1) % tabs.length, ArrowLeft: (i + tabs.length - 1) % tabs.length, Home: 0, End: tabs.length - 1 }[e.key];
    if (to === undefined) return;
    e.preventDefault();
    e.stopPropagation();
    set(tabs[to][0]);
    requestAnimationFrame(() => /** @type {HTMLElement|undefined} */ (box.current?.children[to])?.focus());
  };
  return html`<div class="tabs" role="tablist" aria-label=${label} data-more=${more} ref=${box} onKeyDown=${keys} onScroll=${look}>
    ${tabs.map(([x, text, mark]) => html`<button type="button" class="tab" role="tab" id=${`${id}-${x}`} aria-selected=${x === now} aria-controls=${id + '-panel'} tabindex=${x === now ? 0 : -1} onClick=${() => set(x)}>${text}${mark || ''}</button>`)}
  </div>`;
}
