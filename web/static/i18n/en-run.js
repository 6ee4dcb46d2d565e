// @ts-check
// English words about what is done with many deliveries: replaying, runs.
import { count, decimal, duration, plural, span } from '../format.js';
import { words } from './language.js';

export const run = words('run', {
  title: 'Runs', lead: 'A run does something with many deliveries. It goes on when this page is closed; what a restart cut off can be resumed here.',
  none: 'No run yet.', noneNext: 'Choose deliveries in Live and press Replay, or in a terminal:',
  back: 'All runs', missing: 'There is no such run', failed: 'The runs could not be loaded',
  /** @param {string} id */ of: (id) => `Run ${id}`,
  /** @type {Record<string, string>} */ kinds: { replay: 'Replay', resend: 'Resend', backfill: 'Backfill', recheck: 'Check anew', import: 'Import' },
  /** @type {Record<string, string>} */ states: { running: 'running', paused: 'paused', done: 'done', cancelled: 'cancelled', failed: 'failed', interrupted: 'interrupted' },
  columns: { run: 'Run', state: 'State', what: 'What', progress: 'Progress', ok: 'OK', failed: 'Failed', rate: 'Rate', created: 'Created' },
  /** @param {number} done @param {number} total */ progress: (done, total) => `${count(done)} / ${count(total)}`,
  /** @param {number} v */ rate: (v) => `${v >= 10 ? count(Math.round(v)) : decimal(v, 1, 1)}/s`,
  /** @param {number} s */ left: (s) => `${span(s)} left`,
  /** @param {number} s */ took: (s) => `took ${s < 10 ? duration(s * 1000) : span(s)}`,
  pause: 'Pause', resume: 'Resume', cancel: 'Cancel', open: 'Open', hide: 'Hide',
  /** @param {number} n */ retry: (n) => `Retry the ${count(n)} failed`,
  failures: 'Failures in Live', all: 'All in Live', outcomes: 'Outcomes', latency: 'Latency', details: 'Details', skipped: 'Skipped', ok: 'OK', bad: 'Failed', total: 'Total',
  latencies: { p50_ms: 'p50', p95_ms: 'p95', p99_ms: 'p99', max_ms: 'max' },
  ofRun: 'Retries', started: 'Started', ended: 'Ended', created: 'Created', error: 'Error', spec: 'What it was told',
  /** @param {string} id @param {number} percent */ spoken: (id, percent) => `${id}: ${percent} %`,
  /** @param {string} id @param {string} state @param {number} failed */ end: (id, state, failed) => `Run ${id} ${state}${failed ? `, ${count(failed)} failed` : ''}`,
  /** @param {string} id */ begun: (id) => `Run ${id} started`,
});

export const replay = words('replay', {
  /** @param {number} n */ title: (n) => `Replay ${plural(n, 'delivery', 'deliveries')}`,
  to: 'To', back: 'where it went', endpoint: 'an endpoint', inbox: 'an inbox', url: 'a URL', urlLabel: 'URL to send to', pick: 'Choose one',
  sign: 'Sign', exact: 'exact bytes', now: 're-sign now', bad: 'wrong secret', stale: 'stale', cut: 'cut', breakIt: 'break it:',
  exactHint: 'Byte for byte as recorded. A signature with a timestamp may be too old by now.', nowHint: 'With the time of sending and the secret of the target, so that the tolerance passes.',
  badHint: 'Signed with a secret nobody has: the receiver must refuse it.', staleHint: 'Signed as if it were long ago: the receiver must refuse it.', cutHint: 'The body ends early: the receiver must refuse it.',
  ids: 'Ids', keep: 'keep (tests idempotency)', fresh: 'new',
  edit: 'Edit', set: 'Set values of the body', setHint: 'One per line: data.total=1', headers: 'Headers', headersHint: 'One per line: Name: value',
  /** @param {number} n */ edits: (n) => (n ? plural(n, 'change', 'changes') : 'nothing changed'),
  editSigns: 'A changed body no longer has the bytes that were signed, so it is signed anew.',
  speed: 'Speed', original: 'original pace ×', rate: 'at', perSecond: 'a second', most: 'as fast as it goes', speedLabel: 'Times the original pace', rateLabel: 'Requests a second',
  repeat: 'Repeat', parallel: 'Parallel', ordered: 'in order', stop: 'stop at the first failure', mark: 'mark with the header Boathook-Replay',
  secret: 'Secret to sign with', scheme: 'Scheme', schemeAuto: 'as recorded', secretHint: 'kept sealed with the run',
  dry: 'Dry run', copy: 'Copy as CLI', go: 'Replay', checking: 'Looking…',
  /** @param {number} n @param {string} targets @param {string} time */ plan: (n, targets, time) => `${plural(n, 'request', 'requests')} → ${targets}${time ? `, about ${time}` : ''}`,
  first: 'The first request',
  /** @param {string} host */ allow: (host) => `${host} is outside of this machine and not on the list of hosts that may be sent to.`,
  /** @param {string} host @param {number} n */ allowIt: (host, n) => `Allow ${host} and go on with ${plural(n, 'request', 'requests')}`,
  allowHint: 'It is added to Settings › Sending.',
  urlMissing: 'Type the URL to send to.',
});
