// @ts-check
// Sheets that lie over the page, and the small question before a deletion.
import { html, useLayoutEffect, useRef, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { Icon } from './icons.js';

/** Keeps Tab inside and gives the focus back afterwards. @param {() => void} close */
function useTrap(close) {
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  useLayoutEffect(() => { // before the next key, which would go to what lies below
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
 * Asks in place before something is deleted.
 * @param {{ask: string, yes: string, run: () => Promise<void>|void, close: () => void}} p
 */
export function Confirm({ ask, yes, run, close }) {
  const [busy, setBusy] = useState(false);
  const cancel = useRef(/** @type {HTMLButtonElement|null} */ (null));
  useLayoutEffect(() => cancel.current?.focus(), []);
  return html`<div class="confirm" role="group" aria-label=${ask} onKeyDown=${(/** @type {KeyboardEvent} */ e) => { if (e.key === 'Escape') { e.stopPropagation(); close(); } }}>
    <span>${ask}</span>
    <button type="button" class="btn small danger" disabled=${busy} onClick=${async () => { setBusy(true); await run(); setBusy(false); close(); }}>${yes}</button>
    <button type="button" class="btn small" ref=${cancel} onClick=${close}>${t.cancel}</button>
  </div>`;
}
