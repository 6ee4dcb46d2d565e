// @ts-check
// English words of the pages Send and Settings › Sending.
import { count, plural } from '../format.js';
import { words } from './language.js';

export const send = words('send', {
  title: 'Send', search: 'Search events', list: 'Catalogue of events', providers: 'All providers', only: 'Provider',
  favourites: 'Favourites', ping: 'Ping',
  /** @param {string} name */ star: (name) => `Mark ${name} as a favourite`,
  /** @param {string} name */ unstar: (name) => `Remove ${name} from the favourites`,
  /** @param {number} n */ subs: (n) => plural(n, 'sub', 'subs'),
  /** @param {number} n */ subscribers: (n) => plural(n, 'endpoint subscribes', 'endpoints subscribe'),
  /** @param {number} n */ events: (n) => plural(n, 'event', 'events'),
  nothing: 'No event has these words.', custom: 'yours', ownName: 'Another event name', open: 'Open',
  pick: 'Pick an event', pickText: 'Every event is sent as its provider sends it: the same headers in the same order, signed the same way, tried again by the same rule.',
  firstSteps: 'Good ones to begin with', terminal: 'Same in the terminal:',
  back: 'All events', deprecated: 'deprecated',
  /** @param {string} name */ undocumented: (name) => `Payload not documented by ${name}`,
  unknown: 'There is no such event type', unknownText: 'It may belong to a provider of yours that was removed.',
  subscription: 'Subscribed to as', docs: 'Documentation',
  tabs: { compose: 'Compose', fields: 'Fields', subscribers: 'Subscribers', validate: 'Validate', drift: 'Drift', code: 'Code', about: 'Provider' },
  tabsLabel: 'Event type',

  to: 'To', all: 'All that subscribe',
  /** @param {number} n */ allOf: (n) => `All that subscribe (${count(n)})`,
  nobody: 'Nobody subscribes yet. The event is kept, so that an endpoint made later can be given it.',
  ownInbox: 'My own inbox', url: 'URL', addURL: 'Add', urlHint: 'http://localhost:3000/hooks', badURL: 'A URL begins with http:// or https://.',
  email: 'email', off: 'off', moreTargets: 'Find an endpoint or inbox',
  /** @param {string} name */ remove: (name) => `Remove ${name}`,
  variant: 'Variant',
  /** @type {Record<string, string>} */ variants: { full: 'full', minimal: 'minimal', null: 'null fields', unicode: 'unicode', huge: 'huge' },
  fields: 'Fields', setMore: 'Set another field', newValues: 'New values', newValuesTip: 'Other random names, ids and amounts',
  body: 'Body', reset: 'Reset to the sample', edited: 'edited', bodyHint: 'Names such as {{uuid}} and {{now}} are filled in.', validJSON: 'valid JSON', noJSON: 'not JSON',
  published: 'Sample published at', generated: 'Sample made by boathook from the fields',
  /** @param {string} size */ tooBig: (size) => `${size} are too much to edit here. They are sent as they are.`,
  /** @param {string} n */ fromDelivery: (n) => `The body of #${n} is sent as it was received.`, ownBody: 'Use a sample instead',
  attributes: 'Attributes of the event', attributesHint: 'Who gets it depends on them',
  channels: 'Channels', channelsHint: 'client_42, client_43', campaign: 'Campaign', form: 'Form', offline: 'Offline contribution', crm: 'Transaction of a CRM', request: 'Request-Id', requestHint: 'of the API call that caused it',
  chaos: 'Break it on purpose',
  /** @type {Record<string, [string, string]>} */
  switches: {
    'bad-sig': ['wrong secret', 'Signed with another secret'], 'no-sig': ['no signature', 'The signature is left out'], stale: ['stale', 'Signed too long ago'], future: ['future', 'Signed in the future'],
    'changed-byte': ['changed byte', 'A byte of the body is changed after signing'], duplicate: ['duplicate ×2', 'Every delivery is sent twice'], reorder: ['out of order', 'Several events are sent in another order'],
    slow: ['slow body', 'The body comes in small pieces'], cut: ['cut off', 'The connection ends within the body'], 'wrong-type': ['wrong type', 'Another Content-Type'], chunked: ['chunked', 'Chunked instead of Content-Length'], gzip: ['gzip', 'Compressed after signing'],
  },
  count: 'Count', every: 'every, s', delay: 'Delay, s', copyCLI: 'Copy as CLI', go: 'Send', going: 'Sending', keys: 'Ctrl ↵',
  /** @param {number} n */ goMany: (n) => `Send ${count(n)}`,

  preview: 'What will be sent', previewHint: 'A dry run: nothing has been sent.', nowhere: 'No endpoint gets this event.', others: 'Gets nothing',
  signedBy: 'Signature', unsigned: 'not signed', headers: 'Headers', tries: 'If it fails', noRetry: 'It is not tried again.', loadingPreview: 'Looking at who gets it',
  /** @param {number} n */ triesOf: (n) => `up to ${plural(n, 'try', 'tries')}`,
  /** @param {string} at */ tryAt: (at) => `after ${at}`, once: 'at once',
  allow: (/** @type {string} */ host) => `Allow ${host}`,
  allowAsk: (/** @type {string} */ host, n = 1) => (n > 1 ? `${host} have not been sent to before. May boathook send to them?` : `${host} has not been sent to before. May boathook send to it?`),
  allowText: 'Out of the box only this machine may be sent to, so that a test never reaches somebody by accident.',
  allowed: (/** @type {string} */ host) => `${host} may be sent to`,
  offTitle: 'Sending is switched off', offText: 'What is sent meanwhile waits until it is switched on.', switchOn: 'Switch sending on',

  last: 'Outcome',
  /** @param {number} n @param {number} of */ nextTry: (n, of) => `try ${n} of ${of}`,
  /** @param {string} s */ inTime: (s) => `in ${s}`,
  waiting: 'waiting', keptMail: 'kept', gone: 'deleted', givenUp: 'given up',
  /** @param {number} shown @param {number} n */ more: (shown, n) => `${count(shown)} of ${count(n)} are shown.`,
  inLive: 'Show all in Live', keptOnly: 'Nobody gets it. The event is kept.',
  /** @param {number} n */ said: (n) => `${plural(n, 'delivery', 'deliveries')} sent`,

  name: 'Name', type: 'Type', required: 'required', /** @param {number} n */ atMost: (n) => `at most ${count(n)} characters`, example: 'Example', about: 'Description', isCustom: 'custom', fromSample: 'from the sample', isCustomTip: 'Set up by the provider’s user',
  /** @param {string} name */ notDescribed: (name) => `Not documented by ${name}`, noFields: 'No fields are known of this event.', source: 'Source', filterFields: 'Find a field', schema: 'JSON Schema',

  noSubscribers: 'No endpoint subscribes to this event yet.', addEndpoint: 'Add endpoint', on: 'on', onColumn: 'On', subsEvents: 'Subscribed to',

  validateLead: 'A body is compared with the fields of this event: what is missing, what nobody expects, what has another type.', paste: 'Paste a body', orDelivery: 'or a recorded delivery', deliveryHint: '#12406 or id', check: 'Compare', fitsAll: 'It fits: nothing is missing, nothing unexpected.',
  recent: 'Recent deliveries of this event',
  /** @param {number} n */ problems: (n) => plural(n, 'difference', 'differences'),
  /** @type {Record<string, string>} */ kinds: { missing: 'missing', unexpected: 'unexpected', type: 'wrong type', format: 'wrong format', syntax: 'not JSON' }, wholeBody: 'the body itself',

  driftLead: 'How the bodies that were recorded differ from the fields of this event: a sign that the provider has changed it.', driftFilter: 'Only deliveries that match', driftLook: 'Look', driftExample: 'The newest request with', driftNone: 'No recorded body differs, or none was recorded yet.',
  /** @param {number} n */ driftOf: (n) => `${plural(n, 'recorded body was', 'recorded bodies were')} looked at, the newest first.`, driftWhat: 'What differs', driftIn: 'Bodies', driftFirst: 'First', driftLast: 'Last', /** @param {string} n @param {string} of */ driftShare: (n, of) => `${n} of ${of}`,

  codeLead: 'What the receiver needs to check this provider’s signature.', noScheme: 'This provider does not sign, so there is nothing to check.', signedWith: 'Scheme',

  facts: 'How it sends', factsLead: 'What is known, and where it was read.', notDocumented: 'not documented', resends: 'Resend', retries: 'Retries', formats: 'Formats', aliases: 'Also',

  settings: {
    title: 'Sending', lead: 'What may be sent to whom. It holds for every endpoint, for the command line and for the API.', master: 'Send events', masterHint: 'Off, nothing leaves: events are kept, and their tries wait.',
    allow: 'Hosts that may be sent to', allowHint: 'This machine is always allowed. *.example.org stands for all names below it, * for every host.', add: 'Allow', host: 'Host', none: 'No other host yet.', loopback: 'this machine', always: 'always',
    /** @param {string} h */ remove: (h) => `Remove ${h}`, everything: 'every host',
    cap: 'Most tries per second', capHint: 'of all endpoints together; 0 for no bound', save: 'Save', saved: 'Saved', terminal: 'Same in the terminal:', conflict: 'Somebody else changed this in the meantime. It was loaded anew.',
    retry: 'Default retry', retryHint: 'For endpoints that do as the provider does where the provider documents no rule, and for URLs that are sent to without an endpoint.', saveRetry: 'Save the rule',
    onNow: 'Sending is on', offNow: 'Sending is off',
  },
});
