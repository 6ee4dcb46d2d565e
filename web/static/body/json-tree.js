// @ts-check
// JSON as a tree that is folded, searched and walked by paths.
import { ARRAY, keyText, OBJECT, parseJSON, STRING } from './json.js';

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
