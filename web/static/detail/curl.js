// @ts-check
// Words for a shell, and what is copied of a delivery.
import { secret } from './secrets.js';

/** @typedef {import('../types.js').Message} Message */

/** Quoted for a POSIX shell. @param {string} s */
export const shell = (s) => (/^[\w@%+=:,./-]+$/.test(s) ? s : "'" + s.replace(/'/g, `'\\''`) + "'");

/** Headers as they stood. @param {Message} m */
export const headersText = (m) => m.headers.map((h) => `${h.name}: ${secret(h.name) ? '…' : h.value}`).join('\n');
