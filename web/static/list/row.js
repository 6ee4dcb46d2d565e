// @ts-check
import { html } from '../html.js';
import { t } from '../i18n/index.js';
import { kindOf, wordOf, shapes, verdictOf, verdictWords, titleOf } from '../outcome.js';
import { bytes, duration, timeOrDay, visible } from '../format.js';

/** @typedef {import('../types.js').Row} Row */

/** Tries column: "1", "2/10", empty if nothing left us. @param {Row} row */
export const triesOf = (row) => (row.tries || row.max_tries ? row.tries + (row.max_tries ? '/' + row.max_tries : '') : '');

/** What a screen reader says of a row. @param {Row} row @param {string} time */
export function spokenRow(row, time) {
  return t.live.spoken([
    row.dir === 'out' ? t.live.sent : t.live.received, visible(titleOf(row)), wordOf(row.status, row.failure),
    row.verdict && row.verdict !== 'unchecked' ? visible(verdictWords(row)) : '', time,
  ]);
}

/**
 * One row of the list, at its place.
 * @param {{row: Row, index: number, y: number, selected: boolean, active: boolean, fresh: boolean, onOpen: (n: number) => void}} p
 */
export function RowView({ row, index, y, selected, active, fresh, onOpen }) {
  const kind = kindOf(row.status, row.failure);
  const v = verdictOf(row.verdict);
  const time = timeOrDay(/** @type {any} */ (row.at));
  const title = visible(titleOf(row));
  const flags = row.flags || [];
  return html`<div class=${'tr' + (selected ? ' sel' : '') + (active ? ' active' : '')} role="row" id=${'row-' + row.n}
      aria-rowindex=${index + 2} aria-selected=${selected} aria-label=${spokenRow(row, time)} data-id=${row.id}
      style=${{ transform: `translateY(${y}px)` }} onClick=${() => onOpen(row.n)}>
    <span class="n" role="gridcell">${fresh ? html`<i class="dot"></i>` : null}${row.n}</span>
    <span class="time" role="gridcell">${time}</span>
    <span class="c-dir" role="gridcell" data-word=${row.dir === 'out' ? t.live.sent : t.live.received}>${row.dir === 'out' ? '→' : '←'}</span>
    <span class=${'event iso' + (row.event ? '' : ' plain')} role="gridcell" title=${title}>${title}${flags.includes('ping') && row.event !== 'ping' ? html`<span class="flag">${t.live.ping}</span>` : null}${flags.includes('cut') ? html`<span class="flag client">${t.live.cut}</span>` : null}${flags.includes('looped') ? html`<span class="flag">${t.live.looped}</span>` : null}</span>
    <span class=${'status ' + kind} role="gridcell"><span class="shape" aria-hidden="true">${shapes[kind]}</span>${wordOf(row.status, row.failure)}</span>
    <span class=${'c-sig ' + v.kind} role="gridcell" title=${visible(verdictWords(row))}>${v.shape}</span>
    <span class="num c-dur" role="gridcell">${duration(row.duration_ms)}</span>
    <span class="num c-size" role="gridcell">${bytes(row.size)}</span>
    <span class="try c-try" role="gridcell">${triesOf(row)}</span>
    <span class="c-where iso" role="gridcell" title=${visible(row.inbox || row.endpoint || '')}>${visible(row.inbox || row.endpoint || '')}</span>
  </div>`;
}
