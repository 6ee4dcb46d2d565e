// @ts-check
// What can be done with a recording.
import { t } from '../i18n/index.js';
import { recordings as words } from '../i18n/en-recordings.js';
import { trash as trashWords } from '../i18n/en-trash.js';
import { api } from '../api.js';
import { visible } from '../format.js';
import { askServer } from '../state.js';
import { settled, toast, toastFailure } from '../components/notices.js';
import { exportItems } from '../list/export.js';
import { openReplay } from '../run/open.js';
import { calls } from './calls.js';

/** @typedef {import('./calls.js').Recording} Recording */

/** @param {Recording} r */
export const replay = (r) => openReplay({ q: r.q }, r.deliveries, r.q);

/** Starts or stops recording. @param {Recording} r @param {{inbox: string}|null} live @param {() => void} done */
export async function record(r, live, done) {
  try {
    await calls.save(r.name, { ...r, live });
  } catch (err) {
    toastFailure(visible(/** @type {Error} */ (err).message));
  }
  done();
}

/** Deliveries that the server takes in one call. */
const mostNamed = 10_000;

/** Deletes a recording into the trash, or takes it apart. @param {Recording} r @param {boolean} keep @param {() => void} done */
export async function remove(r, keep, done) {
  try {
    const d = await calls.remove(r.name, keep);
    if (keep || !d.deleted) toast(words.dissolved(visible(r.name)));
    else {
      const kept = d.kept ?? [];
      const id = toast(trashWords.deleted(d.deleted, d.stopped) + (kept.length ? '. ' + words.kept(kept.length) : ''), { text: trashWords.undo, ms: 10_000, lasts: true, run: async () => {
        settled(id);
        try {
          // Its entry comes back first, so that it is the recording it was.
          if (r.rev) {
            const made = await calls.create({ name: r.name });
            await calls.save(r.name, { ...r, rev: made.rev, live: null });
          }
          const { restored } = await api.restore({ at: d.at });
          for (let i = 0; i < kept.length; i += mostNamed) await api.mark({ ids: kept.slice(i, i + mostNamed), add_tags: ['rec=' + r.name] });
          toast(trashWords.restored(restored));
        } catch (err) {
          toastFailure(visible(/** @type {Error} */ (err).message));
        }
        askServer();
        done();
      } });
    }
    askServer();
  } catch (err) {
    toastFailure(visible(/** @type {Error} */ (err).message));
  }
  done();
}

/** @param {Recording} r @param {() => void} done */
export const menuOf = (r, done) => [
  ...exportItems(r.q).map((x) => ({ ...x, text: `${t.select.export}: ${x.text}`, disabled: !r.deliveries })),
  { text: words.dissolve, run: () => remove(r, true, done) },
  { text: words.remove, danger: true, run: () => remove(r, false, done) },
];
