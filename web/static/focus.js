// @ts-check
// Keeps the focus. What has it may go away, or be switched off while something is
// under way; the browser then forgets where somebody was, and the next key leads
// to the top of the page.
import { effect } from './html.js';
import { place } from './router.js';

/** What has the focus, or had it and did not leave it on purpose. @type {HTMLElement|null} */
let last = null;
/** What it stands in, the nearest first. @type {HTMLElement[]} */
let around = [];
let timer = 0;
/** When the focus was first seen to be gone, 0 if it is not. */
let since = 0;
/** Another page was asked for: the keys belong to it. */
let turned = false;
/** What the focus has just left; whether on purpose is not known yet. @type {HTMLElement|null} */
let leaving = null;

/** How long what is switched off may take to come back, in ms. */
const patience = 150;

const places = 'section, form, fieldset, article, aside, li, ul, nav, [role], .card, .page-in, #content';

/** @param {HTMLElement} el */
const off = (el) => !el.isConnected || el.matches(':disabled') || !el.checkVisibility();

document.addEventListener('focusin', (e) => {
  last = /** @type {HTMLElement} */ (e.target);
  since = 0;
  around = [];
  for (let el = last.parentElement; el && el !== document.body; el = el.parentElement) around.push(el);
});

document.addEventListener('focusout', (e) => {
  const el = /** @type {HTMLElement} */ (e.target);
  if (el.matches(':disabled')) return;
  leaving = el;
  setTimeout(() => {
    if (leaving === el) leaving = null;
    if (last === el && document.activeElement === document.body && document.hasFocus() && !off(el)) last = null;
  });
});

function check() {
  timer = 0;
  if (leaving) {
    timer = setTimeout(check, 30);
    return;
  }
  if (document.activeElement && document.activeElement !== document.body) turned = false;
  if (!(last || turned) || (document.activeElement && document.activeElement !== document.body)) return;
  if (last && !off(last)) {
    last.focus({ preventScroll: true });
    return;
  }
  since ||= performance.now();
  if (last?.isConnected && performance.now() - since < patience) {
    timer = setTimeout(check, 30);
    return;
  }
  const content = document.getElementById('content');
  const near = around.find((el) => el.matches(places) && el.isConnected && el.checkVisibility() && (el.closest('[role="dialog"]') || (el !== content && content?.contains(el))));
  if (near) focusOn(near);
  else if (content) focusOn(content);
  else timer = setTimeout(check, 30); // a page that is still on its way
}

/** Focuses what usually takes no focus. @param {HTMLElement} el */
function focusOn(el) {
  if (el.tabIndex < 0 && !el.hasAttribute('tabindex')) {
    el.tabIndex = -1;
    el.addEventListener('blur', () => el.removeAttribute('tabindex'), { once: true });
  }
  el.focus({ preventScroll: true });
}

let here = '';
effect(() => {
  const { page, rest } = place.value;
  const now = [page, ...rest].join('/');
  if (here && now !== here) {
    turned = true;
    timer ||= setTimeout(check, 30);
  }
  here = now;
});

new MutationObserver(() => {
  if (last && document.activeElement !== last) timer ||= setTimeout(check, 30);
  else if (last?.matches(':disabled')) timer ||= setTimeout(check, 30);
}).observe(/** @type {HTMLElement} */ (document.getElementById('app')), { subtree: true, childList: true, attributes: true, attributeFilter: ['disabled', 'hidden'] });
