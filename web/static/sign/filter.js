// @ts-check
// A value that is clicked becomes a filter of the list.
import { addTerm, quoted } from '../list/filter.js';
import { go, place, url } from '../router.js';

/** @param {string} field @param {string} value */
export const term = (field, value) => `${field}:${quoted(value)}`;

/** Adds a term to the filter of the list, or opens the list with it. @param {string} term */
export function filterBy(term) {
  if (place.value.page === 'live') addTerm(term);
  else go(url('live', [], { q: term }));
}
