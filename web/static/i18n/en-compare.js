// @ts-check
// English words of the page that compares two deliveries.
import { bytes, count } from '../format.js';
import { words } from './language.js';

export const compare = words('compare', {
  title: 'Compare', pick: 'Compare two deliveries', /** @param {string} key */ pickText: (key) => `Choose two in Live${key ? ` and press ${key}` : ''}, or type their numbers.`, a: 'First', b: 'Second', go: 'Compare',
  /** @param {number} a @param {number} b */ of: (a, b) => `Compare #${a} and #${b}`,
  swap: 'Swap', part: 'Part', parts: { request: 'Request', response: 'Response' }, only: 'Only differences',
  ignore: 'Ignore', ignoreHint: 'id, data.*.at, header.date', next: 'Next difference', previous: 'Previous difference',
  /** @type {Record<string, (n: number) => string>} */
  counts: { changed: (n) => `${count(n)} changed`, added: (n) => `${count(n)} added`, removed: (n) => `${count(n)} removed`, spelled: (n) => `${count(n)} written otherwise`, moved: (n) => `${count(n)} moved`, ignored: (n) => `${count(n)} ignored` },
  equal: 'They are equal.', equalBut: 'They are equal but for what is ignored.',
  head: 'Start line and headers', body: 'Body', same: 'The bodies are the same, byte for byte.', sameValues: 'The bodies hold the same values; only what is ignored differs.',
  /** @param {number} a @param {number} b */ sizes: (a, b) => `${bytes(a)} and ${bytes(b)}`,
  cut: 'One of the bodies is not whole: what is missing was not compared.',
  /** @param {number} shown @param {number} all */ more: (shown, all) => `The first ${count(shown)} of ${count(all)} differences are listed.`,
  where: 'Where', sameHeaders: 'same',
  /** @type {Record<string, string>} */ ops: { changed: 'changed', added: 'added', removed: 'removed', spelled: 'same value, written otherwise', moved: 'same elements in another order', equal: 'same' },
  ignoreThis: 'Ignore this', absent: 'not there', start: 'start line', text: 'Lines that differ', bytes: 'Bytes that differ',
  /** @param {number} at */ at: (at) => `at byte ${count(at)}`,
  /** @param {number} n */ moreBytes: (n) => `and ${count(n)} more`,
  patch: 'Copy as JSON Patch', patchOf: 'JSON Patch', replay: 'Replay both…', failed: 'They could not be compared',
  /** @param {number} i @param {number} n */ place: (i, n) => `${count(i)} of ${count(n)}`,
});
