// @ts-check
// What the view of a tree asks of it.
import { Tree } from './json-tree.js';

/** What can be asked of one tree, by name. @returns {Record<string, (m: any) => any>} */
export function operations() {
  /** @type {Tree|null} */
  let tree = null;
  return {
    parse({ bytes }) {
      tree = new Tree(new TextDecoder().decode(bytes));
      return { faults: tree.faults, count: tree.nodes.count, shown: tree.shown.length };
    },
    rows: ({ from, to }) => ({ rows: /** @type {Tree} */ (tree).rows(from, to) }),
    fold({ i, open }) {
      /** @type {Tree} */ (tree).fold(i, open);
      return { shown: /** @type {Tree} */ (tree).shown.length };
    },
    foldAll({ open }) {
      /** @type {Tree} */ (tree).foldAll(open);
      return { shown: /** @type {Tree} */ (tree).shown.length };
    },
    level({ i }) {
      /** @type {Tree} */ (tree).openLevel(i);
      return { shown: /** @type {Tree} */ (tree).shown.length, row: /** @type {Tree} */ (tree).rowOf(i) };
    },
    search: ({ words }) => ({ hits: /** @type {Tree} */ (tree).search(words) }),
    reveal({ i }) {
      const row = /** @type {Tree} */ (tree).reveal(i);
      return { row, shown: /** @type {Tree} */ (tree).shown.length };
    },
    /** Parent of a row, for folding from inside. */
    up: ({ i }) => ({ i: /** @type {Tree} */ (tree).nodes.parent[i], row: /** @type {Tree} */ (tree).rowOf(/** @type {Tree} */ (tree).nodes.parent[i]) }),
    path: ({ i }) => ({ path: /** @type {Tree} */ (tree).path(i), steps: /** @type {Tree} */ (tree).steps(i) }),
    /** Opens what is around the value at a path; row is -1 where there is none. */
    find({ path }) {
      const i = /** @type {Tree} */ (tree).at(path);
      const row = i < 0 ? -1 : /** @type {Tree} */ (tree).reveal(i);
      return { row, shown: /** @type {Tree} */ (tree).shown.length };
    },
    value: ({ i }) => ({ value: /** @type {Tree} */ (tree).value(i), kind: /** @type {Tree} */ (tree).nodes.kind[i] }),
    pretty: () => ({ text: /** @type {Tree} */ (tree).pretty() }),
  };
}
