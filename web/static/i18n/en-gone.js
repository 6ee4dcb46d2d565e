// @ts-check
// English words about what is not there any more, or never was.
import { words } from './language.js';

export const gone = words('gone', {
  why: 'It was deleted or renamed, or the address is mistyped.',
  run: 'It was removed with the oldest ones, or the address is mistyped.',
  its: 'Its deliveries',
  notTwo: 'One of the two is not there: it was deleted, it is older than what is kept, or the number is mistyped.',
  never: 'It was deleted, it is older than what is kept, or it never existed.',
  /** @param {number} n */ notYet: (n) => `It never existed: the newest delivery is #${n}.`,
  /** @param {number} n @param {string} kept */ expired: (n, kept) => `It is older than what is kept: the oldest delivery is #${n}. Kept are ${kept}.`,
  deleted: 'It was deleted.',
  /** @param {string} why */ lost: (why) => `It was lost: ${why}`,
  emptyStore: 'The store is empty.', toList: 'Show the list',
});
