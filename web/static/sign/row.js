// @ts-check
// A scheme as a row of data, and how the fields of the builder write it.

/** @typedef {Record<string, any>} SchemeRow */

export const algorithms = ['hmac-sha256', 'hmac-sha1', 'hmac-sha384', 'hmac-sha512', 'sha1', 'sha256', 'ed25519', 'ecdsa-p256-sha256', 'rsa-sha1', 'rsa-sha256', 'equal', 'jwt', 'jwt-hs256', 'jwt-es256'];
export const encodings = ['hex', 'HEX', 'base64', 'base64url', 'text'];
export const secretForms = ['text', 'base64', 'base64|text', 'hex', 'nfkd', 'ed25519-key', 'ecdsa-key', 'certificate', 'jwt-key'];
export const layouts = ['raw', 'pairs', 'versions', 'list', 'credential', 'keyed'];
export const units = ['s', 'ms', 'us', 'rfc3339', 'http-date'];

/** What a new scheme starts from: it works as it is. @returns {SchemeRow} */
export const fresh = () => ({
  id: 'acme', name: 'Acme',
  signature: { headers: ['X-Acme-Signature'], layout: 'raw', prefix: 'sha256=' },
  algorithm: 'hmac-sha256', encoding: 'hex', content: '{body}', secret: 'text',
});

// What the server adds when it gives a scheme.
const given = ['covers', 'needs', 'aliases', 'custom', 'rev'];

/** A row as somebody writes it. @param {SchemeRow} row @returns {SchemeRow} */
export function plain(row) {
  const out = structuredClone(row);
  for (const k of given) delete out[k];
  return out;
}

/**
 * A row with one field changed; an empty value leaves the field out.
 * @param {SchemeRow} row @param {string} path such as "signature.prefix" @param {any} value @returns {SchemeRow}
 */
export function withField(row, path, value) {
  const out = structuredClone(row);
  const keys = path.split('.');
  const last = /** @type {string} */ (keys.pop());
  let at = out;
  for (const k of keys) at = at[k] ??= {};
  if (value === '' || (Array.isArray(value) && !value.length)) delete at[last];
  else at[last] = value;
  return out;
}

/** "a, b" → ["a", "b"] @param {string} s */
export const words = (s) => s.split(',').map((x) => x.trim()).filter(Boolean);
