// @ts-check
// English words of the page Activity.
import { count, decimal } from '../format.js';
import { words } from './language.js';

export const activity = words('activity', {
  title: 'Activity',
  lead: 'How much came and went, how it was answered and how long it took, counted from the deliveries that are kept.',
  range: 'Range', ranges: { '15m': '15 min', '1h': '1 hour', '24h': '24 hours', '7d': '7 days' }, own: 'Own range',
  by: 'Group by', bys: { endpoint: 'Endpoint', inbox: 'Inbox', event: 'Event', provider: 'Provider' },
  from: 'From', to: 'To', filter: 'Filter', filterHint: 'all deliveries', open: 'Open in Live',
  /** @param {number} n */ incomplete: (n) => `There was too much to count in the time for it. These are the numbers of the newest ${count(n)} deliveries; a narrower range counts all.`,
  failed: 'The numbers could not be counted',
  empty: 'Nothing happened in this time.', emptyNext: 'Choose a longer range, or make something happen:', ping: 'Send a ping to myself',
  sums: { deliveries: 'deliveries', in: 'received', out: 'sent', ok: 'ok', failed: 'failed', pending: 'pending', p50: 'median', p99: 'p99' },
  charts: {
    rate: 'Rate', status: 'Outcomes', latency: 'Latency', signatures: 'Signatures',
    rateHint: 'deliveries a second', statusHint: 'deliveries by the answer', latencyHint: 'of the last attempts', signaturesHint: 'deliveries by their verdict',
    in: 'received', out: 'sent', none: 'no answer', pending: 'pending', other: '1xx',
    valid: 'valid', invalid: 'invalid', stale: 'stale', missing: 'missing', unchecked: 'not checked',
  },
  /** @param {number} v */ perSecond: (v) => `${v > 0 && v < 0.01 ? `<${decimal(0.01, 2)}` : decimal(v, v >= 100 ? 0 : v >= 1 ? 1 : 2)}/s`,
  table: 'Table',
  /** @param {string} name */ tableOf: (name) => `${name} as a table`,
  /** @param {string} name */ chartOf: (name) => `${name}: arrow keys move through time, with Shift they choose a range, Enter opens it in Live`,
  time: 'Time', groups: 'Groups',
  /** @param {string} from @param {string} to */ chosen: (from, to) => `${from} to ${to} chosen, Enter opens it`,
  drag: 'Drag over a chart to open that time in Live.',
  columns: { count: 'Count', ok: 'OK', failed: 'Failed', pending: 'Pending', p50: 'p50', p95: 'p95', p99: 'p99', next: 'Next try' }, nextNow: 'now',
  noGroup: { endpoint: 'Nothing was sent to an endpoint in this time.', inbox: 'No inbox received anything in this time.', event: 'No delivery of this time has a known event.', provider: 'No delivery of this time has a known provider.' },
  ticker: 'Last outcomes', tickerEmpty: 'What happens next shows up here.', runs: 'Runs',
});
