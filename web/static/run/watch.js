// @ts-check
// Keeps what is known of runs true while some of them go on.
import { effect } from '../html.js';
import { run as runWords } from '../i18n/en-run.js';
import { api, locked } from '../api.js';
import { sync } from '../state.js';
import { say, toast } from '../components/notices.js';
import { runs, runsChanged } from './start.js';

/** @typedef {import('../types.js').Run} Run */

/** @param {Run} r */
export const over = (r) => r.state !== 'running' && r.state !== 'paused';
/** Part that is done, from 0 to 1. @param {Run} r */
export const partOf = (r) => (r.total ? Math.min(1, r.done / r.total) : r.state === 'done' ? 1 : 0);
/** Seconds that a run has taken so far. @param {Run} r */
export const secondsOf = (r) => (r.started ? Math.max(0, ((r.ended ? Date.parse(r.ended) : Date.now()) - Date.parse(r.started)) / 1000) : 0);

/** Quarter of each run that was said last. @type {Map<string, number>} */
const said = new Map();
/** Runs that ended while somebody looked, and when. */
export const ended = new Map();

/** @param {Run[]} list */
function tell(list) {
  for (const r of list) {
    const before = runs.peek().find((x) => x.id === r.id);
    if (over(r)) {
      if (before && !over(before)) {
        ended.set(r.id, Date.now());
        toast(runWords.end(r.id, runWords.states[r.state] || r.state, r.failed));
      }
      continue;
    }
    const quarter = Math.floor(partOf(r) * 4);
    if (quarter > (said.get(r.id) ?? 0)) say(runWords.spoken(runWords.of(r.id), quarter * 25));
    said.set(r.id, quarter);
  }
}

let timer = 0;
let asking = false;
async function look() {
  clearTimeout(timer);
  if (asking) return;
  asking = true;
  try {
    if (!document.hidden && !locked.value) {
      const list = (await api.runs()).runs;
      tell(list);
      runs.value = list;
    }
  } catch {
    // The pill of Live tells when the connection is lost.
  } finally {
    asking = false;
    timer = setTimeout(look, runs.peek().some((r) => r.state === 'running') ? 1000 : 15_000);
  }
}

/** Begins to watch. */
export function watchRuns() {
  effect(() => {
    runsChanged.value;
    clearTimeout(timer);
    timer = setTimeout(look, runsChanged.value ? 150 : 0);
  });
  sync.onconfig.add((/** @type {string[]} */ keys) => {
    if (keys.some((k) => k.startsWith('run/')) && !runs.peek().some((r) => r.state === 'running')) runsChanged.value++;
  });
}
