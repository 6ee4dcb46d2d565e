// @ts-check
// Words for a shell, and what is copied of a delivery.
import { secret } from './secrets.js';

/** @typedef {import('../types.js').Message} Message */

/** Quoted for a POSIX shell. @param {string} s */
export const shell = (s) => (/^[\w@%+=:,./-]+$/.test(s) ? s : "'" + s.replace(/'/g, `'\\''`) + "'");

/** A filter as an argument: one that begins with - would be taken for a flag. @param {string} q */
export const filterWord = (q) => shell(q.startsWith('-') ? `(${q})` : q);

/** Headers as they stood, but for what is hidden. @param {Message} m @param {string[]} [own] the names that were noted */
export const headersText = (m, own = []) => m.headers.map((h) => `${h.name}: ${secret(h.name) || own.some((x) => x.toLowerCase() === h.name.toLowerCase()) ? '…' : h.value}`).join('\n');
