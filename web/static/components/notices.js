// @ts-check
// Toasts, and the two spoken regions of the page: one polite, one assertive.
import { html, signal } from '../html.js';
import { t } from '../i18n/index.js';
import { keysOf } from '../keymap.js';
import { notices } from '../state.js';
import { Icon } from './icons.js';

const polite = signal('');
const urgent = signal('');
/**
 * What can be done about a notice.
 * @typedef {{text: string, key?: string, run: () => void, ms: number, lasts?: boolean}} Action
 * ms: how long it is shown; lasts: it works for as long as the page does, so Notices offers it, too
 */
/** @typedef {{id: number, at: number, text: string, failure: boolean, action?: Action}} Notice */

/** @type {{value: Notice[]}} */
const shown = signal([]);
/** What was shown since the page was opened, newest first. @type {{value: Notice[]}} */
export const past = signal([]);
const mostPast = 200;
let nextID = 1;

/** Says one sentence when the reader is idle. @param {string} text */
export function say(text) {
  // The same sentence twice is only spoken when the text changes.
  polite.value = polite.value === text ? text + '\u00a0' : text;
}

/** Says one sentence at once: connection lost, a deletion that failed. @param {string} text */
export function sayNow(text) {
  urgent.value = urgent.value === text ? text + '\u00a0' : text;
}

/** @type {Map<number, {timer: number}>} */
const timers = new Map();

/**
 * Shows a short notice, bottom left, at most three at a time.
 * @param {string} text @param {Action} [action] what can be done about it, while it is shown
 * @param {boolean} [failure] it says what went wrong
 * @returns {number} what drop takes
 */
export function toast(text, action, failure = false) {
  const id = nextID++;
  const notice = { id, at: Date.now(), text, failure, action };
  shown.value = [...shown.value.slice(-2), notice];
  past.value = [notice, ...past.value].slice(0, mostPast);
  timers.set(id, { timer: setTimeout(() => drop(id), action?.ms || 6000) });
  say(action ? `${text}. ${action.text}${action.key ? ': ' + action.key : ''}` : text);
  return id;
}

/** Shows what went wrong. @param {string} text */
export const toastFailure = (text) => toast(text, undefined, true);

/** Takes a notice away, and what could be done about it, for that was done. @param {number} id */
export function settled(id) {
  drop(id);
  past.value = past.value.map((x) => (x.id === id ? { ...x, action: undefined } : x));
}

/** Takes a notice away. @param {number} id */
export function drop(id) {
  clearTimeout(timers.get(id)?.timer);
  timers.delete(id);
  shown.value = shown.value.filter((x) => x.id !== id);
}

/** @param {boolean} on */
function hold(on) {
  for (const [id, x] of timers) {
    // What can be undone goes by its own time.
    if (shown.value.find((n) => n.id === id)?.action) continue;
    clearTimeout(x.timer);
    if (!on) x.timer = setTimeout(() => drop(id), 3000);
  }
}

/** @param {string} text what to call for short notices of arrivals */
let fresh = 0;
let failed = 0;
let summary = 0;
/**
 * Gathers arrivals into at most one sentence in ten seconds.
 * @param {{failure: string, status: number}[]} rows
 */
export function announceRows(rows) {
  if (notices.value === 'off') return;
  fresh += rows.length;
  failed += rows.filter((r) => r.failure || r.status >= 400).length;
  summary ||= setTimeout(() => {
    if (notices.value === 'summary' || failed) say(t.live.announce(fresh, failed));
    fresh = failed = summary = 0;
  }, 10_000);
}

export function Notices() {
  return html`
    <div class="sr" role="status" aria-live="polite" aria-atomic="true">${polite.value}</div>
    <div class="sr" role="alert" aria-live="assertive" aria-atomic="true">${urgent.value}</div>
    <section class="toasts" aria-label=${t.toasts} hidden=${!shown.value.length}
      onMouseEnter=${() => hold(true)} onMouseLeave=${() => hold(false)} onFocusIn=${() => hold(true)} onFocusOut=${() => hold(false)}>
      ${shown.value.map((x) => html`<div class="toast" key=${x.id}><span>${x.text}</span>
        ${x.action ? html`<button type="button" class="btn small" onClick=${x.action.run}>${x.action.text}${x.action.key && keysOf(x.action.key) ? html` <kbd>${keysOf(x.action.key)}</kbd>` : null}</button>` : null}
        <button class="btn quiet small" aria-label=${t.close} onClick=${() => drop(x.id)}><${Icon} name="close" /></button></div>`)}
    </section>`;
}
