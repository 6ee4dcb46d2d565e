// @ts-check
// All that can be seen is in the URL: /live?q=&sel=&tab=&attempt=&path= and /d/{id|n}[/{tab}].
import { signal, computed, batch } from './html.js';

/**
 * @typedef {object} Place
 * @property {string} page one of `pages`, "" if there is no such page
 * @property {string[]} rest further parts of the path, decoded
 * @property {Record<string, string>} params of the query string
 */

/** Pages there are. A page that comes later adds its name here and its view in main.js. */
export const pages = ['live', 'd', 'send', 'endpoints', 'inboxes', 'recordings', 'activity', 'compare', 'runs', 'settings'];

/** @param {string} path @param {string} search @returns {Place} */
export function parse(path, search) {
  const parts = path.split('/').filter(Boolean).map(decode);
  const page = parts.length ? parts[0] : 'live';
  return {
    page: pages.includes(page) ? page : '',
    rest: parts.slice(1),
    params: Object.fromEntries(new URLSearchParams(search)),
  };
}

/** @param {string} s */
function decode(s) {
  try {
    return decodeURIComponent(s);
  } catch {
    return s;
  }
}

/**
 * @param {string} page @param {string[]} [rest]
 * @param {Record<string, string|number|null|undefined>} [params] empty ones are left out
 */
export function url(page, rest = [], params = {}) {
  const q = new URLSearchParams();
  for (const [k, v] of Object.entries(params)) if (v !== '' && v !== null && v !== undefined) q.set(k, String(v));
  // Colons and commas are common in filters and safe in a query string.
  const s = q.toString().replace(/%3A/g, ':').replace(/%2C/g, ',').replace(/%2F/g, '/');
  return '/' + [page, ...rest.map(encodeURIComponent)].join('/') + (s ? '?' + s : '');
}

export const place = signal(parse(location.pathname, location.search));
export const params = computed(() => place.value.params);

/** @param {string} to @param {boolean} [replace] keep no entry in the history */
export function go(to, replace = false) {
  if (to === location.pathname + location.search) return;
  history[replace ? 'replaceState' : 'pushState'](replace ? history.state : entry(to), '', to);
  read();
}

/**
 * What the history keeps with an address: whether a page of ours was before this one,
 * and how many entries of this one there are already.
 * @param {string} to
 */
function entry(to) {
  const here = place.value;
  const next = parse(new URL(to, location.origin).pathname, '');
  const same = next.page === here.page && next.rest[0] === here.rest[0];
  return same ? { own: Boolean(history.state?.own), depth: (history.state?.depth || 0) + 1 } : { own: true, depth: 0 };
}

/** Back to the page of ours that was before this one, else to an address. @param {string} to */
export function back(to) {
  if (history.state?.own) history.go(-1 - (history.state.depth || 0));
  else go(to);
}

/**
 * Changes parameters of this page.
 * @param {Record<string, string|number|null>} change null removes
 * @param {boolean} [replace]
 */
export function setParams(change, replace = true) {
  const { page, rest, params } = place.value;
  go(url(page, rest, { ...params, ...change }), replace);
}

function read() {
  batch(() => {
    place.value = parse(location.pathname, location.search);
  });
}

addEventListener('popstate', read);

// Plain clicks on links of our own go through the router.
document.addEventListener('click', (e) => {
  if (e.defaultPrevented || e.button || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
  const a = /** @type {Element} */ (e.target).closest?.('a[href]');
  if (!(a instanceof HTMLAnchorElement) || a.target || a.hasAttribute('download')) return;
  if (a.origin !== location.origin || a.pathname.startsWith('/api/') || a.pathname.startsWith('/static/')) return;
  if (a.hash && a.pathname === location.pathname) return;
  e.preventDefault();
  go(a.pathname + a.search);
});
