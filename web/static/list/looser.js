// @ts-check
// Nothing matches: each term of the filter, with what would match without it.
import { html, useEffect, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { api } from '../api.js';
import { count, visible } from '../format.js';
import { setFilter } from './filter.js';

const mostTerms = 6;

/** The terms of a filter; one with OR or brackets is taken as a whole. @param {string} q */
function termsOf(q) {
  const text = q.trim();
  if (/[()]|(^|\s)OR(\s|$)/.test(text.replace(/"(\\.|[^"\\])*"/g, ''))) return [text];
  return text.match(/(?:"(?:\\.|[^"\\])*"|[^\s"])+/g) || [];
}

/** @param {{q: string}} p */
export function Looser({ q }) {
  const terms = termsOf(q).slice(0, mostTerms);
  const [counts, setCounts] = useState(/** @type {{count: number, complete: boolean}[]|null} */ (null));
  const without = (/** @type {string} */ x) => termsOf(q).filter((y) => y !== x).join(' ');
  useEffect(() => {
    setCounts(null);
    if (terms.length < 2) return;
    const ctl = new AbortController();
    Promise.all(terms.map((x) => api.count(without(x), ctl.signal))).then(setCounts, () => {}); // without counts the buttons still work
    return () => ctl.abort();
  }, [q]);
  if (terms.length < 2) return null;
  // The nearest is the one that lets through the least, but something.
  const order = terms.map((x, i) => ({ x, n: counts?.[i] })).sort((a, b) => (a.n?.count || Infinity) - (b.n?.count || Infinity));
  return html`<ul class="looser">${order.map(({ x, n }) => html`<li><button type="button" class="btn" disabled=${n?.count === 0} onClick=${() => setFilter(without(x))}>${t.empty.dropTerm} <code class="iso">${visible(x)}</code>${n ? html` <span class="muted">${t.empty.then(n.count, n.complete)}</span>` : null}</button></li>`)}</ul>`;
}
