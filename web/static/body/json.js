// @ts-check
// JSON as it was written: order, number spelling and repeated keys stay. Nothing
// recurses, so 100,000 levels are only a long list, and what is wrong is noted
// while the rest is still read.

/** Kinds of values. */
export const OBJECT = 0, ARRAY = 1, STRING = 2, NUMBER = 3, TRUE = 4, FALSE = 5, NULL = 6, BAD = 7;

/** The most values one tree holds: some 170 MB of tables. */
const mostNodes = 5_000_000;
const mostErrors = 20;

/** @typedef {{at: number, line: number, column: number, what: string}} Fault `what` is a key of the language file */

/** Values in the order they stand in the text; a value is known by its number. */
class Nodes {
  constructor() {
    this.count = 0;
    this.room = 1024;
    this.kind = new Uint8Array(this.room);
    /** 1: its key stood before in the same object */
    this.dup = new Uint8Array(this.room);
    /** Where the key lies, quotes included; -1 without one. */
    this.keyFrom = new Int32Array(this.room);
    this.keyTo = new Int32Array(this.room);
    this.from = new Int32Array(this.room);
    this.to = new Int32Array(this.room);
    this.parent = new Int32Array(this.room);
    /** Place among the children of its parent. */
    this.index = new Int32Array(this.room);
    this.children = new Int32Array(this.room);
    this.depth = new Int32Array(this.room);
    /** First value after this one and all inside it. */
    this.end = new Int32Array(this.room);
  }

  grow() {
    this.room *= 2;
    for (const name of /** @type {const} */ (['kind', 'dup', 'keyFrom', 'keyTo', 'from', 'to', 'parent', 'index', 'children', 'depth', 'end'])) {
      const old = /** @type {any} */ (this[name]);
      const next = new old.constructor(this.room);
      next.set(old);
      /** @type {any} */ (this)[name] = next;
    }
  }
}

/**
 * @param {string} text
 * @returns {{nodes: Nodes, faults: Fault[]}} faults is empty for valid JSON
 */
export function parseJSON(text) {
  const nodes = new Nodes();
  /** @type {{at: number, what: string}[]} */
  const found = [];
  const n = text.length;
  let i = 0;

  // Open containers: their numbers, and the keys seen in each.
  let stack = new Int32Array(256);
  let depth = 0;
  /** @type {(Set<string>|string|null)[]} */
  const keys = [];
  let keyFrom = -1;
  let keyTo = -1;
  // What may come next.
  const VALUE = 0, KEY = 1, COLON = 2, AFTER = 3;
  let want = VALUE;
  let comma = -1;
  let stopped = false;

  /** @param {string} what @param {number} [at] */
  const fault = (what, at = i) => {
    if (found.length < mostErrors) found.push({ at, what });
  };
  /** @param {number} kind @param {number} from @param {number} to */
  const add = (kind, from, to) => {
    if (nodes.count === nodes.room) nodes.grow();
    const x = nodes.count++;
    const up = depth ? stack[depth - 1] : -1;
    nodes.kind[x] = kind;
    nodes.from[x] = from;
    nodes.to[x] = to;
    nodes.keyFrom[x] = keyFrom;
    nodes.keyTo[x] = keyTo;
    nodes.parent[x] = up;
    nodes.depth[x] = depth;
    nodes.index[x] = up < 0 ? 0 : nodes.children[up]++;
    nodes.end[x] = x + 1;
    if (keyFrom >= 0 && depth) nodes.dup[x] = seen(depth - 1, keyText(text, keyFrom, keyTo)) ? 1 : 0;
    keyFrom = keyTo = -1;
    comma = -1;
    return x;
  };
  /** Objects of one key need no set. @param {number} level @param {string} key */
  const seen = (level, key) => {
    const s = keys[level];
    if (s === null) {
      keys[level] = key;
      return false;
    }
    if (typeof s === 'string') {
      if (s === key) return true;
      keys[level] = new Set([s, key]);
      return false;
    }
    if (s.has(key)) return true;
    s.add(key);
    return false;
  };
  const inObject = () => depth > 0 && nodes.kind[stack[depth - 1]] === OBJECT;
  const close = () => {
    const x = stack[--depth];
    keys.pop();
    nodes.end[x] = nodes.count;
    nodes.to[x] = i;
    want = AFTER;
    comma = -1;
  };
  /** Reads a text from its opening quote; stands after it then. */
  const string = () => {
    const start = i++;
    let quote = text.indexOf('"', i);
    for (;;) {
      if (quote < 0) {
        fault('unclosed string', start);
        i = n;
        return;
      }
      let slashes = 0;
      while (text.charCodeAt(quote - 1 - slashes) === 92 && quote - 1 - slashes > start) slashes++;
      if (slashes % 2 === 0) break;
      quote = text.indexOf('"', quote + 1);
    }
    checkString(text, i, quote, fault);
    i = quote + 1;
  };

  while (i < n) {
    const c = text.charCodeAt(i);
    if (c === 32 || c === 10 || c === 13 || c === 9) {
      i++;
      continue;
    }
    if (nodes.count >= mostNodes) {
      fault('too many');
      stopped = true;
      break;
    }
    if (want === AFTER && depth === 0) {
      fault('after the end');
      stopped = true;
      break;
    }
    switch (c) {
      case 123: // {
      case 91: // [
        if (want === AFTER) fault('missing comma');
        else if (want === KEY) fault('key');
        else if (want === COLON) fault('missing colon');
        {
          const x = add(c === 123 ? OBJECT : ARRAY, i, i);
          if (depth === stack.length) {
            const more = new Int32Array(depth * 2);
            more.set(stack);
            stack = more;
          }
          stack[depth++] = x;
          keys.push(null);
          i++;
          want = c === 123 ? KEY : VALUE;
        }
        break;
      case 125: // }
      case 93: // ]
        if (!depth) {
          fault('unexpected');
          i++;
          break;
        }
        if ((c === 125) !== inObject()) fault('mismatch');
        else if (comma >= 0) fault('trailing comma', comma);
        else if (want === COLON) fault('missing colon');
        else if (want === VALUE && inObject()) fault('missing value');
        if (keyFrom >= 0) add(BAD, keyTo, keyTo);
        i++;
        close();
        break;
      case 44: // ,
        if (want !== AFTER) fault(want === KEY || comma >= 0 ? 'unexpected' : 'missing value');
        if (keyFrom >= 0) add(BAD, keyTo, keyTo);
        comma = i++;
        want = inObject() ? KEY : VALUE;
        break;
      case 58: // :
        if (want !== COLON) fault('unexpected');
        i++;
        if (keyFrom >= 0) want = VALUE;
        break;
      case 34: // "
        if (want === AFTER) {
          fault('missing comma');
          want = inObject() ? KEY : VALUE;
        }
        if (want === COLON) {
          fault('missing colon');
          want = VALUE;
        }
        {
          const start = i;
          string();
          if (want === KEY) {
            keyFrom = start;
            keyTo = i;
            comma = -1;
            want = COLON;
          } else {
            add(STRING, start, i);
            want = AFTER;
          }
        }
        break;
      default: {
        const start = i;
        while (i < n && !/[\s{}[\],:"]/.test(text[i]) && i - start < 4096) i++;
        if (i === start) i++;
        const word = text.slice(start, i);
        if (want === AFTER) {
          fault('missing comma', start);
          want = inObject() ? KEY : VALUE;
        }
        if (want === KEY) {
          fault('key', start);
          keyFrom = start;
          keyTo = i;
          comma = -1;
          want = COLON;
          break;
        }
        if (want === COLON) fault('missing colon', start);
        if (word === 'true') add(TRUE, start, i);
        else if (word === 'false') add(FALSE, start, i);
        else if (word === 'null') add(NULL, start, i);
        else if (/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(word)) add(NUMBER, start, i);
        else {
          const number = /^[-+.\d]/.test(word);
          fault(number ? 'bad number' : 'bad word', start);
          add(number ? NUMBER : BAD, start, i);
        }
        want = AFTER;
      }
    }
  }
  if (!nodes.count && !found.length) fault('empty', 0);
  if (depth) {
    if (!stopped) fault('unclosed', stack[depth - 1] >= 0 ? nodes.from[stack[depth - 1]] : n);
    if (keyFrom >= 0) add(BAD, keyTo, keyTo);
    while (depth) close();
  }
  return { nodes, faults: found.map((f) => ({ ...f, ...position(text, f.at) })) };
}

/** @param {string} text @param {number} from @param {number} to @param {(what: string, at: number) => void} fault */
function checkString(text, from, to, fault) {
  for (let i = from; i < to; i++) {
    const c = text.charCodeAt(i);
    if (c < 0x20) {
      fault('control character', i);
      return;
    }
    if (c !== 92) continue;
    const e = text[++i];
    if (e === 'u') {
      if (!/^[0-9a-fA-F]{4}$/.test(text.slice(i + 1, i + 5))) {
        fault('bad escape', i - 1);
        return;
      }
      i += 4;
    } else if (!'"\\/bfnrt'.includes(e)) {
      fault('bad escape', i - 1);
      return;
    }
  }
}

/** Line and column from 1. @param {string} text @param {number} at */
export function position(text, at) {
  let line = 1;
  let start = 0;
  for (let nl = text.indexOf('\n'); nl >= 0 && nl < at; nl = text.indexOf('\n', nl + 1)) {
    line++;
    start = nl + 1;
  }
  return { line, column: at - start + 1 };
}

/** A key as it reads, escapes undone. @param {string} text @param {number} from @param {number} to */
function keyText(text, from, to) {
  const raw = text.slice(from, to);
  if (raw[0] !== '"') return raw;
  if (raw.includes('\\')) {
    try {
      return JSON.parse(raw);
    } catch {
      // Shown as it stands.
    }
  }
  return raw.slice(1, -1);
}

/** Which values are shown: folding, unfolding, searching. */
export class Tree {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
    const { nodes, faults } = parseJSON(text);
    this.nodes = nodes;
    this.faults = faults;
    this.opened = new Uint8Array(nodes.count);
    this.shown = new Int32Array(0);
    this.openLevels(250);
    this.rebuild();
  }

  /** Opens whole levels while no more than so many rows are shown. @param {number} rows */
  openLevels(rows) {
    const { nodes } = this;
    /** @type {number[]} */
    const per = [];
    for (let i = 0; i < nodes.count; i++) per[nodes.depth[i]] = (per[nodes.depth[i]] || 0) + 1;
    let sum = per[0] || 0;
    let level = 0;
    // A handful of rows says nothing yet: then the next level opens however wide it is.
    while (level + 1 < per.length && (sum < 8 || sum + per[level + 1] <= rows)) sum += per[++level];
    for (let i = 0; i < nodes.count; i++) if (nodes.depth[i] < level) this.opened[i] = 1;
  }

  rebuild() {
    const { nodes, opened } = this;
    const out = new Int32Array(nodes.count);
    let k = 0;
    for (let i = 0; i < nodes.count;) {
      out[k++] = i;
      i = nodes.kind[i] <= ARRAY && opened[i] ? i + 1 : nodes.end[i];
    }
    this.shown = out.slice(0, k);
  }

  /** Row of a value, -1 if it is folded away. @param {number} i */
  rowOf(i) {
    let lo = 0;
    let hi = this.shown.length - 1;
    while (lo <= hi) {
      const mid = (lo + hi) >> 1;
      if (this.shown[mid] === i) return mid;
      if (this.shown[mid] < i) lo = mid + 1;
      else hi = mid - 1;
    }
    return -1;
  }

  /** @param {number} i @param {boolean} open */
  fold(i, open) {
    this.opened[i] = open ? 1 : 0;
    this.rebuild();
  }

  /** @param {boolean} open */
  foldAll(open) {
    this.opened.fill(open ? 1 : 0);
    if (!open && this.nodes.count) this.opened[0] = 1;
    this.rebuild();
  }

  /** Unfolds every value on the level of i, under the same parent. @param {number} i */
  openLevel(i) {
    const { nodes } = this;
    const up = nodes.parent[i];
    for (let x = up < 0 ? 0 : up + 1; x < (up < 0 ? nodes.count : nodes.end[up]); x = nodes.end[x]) this.opened[x] = 1;
    this.rebuild();
  }

  /** Opens what is around a value. @param {number} i @returns {number} its row */
  reveal(i) {
    let changed = false;
    for (let up = this.nodes.parent[i]; up >= 0; up = this.nodes.parent[up]) {
      if (!this.opened[up]) {
        this.opened[up] = 1;
        changed = true;
      }
    }
    if (changed) this.rebuild();
    return this.rowOf(i);
  }

  /** Values whose key or text has the words, in order. @param {string} words @param {number} [most] */
  search(words, most = 10_000) {
    /** @type {number[]} */
    const out = [];
    if (!words) return out;
    const { nodes } = this;
    const re = new RegExp(words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'gi');
    let last = -1;
    for (let m = re.exec(this.text); m && out.length < most; m = re.exec(this.text)) {
      const at = m.index;
      const i = this.nodeAt(at);
      if (i < 0 || i === last) continue;
      const inKey = nodes.keyFrom[i] >= 0 && at >= nodes.keyFrom[i] && at < nodes.keyTo[i];
      const inValue = nodes.kind[i] > ARRAY && at >= nodes.from[i] && at < nodes.to[i];
      if (!inKey && !inValue) continue;
      out.push(i);
      last = i;
    }
    return out;
  }

  /** Last value that begins at or before a place. @param {number} at */
  nodeAt(at) {
    const { nodes } = this;
    let lo = 0;
    let hi = nodes.count - 1;
    let best = -1;
    while (lo <= hi) {
      const mid = (lo + hi) >> 1;
      const start = nodes.keyFrom[mid] >= 0 ? nodes.keyFrom[mid] : nodes.from[mid];
      if (start <= at) {
        best = mid;
        lo = mid + 1;
      } else hi = mid - 1;
    }
    return best;
  }

  /** @param {number} i */
  key(i) {
    const { nodes } = this;
    return nodes.keyFrom[i] < 0 ? null : keyText(this.text, nodes.keyFrom[i], nodes.keyTo[i]);
  }

  /** Keys and places on the way to a value. @param {number} i @returns {(string|number)[]} */
  steps(i) {
    const { nodes } = this;
    /** @type {(string|number)[]} */
    const steps = [];
    for (let x = i; nodes.parent[x] >= 0; x = nodes.parent[x]) steps.push(this.key(x) ?? nodes.index[x]);
    return steps.reverse();
  }

  /** "data.registrants[0].email" @param {number} i */
  path(i) {
    return pathOf(this.steps(i));
  }

  /** The value at a path, -1 if there is none. @param {string} path */
  at(path) {
    const { nodes } = this;
    let x = nodes.count ? 0 : -1;
    for (let rest = path; rest && x >= 0;) {
      let next = -1;
      for (let c = x + 1; c < nodes.end[x] && next < 0; c = nodes.end[c]) {
        const step = pathOf([this.key(c) ?? nodes.index[c]]);
        const tail = rest.startsWith(step) ? rest.slice(step.length) : null;
        if (tail === null || !/^($|[.[])/.test(tail)) continue;
        next = c;
        rest = tail.replace(/^\./, '');
      }
      x = next;
    }
    return x;
  }

  /** The value as it stands in the text. @param {number} i */
  raw(i) {
    return this.text.slice(this.nodes.from[i], this.nodes.to[i]);
  }

  /** A text without its quotes and escapes, anything else as it stands. @param {number} i */
  value(i) {
    const raw = this.raw(i);
    if (this.nodes.kind[i] !== STRING) return raw;
    try {
      return JSON.parse(raw);
    } catch {
      return raw.replace(/^"|"$/g, '');
    }
  }

  /** What the rows [from, to) show. @param {number} from @param {number} to */
  rows(from, to) {
    const { nodes } = this;
    const out = [];
    for (let r = Math.max(0, from); r < Math.min(to, this.shown.length); r++) {
      const i = this.shown[r];
      const key = this.key(i);
      const kind = nodes.kind[i];
      out.push({
        i, depth: nodes.depth[i], kind, key: key === null ? null : key.slice(0, 300), index: nodes.parent[i] >= 0 && key === null ? nodes.index[i] : -1,
        text: kind <= ARRAY ? '' : this.text.slice(nodes.from[i], Math.min(nodes.to[i], nodes.from[i] + 300)) + (nodes.to[i] - nodes.from[i] > 300 ? '…' : ''),
        children: nodes.children[i], open: Boolean(this.opened[i]), dup: Boolean(nodes.dup[i]),
      });
    }
    return out;
  }

  /** Indented by two spaces, numbers and order as they were. */
  pretty() {
    const { nodes, text } = this;
    /** @type {string[]} */
    const out = [];
    /** @type {number[]} */
    const open = [];
    // Very deep text would grow with the square of its depth.
    const indent = (/** @type {number} */ d) => '  '.repeat(Math.min(d, 64));
    const comma = (/** @type {number} */ i) => (nodes.parent[i] >= 0 && nodes.end[i] < nodes.end[nodes.parent[i]] ? ',' : '');
    for (let i = 0; i <= nodes.count; i++) {
      while (open.length && nodes.end[open[open.length - 1]] === i) {
        const x = /** @type {number} */ (open.pop());
        out.push(indent(nodes.depth[x]) + (nodes.kind[x] === OBJECT ? '}' : ']') + comma(x));
      }
      if (i === nodes.count) break;
      const key = nodes.keyFrom[i] >= 0 ? text.slice(nodes.keyFrom[i], nodes.keyTo[i]) + ': ' : '';
      const kind = nodes.kind[i];
      if (kind > ARRAY) out.push(indent(nodes.depth[i]) + key + this.raw(i) + comma(i));
      else if (!nodes.children[i]) out.push(indent(nodes.depth[i]) + key + (kind === OBJECT ? '{}' : '[]') + comma(i));
      else {
        out.push(indent(nodes.depth[i]) + key + (kind === OBJECT ? '{' : '['));
        open.push(i);
      }
    }
    return out.join('\n');
  }
}

/** A path as one would write it in JavaScript. @param {(string|number)[]} steps */
const pathOf = (steps) => steps.map((x) => (typeof x === 'number' ? `[${x}]` : /^[A-Za-z_$][\w$-]*$/.test(x) ? '.' + x : `[${JSON.stringify(x)}]`)).join('').replace(/^\./, '');
