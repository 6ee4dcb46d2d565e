// @ts-check
// English words of the page Settings.
import { plural } from '../format.js';
import { words } from './language.js';

export const settings = words('settings', {
  title: 'Settings', label: 'Sections of the settings',
  groups: { browser: 'This browser', server: 'Server' },
  sections: { general: 'General', keys: 'Keys', notices: 'Notices', capture: 'Capture', sending: 'Sending', signing: 'Signing', data: 'Data', about: 'About' },
  keptBy: { browser: 'Kept in this browser, for you alone.', server: 'Of the server: the same for everybody who uses it, and for the command line.' },

  /** @param {string} at a file and a line */ described: (at) => `${at} sets this at each start: what is changed here holds until then.`,

  language: 'Language', languageSystem: 'As the browser', languageHint: 'Facts about providers quote their sources and stay in English.',
  densityHint: 'How high the rows of the list are.',
  detail: 'An open delivery', detailRight: 'Beside the list', detailBelow: 'Below the list', detailOver: 'In place of the list', detailHint: 'Beside the list from a width of 1200 px on; where there is no room it takes the place of the list.',
  times: 'Times', timesLocal: 'Local', timesRelative: 'Relative', timesExample: 'In the list and elsewhere:',
  notices: 'Spoken notices', noticesOff: 'Off', noticesSummary: 'Summary', noticesFailures: 'Failures only', noticesHint: 'What a screen reader says about new deliveries, at most every ten seconds.',
  said: {
    title: 'What the page has said', lead: 'The last 200 short notices of this tab, newest first. They are gone when it is closed or loaded anew.', none: 'Nothing yet. Notices that appear at the edge of the page are kept here.',
    clear: 'Clear', note: 'Notice', failure: 'Failure',
  },

  keys: {
    on: 'Use single-letter keys', onHint: 'They act only outside of text fields. Off, everything is still reached by Tab, the arrow keys and Ctrl K.', off: 'Single-letter keys are off: what is set below acts when they are on again.',
    own: 'Keys of your own', ownLead: 'Each action can have another key, or two keys pressed after each other. Help and commands show what is set.',
    resetAll: 'Reset all', resetDone: 'All keys are as they were at first', reset: 'Reset', change: 'Change', none: 'no key', noKey: 'No key',
    /** @param {string} name @param {string} keys */ changeOf: (name, keys) => `Change the key for: ${name}${keys ? `, now ${keys}` : ''}`,
    /** @param {string} name @param {string} keys */ resetOf: (name, keys) => `Reset the key for: ${name}, to ${keys}`,
    /** @param {string} name */ press: (name) => `New key for: ${name}. Press one key, or two after each other`,
    first: 'Press one key, or two after each other', second: 'a second key, or Enter',
    /** @param {string} name @param {string} keys */ saved: (name, keys) => (keys ? `${name}: ${keys}` : `${name}: no key`),
    /** @param {string} names */ taken: (names) => `already means: ${names}`,
    takeIt: 'Use it here instead',
    fixed: 'Keys that stay', fixedLead: 'They follow what lists, menus and fields do everywhere.', sendNow: 'send what is composed',
    /** @type {Record<string, string>} */ groups: { list: 'List', detail: 'Delivery and tabs', compare: 'Compare', everywhere: 'Everywhere' },
    /** @param {string} name */ tab: (name) => `tab ${name}`,
    /** By the keys out of the box. @type {Record<string, string>} */
    actions: {
      j: 'next row', k: 'previous row', o: 'open; on its own page', '/': 'filter or search field', f: 'filter by the event of the row', x: 'choose the row', r: 'resend', R: 'replay…', c: 'compare', e: 'export…', t: 'tag…', '#': 'delete', z: 'undo', m: 'pin to compare with', '.': 'jump to the newest', F: 'Follow on or off', p: 'Pause on or off; in Compare, previous difference',
      '[': 'previous tab', ']': 'next tab', 'y c': 'copy as curl', 'y b': 'copy the body', 'y u': 'copy the inbox URL', 'y h': 'copy the headers', 'y l': 'copy the link', 'y p': 'copy the path', 'y s': 'copy the signed bytes', 'y j': 'copy the row as JSON', 'y m': 'copy a bug report in Markdown',
      n: 'next difference', 'g l': 'go to Live', 'g s': 'go to Send', 'g e': 'go to Endpoints', 'g i': 'go to Inboxes', 'g r': 'go to Recordings', 'g u': 'go to Runs', 'g a': 'go to Activity', 'g ,': 'go to Settings', '?': 'help',
    },
  },

  capture: {
    lead: 'Where requests come in. Ports are set when the server starts, by flags or in its config file.',
    terminal: 'To have other ports from the next start on, in a terminal:', page: 'Page and API', port: 'Capture port', malformed: 'Malformed requests refused',
    kept: 'What is taken in and kept', keptLead: 'Changes count at once. The oldest go first when a bound is reached; 0 is no bound.',
    fields: { body_limit: 'Largest body', count: 'Deliveries', bytes: 'Disk space', age_s: 'Age', trash_s: 'In the trash' },
    hints: { body_limit: 'such as 10 MB; a larger one is answered 413', count: 'such as 200000', bytes: 'such as 2 GB', age_s: 'such as 30 d', trash_s: 'such as 7 d; 0: as long as others are kept' },
    unreadable: { count: 'a whole number is needed', size: 'write a size such as 512 kB, 50 MB or 2 GB', age: 'write a time such as 12 h or 30 d' },
    /** @param {string} by */ fixed: (by) => `set by ${by}; restart without it to change it here`,
    /** @param {number} n @param {boolean} about */ removes: (n, about) => `This removes ${about ? 'about ' : ''}${plural(n, 'delivery', 'deliveries')} for good.`,
    removeYes: 'Remove and save', uncounted: 'How many deliveries this removes for good could not be counted in time.', anyway: 'Save it all the same?', anywayYes: 'Save', save: 'Save', saved: 'Saved',
    conflict: 'Somebody else has changed this meanwhile; it was loaded anew.',
    wouldHold: 'Over half of all deliveries would be too old at once. None is removed then, as after a clock that jumped: delete them in Live if that is wanted.',
    held: 'Over half of all deliveries became too old at once, so none is removed: is the clock right?',
  },

  hidden: {
    title: 'Hidden values', lead: 'Every byte is kept as it came, so signatures and copies stay true. What is listed here is hidden in the page and in the terminal until you ask for it, code takes it from the environment, and exports leave it out. A filter still finds it.',
    /** @param {string} by */ fixed: (by) => `Set by ${by}; restart without it to change it here.`,
    byName: 'Hide what names tell by themselves', byNameHint: 'Authorization, cookies, and header lines and query parameters whose names speak of tokens, keys, passwords or secrets.', byNameOff: 'Only what is listed below is hidden, and what endpoints are set to authenticate with. Credentials under other names are shown and exported.',
    which: 'Which names these are',
    names: { headers: 'Header lines', secret: 'Words anywhere in a name', last: 'Words at its end', key: 'Words before “key”', parameter: 'At the end of a query parameter', not: 'Not if it ends with' },
    own: 'Of your own', none: 'Nothing is listed.', kinds: { header: 'header line', query: 'query parameter', body: 'in bodies', shown: 'shown in spite of its name' },
    entry: 'Hide', add: 'Add', hint: 'header.x-pin, query.pin, body.card.number or body.people[*].email; -header.x-token-count is shown in spite of its name.',
    /** @param {string} entry */ remove: (entry) => `Remove ${entry}`,
    /** @param {string} entry */ added: (entry) => `${entry} is on the list`,
    /** @param {string} entry */ removed: (entry) => `${entry} is no longer on the list`,
    defaults: 'Back to the defaults', defaultsDone: 'The list is as it was at first',
  },

  data: {
    dir: 'Data folder', store: 'Store', memory: 'in memory: gone when the server stops', deliveries: 'Deliveries', onDisk: 'On disk', free: 'Free', losses: 'Lost',
    /** @param {string} n @param {number} first @param {number} last */ range: (n, first, last) => `${n} (#${first} to #${last})`,
    backup: 'Backup and export', backupText: 'A backup holds everything: deliveries, inboxes, endpoints, settings. It can be made while the server runs, and is read back into an empty folder.', backupGet: 'Download a backup',
    exportGet: 'Export all deliveries', exportText: 'An export is JSON, one delivery a line, without credentials. Choose deliveries in Live to export a part, or for other formats.',
    secrets: 'Secrets', secretsText: 'Secrets of inboxes and endpoints are sealed with the key in the file secrets.key of the data folder. A secret is shown once, when it is made; later only its last four characters.',
    secretsKey: 'A backup holds them sealed: keep secrets.key with it, but not beside it, or set the secrets anew after reading it back.',
  },

  about: {
    version: 'Version', started: 'Started', process: 'Process', sockets: 'Open sockets', api: 'API', local: 'Everything stays on this machine: no account, no requests to others but what you send.',
    doctor: 'Checks', runDoctor: 'Run the checks', checking: 'Checking…',
    /** @type {Record<string, string>} */ states: { ok: 'ok', warn: 'look at this', fail: 'broken' },
  },
});
