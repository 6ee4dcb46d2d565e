// @ts-check
// English words of the page Inboxes.
import { plural } from '../format.js';
import { words } from './language.js';

export const inboxes = words('inboxes', {
  title: 'Inboxes', lead: 'An inbox is an address that receives. What it checks and answers, and where it passes requests on, is set here.',
  create: 'Create inbox', name: 'Name', url: 'URL', answer: 'Answer', forward: 'Forwards to', day: 'Last 24 h', nowhere: 'nowhere',
  nameHint: 'Lower-case letters, digits, . _ and -', created: 'Inbox created', saved: 'Saved', deleted: 'Inbox deleted',
  open: 'Deliveries', settings: 'Settings of the inbox', back: 'All inboxes',
  private: 'Only the address with the token works', privateURL: 'URL with token', note: 'Note',
  answerTitle: 'Answer', status: 'Status', delay: 'Delay in ms', body: 'Body', template: 'Fill in {{method}}, {{body.a}} and the like', sequence: 'Sequence', sequenceHint: '503, 503, 200 — the last one stays; also timeout, reset, close',
  fault: 'Instead of an answer', faults: { '': 'Answer normally', timeout: 'Let the sender wait', reset: 'Reset the connection', close: 'Close without an answer' },
  errorRate: 'Random errors, %', errorStatus: 'Status of these', headers: 'Headers', headersHint: 'One per line: Name: value',
  forwardTitle: 'Forward', forwardLead: 'Each request is passed on as it came. Both hops are recorded.', target: 'Name', targetURL: 'URL of your app', host: 'Host header', hostSet: 'of the target', hostKeep: 'as received', timeout: 'Timeout, ms', addTarget: 'Add a target', removeTarget: 'Remove',
  answerFrom: 'Whose answer goes back', fromInbox: 'The inbox itself', save: 'Save', unsaved: 'Not saved yet',
  insecure: 'Accept any certificate',
  /** @param {number} n */ rules: (n) => `${plural(n, 'rule', 'rules')} by filter, kept as they are`,
  remove: 'Delete inbox', removeAsk: (/** @type {string} */ name) => `Delete the inbox ${name}? Its deliveries stay.`, removeYes: 'Delete it',
  noSecret: ', no secret',
  /** @param {string} name */ appAnswers: (name) => `The answer of ${name} goes back to the sender now. What is set here, sequence and rules too, acts only where the inbox itself answers.`,
  conflict: 'Somebody else changed this inbox in the meantime.', conflictNext: 'Load what is stored now; your changes are lost then.', reload: 'Load what is stored',
  answersWith: (/** @type {number} */ status) => `${status}`, none: 'There is no such inbox',
  refusing: 'boathook does not accept requests now',
});
