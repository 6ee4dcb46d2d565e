// @ts-check
// English words about what can be done with one delivery, and about one that was sent.
import { words } from './language.js';

export const out = words('out', {
  acts: 'What to do with it', copy: 'Copy', tag: 'Tag…', pin: 'Pin to compare with', unpin: 'No longer pin',
  /** @param {number} n */ resent: (n) => `#${n} is sent again`,
  /** @param {number} n */ stillTried: (n) => `#${n} is still being tried`,
  tryNow: 'Try now', replayFailed: 'Replay what failed…',
  resendTip: 'To the same place, as its provider does it',
  resendInTip: 'Passed on again as it came, byte for byte',

  plan: 'What comes next',
  /** @param {number} k @param {number} of @param {string} wait */ next: (k, of, wait) => `Try ${k} of ${of} in ${wait}`,
  /** @param {number} k @param {number} of */ due: (k, of) => `Try ${k} of ${of} is due`,
  /** @param {number} k @param {number} of */ underWay: (k, of) => `Try ${k} of ${of} is being made`,
  /** @param {string} time */ at: (time) => `at ${time}`,
  sendingOff: 'Sending is switched off: it waits until it is switched on.', toSending: 'Settings › Sending',
  waitsOthers: 'It waits for the tries before it at the same endpoint.',
  /** @param {number} n @param {string} time of the last one, "" if unknown */ further: (n, time) => `If it fails, up to ${n} more ${n === 1 ? 'try follows' : 'tries follow'}${time ? `, the last in about ${time}` : ''}.`,
  lastTry: 'It is the last one.',
  stop: 'Stop retrying',
  /** @param {number} n */ stopped: (n) => `#${n} is not tried again`,
  /** @param {string} name */ switchedOff: (name) => `${name} was switched off:`,
  /** @param {string} name */ isOff: (name) => `${name} is off.`,
  /** @param {string} name */ deleted: (name) => `The endpoint ${name} no longer exists.`,
  openEndpoint: 'Open the endpoint',
  delivered: 'Delivered at the first try', /** @param {number} k */ deliveredAt: (k) => `Delivered at try ${k}`,
  /** @param {number} k @param {number} of */ givenUp: (k, of) => (k < of ? `Given up after ${k} of ${of} tries` : `Given up after ${k === 1 ? 'one try' : `${k} tries`}`),
  neverMade: 'Given up before the first try',
  /** @param {string} name */ kept: (name) => `Kept: ${name} has no mail server`,
  why: { rule: 'The retry rule has no more.', hand: 'It was stopped by hand.', refused: 'The next one would be refused as well.' },
  /** @param {string} provider @param {string} label the provider's own word, "" if it is Resend @param {string} what */
  resendAs: (provider, label, what) => `Resent as ${provider} does it${label ? ` (“${label}”)` : ''}: ${what}.`,
  /** @param {{body?: string, signature?: string, delivery_id?: string, retried?: boolean}} r */
  resendKeeps: (r) => [
    r.body === 'new' ? 'a new body' : 'the same body', r.signature === 'new' ? 'a new signature' : 'the same signature',
    r.delivery_id === 'new' ? 'a new delivery id' : r.delivery_id ? 'the same delivery id' : '', r.retried ? 'a failure is tried again' : 'a failure is not tried again',
  ].filter(Boolean).join(', '),

  /** @param {string} what */ unwanted: (what) => `No endpoint subscribes to ${what}, so it was kept and not sent. An endpoint made later can be given it.`,
  /** @param {string} place */ place: (place) => place.replace(/^inbox:/, 'the inbox '),
  /** @param {string} what @param {string} to */ mailKept: (what, to) => `A message about ${what} to ${to} was written and kept.`,
  /** @param {string} what @param {string} to */ toBeSent: (what, to) => `${what} is to be sent to ${to}.`,
  /** @param {string} what @param {string} to @param {string} size */ wasSent: (what, to, size) => `${what} was sent to ${to} (${size}).`,
  /** @param {string} to @param {number} status @param {string} ms @param {number} k of the try, 0 if there was one */
  answered: (to, status, ms, k) => (k ? `Try ${k} was answered ${status} in ${ms}.` : `The answer was ${status} in ${ms}.`),
  /** @param {string} to @param {string} word @param {string} ms @param {number} k of the try, 0 if there was one */
  noAnswer: (to, word, ms, k) => (k ? `Try ${k} got no answer: ${word} after ${ms}.` : `There was no answer: ${word} after ${ms}.`),
  made: 'Made', nextTry: 'Next try',
  /** @param {number} k @param {number} of */ triesOf: (k, of) => `${k} of ${of}`,
  clientCause: 'The receiver refused the request (4xx).', serverCause: 'The receiver failed while handling the request (5xx).',
  clientNext: 'Read the body of the response: it usually says which check failed. The same is tried again, so it may fail again.',
  serverNext: 'Nothing, if it is passing: it is tried again by itself.',
  clientEnd: 'Read the body of the response: it usually says which check failed. Then resend it.',
  serverEnd: 'Mend the receiver, then resend it.',
  /** @type {Record<string, {cause: string, next: string}>} */ failures: {
    refused: { cause: 'Nothing listens on that port.', next: 'Start the receiver, or correct the URL of the endpoint.' },
    dns: { cause: 'The host name does not resolve.', next: 'Check the URL of the endpoint for a typo.' },
    tls: { cause: 'The TLS handshake failed.', next: 'Check the certificate of the receiver, or accept any certificate for this endpoint.' },
    timeout: { cause: 'The receiver took longer than the time allowed.', next: 'The attempts say which phase was slow. Answer first and work afterwards, or raise the timeout of the endpoint.' },
    reset: { cause: 'The receiver broke the connection off.', next: 'Look at its log at this time: it may have crashed while answering.' },
    unreachable: { cause: 'There is no route to the host.', next: 'Check the URL of the endpoint and your network.' },
    blocked: { cause: 'boathook may not send there, or the endpoint is off.', next: 'The attempts say which of the two. Allow the host in Settings › Sending, or switch the endpoint on, then resend it.' },
    interrupted: { cause: 'boathook stopped before the outcome was known.', next: 'The receiver may have got it. It has the same event id, so that it can tell a repeat.' },
    unsent: { cause: 'No endpoint subscribes to this event.', next: 'Add an endpoint that does; it can be given earlier events.' },
  },
  addEndpoint: 'Add endpoint', sendElsewhere: 'Send it to …',
  /** @param {number} k */ tryN: (k) => `Try ${k}`, /** @param {number} k @param {number} of */ tryNOf: (k, of) => `Try ${k} of ${of}`,
  errorsOnly: 'Errors only', toCome: 'to come',
  /** @param {string} time */ gap: (time) => `${time} later`,

  keys: {
    export: 'export…', tag: 'tag…', delete: 'delete', search: 'search field', runs: 'Runs', send: 'send',
    chart: 'Chart', chartMove: 'through time', chartRange: 'choose a range', chartOpen: 'open it in Live', difference: 'next, previous difference', page: 'This page',
  },
});
