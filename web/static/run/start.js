// @ts-check
// Starting runs from anywhere on the page.
import { signal } from '../html.js';
import { t } from '../i18n/index.js';
import { api } from '../api.js';
import { toast } from '../components/notices.js';
import { clearChoice } from '../list/select.js';

/** @typedef {import('../types.js').Run} Run */

/** What the replay sheet is open for. @type {{value: {source: Record<string, any>, count: number, what: string}|null}} */
export const replaying = signal(null);
/** The newest runs, as far as known. @type {{value: Run[], peek(): Run[]}} */
export const runs = signal(/** @type {Run[]} */ ([]));
/** Raised when runs may have changed. */
export const runsChanged = signal(0);

/**
 * Opens the replay sheet.
 * @param {Record<string, any>} source @param {number} count @param {string} what the same as a filter or as numbers
 */
export function openReplay(source, count, what) {
  replaying.value = { source, count, what };
}

/** Starts a run and says so. @param {Record<string, any>} spec @returns {Promise<Run|null>} */
export async function startRun(spec) {
  try {
    const run = await api.startRun(spec);
    took(run);
    clearChoice();
    toast(t.run.begun(run.id));
    return run;
  } catch (err) {
    toast(/** @type {Error} */ (err).message);
    return null;
  }
}

/** Takes what the server says of a run. @param {Run} run */
export function took(run) {
  runs.value = [run, ...runs.peek().filter((r) => r.id !== run.id)].sort((a, b) => Number(b.id.slice(1)) - Number(a.id.slice(1)));
  runsChanged.value++;
}
