// @ts-check
// English words of the list's columns, order and saved filters.
import { count } from '../format.js';
import { words } from './language.js';

export const list = words('list', {
  columns: {
    n: '#', time: 'Time', dir: 'Direction', event: 'Event', status: 'Status', sig: 'Sig', dur: 'Dur', size: 'Size', try: 'Try', where: 'Where',
    method: 'Method', path: 'Path', host: 'Host', provider: 'Provider', channel: 'Channel', id: 'Delivery id', request: 'Request-Id', source: 'Source IP', waterfall: 'Waterfall', tags: 'Tags',
  },
  noValue: 'no such value',
  /** @param {string} name */ sortBy: (name) => `Sort by ${name}`, sorting: 'sorting…',
  /** @param {number} n */ sortedNewest: (n) => `sorted the newest ${count(n)}`,
  unpin: 'Unpin', baseline: 'Pinned for comparing', noGroup: '(none)',
  /** @param {number} n */ failedOf: (n) => `${count(n)} failed`,
  viewTip: 'Columns, order and grouping', savedTip: 'Saved filters',
  view: {
    button: 'Columns', title: 'What the list shows', columns: 'Columns', reset: 'As usual', add: 'More columns', own: 'Any header or value of a body', addOwn: 'Add', grows: 'fills',
    hint: 'Everything here is part of the address: a link shows the same list. A click on the head of a column sorts, a drag on its edge changes its width.',
    notOwn: 'Write header.NAME, body.PATH or query.NAME, also after resp.',
    sort: 'Sorted by', asCome: 'Time, newest first', group: 'Grouped', noGroup: 'not at all',
    /** @type {Record<string, string>} */ groups: { id: 'by delivery id', endpoint: 'by endpoint or inbox', event: 'by event' },
    /** @param {string} name */ down: (name) => `${name} ↓`,
    /** @param {string} name */ up: (name) => `${name} ↑`,
    /** @param {string} what */ undo: (what) => `${what}. Undo this`,
    /** @param {string} name */ before: (name) => `Move ${name} forward`,
    /** @param {string} name */ after: (name) => `Move ${name} back`,
    /** @param {string} name */ remove: (name) => `Remove ${name}`,
    /** @param {string} name */ widthOf: (name) => `Width of ${name} in pixels`,
  },
  saved: {
    button: 'Saved', title: 'Saved filters', none: 'Nothing is saved yet. Filter, sort and choose columns, then give it a name.', name: 'Name for', save: 'Save', all: 'all deliveries', failed: 'It could not be saved',
    /** @param {string} name */ linkOf: (name) => `link to ${name}`,
    /** @param {string} name */ forget: (name) => `Forget ${name}`,
    /** @param {string} n */ matches: (n) => `${n} match`,
  },
});
