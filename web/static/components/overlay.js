// @ts-check
// Sheets that lie over the page, menus, and the small question before a deletion.
import { html, useEffect, useLayoutEffect, useRef, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { keysOf } from '../keymap.js';
import { Icon } from './icons.js';

/** Keeps Tab inside and gives the focus back afterwards. @param {() => void} close */
function useTrap(close) {
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  useEffect(() => {
    const before = /** @type {HTMLElement|null} */ (document.activeElement);
    const el = /** @type {HTMLElement} */ (box.current);
    const first = /** @type {HTMLElement|null} */ (el.querySelector('[data-first]') || el.querySelector('button, input, a[href]'));
    first?.focus();
    return () => before?.focus?.();
  }, []);
  const onKeyDown = (/** @type {KeyboardEvent} */ e) => {
    if (e.key === 'Escape') {
      e.stopPropagation();
      e.preventDefault();
      close();
    }
    if (e.key !== 'Tab') return;
    const all = [.../** @type {HTMLElement} */ (box.current).querySelectorAll('a[href], button:not(:disabled), input, select, textarea, [tabindex="0"]')];
    const first = /** @type {HTMLElement} */ (all[0]);
    const last = /** @type {HTMLElement} */ (all[all.length - 1]);
    if (e.shiftKey && document.activeElement === first) {
      e.preventDefault();
      last.focus();
    } else if (!e.shiftKey && document.activeElement === last) {
      e.preventDefault();
      first.focus();
    }
  };
  return { box, onKeyDown };
}

/** @param {{title: string, close: () => void, plain?: boolean, wide?: boolean, children: any}} p */
export function Sheet({ title, close, plain = false, wide = false, children }) {
  const { box, onKeyDown } = useTrap(close);
  return html`<div class="veil" onMouseDown=${(/** @type {MouseEvent} */ e) => e.target === e.currentTarget && close()}>
    <div class=${'sheet' + (wide ? ' wide' : '')} role="dialog" aria-modal="true" aria-label=${title} ref=${box} onKeyDown=${onKeyDown}>
      ${plain ? children : html`<div class="sheet-head"><h2>${title}</h2><button type="button" class="btn quiet" aria-label=${t.close} onClick=${close}><${Icon} name="close" /></button></div>
      <div class="sheet-body">${children}</div>`}
    </div>
  </div>`;
}

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

/**
 * Asks in place before something is deleted.
 * @param {{ask: string, yes: string, run: () => Promise<void>|void, close: () => void}} p
 */
export function Confirm({ ask, yes, run, close }) {
  const [busy, setBusy] = useState(false);
  const cancel = useRef(/** @type {HTMLButtonElement|null} */ (null));
  useEffect(() => cancel.current?.focus(), []);
  return html`<div class="confirm" role="group" aria-label=${ask} onKeyDown=${(/** @type {KeyboardEvent} */ e) => { if (e.key === 'Escape') { e.stopPropagation(); close(); } }}>
    <span>${ask}</span>
    <button type="button" class="btn small danger" disabled=${busy} onClick=${async () => { setBusy(true); await run(); setBusy(false); close(); }}>${yes}</button>
    <button type="button" class="btn small" ref=${cancel} onClick=${close}>${t.cancel}</button>
  </div>`;
}
