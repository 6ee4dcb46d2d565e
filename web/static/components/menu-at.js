// @ts-check
// A menu at a place of the window: where somebody pressed, or below a button.
import { html, render, useEffect, useLayoutEffect, useRef } from '../html.js';
import { layout } from '../state.js';
import { MenuList } from './menu.js';

/** @typedef {import('./menu.js').MenuItem} MenuItem */

/** @param {{label: string, items: MenuItem[], x: number, y: number, close: (focus?: boolean) => void}} p */
export function MenuAt({ label, items, x, y, close }) {
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  // It stays inside of the window.
  useLayoutEffect(() => {
    const list = /** @type {HTMLElement|null} */ (box.current?.firstElementChild);
    if (!list || layout.value === 'narrow') return;
    list.style.right = 'auto';
    list.style.maxHeight = innerHeight - 16 + 'px';
    list.style.left = Math.max(8, Math.min(x, innerWidth - list.offsetWidth - 8)) + 'px';
    list.style.top = Math.max(8, Math.min(y, innerHeight - list.offsetHeight - 8)) + 'px';
  }, []);
  useEffect(() => {
    const away = (/** @type {Event} */ e) => {
      if (!box.current?.contains(/** @type {Node} */ (e.target))) close();
    };
    const sized = () => close();
    addEventListener('resize', sized);
    document.addEventListener('wheel', away, { passive: true });
    return () => {
      removeEventListener('resize', sized);
      document.removeEventListener('wheel', away);
    };
  }, []);
  return html`<div class="row-menu" ref=${box}><${MenuList} label=${label} items=${items} close=${close} /></div>`;
}

/**
 * Opens a menu that belongs to no part of the page's tree. Then the focus goes back.
 * @param {{label: string, items: MenuItem[], x: number, y: number, back?: Element|null}} p
 */
export function openMenu({ label, items, x, y, back = document.activeElement }) {
  const home = document.createElement('div');
  document.getElementById('app')?.append(home);
  const close = (focus = true) => {
    render(null, home);
    home.remove();
    if (focus && back instanceof HTMLElement) back.focus({ preventScroll: true });
  };
  render(html`<${MenuAt} label=${label} items=${items} x=${x} y=${y} close=${close} />`, home);
}

/** Just below an element. @param {Element} el */
export function below(el) {
  const { left, bottom } = el.getBoundingClientRect();
  return { x: left, y: bottom + 2 };
}
