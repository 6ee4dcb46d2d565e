// @ts-check
// What columns of a row are as terms of the filter.
import { term } from '../sign/filter.js';

/** @typedef {import('../types.js').Row} Row */

/** Columns that are no term of the filter by their own name. @type {Record<string, (row: Row) => string>} */
export const terms = {
  dir: (row) => `dir:${row.dir}`,
  event: (row) => (row.event ? term('event', row.event) : ''),
  status: (row) => `status:${row.failure || row.status || 'none'}`,
  sig: (row) => `sig:${row.verdict || 'unchecked'}`,
  where: (row) => (row.inbox ? term('inbox', row.inbox) : row.endpoint ? term('endpoint', row.endpoint) : ''),
  path: (row) => term('path', row.target.split('?')[0]),
  id: (row) => (row.event_id ? term('id', row.event_id) : ''),
  channel: (row) => (row.channel ? term('channel', row.channel.split(' ')[0]) : ''),
  tags: (row) => (row.tags?.length ? term('tag', row.tags[0]) : ''),
  method: (row) => term('method', row.method),
  host: (row) => term('host', row.host),
  provider: (row) => (row.provider ? term('provider', row.provider) : ''),
};
