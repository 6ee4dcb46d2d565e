// @ts-check
// What belongs to a delivery: others with its id, what was resent or replayed of it,
// and what it is a replay of.
import { html, useEffect, useState } from '../html.js';
import { related as relatedWords } from '../i18n/en-diff.js';
import { api } from '../api.js';
import { url } from '../router.js';
import { outcomeOf, shapes, titleOf } from '../outcome.js';
import { timeOrDay, visible } from '../format.js';
import { quoted } from '../list/filter.js';

/** @typedef {import('../types.js').Delivery} Delivery */
/** @typedef {import('../types.js').Row} Row */

const most = 8;

/** Filter of what is related. @param {Delivery} d */
function relatedFilter(d) {
  const of = (d.tags || []).find((x) => x.startsWith('of='))?.slice(3);
  const parts = [`tag:${quoted('of=' + d.id)}`];
  if (d.event_id) parts.unshift(`id:${quoted(d.event_id)}`);
  if (of) parts.push(`tag:${quoted('of=' + of)}`);
  return { q: parts.length > 1 ? `(${parts.join(' OR ')})` : parts[0], of };
}

/** @param {{d: Delivery}} p */
export function Related({ d }) {
  const [rows, setRows] = useState(/** @type {Row[]} */ ([]));
  const { q, of } = relatedFilter(d);
  useEffect(() => {
    const ctl = new AbortController();
    Promise.all([api.list({ q, limit: most + 1, signal: ctl.signal }), of ? api.delivery(of, ctl.signal).catch(() => null) : null]).then(([page, source]) => {
      const all = source ? [...page.rows, source] : page.rows;
      setRows(all.filter((r, i) => r.id !== d.id && all.findIndex((x) => x.id === r.id) === i));
    }, () => {}); // it is an extra: the delivery itself is there
    return () => ctl.abort();
  }, [d.id, d.tries, d.status, q]);
  if (!rows.length) return null;
  const w = relatedWords;
  return html`<section class="block"><div class="block-head"><h3>${w.title}</h3><a href=${url('live', [], { q })}>${w.all}</a></div>
    <ul class="related">${rows.slice(0, most).map((r) => {
      const { kind, word } = outcomeOf(r);
      return html`<li><a href=${url('d', [String(r.n)])}><span class="n">#${r.n}</span> <span aria-hidden="true">${r.dir === 'out' ? '→' : '←'}</span> <span class="iso">${visible(titleOf(r))}</span></a>
        <span class=${kind}>${shapes[kind]} ${word}</span><span class="muted">${why(d, r, of)}</span><span class="muted iso">${visible(r.endpoint || r.inbox || '')}</span><span class="muted">${timeOrDay(Date.parse(r.at))}</span></li>`;
    })}</ul></section>`;
}

/** @param {Delivery} d @param {Row} r @param {string} [of] id of what d is a replay of */
function why(d, r, of) {
  const w = relatedWords;
  if (r.id === of) return w.source;
  if ((r.tags || []).includes('of=' + d.id)) return (r.flags || []).includes('resend') ? w.resend : w.replay;
  if (of && (r.tags || []).includes('of=' + of)) return w.sibling;
  return w.sameID;
}
