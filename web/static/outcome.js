// @ts-check
// Outcomes are told by shape, colour and word together.
import { withoutSecrets } from './detail/secrets.js';
import { t } from './i18n/index.js';

/** @typedef {'ok'|'redirect'|'client'|'server'|'none'|'pending'} Kind */

/** Shape of each kind of outcome. */
export const shapes = { ok: '●', redirect: '◆', client: '▲', server: '■', none: '⊘', pending: '◌' };

/** @param {number} status 0: no answer @param {string} failure @returns {Kind} */
export function kindOf(status, failure) {
  if (failure) return 'none';
  if (status >= 500) return 'server';
  if (status >= 400) return 'client';
  if (status >= 300) return 'redirect';
  if (status >= 200) return 'ok';
  return 'pending';
}

/** Short word of the outcome: "503", "refused", "pending". @param {number} status @param {string} failure */
export function wordOf(status, failure) {
  return failure ? t.outcome.words[failure] || failure : (status ? String(status) : t.outcome.pending);
}

/**
 * Outcome of a row. A message that no mail server is set for is kept, and that is all
 * there is to do.
 * @param {{status: number, failure: string, method: string, tries?: number}} row @returns {{kind: Kind, word: string}}
 */
export function outcomeOf(row) {
  if (row.method === 'MAIL' && row.tries && !row.status && !row.failure) return { kind: 'ok', word: t.outcome.kept };
  return { kind: kindOf(row.status, row.failure), word: wordOf(row.status, row.failure) };
}

/** Signature column: shape, kind of colour and word. @param {string} verdict */
export function verdictOf(verdict) {
  switch (verdict) {
    case 'valid': return { shape: '✓', kind: 'ok', word: t.verdict.valid };
    case 'invalid': return { shape: '✕', kind: 'server', word: t.verdict.invalid };
    case 'stale': return { shape: '◷', kind: 'client', word: t.verdict.stale };
    case 'missing': return { shape: '∅', kind: 'client', word: t.verdict.missing };
    default: return { shape: '–', kind: 'muted', word: t.verdict.unchecked };
  }
}

/** Verdict and cause in words: "signature invalid: re-serialised JSON". @param {{verdict: string, cause?: string}} row */
export function verdictWords(row) {
  const { word } = verdictOf(row.verdict);
  return row.cause && row.verdict !== 'valid' ? `${word}: ${t.diagnosis.causes[row.cause] || row.cause}` : word;
}

/**
 * What a row is called: its event type, else method and path.
 * @param {{event: string, method: string, target: string, inbox?: string}} row
 */
export function titleOf(row) {
  if (row.event) return row.event;
  const prefix = row.inbox ? '/in/' + row.inbox : '';
  let path = row.target;
  if (prefix && (path === prefix || path.startsWith(prefix + '/') || path.startsWith(prefix + '?'))) path = path.slice(prefix.length) || '/';
  return row.method + ' ' + withoutSecrets(path);
}
