// @ts-check
// What several parts of the page share.
import { signal, computed, effect, batch } from './html.js';
import { api, locked } from './api.js';
import { place, params, setParams } from './router.js';
import { Sync } from './list/sync.js';
import { kept } from './kept.js';

/** @typedef {import('./types.js').Row} Row */

/** "system", "light" or "dark" */
export const theme = kept('theme', 'system');
/** "comfortable" or "compact" */
export const density = kept('density', 'comfortable');
/** "on" or "off": single-letter keys */
export const letterKeys = kept('keys', 'on');
/** "off", "summary" or "failures" */
export const notices = kept('notices', 'summary');
/** Width of the detail beside the list in per cent. */
export const detailWidth = kept('detail', '44');
/** Height of the detail below the list in per cent. */
export const detailHeight = kept('detailheight', '56');
/** "right", "below" or "over" the list: where the detail is wanted. */
export const detailSide = kept('detailside', 'right');
/** Language or framework of the code shown. */
export const codeLanguage = kept('language', 'go');
/** "" until the first steps were hidden. */
export const firstSteps = kept('firststeps', '');
/** "yes" while samples were loaded and not removed. */
export const samples = kept('samples', '');

const media = {
  wide: matchMedia('(min-width: 1200px)'),
  narrow: matchMedia('(max-width: 767.9px)'),
  coarse: matchMedia('(pointer: coarse)'),
  tall: matchMedia('(min-height: 560px)'),
  forced: matchMedia('(forced-colors: active)'),
};
/** "wide": list and detail side by side; "middle"; "narrow": two-line rows. */
export const layout = signal(layoutNow());
const coarse = signal(media.coarse.matches);
const tall = signal(media.tall.matches);
const forced = signal(media.forced.matches);
function layoutNow() {
  return media.wide.matches ? 'wide' : media.narrow.matches ? 'narrow' : 'middle';
}
for (const m of Object.values(media)) {
  m.addEventListener('change', () => batch(() => {
    layout.value = layoutNow();
    coarse.value = media.coarse.matches;
    tall.value = media.tall.matches;
    forced.value = media.forced.matches;
  }));
}

/** The theme that counts: where the system forces its colours, only the system's fits them. */
export const shownTheme = computed(() => (forced.value ? 'system' : theme.value));
effect(() => {
  const root = document.documentElement;
  if (shownTheme.value === 'system') delete root.dataset.theme;
  else root.dataset.theme = shownTheme.value;
  if (density.value === 'compact') root.dataset.density = 'compact';
  else delete root.dataset.density;
});

/** Whether there is room for a detail below the list. */
export const canBelow = computed(() => layout.value !== 'narrow' && tall.value);
/** Where the detail stands: "right" of the list, "below" it, or "" in its place. */
export const beside = computed(() => (canBelow.value && detailSide.value === 'below' ? 'below' : layout.value === 'wide' && detailSide.value !== 'over' ? 'right' : ''));

/** Height of a row of the list in px, as the tokens say. */
export const rowHeight = computed(() => (layout.value === 'narrow' ? 56 : coarse.value ? 44 : density.value === 'compact' ? 26 : 32));

/** The list and its feed. There is one for the page. */
export const sync = new Sync();

/** Newest running number that is shown: Infinity while rows come in as they arrive. */
export const head = signal(Infinity);
export const following = signal(false);
export const paused = signal(false);
/** Running number of the row the keyboard is on, 0 if none. */
export const active = signal(0);
/** Running number of the open delivery, 0 if none. */
export const selected = computed(() => Number(params.value.sel) || 0);

/** Rows that have arrived above what is shown. */
export const held = computed(() => {
  sync.version.value;
  return head.value === Infinity ? 0 : sync.rows.position(head.value);
});

/** State of the server, null until it is known. @type {{value: any}} */
export const server = signal(null);
/** How often in a row the server has not answered. */
export const away = signal(0);
let asking = false;
export async function askServer() {
  if (asking) return;
  asking = true;
  try {
    server.value = await api.status();
    away.value = 0;
  } catch (err) {
    away.value = /** @type {any} */ (err).status ? 0 : away.value + 1;
  } finally {
    asking = false;
  }
}
setInterval(() => {
  if (!document.hidden && !locked.value) askServer();
}, 4000);

/** Opens a row beside the list. @param {number} n @param {boolean} [replace] */
export function select(n, replace = true) {
  batch(() => {
    active.value = n;
    setParams({ sel: n || null, attempt: null, path: null, ...(n ? {} : { tab: null }) }, replace);
  });
}

/** Stops new rows from coming in above what is being looked at. */
export function freeze() {
  if (head.value === Infinity && !following.value && !sync.loading.value && sync.rows.length) head.value = sync.rows.numberAt(0);
}

/** Lets rows come in again. */
export function thaw() {
  if (!paused.value) head.value = Infinity;
}

/** Whether the list shows what is in the trash. */
export const inTrash = computed(() => /(^|[\s(])is:([a-z]+,)*trashed\b/i.test(sync.q.value));

/** Number of deliveries in the store, as far as known. */
export const total = computed(() => {
  sync.version.value;
  const known = server.value?.store?.deliveries ?? 0;
  return !sync.q.value && sync.complete.value ? sync.rows.length : Math.max(known, sync.rows.length);
});

/** Whether the sheet of commands, and the help, are open. */
export const paletteOpen = signal(false);
export const helpOpen = signal(false);

export { kept, place };
