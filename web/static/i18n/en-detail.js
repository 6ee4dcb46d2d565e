// @ts-check
// English words of what is in a delivery: overview, messages, attempts, raw bytes.
import { bytes, duration, plural } from '../format.js';
import { words } from './language.js';

export const detail = words('detail', {
  overview: {
    /** @param {{inbox: string, what: string, size: string, outcome: string, time: string}} o */
    received: (o) => `${o.inbox} received ${o.what} (${o.size}).`,
    /** @param {{who: string, status: number, time: string}} o */
    answered: (o) => `${o.who} answered ${o.status} in ${o.time}.`,
    inboxAnswered: 'The inbox itself', appAnswered: 'Your app',
    /** @param {string} who @param {string} word @param {string} time */
    failed: (who, word, time) => `${who} gave no answer: ${word} after ${time}.`,
    senderGot: (status) => `The sender was answered ${status}.`,
    pending: 'It has not been answered yet.',
    /** @param {{what: string, size: string}} o */
    imported: (o) => `${o.what} (${o.size}) was read from a file.`, unanswered: 'The file has no answer to it.',
    mended: 'Passed on again since then, it was accepted.',
    /** @param {string} words */ verdict: (words) => `${words[0].toUpperCase()}${words.slice(1)}.`,
    empty: 'no body',
    card: 'What went wrong', answerStart: 'The answer begins', seeWhy: 'See why', signatureCard: 'Signature', cause: 'Cause', next: 'Next step',
    /** @param {number} status */ badStatus: (status) => `The answer was ${status}`,
    clientCause: 'Your side refused the request (4xx).', serverCause: 'Your side failed while handling the request (5xx).',
    programCause: 'The answer program of the inbox is set to say this.',
    clientNext: 'Read the body of the response: it usually says which check failed.',
    serverNext: 'Read the body of the response and the log of your app at this time.',
    programNext: 'Change the answer of the inbox if this is not what you want.',
    cut: 'The body is cut',
    /** @param {number} kept @param {number} wanted */
    cutText: (kept, wanted) => (wanted >= 0 ? `${bytes(kept)} of ${bytes(wanted)} announced were kept.` : `Only the first ${bytes(kept)} were kept.`),
    ids: 'Identity', id: 'Id', number: 'Number', eventID: 'Event id', provider: 'Provider', event: 'Event', at: 'Arrived', source: 'From',
    inbox: 'Inbox', endpoint: 'Endpoint', method: 'Method', path: 'Path', host: 'Host', size: 'Size', duration: 'Duration', status: 'Status', tries: 'Tries', flags: 'Flags', signature: 'Signature', run: 'Run', tags: 'Tags', channel: 'Channel',
    openResponse: 'Open the response', openAttempts: 'Open the attempts',
    notes: 'Remarks on the bytes', dropped: 'Not passed on',
  },
  message: {
    startLine: 'Start line', headers: 'Headers', trailers: 'Trailers', query: 'Query', body: 'Body', interim: 'Interim answers',
    name: 'Name', value: 'Value',
    /** @param {number} n */ headerCount: (n) => plural(n, 'header', 'headers'),
    reveal: 'Reveal', hide: 'Hide', masked: 'hidden credential',
    noRequest: 'No request was sent in this attempt.',
    noResponse: 'There is no response.',
    duplicate: 'repeated',
    attempt: 'Attempt',
    /** @param {number} k @param {string} kind @param {string} target */
    attemptName: (k, kind, target) => (kind === 'capture' ? 'As received' : `${k} → ${target}`),
    answerName: 'As answered',
    chunked: 'chunked',
  },
  attempts: {
    timeline: 'Timeline',
    /** @type {Record<string, string>} */ kinds: { capture: 'Received and answered', forward: 'Forwarded', send: 'Sent' },
    /** @param {number} k */ n: (k) => `Attempt ${k}`,
    reused: 'kept-alive connection', answered: 'its answer went back to the sender', remote: 'Peer', started: 'Started', total: 'Total',
    /** @param {number} ms */ after: (ms) => `+${duration(ms)}`,
    none: 'Nothing was attempted.',
  },
  raw: {
    request: 'Request', response: 'Response', text: 'Text', hex: 'Hex',
    what: 'Exactly the bytes that crossed the wire: head, and body with its chunk framing.',
    none: 'There are no bytes on this side.',
    download: 'Download',
  },
});
