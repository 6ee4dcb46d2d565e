// @ts-check
// English words about deleting, and about the trash.
import { count, plural } from '../format.js';
import { words } from './language.js';

export const trash = words('trash', {
  title: 'Trash',
  /** @param {number} n @param {number} stopped */
  deleted: (n, stopped) => `${plural(n, 'delivery', 'deliveries')} deleted${stopped ? `. ${count(stopped)} still waited for a try: none is made any more` : ''}`,
  failed: 'Nothing was deleted', undo: 'Undo', nothing: 'There is nothing to undo. What was deleted is in the trash.',
  restore: 'Restore', restoreAll: 'Restore all',
  /** @param {number} n */ restored: (n) => (n ? `${plural(n, 'delivery', 'deliveries')} restored` : 'Nothing of that was in the trash'),
  forever: 'Delete for good…', foreverYes: 'Delete for good',
  /** @param {number} n @param {boolean} more */ foreverAsk: (n, more) => `Delete ${count(n)}${more ? '+' : ''} ${n === 1 && !more ? 'delivery' : 'deliveries'} with all bytes? This cannot be undone.`,
  /** @param {number} n */ gone: (n) => `${plural(n, 'delivery', 'deliveries')} deleted for good`,
  empty: 'Empty the trash…', emptyYes: 'Empty the trash',
  /** @param {string} span */ lead: (span) => (span ? `What was deleted stays here for ${span}, then it goes for good.` : 'What was deleted stays here as long as others are kept.'),
  none: 'The trash is empty.', back: 'Back to all',
  /** @param {string} when */ since: (when) => `In the trash since ${when}.`,
});
