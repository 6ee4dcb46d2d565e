// @ts-check
// Values of headers and bodies that are shown as columns: asked for the rows on
// screen, once they rest there, and kept for a while.
import { signal } from '../html.js';
import { api } from '../api.js';
import { dots, rules } from '../detail/secrets.js';
import { drawn, valueOf } from './columns.js';

const rest = 90; // ms that rows have to be on screen
const mostRows = 100;
const mostKept = 5000;

/** Running number → values by name of column. @type {Map<number, Map<string, string|null>>} */
const known = new Map();
/** Raised when values have come. */
export const arrivedValues = signal(0);
let timer = 0;
/** What was hidden when they came. */
let under = rules.value;
/** @type {AbortController|null} */
let asking = null;

/** Value of a row: undefined while it is not known, null when it has none. @param {number} n @param {string} id */
export const valueAt = (n, id) => known.get(n)?.get(valueOf(id));

/** A row changed: its values may be others. @param {number} n */
export const forgetValues = (n) => known.delete(n);

/** Sees to it that the values of some rows come. @param {number[]} numbers */
export function want(numbers) {
  const names = drawn.value.map((c) => valueOf(c.id)).filter(Boolean);
  if (!names.length) return;
  if (under !== rules.value) known.clear();
  under = rules.value;
  const missing = numbers.filter((n) => names.some((x) => !known.get(n)?.has(x))).slice(0, mostRows);
  clearTimeout(timer);
  if (missing.length) timer = setTimeout(() => ask(missing, names), rest);
}

/** @param {number[]} numbers @param {string[]} names */
async function ask(numbers, names) {
  asking?.abort();
  const mine = (asking = new AbortController());
  try {
    const got = await api.columns(names, numbers, mine.signal);
    if (known.size > mostKept) known.clear();
    for (const n of numbers) known.set(n, known.get(n) || new Map());
    if (got.complete) for (const n of numbers) for (const x of names) known.get(n)?.set(x, null);
    for (const row of got.rows) got.columns.forEach((x, i) => known.get(row.n)?.set(x, row.values[i] && got.hidden[i] ? dots : row.values[i]));
    arrivedValues.value++;
  } catch {
    // Cells stay empty; the next time rows come to rest they are asked for again.
  }
}
