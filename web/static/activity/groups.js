// @ts-check
// The table under the charts: one line for each endpoint, inbox, event or provider.
import { html } from '../html.js';
import { t } from '../i18n/index.js';
import { activity as activityWords } from '../i18n/en-activity.js';
import { url } from '../router.js';
import { count, decimal, duration, moment, span, visible } from '../format.js';
import { term } from '../sign/filter.js';

/** @typedef {import('../types.js').Activity} Activity */
/** @typedef {import('../types.js').Tally} Tally */

/** Share of 2xx among what has an outcome, in per cent; null if nothing has. @param {Tally} x */
export function okOf(x) {
  const known = x['1xx'] + x['2xx'] + x['3xx'] + x['4xx'] + x['5xx'] + x.none;
  return known ? (x['2xx'] / known) * 100 : null;
}

/** 97.26 → "97.3 %", 97 → "97 %"; never 100 % when something failed. @param {number|null} v */
export const percent = (v) => (v === null ? '–' : `${v === 100 ? '100' : decimal(Math.min(99.9, v), 1)} %`);

/** How long until a time, in words. @param {number} ms */
const nextIn = (ms) => (ms > Date.now() ? t.time.ahead(span((ms - Date.now()) / 1000)) : activityWords.nextNow);

/** @param {{report: Activity, range: string}} p range are the terms of the time */
export function Groups({ report, range }) {
  const by = /** @type {keyof typeof activityWords.noGroup} */ (report.by);
  const c = activityWords.columns;
  if (!report.groups.length) return html`<p class="muted">${activityWords.noGroup[by]}</p>`;
  const some = report.groups.some((g) => g.next);
  return html`<div class="num-table groups" tabindex="0" role="region" aria-label=${activityWords.groups}><table>
    <thead><tr><th scope="col">${activityWords.bys[by]}</th><th scope="col" class="num">${c.count}</th><th scope="col" class="num">${c.ok}</th><th scope="col" class="num">${c.failed}</th>
      <th scope="col" class="num">${c.pending}</th><th scope="col" class="num">${c.p50}</th><th scope="col" class="num">${c.p95}</th><th scope="col" class="num">${c.p99}</th>${some ? html`<th scope="col" class="num">${c.next}</th>` : null}</tr></thead>
    <tbody>${report.groups.map((g) => {
      const ok = okOf(g);
      const q = [range, term(by, g.name)].filter(Boolean).join(' ');
      const others = g.name === '(others)';
      return html`<tr key=${g.name}><th scope="row">${others ? visible(g.name) : html`<a class="iso" href=${url('live', [], { q })}>${visible(g.name)}</a>`}</th><td class="num">${count(g.in + g.out)}</td>
        <td class="num"><span class="share" aria-hidden="true"><i style=${{ width: (ok ?? 0) + '%' }}></i></span><span class="per">${percent(ok)}</span></td>
        <td class=${'num ' + (g.failed ? 'server' : 'muted')}>${g.failed && !others ? html`<a href=${url('live', [], { q: q + ' is:failed' })}>${count(g.failed)}</a>` : count(g.failed)}</td><td class=${'num ' + (g.pending ? 'pending' : 'muted')}>${g.next && !others ? html`<a href=${url('live', [], { q: q + ' is:retrying' })}>${count(g.pending)}</a>` : count(g.pending)}</td>
        ${[g.p50_ms, g.p95_ms, g.p99_ms].map((ms) => html`<td class="num">${ms ? duration(ms) : '–'}</td>`)}${some ? html`<td class="num">${g.next ? html`<time class="pending" dateTime=${g.next} title=${moment(Date.parse(g.next))}>${nextIn(Date.parse(g.next))}</time>` : html`<span class="muted">–</span>`}</td>` : null}</tr>`;
    })}</tbody></table></div>`;
}
