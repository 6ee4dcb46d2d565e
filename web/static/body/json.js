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
export function keyText(text, from, to) {
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
