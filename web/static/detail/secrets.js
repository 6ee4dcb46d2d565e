// @ts-check
// What is hidden until it is asked for: everything that could be, before it is known.
import { signal } from '../html.js';
import { pairs } from '../format.js';

/** As rules.js makes them; null until they are known. @type {{value: import('./rules.js').Rules|null}} */
export const rules = signal(null);
/** How often that has changed since it was known: what the server left out of an answer is asked for again. */
export const changes = signal(0);

/** Takes what is hidden from now on. @param {import('./rules.js').Rules} next */
export function adopt(next) {
  const other = Boolean(rules.value) && rules.value?.text !== next.text;
  rules.value = next;
  if (other) changes.value += 1;
}

/**
 * Whether a query parameter carries a credential; own are the names that were noted.
 * @param {string} name @param {string[]} [own]
 */
export const secretParameter = (name, own = []) => own.includes('?' + name) || (rules.value?.parameter(name) ?? true);

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
export const secret = (name) => rules.value?.line(name) ?? true;
