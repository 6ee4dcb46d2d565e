// @ts-check
// English words of the sheet of keys and filters, and of the palette.
import { words } from './language.js';

export const keys = words('keys', {
  title: 'Keyboard', list: 'List', detail: 'Delivery', everywhere: 'Everywhere', tree: 'JSON tree',
  move: 'move', page: 'by a page', ends: 'newest, oldest', open: 'open', full: 'on its own page', back: 'back, close', tabs: 'previous, next tab', tabN: 'tab by number', filter: 'filter box', filterBy: 'filter by the event of the row', filterByValue: 'filter by the value', valueMenu: 'what can be done with the value', menu: 'menu of the row',
  newest: 'jump to the newest', follow: 'Follow on or off', pause: 'Pause on or off', copyCurl: 'copy as curl', copyBody: 'copy the body', copyURL: 'copy the inbox URL', copyHeaders: 'copy the headers', copyLink: 'copy the link', copyPath: 'copy the path', copySigned: 'copy the signed bytes', copyRow: 'copy the row as JSON', copyReport: 'copy a bug report in Markdown', pin: 'pin to compare with', columns: 'columns, order, grouping',
  goLive: 'Live', goInboxes: 'Inboxes', goSettings: 'Settings', help: 'this sheet', palette: 'commands', fold: 'fold, unfold', search: 'search', level: 'unfold this level', next: 'next, previous match',
  off: 'Single-letter keys are off.', change: 'Change keys',
  /** What keys are called. @type {Record<string, string>} */ caps: { Enter: 'Enter', Space: 'Space', Shift: 'Shift', Home: 'Home', End: 'End', PgUp: 'PgUp', PgDn: 'PgDn', Esc: 'Esc', Ctrl: 'Ctrl' },
});

export const filterHelp = words('filterHelp', {
  title: 'Filters', use: 'Add it to the filter',
  text: 'Terms are joined by and. OR and brackets group, a leading - negates, a comma means any of, * stands for anything, /…/ is a regular expression.',
  /** What a group of terms is about, and examples. @type {string[][]} */
  rows: [
    ['What it is', 'event:person_*', 'provider:webconnex', 'dir:in', 'method:POST', 'path:/hooks/*', 'n:100..200'],
    ['How it went', 'status:>=400', 'status:2xx,304', 'status:refused,timeout', 'dur:>500ms', 'size:>1mb', 'tries:>1'],
    ['Signature', 'sig:invalid', 'sig:missing,stale', 'scheme:github.*', 'cause:reserialized'],
    ['Where and when', 'inbox:demo', 'endpoint:crm', 'channel:client_*', 'tag:offline', 'after:10m', 'before:2026-01-31T10:00'],
    ['What is in it', 'body.data.total:>100', 'body.coupon:null', 'body.email:/@example\\.(org|net)$/', 'header.x-event:coupon', 'query.a:1', 'resp.body.error:*', '"some words"'],
    ['Marks', 'is:failed', 'is:ping,replay', '-is:looped', 'is:cut'],
  ],
});

export const palette = words('palette', {
  label: 'Commands', placeholder: 'Command, #delivery, @inbox, :event or >setting', send: (/** @type {string} */ id) => `Send ${id}`, endpoint: (/** @type {string} */ name) => `Endpoint ${name}`, setting: (/** @type {string} */ name) => `Settings: ${name}`, letters: 'Single-letter keys on or off', recent: (/** @type {number} */ n, /** @type {string} */ what) => `#${n} ${what}`, hints: ['# delivery', '@ endpoint or inbox', ': event to send', '> settings'], none: 'Nothing fits. Enter filters the list by this text.',
  /** @param {string} n */ goTo: (n) => `Open delivery #${n}`,
  /** @param {string} q */ filter: (q) => `Filter: ${q}`,
  /** @param {number} pinned @param {number} n */ withPinned: (pinned, n) => `Compare #${n} with the pinned #${pinned}`,
  ping: 'Send a ping to myself', theme: (/** @type {string} */ name) => `Theme: ${name}`, density: 'Change density', inbox: (/** @type {string} */ name) => `Inbox ${name}`,
});
