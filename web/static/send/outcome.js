// @ts-check
// What became of what was sent, followed until no further try comes.
import { html, useEffect, useState } from '../html.js';
import { send as s } from '../i18n/en-send.js';
import { api } from '../api.js';
import { kindOf, shapes, wordOf } from '../outcome.js';
import { duration, span, visible } from '../format.js';
import { url } from '../router.js';
import { quoted } from '../list/filter.js';

/** @typedef {import('../types.js').Row} Row */
/** @typedef {Row & {next?: {at: string, under_way: boolean, try: number, waits: string}|null, gone?: boolean}} Followed */

const most = 6;

/** Whether it is a message that no mail server is set for. @param {Followed} d */
const isKept = (d) => d.method === 'MAIL' && d.tries > 0 && !d.status && !d.failure && !d.next;

/** Milliseconds until a delivery is looked at again; 0: its outcome is final. @param {Followed} d @param {number} looks so far */
function pause(d, looks) {
  if (d.gone) return 0;
  const open = !d.status && !d.failure && !isKept(d);
  if (!open && !d.next && looks > 1) return 0;
  const till = d.next && !d.next.under_way ? Date.parse(d.next.at) - Date.now() + 100 : 0;
  return Math.max(Math.min(250 * 1.6 ** Math.min(looks, 8), 5000), Math.min(till, 15_000));
}

/** @param {{sent: import('./types.js').Sent}} p */
export function Outcomes({ sent }) {
  const all = sent.deliveries.filter((d) => d.endpoint);
  const [rows, setRows] = useState(/** @type {Followed[]} */ (all.slice(0, most)));
  const [, tick] = useState(0);
  useEffect(() => {
    let on = true;
    /** @type {Set<number>} */
    const timers = new Set();
    const follow = (/** @type {Followed} */ d, /** @type {number} */ looks) => {
      const ms = pause(d, looks);
      if (!ms) return;
      const timer = setTimeout(async () => {
        timers.delete(timer);
        let now = d;
        try {
          now = await api.delivery(d.id);
        } catch (err) {
          if (/** @type {any} */ (err).status === 404) now = { ...d, gone: true };
        }
        if (!on) return;
        setRows((list) => list.map((x) => (x.id === d.id ? now : x)));
        follow(now, looks + 1);
      }, looks ? ms : 60);
      timers.add(timer);
    };
    for (const d of rows) follow(d, 0);
    const clock = setInterval(() => tick((n) => n + 1), 1000);
    return () => {
      on = false;
      clearInterval(clock);
      for (const x of timers) clearTimeout(x);
    };
  }, []);
  if (!all.length) return html`<p class="outcomes muted" role="status">${s.keptOnly}</p>`;
  const total = sent.total ?? all.length;
  return html`<section class="outcomes" aria-label=${s.last}><h2>${s.last}</h2>
    <ul role="status">${rows.map((d) => html`<${Line} key=${d.id} d=${d} />`)}</ul>
    ${total > rows.length ? html`<p class="muted">${s.more(rows.length, total)} <a href=${url('live', [], { q: `event:${quoted(all[0].event)} dir:out` })}>${s.inLive}</a></p>` : null}</section>`;
}

/** @param {{d: Followed}} p */
function Line({ d }) {
  const kept = isKept(d);
  const kind = kept ? 'ok' : kindOf(d.status, d.failure);
  const open = !d.status && !d.failure && !kept;
  const wait = d.next ? Math.max(0, Date.parse(d.next.at) - Date.now()) / 1000 : 0;
  return html`<li><span class=${kind}><b><span aria-hidden="true">${shapes[kind]} </span>${kept ? s.keptMail : open ? s.waiting : visible(wordOf(d.status, d.failure))}</b></span>
    ${open ? null : html`<span class="muted">${duration(d.duration_ms)}</span>`}
    <span class="iso">→ ${visible(d.endpoint || '')}</span>
    ${d.next && !d.next.under_way ? html`<span class="pending">↻ ${s.nextTry(d.next.try + 1, d.max_tries || d.next.try + 1)} ${wait > 0 ? s.inTime(span(wait)) : ''}${d.next.waits ? ' · ' + visible(d.next.waits) : ''}</span>` : !open && kind !== 'ok' && (d.max_tries || 0) > 1 && d.tries >= (d.max_tries || 0) ? html`<span class="muted">${s.givenUp}</span>` : null}
    ${d.gone ? html`<span class="muted">${s.gone}</span>` : html`<a href=${url('d', [String(d.n)])}>#${d.n}</a>`}</li>`;
}
