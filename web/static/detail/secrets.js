// @ts-check
// What is hidden until it is asked for.
import { pairs } from '../format.js';

const names = new Set([
  'authorization', 'proxy-authorization', 'cookie', 'set-cookie', 'x-api-key', 'api-key', 'apikey', 'x-auth-token', 'x-access-token', 'x-amz-security-token',
]);

/**
 * Whether a query parameter carries a credential; own are the names that were noted.
 * @param {string} name @param {string[]} [own]
 */
export const secretParameter = (name, own = []) => own.includes('?' + name) || /(^|[-_.])(key|api-?key|token|secret|sig|signature|password|passwd|hmac)$/i.test(name);

/** What stands for a value that is hidden. */
export const dots = '••••••••';

/**
 * A start line or target without the values of its query parameters that carry a
 * credential.
 * @param {string} text @param {string[]} [own] the names that were noted
 */
export function withoutSecrets(text, own) {
  if (!text.includes('?')) return text;
  return text.replace(/([?&])([^=&\s]+)=([^&\s]+)/g, (all, before, name) => (secretParameter(pairs(name)[0].name, own) ? `${before}${name}=${dots}` : all));
}

/** Whether a header carries a credential, so that its value is hidden until asked for. @param {string} name */
export function secret(name) {
  const n = name.toLowerCase();
  return names.has(n) || /(^|[-_])(token|secret|password|passwd|apikey|api-key|session)$/.test(n);
}
