// @ts-check
// What stands on the lines of the list: rows as they came, or sorted, or in groups
// with a heading each. Plain order costs nothing; another one is made anew at most
// so often that it never takes a tenth of the time.
import { computed, signal } from '../html.js';
import { params, setParams } from '../router.js';
import { sync, held } from '../state.js';
import { known, sortable, valueOf } from './columns.js';
import { order, orderBy } from './order.js';

/** @typedef {{key: string, name: string, count: number, failed: number}} Group */

/**
 * @typedef {object} Lines
 * @property {number} count
 * @property {(i: number) => number} slotAt where among the rows a line has its own, -1 for a heading
 * @property {(i: number) => number} numberAt its running number, 0 for a heading
 * @property {(i: number) => Group|null} groupAt the heading on a line
 * @property {(n: number) => number} find line of a running number, -1 if it has none
 */

export const groupings = ['id', 'endpoint', 'event'];

/** "dur", "-dur" for downwards, "" as they came. */
export const sorting = computed(() => {
  const s = params.value.sort || '';
  return sortable(s.replace(/^-/, '')) ? s : '';
});
export const grouping = computed(() => (groupings.includes(params.value.group) ? params.value.group : ''));
/** Groups that are folded, by what they stand for. */
export const folded = signal(/** @type {Set<string>} */ (new Set()));
/** Raised when an order that was put off has to be made. */
const due = signal(0);

/** @param {string} s */
export const setSorting = (s) => setParams({ sort: s || null }, false);
/** @param {string} g */
export const setGrouping = (g) => setParams({ group: g || null }, false);

/** The next of the three states of a column: the natural way, the other one, none. @param {string} id */
export function turnSorting(id) {
  const down = known[id]?.down;
  // Newest first is how rows come anyway.
  const ways = id === 'n' || id === 'time' || id === 'waterfall' ? [id] : down ? ['-' + id, id] : [id, '-' + id];
  setSorting(ways[ways.indexOf(sorting.value) + 1] || '');
}

/** @param {string} key */
export function fold(key) {
  const next = new Set(folded.value);
  if (!next.delete(key)) next.add(key);
  folded.value = next;
}

/** @returns {Lines} */
export function lines() {
  sync.version.value;
  return sorting.value || grouping.value ? arranged() : plain();
}

/** @returns {Lines} */
function plain() {
  const { rows } = sync;
  const offset = held.value;
  const count = Math.max(0, rows.length - offset);
  return {
    count, slotAt: (i) => rows.order[offset + i], numberAt: (i) => rows.numberAt(offset + i), groupAt: () => null,
    find: (n) => {
      const i = rows.position(n) - offset;
      return i >= 0 && i < count && rows.numberAt(offset + i) === n ? i : -1;
    },
  };
}

/** The order made last. @type {{key: any[], version: number, at: number, cost: number, lines: Lines}|null} */
let made = null;
let waiting = 0;

function arranged() {
  due.value;
  const { rows } = sync;
  const inside = sortedInside();
  const placed = inside ? orderBy(inside) : null;
  const key = [rows, placed, sorting.value, grouping.value, folded.value, held.value];
  const now = performance.now();
  if (made && key.every((k, i) => k === made?.key[i])) {
    if (made.version === rows.version) return made.lines;
    const pause = made.cost * 10;
    if (now - made.at < pause) {
      waiting ||= setTimeout(() => {
        waiting = 0;
        due.value++;
      }, pause);
      return made.lines;
    }
  }
  const result = arrange(rows, held.value, sorting.value, grouping.value, folded.value, placed?.ranks);
  const end = performance.now();
  made = { key, version: rows.version, at: end, cost: end - now, lines: result };
  return result;
}

/** The column of the order, if it shows what is inside of deliveries. */
function sortedInside() {
  const id = sorting.value.replace(/^-/, '');
  return valueOf(id) ? id : '';
}

/** How many of the newest are sorted: null while it is not known, 0 for all. */
export function sortedNewest() {
  order.value;
  const inside = sortedInside();
  const placed = inside ? orderBy(inside) : null;
  return inside ? placed && (placed.complete ? 0 : placed.rows) : 0;
}

/**
 * @param {import('./rows.js').Rows} rows @param {number} offset rows that are held back
 * @param {string} sort @param {string} group @param {Set<string>} folds
 * @param {Map<number, number>} [ranks] by running number, of an order that is not of the rows
 * @returns {Lines}
 */
function arrange(rows, offset, sort, group, folds, ranks) {
  const slots = rows.order.slice(offset, rows.length);
  const plainSort = known[sort.replace(/^-/, '')]?.sort;
  if (plainSort || (sort && ranks)) {
    const up = sort[0] !== '-';
    const n = rows.numbers.n;
    // Rows without a value stand at the end, whichever way.
    const by = plainSort ? rows.ranks(plainSort) : Float64Array.from(n.subarray(0, rows.used), (x) => ranks?.get(x) ?? (up ? Infinity : -Infinity));
    slots.sort((a, b) => (up ? by[a] - by[b] : by[b] - by[a]) || (up && by === n ? 0 : n[b] - n[a]));
  }
  /** Slots, and headings as -1 - number of the group. @type {Int32Array|Uint32Array} */
  let order = slots;
  /** @type {Group[]} */
  const groups = [];
  if (group) {
    /** @type {Map<string, number[]>} */
    const members = new Map();
    for (const slot of slots) {
      const name = rows.groupOf(slot, group);
      const list = members.get(name);
      if (list) list.push(slot);
      else members.set(name, [slot]);
    }
    order = new Int32Array(slots.length + members.size);
    let k = 0;
    for (const [name, list] of members) {
      const key = group + ' ' + name;
      order[k++] = -1 - groups.length;
      groups.push({ key, name, count: list.length, failed: list.filter((s) => rows.numbers.status[s] >= 400 || rows.words.failure[s]).length });
      if (!folds.has(key)) for (const slot of list) order[k++] = slot;
    }
    order = order.subarray(0, k);
  }
  const numbers = rows.numbers.n;
  return {
    count: order.length,
    slotAt: (i) => Math.max(-1, order[i]),
    numberAt: (i) => (order[i] < 0 ? 0 : numbers[order[i]]),
    groupAt: (i) => (order[i] < 0 ? groups[-1 - order[i]] : null),
    find(n) {
      for (let i = 0; i < order.length; i++) if (order[i] >= 0 && numbers[order[i]] === n) return i;
      return -1;
    },
  };
}
