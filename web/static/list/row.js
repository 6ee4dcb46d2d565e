// @ts-check
import { html } from '../html.js';
import { t } from '../i18n/index.js';
import { outcomeOf, verdictWords, titleOf } from '../outcome.js';
import { timeOrDay, visible } from '../format.js';
import { atOf, cell } from './cells.js';

/** @typedef {import('../types.js').Row} Row */

/** What a screen reader says of a row. @param {Row} row @param {string} time */
export function spokenRow(row, time) {
  return t.live.spoken([
    row.dir === 'out' ? t.live.sent : t.live.received, visible(titleOf(row)), outcomeOf(row).word, (row.flags || []).includes('retrying') ? t.live.retrying : '',
    row.verdict && row.verdict !== 'unchecked' ? visible(verdictWords(row)) : '', time,
  ]);
}

/**
 * One row of the list, at its place.
 * @param {{row: Row, columns: import('./columns.js').Column[], span: {from: number, to: number}, index: number, y: number, selected: boolean, active: boolean, chosen: boolean, fresh: boolean, pinned: boolean, onOpen: (n: number) => void, onChoose: (n: number, range: boolean) => void}} p
 */
export function RowView({ row, columns, span, index, y, selected, active, chosen, fresh, pinned, onOpen, onChoose }) {
  const around = { fresh, span };
  return html`<div class=${'tr' + (selected ? ' sel' : '') + (active ? ' active' : '') + (pinned ? ' base' : '') + (chosen ? ' chosen' : '')} role="row" id=${'row-' + row.n}
      aria-rowindex=${index + 2} aria-selected=${selected} aria-label=${spokenRow(row, timeOrDay(atOf(row)))} data-id=${row.id}
      style=${{ transform: `translateY(${y}px)` }} onClick=${(/** @type {MouseEvent} */ e) => (e.shiftKey || e.ctrlKey || e.metaKey ? onChoose(row.n, e.shiftKey) : onOpen(row.n))}><span class="c-check" role="gridcell" onClick=${(/** @type {MouseEvent} */ e) => { e.stopPropagation(); e.preventDefault(); onChoose(row.n, e.shiftKey); }}><input type="checkbox" tabindex="-1" checked=${chosen} aria-label=${t.select.one(row.n)} /></span>${columns.map((c) => cell(c.id, row, around))}</div>`;
}
