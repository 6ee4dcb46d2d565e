// @ts-check
// A received request as a command that sends it again.
import { api, fetchBytes } from '../api.js';
import { secret } from './secrets.js';

/** @typedef {import('../types.js').Delivery} Delivery */
/** @typedef {import('../types.js').Message} Message */

/** Quoted for a POSIX shell. @param {string} s */
export const shell = (s) => (/^[\w@%+=:,./-]+$/.test(s) ? s : "'" + s.replace(/'/g, `'\\''`) + "'");

// The client makes these itself.
const own = new Set(['host', 'content-length', 'transfer-encoding', 'connection', 'expect']);

/**
 * Credentials become $NAME, so that pasting the command gives nothing away.
 * @param {Delivery} d
 */
export async function curlOf(d) {
  const m = d.attempts[0]?.request;
  const address = /^[\x21-\x7e]+$/.test(d.target) ? d.target : encodeURI(d.target);
  const parts = [`curl ${d.method === 'POST' && m?.size ? '' : `-X ${shell(d.method)} `}${shell('http://' + d.host + (address.startsWith('/') ? address : '/' + address))}`];
  for (const h of m?.headers || []) {
    const name = h.name.toLowerCase();
    if (own.has(name)) continue;
    if (secret(h.name)) parts.push(`-H "${h.name.replace(/["$`\\]/g, '')}: $${h.name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}"`);
    else parts.push('-H ' + shell(`${h.name}: ${h.value}`));
  }
  if (m?.size) parts.push(await bodyFlag(d, m));
  return parts.join(' \\\n  ');
}

/** @param {Delivery} d @param {Message} m */
async function bodyFlag(d, m) {
  if (m.size <= 64_000) {
    try {
      const data = await (await fetchBytes(api.bodyURL(d.id, 0, 'request'))).arrayBuffer();
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data);
      if (!text.includes('\0')) return '--data-binary ' + shell(text.startsWith('@') ? text.replace('@', '%40') : text);
    } catch {
      // Bytes that are no text go by a file.
    }
  }
  return `--data-binary @${d.n}.body`;
}

/** Headers as they stood. @param {Message} m */
export const headersText = (m) => m.headers.map((h) => `${h.name}: ${secret(h.name) ? '…' : h.value}`).join('\n');
