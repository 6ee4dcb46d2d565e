// @ts-check
// What the last replay of a recording came to: each delivery, as expected or not.
import { html, useEffect, useState } from '../html.js';
import { recordings as words } from '../i18n/en-recordings.js';
import { api } from '../api.js';
import { url } from '../router.js';
import { count, duration, visible } from '../format.js';
import { outcomeOf, shapes, titleOf } from '../outcome.js';
import { Icon } from '../components/icons.js';
import { runs } from '../run/start.js';
import { over } from '../run/watch.js';
import { shell } from '../detail/curl.js';
import { Terminal } from '../settings/facts.js';
import { resultsURL } from './calls.js';

/** @typedef {import('../types.js').Row} Row */

/** How many have a line of their own, those not as expected first. */
const most = 100;

/** @param {{r: import('./calls.js').Recording}} p */
export function Result({ r }) {
  const [n, setN] = useState(/** @type {{all: number, bad: number, rows: {row: Row, bad: boolean}[]}|null} */ (null));
  const all = `run:${r.run}`;
  const expect = r.expect || '-is:failed';
  const bad = `${all} -(${expect})`;
  useEffect(() => {
    if (!r.run) return;
    const ctl = new AbortController();
    const list = (/** @type {string} */ q) => api.list({ q, limit: most, signal: ctl.signal }).then((p) => p.rows);
    Promise.all([api.count(all, ctl.signal), api.count(bad, ctl.signal), list(bad), list(`${all} (${expect})`)]).then(([a, b, no, yes]) => {
      setN({ all: a.count, bad: b.count, rows: [...no.map((/** @type {Row} */ row) => ({ row, bad: true })), ...yes.map((/** @type {Row} */ row) => ({ row, bad: false }))].slice(0, most) });
    }, () => {}); // the run itself says more
    return () => ctl.abort();
  }, [r]);
  const run = runs.value.find((x) => x.id === r.run);
  return html`<section class="section"><h2>${words.checked}</h2>
    ${!r.run ? html`<p class="muted">${words.pending}</p>` : html`<p class="row-gap"><a href=${url('runs', [r.run])}>${r.run}</a>
      ${n ? html`<span class="status ok"><span aria-hidden="true">✓ </span>${count(n.all - n.bad)} ${words.passed}</span>
      ${n.bad ? html`<a class="status server" href=${url('live', [], { q: bad })}><span aria-hidden="true">✕ </span>${count(n.bad)} ${words.failed}</a>` : null}` : null}<span class="grow"></span>
      ${run && !over(run) ? null : html`<a class="btn small" href=${resultsURL(r.name)} download><${Icon} name="download" />${words.junit}</a>`}</p>
      ${n?.rows.length ? html`<${Table} rows=${n.rows} />` : null}
      ${n && n.all > n.rows.length ? html`<p class="muted">${words.someResults(n.rows.length, n.all)}</p>` : null}
      <${Terminal} commands=${[`boathook recordings check ${shell(r.name)} --junit results.xml`]} />`}</section>`;
}

/** @param {{rows: {row: Row, bad: boolean}[]}} p */
const Table = ({ rows }) => html`<div class="rec-results" role="region" tabindex="0" aria-label=${words.checked}><table><thead><tr><th scope="col">${words.result}</th><th scope="col">#</th><th scope="col">${words.event}</th><th scope="col">${words.outcome}</th></tr></thead><tbody>
  ${rows.map(({ row, bad }) => {
    const { kind, word } = outcomeOf(row);
    return html`<tr key=${row.id}><td class=${bad ? 'server' : 'ok'}><span aria-hidden="true">${bad ? '✕' : '✓'} </span>${bad ? words.failed : words.passed}</td><td><a href=${url('d', [String(row.n)])}>#${row.n}</a></td><th scope="row" class="iso wrap-any">${visible(titleOf(row))}</th><td><span class=${kind}><span aria-hidden="true">${shapes[kind]} </span>${visible(word)}</span> <span class="muted">${duration(row.duration_ms)}</span></td></tr>`;
  })}</tbody></table></div>`;
