// @ts-check
// What is hidden until it is asked for. Before it is known what that is, it is
// everything that could be.
import { signal } from '../html.js';
import { json } from '../api.js';
import { pairs } from '../format.js';

/** What is hidden, null until it is known. @type {{value: import('./rules.js').Rules|null}} */
export const rules = signal(null);
/** Of which list of which server that is. */
let read = '';

/** Asks for the list, if it is another one than before. @param {{mask: number, started: string}} [server] its state, if that is known */
export async function askMask(server) {
  const now = server ? `${server.mask} ${server.started}` : '';
  if (now && now === read) return;
  try {
    // Both at once: nothing of it is needed to draw the page.
    const [list, m] = await Promise.all([json('/settings/mask'), import('./rules.js')]);
    rules.value = m.rulesOf(list);
    read = now;
  } catch {
    // It is asked for again when the state of the server is.
  }
}

/** Whether something is hidden within bodies. */
export const hidesBodies = () => rules.value?.bodies ?? true;

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
