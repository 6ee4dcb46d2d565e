// @ts-check
// The catalogue as far as it was asked for.
import { signal } from '../html.js';
import { calls } from './calls.js';
import { kept } from '../state.js';

/** @typedef {import('./types.js').Provider} Provider */
/** @typedef {import('./types.js').ProviderDetail} ProviderDetail */

/** All providers, null until they have come. @type {{value: Provider[]|null}} */
export const providers = signal(null);
/** Providers with their event types, by id. @type {{value: Record<string, ProviderDetail>}} */
export const details = signal({});
/** Ids of event types that somebody wants on top, one a line. */
const starred = kept('starred', '');

/** @param {boolean} [again] */
export async function askProviders(again = false) {
  if (!providers.value || again) providers.value = (await calls.catalog()).providers;
}

/** @type {Map<string, Promise<void>>} */
const asking = new Map();

/** @param {string} id @param {boolean} [again] also when it is here already */
export function askProvider(id, again = false) {
  if (details.value[id] && !again) return Promise.resolve();
  let p = asking.get(id);
  if (!p) {
    p = calls.provider(id).then((d) => {
      details.value = { ...details.value, [id]: d };
    }).finally(() => asking.delete(id));
    asking.set(id, p);
  }
  return p;
}

/** Asks for the event types of all providers, a few at a time: for the search. */
export async function askAll() {
  await askProviders();
  const left = (providers.value || []).map((p) => p.id).filter((id) => !details.value[id]);
  await Promise.all(Array.from({ length: 4 }, async () => {
    for (let id = left.shift(); id; id = left.shift()) await askProvider(id).catch(() => {}); // the next search asks again
  }));
}

/** @param {string} id */
export const providerName = (id) => providers.value?.find((p) => p.id === id)?.name || id;

export const stars = () => starred.value.split('\n').filter(Boolean);
/** @param {string} id */
export const isStarred = (id) => stars().includes(id);
/** @param {string} id */
export function toggleStar(id) {
  starred.value = (isStarred(id) ? stars().filter((x) => x !== id) : [...stars(), id]).join('\n');
}

/** Whether a text holds all words. @param {string} text @param {string} words */
export function fits(text, words) {
  const hay = text.toLowerCase();
  return words.toLowerCase().split(/\s+/).every((w) => hay.includes(w));
}
