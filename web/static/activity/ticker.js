// @ts-check
// The last outcomes, as they come.
import { html, useEffect, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { activity as activityWords } from '../i18n/en-activity.js';
import { api } from '../api.js';
import { openFeed, backoff } from '../feed.js';
import { url } from '../router.js';
import { outcomeOf, shapes, titleOf } from '../outcome.js';
import { duration, time, visible } from '../format.js';

/** @typedef {import('../types.js').Row} Row */

const most = 20;

/** The newest rows of a filter, from the feed. @param {string} q */
function useNewest(q) {
  const [rows, setRows] = useState(/** @type {Row[]|null} */ (null));
  useEffect(() => {
    let over = false;
    let tries = 0;
    let timer = 0;
    let close = () => {};
    /** @type {Map<string, Row>} */
    let known = new Map();
    const show = () => {
      const list = [...known.values()].sort((a, b) => b.n - a.n).slice(0, most);
      known = new Map(list.map((r) => [r.id, r]));
      setRows(list);
    };
    const again = () => {
      if (over) return;
      close();
      timer = setTimeout(begin, backoff(++tries));
    };
    const begin = async () => {
      try {
        const page = await api.list({ q, limit: most });
        if (over) return;
        let cursor = page.cursor;
        known = new Map(page.rows.map((/** @type {Row} */ r) => [r.id, r]));
        show();
        close = openFeed({
          after: cursor, q, end: again,
          open: () => { tries = 0; },
          frame: (f) => {
            if (f.reset || f.lag || f.error || f.from !== cursor) return again();
            cursor = /** @type {string} */ (f.to);
            for (const r of [...(f.rows || []), ...(f.changed || []).filter((r) => known.has(r.id))]) known.set(r.id, r);
            for (const id of f.gone || []) known.delete(id);
            if (f.rows || f.changed || f.gone) show();
          },
        });
      } catch (err) {
        // A filter that cannot be read is told by the charts.
        if (/** @type {any} */ (err).status !== 400) again();
      }
    };
    begin();
    return () => {
      over = true;
      clearTimeout(timer);
      close();
    };
  }, [q]);
  return rows;
}

/** @param {{q: string}} p */
export function Ticker({ q }) {
  const rows = useNewest(q);
  return html`<section class="ticker" aria-labelledby="ticker"><h2 id="ticker">${activityWords.ticker}</h2>
    ${rows && !rows.length ? html`<p class="muted">${activityWords.tickerEmpty}</p>` : null}
    <ol>${rows?.map((r) => {
      const { kind, word } = outcomeOf(r);
      return html`<li key=${r.id}><a href=${url('live', [], { q, sel: r.n })}><time>${time(Date.parse(r.at)).slice(0, 8)}</time>
        <span class="c-dir" aria-hidden="true">${r.dir === 'out' ? '→' : '←'}</span><span class="sr">${r.dir === 'out' ? t.live.sent : t.live.received}</span>
        <span class="cut iso">${visible(titleOf(r))}</span>
        <span class=${kind}><span aria-hidden="true">${shapes[kind]} </span>${word}</span>
        <span class="muted num">${duration(r.duration_ms)}</span></a></li>`;
    })}</ol></section>`;
}
