// @ts-check
// English words about what can be done with one delivery, and about one that was sent.
import { words } from './language.js';

export const out = words('out', {
  acts: 'What to do with it', copy: 'Copy', tag: 'Tag…', pin: 'Pin to compare with', unpin: 'No longer pin',
  /** @param {number} n */ resent: (n) => `#${n} is sent again`,
  /** @param {number} n */ stillTried: (n) => `#${n} is still being tried`,
  tryNow: 'Try now',
  resendTip: 'To the same place, as its provider does it',
  resendInTip: 'Passed on again as it came, byte for byte',
  keys: {
    export: 'export…', tag: 'tag…', delete: 'delete', search: 'search field', runs: 'Runs', send: 'send',
    chart: 'Chart', chartMove: 'through time', chartRange: 'choose a range', chartOpen: 'open it in Live', difference: 'next, previous difference', page: 'This page',
  },
});
