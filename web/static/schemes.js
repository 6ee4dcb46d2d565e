// @ts-check
// The schemes that the server knows: asked for once, and anew after a change.
import { signal, useEffect, useState } from './html.js';
import { api } from './api.js';

/** @typedef {import('./types.js').SchemeBrief} SchemeBrief */

/** All schemes, null until they have come. @type {{value: SchemeBrief[]|null}} */
export const schemes = signal(null);
/** @type {Promise<void>|null} */
let asking = null;

/** @param {boolean} [again] also when they are here already */
export function askSchemes(again = false) {
  if (schemes.value && !again) return Promise.resolve();
  asking ||= api.schemes().then((r) => {
    schemes.value = r.schemes;
  }).finally(() => {
    asking = null;
  });
  return asking;
}

/** @param {string} id */
export const schemeOf = (id) => schemes.value?.find((s) => s.id === id) || null;

/** Name of a scheme for a person; its id while the names are not known. @param {string} id */
export const schemeName = (id) => schemeOf(id)?.name || id;

/**
 * What a check needs besides the request: "url", and names of context values.
 * @param {string} id "" and "none" need nothing @returns {string[]}
 */
export function useNeeds(id) {
  const [known, setKnown] = useState({ id: '', needs: /** @type {string[]} */ ([]) });
  useEffect(() => {
    if (!id || id === 'none') return;
    let on = true;
    api.scheme(id).then((row) => on && setKnown({ id, needs: row.needs || [] }), () => {});
    return () => {
      on = false;
    };
  }, [id]);
  return known.id === id ? known.needs : [];
}

/**
 * Schemes that fit a text, by name, id, provider or header: those first whose name
 * begins with it.
 * @param {SchemeBrief[]} all @param {string} text
 */
export function fitting(all, text) {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const fit = all.filter((s) => {
    const hay = `${s.name} ${s.id} ${s.provider} ${s.header}`.toLowerCase();
    return words.every((w) => hay.includes(w));
  });
  if (!words.length) return fit;
  const first = (/** @type {SchemeBrief} */ s) => Number(s.name.toLowerCase().startsWith(words[0]));
  return fit.sort((a, b) => first(b) - first(a));
}
