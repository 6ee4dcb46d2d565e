// @ts-check
// English words of the menu of a row.
import { words } from './language.js';

export const menu = words('menu', {
  /** @param {number} n */ compareWith: (n) => `Compare with #${n}`,
  open: 'Open', tab: 'Open in a new tab',
  /** @param {string} term */ by: (term) => `Filter by ${term}`,
  /** @param {string} term */ exclude: (term) => `Exclude ${term}`,
  /** @param {string} column */ value: (column) => `Copy the value of ${column}`,
  /** @param {string} name */ more: (name) => `More about ${name}`,
  asColumn: 'Show as a column',
  /** @param {string} column */ isColumn: (column) => `The list has the column ${column}`,
  jsonPath: 'Copy as JSONPath', jq: 'Copy as jq path', ignore: 'Ignore in Diff',
  /** @param {string} name */ ignored: (name) => `Diff ignores ${name}`,
  choose: 'Choose', unchoose: 'No longer choose',
});
