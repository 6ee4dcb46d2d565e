// @ts-check
// Which delivery is open, known also to what does not show it.
import { signal } from '../html.js';

/** @typedef {import('../types.js').Delivery} Delivery */
/** @typedef {import('../types.js').Row} Row */

/** The delivery that is open, as far as known: the row first, then all of it. @type {{value: (Row & {attempts?: any[]})|null}} */
export const opened = signal(null);

/** @typedef {{copy: (what: string) => void, remove: () => void, step: (by: number) => void, full: () => void}} Handle */

/** What keys and palette may do with the open delivery. @type {Handle|null} */
export let detailHandle = null;
/** @param {Handle|null} h */
export const handle = (h) => { detailHandle = h; };

/** Deliveries seen a moment ago. @type {Map<string, Delivery>} */
export const cache = new Map();
export const cacheMost = 20;
/** Raised when something that is kept here is out of date. */
export const stale = signal({ id: '', n: 0, at: 0 });

/** @param {string} id @param {number} n 0 when it is not known */
export function forget(id, n) {
  for (const [k, d] of cache) if (d.id === id) cache.delete(k);
  stale.value = { id, n, at: stale.value.at + 1 };
}
