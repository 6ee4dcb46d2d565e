// @ts-check
// Keys of one's own. An action is named by the keys it has out of the box, "j" or
// "g l"; another sequence of one or two keys can stand for it, or none.
import { computed } from './html.js';
import { kept } from './kept.js';

/** Actions that can have other keys, by where they act. */
export const groups = {
  list: ['j', 'k', 'o', '/', 'f', 'x', 'r', 'R', 'c', 'e', 't', '#', 'z', 'm', '.', 'F', 'p'],
  detail: ['[', ']', '1', '2', '3', '4', '5', '6', '7', '8', 'y c', 'y b', 'y u', 'y h', 'y l', 'y p', 'y s', 'y j', 'y m'],
  compare: ['n'],
  everywhere: ['g l', 'g s', 'g e', 'g i', 'g r', 'g u', 'g a', 'g ,', '?'],
};
const ids = Object.values(groups).flat();

const stored = kept('keymap', '{}');

/** Keys by action where they are other ones, "" for none. */
export const own = computed(() => {
  /** @type {Record<string, string>} */
  const map = {};
  try {
    for (const [id, keys] of Object.entries(JSON.parse(stored.value))) if (ids.includes(id) && typeof keys === 'string' && keys !== id) map[id] = keys;
  } catch {
    // What cannot be read counts as nothing.
  }
  return map;
});

/** Whether keys out of the box are those of an action that can have other ones. @param {string} keys */
export const isAction = (keys) => ids.includes(keys);

/** What to press for an action, "" if no key does it. @param {string} id */
export const keysOf = (id) => own.value[id] ?? id;

const meanings = computed(() => new Map(ids.map((id) => [keysOf(id), id])));

/** The action of a sequence; what is in no table stands for itself, a key that was given away for nothing. @param {string} keys */
export const meaning = (keys) => meanings.value.get(keys) || (ids.includes(keys) ? '' : keys);

/** Whether a longer sequence begins with these keys. @param {string} keys */
export const begins = (keys) => [...meanings.value.keys()].some((k) => k.startsWith(keys + ' '));

/**
 * Actions that stand in the way of giving keys to another one.
 * @param {string} id @param {string} keys @returns {string[]}
 */
export const rivals = (id, keys) => ids.filter((other) => {
  const k = keysOf(other);
  return other !== id && k && (k === keys || k.startsWith(keys + ' ') || keys.startsWith(k + ' '));
});

/** Gives keys to an action, "" for none. Who had them goes without. @param {string} id @param {string} keys */
export function setKeys(id, keys) {
  stored.value = JSON.stringify({ ...own.value, ...(keys ? Object.fromEntries(rivals(id, keys).map((x) => [x, ''])) : {}), [id]: keys });
}

/** Everything as it is out of the box. */
export const resetKeys = () => {
  stored.value = '{}';
};
