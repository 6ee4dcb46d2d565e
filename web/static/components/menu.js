// @ts-check
// Menus: lists of actions, and the buttons that open them.
import { html, useEffect, useLayoutEffect, useRef, useState } from '../html.js';
import { keysOf } from '../keymap.js';
import { Icon } from './icons.js';

/**
 * @typedef {object} MenuItem
 * @property {string} text @property {() => void} run
 * @property {string} [hint] the key that does the same, as it is out of the box
 * @property {boolean} [disabled] @property {boolean} [danger] @property {boolean} [apart] it begins a group
 */

/**
 * A list of actions that has the focus. A press outside of what it stands in closes it.
 * @param {{label: string, items: MenuItem[], close: (focus?: boolean) => void, up?: boolean}} p
 */
export function MenuList({ label, items, close, up = false }) {
  const list = useRef(/** @type {HTMLElement|null} */ (null));
  const all = () => /** @type {HTMLElement[]} */ ([.../** @type {HTMLElement} */ (list.current).querySelectorAll('[role="menuitem"]:not(:disabled)')]);
  useLayoutEffect(() => all()[0]?.focus({ preventScroll: true }), []);
  useEffect(() => {
    const away = (/** @type {Event} */ e) => {
      if (!list.current?.parentElement?.contains(/** @type {Node} */ (e.target))) close(false);
    };
    document.addEventListener('mousedown', away);
    return () => document.removeEventListener('mousedown', away);
  }, []);
  const keys = (/** @type {KeyboardEvent} */ e) => {
    const can = all();
    const now = can.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const to = { ArrowDown: now + 1, ArrowUp: now < 0 ? -1 : now - 1, Home: 0, End: -1 }[e.key];
    if (e.key === 'Escape') close();
    else if (e.key === 'Tab') return close(false);
    else if (to === undefined) return;
    else can.at(to % can.length)?.focus();
    e.preventDefault();
    e.stopPropagation();
  };
  return html`<div class=${'menu-list' + (up ? ' up' : '')} role="menu" aria-label=${label} ref=${list} tabindex="-1" onKeyDown=${keys}>
    ${items.map((x) => html`<button type="button" role="menuitem" class=${[x.danger ? 'danger' : '', x.apart ? 'apart' : ''].join(' ').trim() || undefined} tabindex="-1" disabled=${x.disabled} onClick=${() => { close(); x.run(); }}><span>${x.text}</span>${x.hint && keysOf(x.hint) ? html`<kbd>${keysOf(x.hint)}</kbd>` : null}</button>`)}
  </div>`;
}

/**
 * A button with a list of actions.
 * @param {{label: string, id?: string, text?: boolean, up?: boolean, items: MenuItem[]}} p
 */
export function Menu({ label, items, id = undefined, text = false, up = false }) {
  const [open, setOpen] = useState(false);
  const root = useRef(/** @type {HTMLElement|null} */ (null));
  const close = (focus = true) => {
    setOpen(false);
    if (focus) /** @type {HTMLElement|null} */ (root.current?.querySelector('button'))?.focus();
  };
  // Where there is no room below it opens upwards.
  useLayoutEffect(() => {
    const list = /** @type {HTMLElement|null} */ (root.current?.querySelector('[role="menu"]'));
    if (list && getComputedStyle(list).position === 'absolute' && list.getBoundingClientRect().bottom > innerHeight) Object.assign(list.style, { top: 'auto', bottom: 'calc(100% + 4px)' });
  }, [open]);
  return html`<div class="menu" data-menu=${id} ref=${root}>
    <button type="button" class=${text ? 'btn small' : 'btn quiet'} aria-haspopup="menu" aria-expanded=${open} aria-label=${text ? undefined : label} title=${text ? undefined : label} onClick=${() => setOpen(!open)}>${text ? label : null}<${Icon} name=${text ? (up ? 'up' : 'down') : 'more'} /></button>
    ${open && html`<${MenuList} label=${label} items=${items} close=${close} up=${up} />`}
  </div>`;
}
