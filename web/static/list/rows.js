// @ts-check
// The rows of a list in columns of typed arrays: 100,000 of them take a few
// megabytes, and a row becomes an object only while it is on screen.

/** @typedef {import('../types.js').Row} Row */

const flagWords = [
  'failed', 'retrying', 'resend', 'replay', 'ping', 'looped', 'binary', 'cut', 'pinned', 'unread', 'encoded', 'gone', 'forwarded', 'trashed',
];

/** Stands between tags, which have no such character. */
const between = '\u0000';

/** Texts that rows share, each kept once and known by a number, for as long as a row has it. */
class Texts {
  /** @type {string[]} */
  list = [''];
  /** @type {Map<string, number>} */
  index = new Map([['', 0]]);
  /** How many cells have a text. */
  uses = [0];
  /** @type {number[]} */
  free = [];

  /** A cell has another text, or none. @param {number} was @param {string|undefined} s @returns {number} what it has now */
  change(was, s) {
    const now = this.put(s);
    if (was && !--this.uses[was]) {
      this.index.delete(this.list[was]);
      this.list[was] = '';
      this.free.push(was);
    }
    return now;
  }

  /** @param {string|undefined} s */
  put(s) {
    if (!s) return 0;
    let i = this.index.get(s);
    if (i === undefined) {
      i = this.free.pop() ?? this.list.length;
      this.list[i] = s;
      this.uses[i] = 0;
      this.index.set(s, i);
    }
    this.uses[i]++;
    return i;
  }
}

const textColumns = /** @type {const} */ ([
  'dir', 'event', 'provider', 'failure', 'verdict', 'cause', 'method', 'target', 'host', 'source', 'inbox', 'endpoint', 'event_id', 'scheme', 'channel', 'run',
]);
/** Columns of texts, the tags of a row as one. */
const wordColumns = /** @type {const} */ ([...textColumns, 'tags']);
const numberColumns = /** @type {const} */ (['n', 'duration_ms', 'size', 'response_size', 'status', 'tries', 'max_tries']);

/**
 * Rows, newest first: by running number, each id once. Every method that
 * changes something raises `version`.
 */
export class Rows {
  constructor() {
    this.version = 0;
    this.texts = new Texts();
    /** @type {Map<string, number>} id → slot */
    this.slots = new Map();
    /** @type {string[]} slot → id */
    this.ids = [];
    this.used = 0;
    /** @type {number[]} */
    this.free = [];
    this.room = 1024;
    /** @type {Record<string, Float64Array>} */
    this.numbers = {};
    for (const c of numberColumns) this.numbers[c] = new Float64Array(this.room);
    this.numbers.at = new Float64Array(this.room);
    /** @type {Record<string, Uint32Array>} */
    this.words = {};
    for (const c of wordColumns) this.words[c] = new Uint32Array(this.room);
    this.words.flags = new Uint32Array(this.room);
    /** Which writing was the last to a slot. */
    this.words.written = new Uint32Array(this.room);
    this.writes = 0;
    /** Slots in the order shown. */
    this.order = new Uint32Array(0);
    this.length = 0;
  }

  grow() {
    this.room *= 2;
    for (const k of Object.keys(this.numbers)) {
      const a = new Float64Array(this.room);
      a.set(this.numbers[k]);
      this.numbers[k] = a;
    }
    for (const k of Object.keys(this.words)) {
      const a = new Uint32Array(this.room);
      a.set(this.words[k]);
      this.words[k] = a;
    }
  }

  /** @param {number} slot @param {Row} row */
  write(slot, row) {
    for (const c of numberColumns) this.numbers[c][slot] = row[c] || 0;
    this.numbers.at[slot] = Date.parse(row.at);
    for (const c of textColumns) this.words[c][slot] = this.texts.change(this.words[c][slot], row[c]);
    let flags = 0;
    for (const f of row.flags || []) {
      const bit = flagWords.indexOf(f);
      if (bit >= 0) flags |= 1 << bit;
    }
    this.words.flags[slot] = flags;
    this.words.tags[slot] = this.texts.change(this.words.tags[slot], row.tags?.join(between));
    this.words.written[slot] = ++this.writes;
    this.ids[slot] = row.id;
  }

  /** @param {string} id */
  has(id) {
    return this.slots.has(id);
  }

  /**
   * Adds rows that are not known, and renews those that are when `renew` is set.
   * @param {Row[]} rows @param {boolean} renew
   * @returns {number} how many were added
   */
  put(rows, renew) {
    /** @type {number[]} */
    const fresh = [];
    for (const row of rows) {
      const known = this.slots.get(row.id);
      if (known !== undefined) {
        if (renew) this.write(known, row);
        continue;
      }
      let slot = this.free.pop();
      if (slot === undefined) {
        if (this.used === this.room) this.grow();
        slot = this.used++;
      }
      this.write(slot, row);
      this.slots.set(row.id, slot);
      fresh.push(slot);
    }
    this.version++;
    if (fresh.length) this.merge(fresh);
    return fresh.length;
  }

  /** @param {number[]} fresh slots to put in their places */
  merge(fresh) {
    const n = this.numbers.n;
    fresh.sort((a, b) => n[b] - n[a]);
    const old = this.order;
    const size = this.length;
    const total = size + fresh.length;
    const after = size > 0 && n[fresh[0]] < n[old[size - 1]];
    if (after && total <= old.length) {
      // Older rows at the end, with room left: the usual step while a list loads.
      old.set(fresh, size);
      this.length = total;
      return;
    }
    const next = new Uint32Array(after ? total * 2 : total);
    if (after) {
      next.set(old.subarray(0, size));
      next.set(fresh, size);
    } else if (size === 0 || n[fresh[fresh.length - 1]] > n[old[0]]) {
      next.set(fresh);
      next.set(old.subarray(0, size), fresh.length);
    } else {
      let i = 0;
      let j = 0;
      for (let k = 0; k < total; k++) {
        const takeOld = j === fresh.length || (i < size && n[old[i]] > n[fresh[j]]);
        next[k] = takeOld ? old[i++] : fresh[j++];
      }
    }
    this.order = next;
    this.length = total;
  }

  /** @param {string[]} ids @returns {number} how many were there */
  remove(ids) {
    const gone = new Set();
    for (const id of ids) {
      const slot = this.slots.get(id);
      if (slot === undefined) continue;
      gone.add(slot);
      this.slots.delete(id);
      this.ids[slot] = '';
      for (const c of wordColumns) this.words[c][slot] = this.texts.change(this.words[c][slot], '');
    }
    if (!gone.size) return 0;
    let k = 0;
    for (let i = 0; i < this.length; i++) {
      const slot = this.order[i];
      if (!gone.has(slot)) this.order[k++] = slot;
    }
    this.length = k;
    this.free.push(...gone);
    this.version++;
    return gone.size;
  }

  /** Lets the oldest go. @param {number} most how many stay */
  shorten(most) {
    this.remove(Array.from({ length: this.length - most }, (_, i) => this.idAt(most + i)));
  }

  /** @param {number} i position, 0 is the newest @returns {Row} */
  at(i) {
    return this.of(this.order[i]);
  }

  /** @param {number} slot @returns {Row} */
  of(slot) {
    /** @type {any} */
    const row = { id: this.ids[slot], at: this.numbers.at[slot] };
    for (const c of numberColumns) row[c] = this.numbers[c][slot];
    for (const c of textColumns) row[c] = this.texts.list[this.words[c][slot]];
    const flags = this.words.flags[slot];
    row.flags = flagWords.filter((_, bit) => flags & (1 << bit));
    const tags = this.texts.list[this.words.tags[slot]];
    row.tags = tags ? tags.split(between) : [];
    return row;
  }

  /** What a row is grouped by. @param {number} slot @param {string} by "id", "endpoint" or "event" */
  groupOf(slot, by) {
    const text = (/** @type {string} */ c) => this.texts.list[this.words[c][slot]];
    if (by === 'id') return text('event_id');
    if (by === 'event') return text('event') && [text('provider'), text('event')].filter(Boolean).join('/');
    return text('endpoint') || text('inbox');
  }

  /**
   * A number for each slot by which rows sort.
   * @param {string} by a column of numbers or texts, "at", "status" or "where"
   * @returns {Float64Array}
   */
  ranks(by) {
    if (by !== 'status' && this.numbers[by]) return this.numbers[by];
    const out = new Float64Array(this.used);
    if (by === 'status') {
      // No answer is worse than any answer.
      for (let s = 0; s < this.used; s++) out[s] = this.words.failure[s] ? 1000 : this.numbers.status[s];
      return out;
    }
    const { list } = this.texts;
    const places = new Float64Array(list.length);
    const ids = Uint32Array.from(list, (_, i) => i).sort((a, b) => (list[a] < list[b] ? -1 : list[a] > list[b] ? 1 : 0));
    ids.forEach((id, place) => { places[id] = place; });
    const words = this.words[by];
    for (let s = 0; s < this.used; s++) out[s] = places[words ? words[s] : this.words.endpoint[s] || this.words.inbox[s]];
    return out;
  }

  /** @param {string} id @returns {Row|null} */
  get(id) {
    const slot = this.slots.get(id);
    if (slot === undefined) return null;
    return this.at(this.position(this.numbers.n[slot]));
  }

  /** @param {number} i */
  idAt(i) {
    return this.ids[this.order[i]];
  }

  /** @param {number} i running number of the row at a position */
  numberAt(i) {
    return this.numbers.n[this.order[i]];
  }

  /** Position of the first row whose running number is at most n. @param {number} n */
  position(n) {
    let lo = 0;
    let hi = this.length;
    while (lo < hi) {
      const mid = (lo + hi) >> 1;
      if (this.numbers.n[this.order[mid]] > n) lo = mid + 1;
      else hi = mid;
    }
    return lo;
  }

  /** Position of an id, -1 if it is not there. @param {string} id */
  indexOf(id) {
    const slot = this.slots.get(id);
    return slot === undefined ? -1 : this.position(this.numbers.n[slot]);
  }

  /** @returns {string[]} */
  allIDs() {
    return Array.from({ length: this.length }, (_, i) => this.idAt(i));
  }
}
