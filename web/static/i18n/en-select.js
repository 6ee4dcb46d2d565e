// @ts-check
// English words about choosing deliveries of the list.
import { count } from '../format.js';
import { words } from './language.js';

export const select = words('select', {
  label: 'Chosen deliveries', clear: 'Choose none', all: 'Choose all that match',
  /** @param {number} n */ one: (n) => `Choose #${n}`,
  /** @param {number} n @param {boolean} more */ count: (n, more) => (n ? `${count(n)}${more ? '+' : ''} selected` : 'None selected'),
  resend: 'Resend', replay: 'Replay…', compare: 'Compare', compareTwo: 'Choose two to compare them', export: 'Export', delete: 'Delete',
  /** @param {number} n @param {string} key */ compareNext: (n, key) => `Go to the one to compare #${n} with${key ? `, and press ${key} again` : ''}`,
  formats: { jsonl: 'Lossless, to import again', har: 'For browsers and other tools', sh: 'Script that sends all again', postman: 'Postman collection', curl: 'curl commands', zip: 'Bodies as files' },
  ends: { jsonl: 'JSONL', har: 'HAR', sh: 'bash', postman: 'Postman', curl: 'curl', zip: 'ZIP' },
  tooScattered: 'These are too many single deliveries for one export. Choose them by a filter.',
  tag: 'Tag…', tagName: 'Tag', tagAdd: 'Add tag', /** @param {number} n @param {string} tag */ tagged: (n, tag) => `${count(n)} tagged ${tag}`,
  keys: { choose: 'choose', range: 'choose a range', all: 'choose all that match', compare: 'compare', resend: 'resend', replay: 'replay…', delete: 'delete', undo: 'undo' },
});
