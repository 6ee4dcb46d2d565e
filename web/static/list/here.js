// @ts-check
// Which delivery keys and buttons act on when none is chosen.
import { place } from '../router.js';
import { active, selected, sync } from '../state.js';
import { opened } from '../detail/open.js';

/**
 * The delivery that has the page, the one that is open beside the list, or the one
 * that the keyboard is on.
 * @returns {{id: string, n: number}|null}
 */
export function here() {
  if (place.value.page === 'd') return opened.value;
  if (place.value.page !== 'live') return null;
  const n = selected.value || active.value;
  const i = n ? sync.rows.position(n) : -1;
  if (i >= 0 && i < sync.rows.length && sync.rows.numberAt(i) === n) return { n, id: sync.rows.idAt(i) };
  return n && opened.value?.n === n ? opened.value : null;
}
