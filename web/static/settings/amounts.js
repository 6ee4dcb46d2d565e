// @ts-check
// Amounts as they are typed: "200000", "2 GB", "30d". Units are those of the command line.

/** @typedef {'count'|'size'|'age'} Kind */

/** @type {Record<Kind, [string, number][]>} units from the largest */
const units = {
  count: [['', 1]],
  size: [['TB', 1e12], ['GB', 1e9], ['MB', 1e6], ['kB', 1e3], ['B', 1]],
  age: [['d', 86_400], ['h', 3600], ['min', 60], ['s', 1]],
};
/** Other ways to write a unit. @type {Record<string, string>} */
const also = { m: 'min', '': 'b' };

/** In the largest unit that it is a whole number of: 604800 → "7 d". @param {number} n @param {Kind} kind */
export function write(n, kind) {
  if (!n) return '0';
  const [name, size] = units[kind].find(([, x]) => n % x === 0) || ['', 1];
  return `${n / size} ${name}`.trim();
}

/** As of "200,000" or "1.500": in one language it is a thousand times of what it is in another. */
export const unsure = /^[1-9]\d{0,2}[.,]\d{3}$/;

/** What was typed, NaN if it is no such amount, or could be two. @param {string} text @param {Kind} kind */
export function read(text, kind) {
  const [, digits = '', unit = ''] = /^(\d+(?:[.,]\d+)?)\s*([a-z]*)$/i.exec(text.trim()) || [];
  const name = unit.toLowerCase();
  const known = units[kind].find(([x]) => x.toLowerCase() === name || x.toLowerCase() === also[name]);
  const n = Number(digits.replace(',', '.'));
  if (!digits || unsure.test(digits) || (!known && n !== 0)) return NaN;
  const all = n * (known?.[1] ?? 0);
  return Number.isInteger(all) || kind !== 'count' ? Math.round(all) : NaN;
}
