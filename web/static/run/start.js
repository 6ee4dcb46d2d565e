// @ts-check
// Starting runs from anywhere on the page.
import { signal } from '../html.js';
import { run as runWords } from '../i18n/en-run.js';
import { api } from '../api.js';
import { toast, toastFailure } from '../components/notices.js';
import { clearChoice } from '../list/select.js';

/** @typedef {import('../types.js').Run} Run */

/** The newest runs, as far as known. @type {{value: Run[], peek(): Run[]}} */
export const runs = signal(/** @type {Run[]} */ ([]));
/** Raised when runs may have changed. */
export const runsChanged = signal(0);

/** Starts a run and says so. @param {Record<string, any>} spec @returns {Promise<Run|null>} */
export async function startRun(spec) {
  try {
    const run = await api.startRun(spec);
    took(run);
    clearChoice();
    toast(runWords.begun(run.id));
    return run;
  } catch (err) {
    toastFailure(/** @type {Error} */ (err).message);
    return null;
  }
}

/** Takes what the server says of a run. @param {Run} run */
export function took(run) {
  runs.value = [run, ...runs.peek().filter((r) => r.id !== run.id)].sort((a, b) => Number(b.id.slice(1)) - Number(a.id.slice(1)));
  runsChanged.value++;
}
