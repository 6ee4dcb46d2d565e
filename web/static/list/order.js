// @ts-check
// The order of a column that shows what is inside of deliveries. The server makes it,
// of the newest that match; what came since stands at the end until it is made anew.
import { signal } from '../html.js';
import { api } from '../api.js';
import { sync } from '../state.js';
import { valueOf } from './columns.js';

/**
 * @typedef {object} Order
 * @property {string} by @property {string} q filter
 * @property {Map<number, number>} ranks running number → place, equal values share one
 * @property {number} rows how many of the newest were looked at
 * @property {boolean} complete these are all that match
 */

/** The order that was made last. @type {{value: Order|null}} */
export const order = signal(null);
const leastPause = 2000; // ms between two questions

let asked = { by: '', q: '', version: -1 };
let again = 0; // time before which the same question is not asked again
let timer = 0;
/** @type {AbortController|null} */
let asking = null;

/** The order by a column, as far as it is known; it is asked for if it is not. @param {string} id */
export function orderBy(id) {
  const by = valueOf(id);
  const q = sync.q.value;
  const { version } = sync.rows;
  const same = asked.by === by && asked.q === q;
  if (!same || asked.version !== version) {
    clearTimeout(timer);
    timer = setTimeout(() => ask(by, q), same ? Math.max(0, again - performance.now()) : 0);
  }
  const known = order.value;
  return known && known.by === by && known.q === q ? known : null;
}

/** @param {string} by @param {string} q */
async function ask(by, q) {
  asking?.abort();
  const mine = (asking = new AbortController());
  const start = performance.now();
  again = start + leastPause;
  asked = { by, q, version: sync.rows.version };
  try {
    const got = await api.order(q, by, mine.signal);
    again = performance.now() + Math.max(leastPause, 10 * (performance.now() - start));
    order.value = { by, q, ranks: new Map(got.n.map((n, i) => [n, got.rank[i]])), rows: got.rows, complete: got.complete };
  } catch {
    // The rows stand as they came; the next that comes asks again.
    if (!mine.signal.aborted) asked.version = -1;
  }
}
