// @ts-check
// What stands in the columns of a row. Scrolling fills the same elements again and
// again: they are made once for a line of the list, then only written to.
import { t } from '../i18n/index.js';
import { kindOf, outcomeOf, shapes, verdictOf, verdictWords, titleOf } from '../outcome.js';
import { bytes, duration, moment, timeOrDay, times, visible } from '../format.js';
import { withoutSecrets } from '../detail/secrets.js';
import { valueAt } from './values.js';
import { valueOf } from './columns.js';
import { attribute, classes, element, sometimes, text } from './elements.js';

/** @typedef {import('../types.js').Row} Row */
/** @typedef {{from: number, to: number}} Span from the first to the last time on screen, in ms since 1970 */
/** @typedef {(row: Row, span: Span) => void} Fill writes a row into a cell */
/** @typedef {(el: HTMLElement) => Fill} Cell makes an empty element a cell */

/** Tries column: "1", "2/10", empty if nothing left us. @param {Row} row */
export const triesOf = (row) => (row.tries || row.max_tries ? row.tries + ((row.max_tries || 0) > 1 ? '/' + row.max_tries : '') : '');

/** @param {Row} row when it was made, in ms since 1970 */
export const atOf = (row) => (typeof row.at === 'number' ? row.at : Date.parse(row.at));

/** A text of ours. @param {string} name class @param {(row: Row) => string} of @returns {Cell} */
const own = (name, of) => (el) => {
  el.className = name;
  const write = text(el);
  return (row) => write(of(row));
};

/** A text that was captured. @param {string} name class @param {(row: Row) => string|undefined} of @returns {Cell} */
const captured = (name, of) => (el) => {
  el.className = name + ' iso';
  const write = text(el);
  const title = attribute(el, 'title');
  return (row) => {
    const s = visible(of(row) || '');
    write(s);
    title(s);
  };
};

/** A word beside the event. @param {HTMLElement} el the cell @param {string} name class @param {string} word */
const flag = (el, name, word) => sometimes(() => {
  const mark = element('span', name);
  mark.textContent = word;
  return mark;
}, (mark) => el.append(mark));

/** @type {Record<string, Cell>} */
const cells = {
  n: own('n', (row) => String(row.n)),
  time(el) {
    el.className = 'time';
    const write = text(el);
    const title = attribute(el, 'title');
    return (row) => {
      write(timeOrDay(atOf(row)));
      title(times.value === 'relative' ? moment(atOf(row)) : '');
    };
  },
  dir(el) {
    el.className = 'c-dir';
    const write = text(el);
    const word = attribute(el, 'data-word');
    return ({ dir }) => {
      write(dir === 'out' ? '→' : '←');
      word(dir === 'out' ? t.live.sent : t.live.received);
    };
  },
  event(el) {
    const kind = classes(el);
    const write = text(el);
    const title = attribute(el, 'title');
    const ping = flag(el, 'flag', t.live.ping);
    const cut = flag(el, 'flag client', t.live.cut);
    const looped = flag(el, 'flag', t.live.looped);
    return (row) => {
      const s = visible(titleOf(row));
      kind('event iso' + (row.event ? '' : ' plain'));
      write(s);
      title(s);
      const flags = row.flags || [];
      ping(flags.includes('ping') && row.event !== 'ping');
      cut(flags.includes('cut'));
      looped(flags.includes('looped'));
    };
  },
  status(el) {
    const kind = classes(el);
    const mark = element('span', 'shape');
    mark.setAttribute('aria-hidden', 'true');
    el.append(mark);
    const shape = text(mark);
    const write = text(el);
    const again = sometimes(() => {
      const sign = element('span', 'again pending');
      sign.title = t.live.retrying;
      sign.setAttribute('aria-hidden', 'true');
      sign.textContent = '↻';
      return sign;
    }, (sign) => el.append(sign));
    return (row) => {
      const outcome = outcomeOf(row);
      kind('status ' + outcome.kind);
      shape(shapes[outcome.kind]);
      write(outcome.word);
      again((row.flags || []).includes('retrying'));
    };
  },
  sig(el) {
    const kind = classes(el);
    const write = text(el);
    const title = attribute(el, 'title');
    return (row) => {
      const v = verdictOf(row.verdict);
      kind('c-sig ' + v.kind);
      write(v.shape);
      title(visible(verdictWords(row)));
    };
  },
  dur: own('num c-dur', (row) => duration(row.duration_ms)),
  size: own('num c-size', (row) => bytes(row.size)),
  try: own('try c-try', (row) => String(triesOf(row))),
  where: captured('c-where', (row) => (row.inbox || row.endpoint || '').replace(/^https?:\/\//, '')),
  method: captured('c-own', (row) => row.method),
  path: captured('c-own mono', (row) => withoutSecrets(row.target)),
  host: captured('c-own', (row) => row.host),
  provider: captured('c-own', (row) => row.provider),
  channel: captured('c-own', (row) => row.channel),
  id: captured('c-own mono', (row) => row.event_id),
  source: captured('c-own', (row) => row.source),
  tags: captured('c-own', (row) => (row.tags || []).join(', ')),
  waterfall(el) {
    el.className = 'c-fall';
    const bar = element('i');
    el.append(bar);
    const kind = classes(bar);
    const title = attribute(el, 'title');
    return (row, span) => {
      const all = Math.max(1, span.to - span.from);
      const from = Math.max(0, Math.min(0.995, (atOf(row) - span.from) / all));
      const wide = Math.max(0.005, Math.min(1 - from, row.duration_ms / all));
      kind(kindOf(row.status, row.failure));
      title(duration(row.duration_ms));
      bar.style.left = from * 100 + '%';
      bar.style.width = `max(2px, ${wide * 100}%)`;
    };
  },
};

/** A value from inside of deliveries. @param {string} id @returns {Cell} */
const inside = (id) => (el) => {
  const kind = classes(el);
  const write = text(el);
  const title = attribute(el, 'title');
  const label = attribute(el, 'aria-label');
  return (row) => {
    const value = valueAt(row.n, id);
    const s = value === undefined ? '' : value === null ? '–' : visible(value);
    kind(typeof value !== 'string' ? 'c-own muted' : valueOf(id).includes('body') ? 'c-own iso mono' : 'c-own iso');
    write(s);
    title(typeof value === 'string' ? s : '');
    label(value === null ? t.live.noValue : '');
  };
};

/** Makes an empty element the cell of a column. @param {string} id @param {HTMLElement} el */
export function cell(id, el) {
  el.setAttribute('role', 'gridcell');
  return (cells[id] || inside(id))(el);
}
