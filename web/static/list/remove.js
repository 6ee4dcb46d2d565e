// @ts-check
// Deleting: what is chosen goes into the trash at once, and comes back with undo.
import { trash as words } from '../i18n/en-trash.js';
import { api } from '../api.js';
import { sync, askServer, selected, select, active } from '../state.js';
import { clearChoice, loadedIDs, sourceOf, howMany } from './select.js';
import { drop, say, sayNow, settled, toast, toastFailure } from '../components/notices.js';

/** How long undo is offered, in ms. */
const holdFor = 10_000;
/** @typedef {{at: string, toast: number}} Deletion */
/** The last deletion, while a key undoes it. @type {Deletion|null} */
let last = null;

/**
 * Puts deliveries into the trash.
 * @param {{ids?: string[], q?: string}} which @param {string[]} loaded ids of those in the list, which they leave before the server answers
 */
export async function discard(which, loaded) {
  sync.rows.remove(loaded);
  sync.bump();
  try {
    const d = await api.trash(which);
    if (last) drop(last.toast);
    /** @type {Deletion} */
    const mine = { at: d.at, toast: toast(words.deleted(d.deleted, d.stopped), { text: words.undo, key: 'z', run: () => takeBack(mine), ms: holdFor, lasts: true }) };
    last = mine;
    setTimeout(() => {
      if (last === mine) last = null;
    }, holdFor);
    askServer();
  } catch (err) {
    failed(words.failed, err);
    sync.load(sync.q.value, true);
  }
}

/** @param {string} what @param {any} err */
function failed(what, err) {
  sayNow(what);
  toastFailure(`${what}: ${err.message}`);
}

/** Deletes what is chosen. */
export function removeChosen() {
  if (!howMany().count) return;
  const which = sourceOf();
  const ids = loadedIDs();
  const open = selected.value;
  clearChoice();
  discard(which, ids);
  if (open && sync.rows.numberAt(Math.min(sync.rows.position(open), sync.rows.length - 1)) !== open) select(0);
  active.value = 0;
}

/** Takes the last deletion back, while that is offered. */
export async function undo() {
  if (last) await takeBack(last);
  else say(words.nothing);
}

/** @param {Deletion} d */
function takeBack(d) {
  if (last === d) last = null;
  settled(d.toast);
  return restore({ at: d.at });
}

/** @param {{ids?: string[], q?: string, at?: string}} which */
export async function restore(which) {
  try {
    toast(words.restored((await api.restore(which)).restored));
    askServer();
  } catch (err) {
    failed(words.restored(0), err);
  }
}

/** @param {() => Promise<{deleted: number}>} run */
export async function forever(run) {
  try {
    toast(words.gone((await run()).deleted));
    askServer();
  } catch (err) {
    failed(words.failed, err);
  }
}
