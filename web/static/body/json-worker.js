// @ts-check
// Parses and folds away from the page, so that a large tree never holds up typing.
import { Tree } from './json.js';

/** @type {Tree|null} */
let tree = null;

/** @type {Record<string, (m: any) => any>} */
const ops = {
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
  path: ({ i }) => ({ path: /** @type {Tree} */ (tree).path(i) }),
  value: ({ i }) => ({ value: /** @type {Tree} */ (tree).value(i), kind: /** @type {Tree} */ (tree).nodes.kind[i] }),
  pretty: () => ({ text: /** @type {Tree} */ (tree).pretty() }),
};

self.onmessage = (e) => {
  const { op, seq } = e.data;
  try {
    self.postMessage({ seq, ...ops[op](e.data) });
  } catch (err) {
    self.postMessage({ seq, error: String(err) });
  }
};
