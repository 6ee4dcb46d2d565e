// @ts-check
// Toasts, and the two spoken regions of the page: one polite, one assertive.
import { html, signal } from '../html.js';
import { t } from '../i18n/index.js';
import { keysOf } from '../keymap.js';
import { notices } from '../state.js';
import { Icon } from './icons.js';

const polite = signal('');
const urgent = signal('');
/** @typedef {{text: string, key?: string, run: () => void, ms: number}} Action */

/** @type {{value: {id: number, text: string, action?: Action}[]}} */
const shown = signal([]);
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
 * @returns {number} what drop takes
 */
export function toast(text, action) {
  const id = nextID++;
  shown.value = [...shown.value.slice(-2), { id, text, action }];
  timers.set(id, { timer: setTimeout(() => drop(id), action?.ms || 6000) });
  say(action ? `${text}. ${action.text}${action.key ? ': ' + action.key : ''}` : text);
  return id;
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
