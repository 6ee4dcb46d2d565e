// @ts-check
// How differences are marked: by a sign, a word and a colour; and what of them is not told.
import { kept } from '../kept.js';

/** @typedef {import('../types.js').Comparison} Comparison */

/** @type {Record<string, {shape: string, kind: string}>} */
export const marks = {
  changed: { shape: '~', kind: 'client' }, added: { shape: '+', kind: 'ok' }, removed: { shape: '−', kind: 'server' },
  spelled: { shape: '≈', kind: 'redirect' }, moved: { shape: '⇅', kind: 'redirect' }, equal: { shape: '', kind: 'muted' },
};

/** How many differences there are of each sort. @param {Comparison} c */
export function tally(c) {
  /** @type {Record<string, number>} */
  const out = {};
  for (const x of [...c.head, ...(c.body.changes || [])]) out[x.op] = (out[x.op] || 0) + 1;
  const listed = c.body.changes?.length || 0;
  if (c.body.count > listed) out.changed = (out.changed || 0) + c.body.count - listed;
  if (c.ignored) out.ignored = c.ignored;
  return out;
}

/** Name under which a difference can be ignored. @param {string} path @param {boolean} header */
export const nameOf = (path, header) => (!header || path === 'start' ? path : 'header.' + path.toLowerCase());

/** Names that the tab Diff ignores, with commas between. */
export const ignored = kept('ignore', '');

/** Ignores one more. @param {string} name */
export function ignoreMore(name) {
  const names = ignored.value.split(',').map((x) => x.trim()).filter(Boolean);
  if (!names.includes(name)) ignored.value = [...names, name].join(',');
}
