// @ts-check
// Which deliveries are chosen: some by hand, or all that match, also those that
// are not loaded.
import { signal, effect } from '../html.js';
import { inTrash, sync } from '../state.js';
import { lines } from './lines.js';

/**
 * @typedef {object} Choice
 * @property {boolean} all all that match `q` up to the running number `max`, but those in `not`
 * @property {string} q @property {number} max
 * @property {Set<number>} not
 * @property {Map<number, string>} some running numbers and ids of those chosen by hand
 */

/** @type {Choice} */
const none = { all: false, q: '', max: 0, not: new Set(), some: new Map() };
/** @type {{value: Choice, peek(): Choice}} */
export const choice = signal(none);
/** Where a range that is chosen with Shift begins. */
let anchor = 0;

export function clearChoice() {
  anchor = 0;
  if (choice.peek() !== none) choice.value = none;
}

/** @param {number} n @param {Choice} [c] */
export function isChosen(n, c = choice.value) {
  return c.all ? n <= c.max && !c.not.has(n) : c.some.has(n);
}

/** How many are chosen; more when not all of them are loaded. */
export function howMany() {
  const c = choice.value;
  sync.version.value;
  if (!c.all) return { count: c.some.size, more: false };
  return { count: Math.max(0, sync.rows.length - sync.rows.position(c.max) - c.not.size), more: !sync.complete.value };
}

/** Running number of the row at a position, and its id. @param {number} i */
const at = (i) => /** @type {[number, string]} */ ([sync.rows.numberAt(i), sync.rows.idAt(i)]);

/** Position of a running number, -1 if it is not in the list. @param {number} n */
function indexOf(n) {
  const i = sync.rows.position(n);
  return i < sync.rows.length && sync.rows.numberAt(i) === n ? i : -1;
}

/** Chooses a row, or no longer. @param {number} n */
export function toggle(n) {
  const c = choice.peek();
  anchor = n;
  if (c.all) {
    const not = new Set(c.not);
    if (!not.delete(n) && n <= c.max) not.add(n);
    choice.value = { ...c, not };
    return;
  }
  const i = indexOf(n);
  if (i < 0) return;
  const some = new Map(c.some);
  if (!some.delete(n)) some.set(...at(i));
  choice.value = some.size ? { ...none, some } : none;
}

/** Chooses all rows from the last one that was chosen to this one. @param {number} n @param {number} [from] */
export function extendTo(n, from = n) {
  const c = choice.peek();
  if (c.all) return;
  anchor ||= from;
  const shown = lines();
  const a = shown.find(anchor);
  const b = shown.find(n);
  if (b < 0) return;
  const some = new Map(c.some);
  for (let i = Math.min(a < 0 ? b : a, b); i <= Math.max(a, b); i++) {
    const k = indexOf(shown.numberAt(i));
    if (k >= 0) some.set(...at(k));
  }
  choice.value = { ...none, some };
}

/** Chooses all that match now. What arrives later is not chosen. */
export function chooseAll() {
  if (sync.rows.length) choice.value = { ...none, all: true, q: sync.q.value, max: sync.rows.numberAt(0) };
}

/** @param {{id: string, n: number}[]} rows */
export function chooseOnly(rows) {
  choice.value = { ...none, some: new Map(rows.map((r) => [r.n, r.id])) };
}

/** Running numbers as a filter writes them: 1..5,9. @param {Iterable<number>} numbers @returns {string[]} */
function spans(numbers) {
  const list = [...numbers].sort((a, b) => a - b);
  /** @type {string[]} */
  const out = [];
  for (let i = 0; i < list.length; i++) {
    const from = i;
    while (list[i + 1] === list[i] + 1) i++;
    out.push(from === i ? String(list[i]) : `${list[from]}..${list[i]}`);
  }
  return out;
}

const filterMost = 6000; // characters; the server takes 8 kB

/** Filters that together match what is chosen. @param {Choice} [c] @returns {string[]} */
export function filtersOf(c = choice.value) {
  if (c.all) return [[c.q && `(${c.q})`, `n:<=${c.max}`, c.not.size ? '-n:' + spans(c.not).join() : ''].filter(Boolean).join(' ')];
  /** @type {string[]} */
  const out = [];
  for (const s of spans(c.some.keys())) {
    const last = out.length - 1;
    if (last >= 0 && out[last].length + s.length < filterMost) out[last] += ',' + s;
    else out.push((inTrash.peek() ? 'is:trashed n:' : 'n:') + s);
  }
  return out;
}

/** Ids of the chosen rows that are loaded. @param {Choice} [c] @returns {string[]} */
export function loadedIDs(c = choice.value) {
  if (!c.all) return [...c.some.values()];
  const ids = [];
  for (let i = sync.rows.position(c.max); i < sync.rows.length; i++) if (!c.not.has(sync.rows.numberAt(i))) ids.push(sync.rows.idAt(i));
  return ids;
}

/** What is chosen, for a run. @param {Choice} [c] @returns {{q: string}|{ids: string[]}} */
export const sourceOf = (c = choice.value) => (c.all ? { q: filtersOf(c)[0] } : { ids: [...c.some.entries()].sort((a, b) => a[0] - b[0]).map(([, id]) => id) });

/** Rows that are gone are no longer chosen. @param {string[]} ids */
export function dropChosen(ids) {
  const c = choice.peek();
  if (!c.some.size) return;
  const gone = new Set(ids);
  const some = new Map([...c.some].filter(([, id]) => !gone.has(id)));
  if (some.size !== c.some.size) choice.value = some.size ? { ...none, some } : none;
}

// "All that match" belongs to one filter.
effect(() => {
  const q = sync.q.value;
  const c = choice.peek();
  if (c.all && c.q !== q) clearChoice();
});
