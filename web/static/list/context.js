// @ts-check
// Where the menu of a row is asked for: by the right button, by the menu key or Shift F10,
// by a long press.
import { html, useEffect, useState } from '../html.js';
import { active, freeze } from '../state.js';
import { lazy } from '../components/lazy.js';
import { drawn } from './columns.js';

const RowMenu = lazy(() => import('./menu.js').then((m) => m.RowMenu));

/** @typedef {{n: number, column: string, text: string, x: number, y: number}} RowAt a row, the cell of it, and a place in the window */

export function RowContext() {
  const [at, setAt] = useState(/** @type {RowAt|null} */ (null));
  useEffect(() => {
    const ask = (/** @type {MouseEvent} */ e) => {
      const row = rowOf(e);
      if (!row) return;
      e.preventDefault();
      freeze();
      active.value = row.n;
      setAt(row);
    };
    document.addEventListener('contextmenu', ask);
    return () => document.removeEventListener('contextmenu', ask);
  }, []);
  return at ? html`<${RowMenu} key=${`${at.n} ${at.x} ${at.y}`} at=${at} close=${() => setAt(null)} />` : null;
}

/** @param {Element} el */
function isMarked(el) {
  const marked = getSelection();
  return marked?.type === 'Range' && marked.containsNode(el, true);
}

/**
 * The row under the pointer, or by key the one that the keyboard is on. The browser keeps
 * its own menu on marked text, and with Shift.
 * @param {MouseEvent} e @returns {RowAt|null}
 */
function rowOf(e) {
  const target = /** @type {HTMLElement} */ (e.target);
  const under = /** @type {HTMLElement|null} */ (target.closest('.list-pane .tr[data-id]'));
  const byKey = e.button !== 2 && !under;
  if (byKey ? !document.activeElement?.matches('body, .list-pane, .grid') : !under || e.shiftKey || isMarked(under)) return null;
  const row = byKey ? document.getElementById('row-' + active.value) : under;
  if (!row) return null;
  const cell = /** @type {HTMLElement|null} */ (byKey ? null : target.closest('[role="gridcell"]'));
  const column = (cell && drawn.value[[...row.children].indexOf(cell) - 1]?.id) || '';
  const { left, bottom } = row.getBoundingClientRect();
  return { n: Number(row.id.slice(4)), column, text: column && cell ? cell.innerText.trim() : '', x: byKey ? left + 40 : e.clientX, y: byKey ? bottom : e.clientY };
}
