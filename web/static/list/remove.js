// @ts-check
// Deleting what is chosen: the rows leave at once, the bytes ten seconds later,
// and until then it can be undone.
import { t } from '../i18n/index.js';
import { api } from '../api.js';
import { sync, askServer, selected, select, active } from '../state.js';
import { hidden } from './rows.js';
import { choice, clearChoice, filtersOf, loadedIDs, howMany } from './select.js';
import { drop, toast, sayNow } from '../components/notices.js';

const holdFor = 10_000;
/** What waits to be deleted. @type {{filters: string[], timer: number, toast: number}|null} */
let held = null;

/** Deletes what is chosen. */
export function removeChosen() {
  const c = choice.peek();
  const { count, more } = howMany();
  if (!count) return;
  flush();
  const filters = filtersOf(c);
  const ids = loadedIDs(c);
  const open = selected.value;
  for (const id of ids) hidden.add(id);
  sync.rows.remove(ids);
  sync.bump();
  clearChoice();
  if (open && sync.rows.numberAt(Math.min(sync.rows.position(open), sync.rows.length - 1)) !== open) select(0);
  active.value = 0;
  held = {
    filters, timer: setTimeout(flush, holdFor),
    toast: toast(t.select.deleted(count, more), { text: t.select.undo, key: 'z', run: undo, ms: holdFor }),
  };
}

/** Takes the last deletion back, if it still waits. */
export function undo() {
  if (!held) return false;
  clearTimeout(held.timer);
  drop(held.toast);
  held = null;
  show();
  toast(t.select.undone);
  return true;
}

function show() {
  hidden.clear();
  sync.load(sync.q.value, true);
}

/** Deletes for good what waits. */
async function flush() {
  if (!held) return;
  const { filters, timer, toast: id } = held;
  held = null;
  clearTimeout(timer);
  drop(id);
  try {
    for (const q of filters) await api.deleteMatching(q, true);
    askServer();
  } catch (err) {
    sayNow(t.del.failed);
    toast(`${t.del.failed}: ${/** @type {Error} */ (err).message}`);
    show();
  }
}

addEventListener('pagehide', flush);
