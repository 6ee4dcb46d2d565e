// @ts-check
// What stands in the columns of a row.
import { html } from '../html.js';
import { t } from '../i18n/index.js';
import { kindOf, outcomeOf, shapes, verdictOf, verdictWords, titleOf } from '../outcome.js';
import { bytes, duration, moment, timeOrDay, times, visible } from '../format.js';
import { withoutSecrets } from '../detail/secrets.js';
import { valueAt } from './values.js';
import { valueOf } from './columns.js';

/** @typedef {import('../types.js').Row} Row */

/** Tries column: "1", "2/10", empty if nothing left us. @param {Row} row */
export const triesOf = (row) => (row.tries || row.max_tries ? row.tries + ((row.max_tries || 0) > 1 ? '/' + row.max_tries : '') : '');

/** @param {Row} row when it was made, in ms since 1970 */
export const atOf = (row) => (typeof row.at === 'number' ? row.at : Date.parse(row.at));

/** A text that was captured. @param {string} name @param {string} text */
const plain = (name, text) => html`<span class=${'c-own iso ' + name} role="gridcell" title=${visible(text)}>${visible(text)}</span>`;

/** @typedef {{fresh: boolean, span: {from: number, to: number}}} Around what a cell must know besides its row */

/** @type {Record<string, (row: Row, around: Around) => any>} */
const cells = {
  n: (row, { fresh }) => html`<span class="n" role="gridcell">${fresh ? html`<i class="dot"></i>` : null}${row.n}</span>`,
  time: (row) => html`<span class="time" role="gridcell" title=${times.value === 'relative' ? moment(atOf(row)) : undefined}>${timeOrDay(atOf(row))}</span>`,
  dir: (row) => html`<span class="c-dir" role="gridcell" data-word=${row.dir === 'out' ? t.live.sent : t.live.received}>${row.dir === 'out' ? '→' : '←'}</span>`,
  event(row) {
    const title = visible(titleOf(row));
    const flags = row.flags || [];
    return html`<span class=${'event iso' + (row.event ? '' : ' plain')} role="gridcell" title=${title}>${title}${flags.includes('ping') && row.event !== 'ping' ? html`<span class="flag">${t.live.ping}</span>` : null}${flags.includes('cut') ? html`<span class="flag client">${t.live.cut}</span>` : null}${flags.includes('looped') ? html`<span class="flag">${t.live.looped}</span>` : null}</span>`;
  },
  status(row) {
    const { kind, word } = outcomeOf(row);
    return html`<span class=${'status ' + kind} role="gridcell"><span class="shape" aria-hidden="true">${shapes[kind]}</span>${word}${(row.flags || []).includes('retrying') ? html`<span class="again pending" title=${t.live.retrying} aria-hidden="true">↻</span>` : null}</span>`;
  },
  sig(row) {
    const v = verdictOf(row.verdict);
    return html`<span class=${'c-sig ' + v.kind} role="gridcell" title=${visible(verdictWords(row))}>${v.shape}</span>`;
  },
  dur: (row) => html`<span class="num c-dur" role="gridcell">${duration(row.duration_ms)}</span>`,
  size: (row) => html`<span class="num c-size" role="gridcell">${bytes(row.size)}</span>`,
  try: (row) => html`<span class="try c-try" role="gridcell">${triesOf(row)}</span>`,
  where: (row) => html`<span class="c-where iso" role="gridcell" title=${visible(row.inbox || row.endpoint || '')}>${visible(row.inbox || row.endpoint || '')}</span>`,
  method: (row) => plain('', row.method),
  path: (row) => plain('mono', withoutSecrets(row.target)),
  host: (row) => plain('', row.host),
  provider: (row) => plain('', row.provider),
  channel: (row) => plain('', row.channel || ''),
  id: (row) => plain('mono', row.event_id || ''),
  source: (row) => plain('', row.source),
  tags: (row) => plain('', (row.tags || []).join(', ')),
  waterfall(row, { span }) {
    const all = Math.max(1, span.to - span.from);
    const from = Math.max(0, Math.min(0.995, (atOf(row) - span.from) / all));
    const wide = Math.max(0.005, Math.min(1 - from, row.duration_ms / all));
    return html`<span class="c-fall" role="gridcell" title=${duration(row.duration_ms)}><i class=${kindOf(row.status, row.failure)} style=${{ left: from * 100 + '%', width: `max(2px, ${wide * 100}%)` }}></i></span>`;
  },
};

/** @param {string} id @param {Row} row @param {Around} around */
export function cell(id, row, around) {
  if (cells[id]) return cells[id](row, around);
  const text = valueAt(row.n, id);
  if (text === undefined || text === null) return html`<span class="c-own muted" role="gridcell" aria-label=${text === null ? t.live.noValue : undefined}>${text === null ? '–' : ''}</span>`;
  return plain(valueOf(id).includes('body') ? 'mono' : '', text);
}
