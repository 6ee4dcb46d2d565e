// @ts-check
// English words about signatures: the tab of a delivery, secrets, schemes.
import { count, duration, plural } from '../format.js';
import { words } from './language.js';

export const sign = words('sign', {
  checking: 'Checking the signature',
  failed: 'The signature could not be checked',
  /** Of what boathook sent itself. */
  out: {
    /** @type {Record<string, string>} */
    title: { valid: 'Signed as the receiver expects it', invalid: 'Sent with a signature that does not match', missing: 'Sent without its signature', stale: 'Signed, but with a time outside its window', unchecked: 'Sent without a signature' },
    code: 'The code the receiver needs', codeText: 'It checks exactly these bytes, before anything parses them.', who: 'How it is signed is set at the endpoint', whoInbox: 'How it is signed is set at the inbox',
    /** @param {string} when */ at: (when) => `on ${when}`,
  },
  /** @type {Record<string, string>} */
  covers: {
    body: 'It protects every byte of the body.', fields: 'It protects values of the body, not how they are written.',
    address: 'It protects the address, not the body.', nothing: 'It shows who sent the request and protects nothing else.',
  },
  change: 'Change', unconfirmed: 'Unconfirmed', unconfirmedText: 'Not read in the provider’s own code or documentation:',
  scheme: 'Scheme', algorithm: 'Algorithm', header: 'Header', secret: 'Secret', received: 'Received', url: 'Signed address', age: 'Signed',
  /** @param {string} s */ before: (s) => `${s} before it arrived`,
  /** @param {string} s */ after: (s) => `${s} after it arrived: a clock is off`,
  ladder: 'Steps of the check',
  /** @type {Record<string, string>} */
  steps: { header: 'Header', format: 'Format', secret: 'Secret', timestamp: 'Timestamp', digest: 'Digest', variation: 'Variation' },
  notReached: 'not reached', notLooked: 'not looked at',
  /** @type {Record<string, string>} */
  states: { ok: 'holds', failed: 'fails', skipped: 'skipped', proved: 'proved', shown: 'shown', likely: 'likely', 'ruled-out': 'ruled out' },
  found: 'Found why', seen: 'Seen', likely: 'Likely', notFound: 'Cause not found',
  fix: 'What to do',
  /** @param {number} n @param {number} ms */ effort: (n, ms) => `${plural(n, 'variation', 'variations')} tried in ${duration(ms)}`,
  unfinished: 'The time for the search was over before all were tried.',
  filterCause: 'Deliveries with this cause', filterScheme: 'Deliveries of this scheme',
  code: 'Code that checks this', codeFor: 'Language or framework',
  /** @type {Record<string, string>} */
  languages: { go: 'Go', express: 'Express', flask: 'Flask', django: 'Django', php: 'PHP', rails: 'Rails', spring: 'Spring', aspnet: 'ASP.NET' },
  /** @param {string} language */ codeOf: (language) => `${language} code`,
  signedBytes: 'Signed bytes',
  /** @param {number} n @param {number} of */ signedCut: (n, of) => `The first ${count(n)} of ${plural(of, 'byte', 'bytes')}.`,
  invisibles: 'Show invisibles', text: 'Text', hex: 'Hex', digest: 'digest',
  all: 'All that was tried',
  refused: {
    /** @param {number} status */ title: (status) => `Valid here, but your app answered ${status}`,
    text: 'Sender, secret and the way to your app are right: the fault lies between its socket and its own check. Paste the digest your code computed, and the same variations find the mistake.',
  },
  got: {
    label: 'Digest your code computed', placeholder: 'hex or base64', run: 'Find the mistake', title: 'Compare with your own code',
    text: 'Paste what your code computed for this request. The variations are searched for it.', result: 'What your code does',
    equal: 'Your code computes the right digest.',
  },
  other: {
    title: 'Try something else', text: 'Checked once with what you give here. Nothing of it is stored.', secret: 'Secret', secretHint: 'as the sender has it', scheme: 'Scheme', url: 'Address as the sender has it',
    run: 'Check', as: 'As the inbox is set', result: 'With what you gave', drop: 'Back to the inbox’s own setting',
    /** @param {string} name */ keep: (name) => `Keep this for ${name}`,
  },
  setup: {
    title: 'Set what it is checked with', none: 'The inbox is set not to check signatures.',
    plain: 'If the sender signs, choose its scheme and give its secret.',
    /** @param {string} scheme */ guess: (scheme) => `It is checked as ${scheme}. What is missing can be given here.`,
    /** @param {string} name */ save: (name) => `Save to ${name} and check again`,
    done: 'Saved',
  },
  sent: { title: 'Changed on the way', sent: 'Sent', got: 'Received', same: 'boathook sent this itself, and every byte of the body arrived as it was sent.', open: 'Open what was sent' },
  captured: {
    /** @param {string} words */ was: (words) => `When it arrived: ${words}. What it is checked with was changed since, so the list still says that.`, renew: 'Check stored deliveries again',
  },
  pick: {
    search: 'Search by name or header', none: 'No scheme fits.', auto: 'Automatic', autoHint: 'the headers tell', off: 'Not checked', offHint: 'no verdict', custom: 'your own',
    unconfirmed: 'unconfirmed',
  },
  secrets: {
    title: 'Secrets', none: 'No secret is set.', name: 'Name', value: 'Secret', add: 'Add a secret', generate: 'Generate', rotate: 'Rotate…', remove: 'Remove',
    /** @param {string} name */ removeOf: (name) => `Remove the secret ${name}`,
    /** @param {string} when */ added: (when) => `added ${when}`,
    /** @param {string} when */ until: (when) => `stops counting ${when}`, over: 'no longer counts',
    pending: 'stored when you save', generating: 'made when you save, shown once', current: 'current', previous: 'previous',
    overlap: 'The old one counts for', overlapHours: 'hours', newValue: 'New secret', newHint: 'leave empty to generate one', doRotate: 'Rotate',
    most: 'An inbox has at most ten secrets.', public: 'Key that verifies',
    once: 'Copy it now: it is shown this once and never again.', onceTitle: 'New secret',
  },
  verify: {
    title: 'Verify', lead: 'What arrives is checked with this. The verdict stands in the list.', urlBase: 'Public address', urlBaseHint: 'as the sender has it: this scheme signs it',
    context: 'Needed by this scheme', tolerance: 'Allowed age in s', toleranceHint: '0: as the scheme says',
    /** @param {string} name */ contextOf: (name) => name.replace(/_/g, ' '),
    recheck: 'Check stored deliveries again',
    /** @param {number} checked @param {number} changed */ rechecked: (checked, changed) => `${plural(checked, 'delivery', 'deliveries')} checked, ${count(changed)} changed`, late: 'not all in the time allowed: do it again for the rest',
  },
  challenges: {
    title: 'Challenges', lead: 'Some senders first ask whether an address is yours. Known questions are answered unless an app of yours answers.', auto: 'Answer what is beyond doubt', off: 'Answer none', some: 'Only these',
    token: 'Verify token (Meta)', choose: 'Which are answered',
    /** @param {string} sure @param {string} others */ autoText: (sure, others) => `Answered whatever the scheme: ${sure}. Answered only if the inbox has the scheme of the provider: ${others}. For Meta a verify token does as well. A provider that has no scheme here is answered only if you choose it.`,
  },
  settings: {
    title: 'Signing', general: 'General', sections: 'Sections',
    lead: 'A scheme is the way one provider signs. The same row signs and verifies.',
    search: 'Search schemes', own: 'Your own schemes', ownNone: 'None yet. A provider that is not in the table needs one row of data, no code.', table: 'Known schemes',
    create: 'New scheme', edit: 'Edit', copy: 'Start from this one', source: 'Source', content: 'Signed content', form: 'Form of the secret', encoding: 'Encoding', id: 'Id', provider: 'Provider',
    /** @param {number} n @param {number} of */ shown: (n, of) => (n === of ? plural(of, 'scheme', 'schemes') : `${count(n)} of ${count(of)} schemes`),
    none: 'No scheme fits.',
  },
  build: {
    new: 'New scheme',
    /** @param {string} id */ of: (id) => `Scheme ${id}`,
    back: 'All schemes', id: 'Id', idHint: 'lower case, stays with stored deliveries', name: 'Name', headers: 'Signature header', headersHint: 'several separated by commas', layout: 'Layout', prefix: 'Prefix', prefixHint: 'for example sha256=',
    separator: 'Separator', accept: 'Keys or versions that count', algorithm: 'Algorithm', encoding: 'Encoding', content: 'Signed content', contentHint: '{body} {timestamp} {id} {method} {url} {path} {header.NAME} {body.PATH}',
    secret: 'Form of the secret', idHeader: 'Header of the message id', stampHeader: 'Header', stampKey: 'Key in the signature header', stampUnit: 'Unit', stampPast: 'Allowed age', stampPastHint: 'such as 5m; empty: not checked', hasStamp: 'It signs a timestamp',
    fields: 'Fields', json: 'JSON', as: 'Write it as', row: 'Row of the scheme',
    try: 'Live test', trySecret: 'Secret', tryBody: 'Body', tryText: 'Signed and verified as you type. Nothing of it is stored.', headersOut: 'What a sender adds', works: 'Signs and verifies', needSecret: 'Enter a secret to see what is signed.',
    /** @param {number} line @param {number} column */ at: (line, column) => `line ${line}, column ${column}`,
    badJSON: 'This is not JSON',
    save: 'Save', saved: 'Scheme saved', deleted: 'Scheme deleted', remove: 'Delete scheme', removeYes: 'Delete it', unsaved: 'Not saved yet',
    /** @param {string} id */ removeAsk: (id) => `Delete the scheme ${id}? Inboxes that use it no longer check.`,
    /** @type {Record<string, string>} */
    layouts: { raw: 'The signature alone', pairs: 'key=value list', versions: 'version,value list', list: 'Plain list', credential: 'Authorization with an id', keyed: 'key/HASH/signature list' },
    /** @type {Record<string, string>} */ units: { s: 'seconds', ms: 'milliseconds', us: 'microseconds', rfc3339: 'RFC 3339', 'http-date': 'HTTP date' },
  },
});
