// @ts-check
// English words of the page Endpoints.
import { count, plural } from '../format.js';
import { words } from './language.js';

export const endpoints = words('endpoints', {
  title: 'Endpoints', lead: 'An endpoint is a place events are sent to, signed and tried again as its provider does.',
  add: 'Add endpoint', pingAll: 'Ping all', pinging: 'Pinging', none: 'No endpoint yet.', noneNext: 'Add one, and each event it subscribes to is sent to it, or in a terminal:', terminal: 'Same in the terminal:',
  name: 'Name', on: 'On', where: 'URL or email', events: 'Events', channels: 'Channels', scheme: 'Scheme', last: 'Last 60', okPct: 'Ok', p95: 'p95', queue: 'Queue',
  every: 'every event', noEvents: 'by name only', all: 'all', providers: 'of the provider', unsigned: 'not signed', disabled: 'switched off by a rule',
  /** @param {number} ok @param {number} bad */ spark: (ok, bad) => `${count(ok)} ok, ${count(bad)} failed of the last ${count(ok + bad)}`, noneYet: 'nothing yet',
  /** @param {number} n */ waiting: (n) => `${count(n)} waiting`,
  /** @param {string} name */ turn: (name) => `${name} on`,
  /** @param {number} ok @param {number} n */ pinged: (ok, n) => `${count(ok)} of ${plural(n, 'endpoint', 'endpoints')} answered the ping well`,
  /** @param {string} name @param {string} what @param {string} ms */ pingDone: (name, what, ms) => `${name} answered ${what} in ${ms}`,
  /** @param {string} name @param {string} why */ pingFailed: (name, why) => `The ping to ${name} failed: ${why}`,

  newTitle: 'New endpoint', back: 'All endpoints', missing: 'There is no such endpoint', live: 'Open in Live', test: 'Test', ping: 'Ping',
  tabs: { settings: 'Settings', deliveries: 'Deliveries', events: 'Events', signing: 'Signing', health: 'Health' }, tabsLabel: 'Endpoint',
  save: 'Save', create: 'Create endpoint', unsaved: 'Not saved yet', saved: 'Saved', remove: 'Delete endpoint', removed: (/** @type {string} */ name) => `${name} deleted. What was sent to it stays.`, undo: 'Undo', restored: (/** @type {string} */ name) => `${name} is back. Its secrets are new: a deleted secret is gone.`, restoredPlain: (/** @type {string} */ name) => `${name} is back`,
  conflict: 'Somebody else changed this endpoint in the meantime. Load what is stored now; your changes are lost then.', reload: 'Load what is stored',
  createdPing: 'Its provider sends a ping when an endpoint is made:', pingOpen: 'open', pingHindered: 'The ping of its provider could not be sent:',
  isOff: 'It is off: events for it are not sent.', isDisabled: 'Switched off by its provider’s rule:', onAgain: 'Switch on again',

  basics: 'What and where', kind: 'Kind', kinds: { url: 'URL', email: 'Email' }, provider: 'Provider', anyProvider: 'That of each event', url: 'URL', note: 'Note', onLabel: 'On: events are sent to it',
  emailTo: 'To, separated by commas', from: 'From', subject: 'Subject', subjectHint: '{{event}}, {{provider}}, {{event_id}}', relay: 'Send it through a mail server', relayOff: 'Without one the message is only kept, and shown in Live.', host: 'Host', port: 'Port', security: 'Security', user: 'User', password: 'Password', kept: 'stored',
  tls: { starttls: 'STARTTLS', tls: 'TLS', none: 'none' },

  subscribes: 'Events', star: '* every event', starHint: 'Includes events that are added later.', allOf: (/** @type {string} */ p) => `All of ${p}`, allByDefault: 'Without a choice it gets every event, as its provider does it.', nothing: 'It subscribes to nothing: only what is sent to it by name arrives.', more: 'Add events of', pattern: 'or by name', patternHint: 'provider/name', addPattern: 'Add', removeEvent: (/** @type {string} */ e) => `Remove ${e}`,

  scope: 'Campaigns and forms', scopeStock: 'Campaign', scopeWbx: 'Forms', scopeKind: 'Limits by', scopeNone: 'All, new ones included', scopeKinds: { campaign: 'campaign', form: 'form' }, scopeOnly: 'Only these', scopeExcept: 'All, new ones included, but these', ids: 'Ids', idsHint: '12, 15', everyPage: 'Every page', chosenForms: 'Chosen forms', allCampaigns: 'All campaigns', oneCampaign: 'One campaign',
  skip: 'Skip when', skipOffline: 'Skip offline contributions', skipCRM: 'Skip CRM transactions', skipFilter: 'Further filter', skipHint: 'events that match are left out',
  channelsField: 'Channels', channelsHint: 'client_42, client_43; none for all', channelsText: 'Only events that share one of these labels arrive.',
  format: 'Format', formatProvider: 'As the provider', formats: { json: 'JSON', form: 'Form data', xml: 'XML' }, method: 'Method', methodProvider: 'As the provider',
  auth: 'API key', authTitle: 'API key and headers', authKinds: { none: 'None', header: 'Header', query: 'In the URL', basic: 'User and password', bearer: 'Bearer token' }, authName: 'Name', authUser: 'User', authSecret: 'Key', headers: 'Further headers', headersHint: 'One per line: Name: value',
  app: 'App key and token', appKey: 'App key', appToken: 'App token', appText: 'They stand in meta.appKey and meta.appToken of each body.',
  signing: 'Signing', schemeProvider: 'As the provider signs', secretNew: 'A secret is made when it is saved, and shown once.', ownSecret: 'Use a secret of my own', madeSecret: 'Let boathook make one', context: 'Value',
  retry: 'Retries', preset: 'Rule', presets: { provider: 'As the provider does', none: 'None', '10x1m': '10 × 1 min', '3x24h': '3 × 24 h', svix: 'Svix, with jitter', stripe: 'Stripe', shopify: 'Shopify', custom: 'My own' },
  delays: 'Delays', delaysHint: '5s, 5m, 30m, 2h', jitter: 'Random, %', speed: 'Speed of its clock', speedHint: 'timestamps and signatures are as they would be',
  /** @param {string} n */ times: (n) => `×${n}`,
  planTitle: 'If every try fails', planOnce: 'It is sent once and never again.', planAt: (/** @type {string} */ s) => `after ${s}`, planFirst: 'at once', planOurs: (/** @type {string} */ s) => `${s} of your time`, planUnknown: 'The delays are not to be read: write them as 5s, 5m, 2h.', planProvider: 'Each event is tried again by the rule of its own provider, or by the default one of the settings if none is documented.',
  limits: 'Limits', timeout: 'Timeout, s', timeoutHint: '0: the provider’s', success: 'Counts as success', successHint: '2xx, 304; none: the provider’s', concurrency: 'At once', rate: 'Most tries per second', rateHint: '0: no bound', ordered: 'One event after the other; a retry holds back those behind it', insecure: 'Accept any certificate',
  summaries: { all: 'all', none: 'none', provider: 'as the provider', set: 'set', made: 'made on saving' },

  secretTitle: 'Secrets', rotate: 'Rotate', rotateNow: 'Make a new secret', overlap: 'The old one stays valid, h', rotated: 'The secret was rotated',
  receiver: 'Code for the receiver', unsignedText: 'What is sent to it is not signed.', perEvent: 'Each event is signed by the scheme of its own provider.',
  sendIt: 'Send', sendOne: 'Choose an event to send', gets: 'It gets these events', loading: 'Loading',
  resend: 'Resend', resent: 'Sent again', time: 'Time', event: 'Event', status: 'Status', tries: 'Tries', none24: 'Nothing was sent to it yet.', more60: 'Show all in Live',
  turnOn: 'Turn on', nowOn: (/** @type {string} */ name) => `${name} is on`,
  earlier: 'Earlier events', earlierLead: 'Events from before that it subscribes to now and has not got, oldest first, each once. They are signed and sent as new ones.', earlierOff: 'It is off: earlier events can be sent to it once it is on.',
  earlierAfter: 'Events from before it was made can be sent to it, too:',
  earlierSince: 'Since', sinces: /** @type {Record<string, string>} */ ({ '': 'ever', '1h': 'the last hour', '24h': 'the last 24 hours', '7d': 'the last 7 days', '30d': 'the last 30 days' }), earlierFilter: 'Only those that match', earlierMost: 'At most',
  /** @param {number} n */ earlierCount: (n) => (n ? `${plural(n, 'earlier event matches', 'earlier events match')}.` : 'No earlier event is left to send.'), /** @param {string} time */ earlierTakes: (time) => `Sending takes about ${time}.`, earlierLooking: 'Counting…',
  /** @param {number} n */ earlierSend: (n) => (n ? `Send ${plural(n, 'earlier event', 'earlier events')}` : 'Send earlier events'),
  healthTitle: 'The last 24 hours', total: 'Deliveries', ok: 'Ok', failed: 'Failed', p50: 'p50', p99: 'p99', next: 'Next try', rule: 'Rule', disableRule: (/** @type {string} */ after) => `The provider switches an endpoint off after everything has failed for ${after}.`, timeline: 'Outcomes, one bar for each', hours: (/** @type {number} */ ok, /** @type {number} */ bad) => `${count(ok)} ok, ${count(bad)} failed`, noRule: 'It is not switched off by itself.',
});
