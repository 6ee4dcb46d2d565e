// @ts-check
// The four charts: what they draw, and how their numbers are written.
import { activity as activityWords } from '../i18n/en-activity.js';
import { count, duration } from '../format.js';

/** @typedef {import('../types.js').Tally} Tally */

/**
 * @typedef {object} Series
 * @property {string} name
 * @property {string} colour name of a token
 * @property {string} shape drawn in the legend of a stack
 * @property {number[]} [dash] of a line
 * @property {(b: Tally, seconds: number) => number|null} value null: there is none
 *
 * @typedef {object} Figure
 * @property {string} id @property {string} title @property {string} hint
 * @property {'lines'|'stack'} kind
 * @property {boolean} [log]
 * @property {Series[]} series those of a stack from the bottom up
 * @property {(v: number) => string} write
 */

const c = activityWords.charts;

/** @type {Figure[]} */
export const figures = [
  {
    id: 'rate', title: c.rate, hint: c.rateHint, kind: 'lines', write: activityWords.perSecond,
    series: [
      { name: c.in, colour: '--accent', shape: '←', value: (b, s) => b.in / s },
      { name: c.out, colour: '--none', shape: '→', dash: [5, 4], value: (b, s) => b.out / s },
    ],
  },
  {
    id: 'status', title: c.status, hint: c.statusHint, kind: 'stack', write: count,
    series: [
      { name: '2xx', colour: '--ok', shape: '●', value: (b) => b['2xx'] },
      { name: '3xx', colour: '--redirect', shape: '◆', value: (b) => b['3xx'] },
      { name: '4xx', colour: '--client', shape: '▲', value: (b) => b['4xx'] },
      { name: '5xx', colour: '--server', shape: '■', value: (b) => b['5xx'] },
      { name: c.none, colour: '--none', shape: '⊘', value: (b) => b.none },
      { name: c.pending, colour: '--pending', shape: '◌', value: (b) => b.pending },
    ],
  },
  {
    id: 'latency', title: c.latency, hint: c.latencyHint, kind: 'lines', log: true, write: duration,
    series: [
      { name: 'p50', colour: '--accent', shape: '—', value: (b) => b.p50_ms || null },
      { name: 'p90', colour: '--client', shape: '–', dash: [6, 4], value: (b) => b.p90_ms || null },
      { name: 'p99', colour: '--server', shape: '·', dash: [2, 3], value: (b) => b.p99_ms || null },
    ],
  },
  {
    id: 'signatures', title: c.signatures, hint: c.signaturesHint, kind: 'stack', write: count,
    series: [
      { name: c.valid, colour: '--ok', shape: '✓', value: (b) => b.valid },
      { name: c.invalid, colour: '--server', shape: '✕', value: (b) => b.invalid },
      { name: c.stale, colour: '--client', shape: '◷', value: (b) => b.stale },
      { name: c.missing, colour: '--none', shape: '∅', value: (b) => b.missing },
      { name: c.unchecked, colour: '--control', shape: '–', value: (b) => b.unchecked },
    ],
  },
];

/** Series that have something to show; there is always one. @param {Figure} f @param {Tally} total @param {number} seconds */
export function seriesOf(f, total, seconds) {
  if (f.kind === 'lines') return f.series;
  const some = f.series.filter((s) => s.value(total, seconds));
  return some.length ? some : f.series.slice(0, 1);
}
