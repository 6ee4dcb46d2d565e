// @ts-check
const names = new Set([
  'authorization', 'proxy-authorization', 'cookie', 'set-cookie', 'x-api-key', 'api-key', 'apikey', 'x-auth-token', 'x-access-token', 'x-amz-security-token',
]);

/**
 * Whether a query parameter carries a credential; own are the names that were noted.
 * @param {string} name @param {string[]} [own]
 */
export const secretParameter = (name, own = []) => own.includes('?' + name) || /(^|[-_.])(key|api-?key|token|secret|sig|signature|password|passwd|hmac)$/i.test(name);

/** Whether a header carries a credential, so that its value is hidden until asked for. @param {string} name */
export function secret(name) {
  const n = name.toLowerCase();
  return names.has(n) || /(^|[-_])(token|secret|password|passwd|apikey|api-key|session)$/.test(n);
}
