// @ts-check
// Older rows, as the server writes them line by line.
import { call, Problem } from '../api.js';

/** @typedef {import('../types.js').Row} Row */

/**
 * All rows older than a place, in portions, as they come.
 * @param {string} q @param {string} before @param {AbortSignal} signal
 * @returns {AsyncGenerator<Row[]>}
 */
export async function* stream(q, before, signal) {
  const params = new URLSearchParams({ before });
  if (q) params.set('q', q);
  const res = await call('/deliveries?' + params, { headers: { Accept: 'application/x-ndjson' }, signal });
  const reader = /** @type {ReadableStream<Uint8Array>} */ (res.body).getReader();
  const text = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      const lines = (rest + text.decode(value, { stream: !done })).split('\n');
      rest = done ? '' : /** @type {string} */ (lines.pop());
      const rows = lines.filter(Boolean).map((line) => JSON.parse(line));
      const last = rows[rows.length - 1];
      if (last?.error) throw new Problem(last.error.status || 500, last.error);
      // Short portions keep each task below a frame.
      for (let i = 0; i < rows.length; i += 400) yield rows.slice(i, i + 400);
      if (done) return;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
