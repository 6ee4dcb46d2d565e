// @ts-check
// Keys. Single letters act outside of text fields only; Tab, Space in text and
// the browser's own chords are never taken.
import { batch } from './html.js';
import { place, go, back as goBack } from './router.js';
import { letterKeys, select, selected, active, sync, head, helpOpen, paletteOpen } from './state.js';
import { listHandle } from './list/list.js';
import { detailHandle } from './detail/open.js';
import { here } from './list/here.js';
import { focusFilter, addTerm, quoted } from './list/filter.js';
import { toggleFollow, togglePause } from './list/bar.js';
import { pin } from './list/head.js';
import { begins, meaning } from './keymap.js';
import { replaying } from './run/open.js';
import { chooseAll, clearChoice, extendTo, toggle, howMany } from './list/select.js';

/** First key of a chord that waits for its second one, and when it came. */
let chord = { key: '', at: 0 };
const chordTime = 1500;

/** Whether a key belongs to what has the focus. @param {EventTarget|null} target */
export function inText(target) {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches('textarea, select, input:not([type="checkbox"]):not([type="radio"]):not([type="button"])');
}

/** Tabs of the delivery, or of the page. @returns {HTMLElement[]} */
const tabButtons = () => [...document.querySelectorAll('.main [role="tab"]')].map((x) => /** @type {HTMLElement} */ (x));

/** @param {number} by */
function tabBy(by) {
  const buttons = tabButtons();
  const at = buttons.findIndex((b) => b.getAttribute('aria-selected') === 'true');
  if (at >= 0) buttons[(at + by + buttons.length) % buttons.length].click();
}

/** @param {string} k */
function goChord(k) {
  const to = { l: '/live', s: '/send', e: '/endpoints', i: '/inboxes', r: '/recordings', u: '/runs', a: '/activity', ',': '/settings' }[k];
  if (to) go(to);
  return Boolean(to);
}

/** Keys of a sequence that waits for its second one, and when they came. */
let typed = { keys: '', at: 0 };

/** A key with a letter on it. @param {string} k @returns {boolean} it was used */
function press(k) {
  const before = Date.now() - typed.at < chordTime ? typed.keys : '';
  typed = { keys: '', at: 0 };
  for (const keys of before ? [`${before} ${k}`, k] : [k]) {
    if (begins(keys)) {
      typed = { keys, at: Date.now() };
      return true;
    }
    const id = meaning(keys);
    if (id && id.split(' ').every(letter)) return true;
  }
  return false;
}

/** Does what a key does out of the box. @param {string} k @returns {boolean} it was used */
function letter(k) {
  const live = place.value.page === 'live';
  const open = live && selected.value > 0;
  const detail = open || place.value.page === 'd';
  const waiting = Date.now() - chord.at < chordTime ? chord.key : '';
  chord = { key: '', at: 0 };
  if (waiting === 'g') return goChord(k);
  const any = detail || (live && active.value > 0);
  if (waiting === 'y' && any && 'cbuhlpsjm'.includes(k)) {
    copy(k);
    return true;
  }
  if (k === 'g' || (k === 'y' && any)) {
    chord = { key: k, at: Date.now() };
    return true;
  }
  if (k === '?') {
    helpOpen.value = true;
    return true;
  }
  if (k === '[' || k === ']') {
    tabBy(k === ']' ? 1 : -1);
    return tabButtons().length > 0;
  }
  if (/^[1-8]$/.test(k)) {
    const button = tabButtons()[Number(k) - 1];
    button?.click();
    return Boolean(button);
  }
  if (k === 'o' && detail) {
    detailHandle?.full();
    return true;
  }
  if ((detail || live) && (live ? 'rRcet#z' : 'rRcet').includes(k)) {
    act((m) => m.actByKey(k));
    return true;
  }
  if (k === '#' && detail) {
    detailHandle?.remove();
    return true;
  }
  if (k === '/' && !live) return focusSearch();
  if (k === 'f' && filterByFocus()) return true;
  if (!live) return false;
  switch (k) {
    case 'j': listHandle?.move(1); return true;
    case 'k': listHandle?.move(-1); return true;
    case 'o': openActive(); return true;
    case '/': focusFilter(); return true;
    case 'f': filterByRow(); return true;
    case '.': batch(() => { head.value = Infinity; listHandle?.newest(); }); return true;
    case 'F': toggleFollow(); return true;
    case 'p': togglePause(); return true;
    case 'm': if (active.value || selected.value) pin(active.value || selected.value); return true;
    case 'x': if (active.value) toggle(active.value); return true;
  }
  return false;
}

/** Does something with deliveries. @param {(m: typeof import('./list/selection.js')) => any} run */
const act = (run) => import('./list/selection.js').then(run, () => {}); // without the server there is nothing to act on

/** Copies of the delivery that is open, else of the row under the keyboard. @param {string} what */
function copy(what) {
  const row = here();
  if (detailHandle) detailHandle.copy(what);
  else if (row) import('./detail/copying.js').then((m) => m.copyOfRow(row, what), () => {}); // as above
}

/** Filters by the value that has the focus, if it is one. */
const filterByFocus = () => document.activeElement?.dispatchEvent(new Event('filterby', { bubbles: true, cancelable: true })) === false;

/** Goes to the field of the page that searches or filters. */
function focusSearch() {
  const field = /** @type {HTMLInputElement|null} */ (document.querySelector('.main input[type="search"], .main .filter-field input'));
  field?.focus();
  field?.select();
  return Boolean(field);
}

function openActive() {
  if (active.value) select(active.value, false);
  else listHandle?.move('home');
}

/** Filters by what the row under the keyboard is about. */
function filterByRow() {
  const n = active.value || selected.value;
  const i = n ? sync.rows.position(n) : -1;
  if (i < 0 || i >= sync.rows.length || sync.rows.numberAt(i) !== n) return;
  const row = sync.rows.at(i);
  if (row.event) addTerm('event:' + quoted(row.event));
  else if (row.inbox) addTerm('inbox:' + quoted(row.inbox));
}

/** Keys of the list: they act when the focus is on it, or on nothing. @param {KeyboardEvent} e */
function moves(e) {
  if (place.value.page !== 'live' || !listHandle) return false;
  const el = document.activeElement;
  if (el && el !== document.body && !el.closest('.grid') && !el.matches('.list-pane')) return false;
  if (e.shiftKey && (e.key === 'ArrowDown' || e.key === 'ArrowUp')) {
    const from = active.value;
    listHandle.move(e.key === 'ArrowDown' ? 1 : -1);
    extendTo(active.value, from || active.value);
    return true;
  }
  switch (e.key) {
    case ' ':
      if (!active.value || el instanceof HTMLButtonElement) return false;
      toggle(active.value);
      return true;
    case 'ArrowDown': listHandle.move(1); return true;
    case 'ArrowUp': listHandle.move(-1); return true;
    case 'PageDown': listHandle.move('page'); return true;
    case 'PageUp': listHandle.move('pageup'); return true;
    case 'Home': listHandle.move('home'); return true;
    case 'End': listHandle.move('end'); return true;
    case 'Enter':
      if (!active.value) return false;
      openActive();
      return true;
  }
  return false;
}

/** One step back: the detail closes, the page of a delivery leads to the list. */
function back() {
  if (place.value.page === 'live' && selected.value) {
    select(0);
    requestAnimationFrame(() => listHandle?.focus());
    return true;
  }
  if (place.value.page === 'live' && howMany().count) {
    clearChoice();
    return true;
  }
  if (place.value.page === 'd') {
    goBack('/live');
    return true;
  }
  return false;
}

export function installKeys() {
  document.addEventListener('keydown', (e) => {
    if (e.defaultPrevented || e.isComposing) return;
    if ((e.ctrlKey || e.metaKey) && !e.shiftKey && !e.altKey && e.key.toLowerCase() === 'k') {
      e.preventDefault();
      paletteOpen.value = !paletteOpen.value;
      return;
    }
    if (replaying.value) {
      // Also when the sheet does not have the focus, or not yet.
      if (e.key === 'Escape') replaying.value = null;
      return;
    }
    if (paletteOpen.value || helpOpen.value) {
      if (e.key === 'Escape') paletteOpen.value = helpOpen.value = false;
      return;
    }
    if ((e.ctrlKey || e.metaKey) && !e.shiftKey && !e.altKey && e.key.toLowerCase() === 'a' && place.value.page === 'live' && !inText(e.target) && (document.activeElement === document.body || document.activeElement?.closest('.list-pane'))) {
      e.preventDefault();
      chooseAll();
      return;
    }
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (inText(e.target)) {
      // The first Escape empties a search field, the next one leaves it.
      if (e.key === 'Escape' && e.target instanceof HTMLInputElement && e.target.type === 'search' && !e.target.value) e.target.blur();
      return;
    }
    let used = false;
    if (e.key === 'Escape') used = back();
    else if (moves(e)) used = true;
    else if (letterKeys.value === 'on' && e.key.length === 1 && e.key !== ' ') used = press(e.key);
    if (used) e.preventDefault();
  });
}
