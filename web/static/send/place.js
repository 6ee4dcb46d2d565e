// @ts-check
// Values of a JSON text by their paths, changed in place: everything else stays as
// it is written.
import { FALSE, NUMBER, STRING, TRUE } from '../body/json.js';
import { Tree } from '../body/json-tree.js';

/** A JSON text that is looked into. */
export class Places {
  /** @param {string} text */
  constructor(text) {
    this.tree = new Tree(text);
    /** @type {Map<string, number>} */
    this.at = new Map();
    const { nodes } = this.tree;
    for (let i = 0; i < nodes.count; i++) {
      const path = this.tree.path(i);
      if (!this.at.has(path)) this.at.set(path, i);
    }
  }

  get faults() {
    return this.tree.faults;
  }

  /** @param {string} path */
  has(path) {
    return this.at.has(path);
  }

  /** Text of a value, without quotes. @param {string} path @returns {string|undefined} */
  get(path) {
    const i = this.at.get(path);
    return i === undefined ? undefined : this.tree.value(i);
  }

  /** Single values outside of lists, as fields. @returns {import('./types.js').Field[]} */
  scalars() {
    const { nodes } = this.tree;
    const types = { [STRING]: 'string', [NUMBER]: 'number', [TRUE]: 'boolean', [FALSE]: 'boolean' };
    return [...this.at].filter(([path, i]) => path && !path.includes('[') && types[nodes.kind[i]]).map(([name, i]) => ({ name, type: types[nodes.kind[i]] }));
  }

  /** The text with another value. @param {string} path @param {string} literal as JSON writes it */
  with(path, literal) {
    const i = this.at.get(path);
    const { nodes, text } = this.tree;
    return i === undefined ? text : text.slice(0, nodes.from[i]) + literal + text.slice(nodes.to[i]);
  }
}
