// @ts-check
// One chart: a labelled figure that a pointer, a keyboard and a screen reader can
// read, with the same numbers as a table.
import { html, useEffect, useMemo, useRef, useState } from '../html.js';
import { activity as activityWords } from '../i18n/en-activity.js';
import { clockOf } from './time.js';
import { plot } from './plot.js';
import { seriesOf } from './figures.js';

/** @typedef {import('../types.js').Activity} Activity */
/** @typedef {import('./figures.js').Figure} Figure */
/** @typedef {import('./figures.js').Series} Series */

/**
 * @param {{figure: Figure, report: Activity, theme: string, open: (from: number, to: number) => void}} p
 *   open is called with the range that was chosen, in ms
 */
export function Chart({ figure, report, theme, open }) {
  const [table, setTable] = useState(false);
  const [at, setAt] = useState(-1);
  const span = (Date.parse(report.to) - Date.parse(report.from)) / 1000;
  const series = seriesOf(figure, report.total, span);
  const a = activityWords;
  const bucket = at >= 0 ? report.buckets[at] : undefined;
  return html`<figure class="chart" aria-labelledby=${'chart-' + figure.id}>
    <figcaption><h2 id=${'chart-' + figure.id}>${figure.title}</h2><span class="muted">${bucket ? clockOf(Date.parse(bucket.t), report.step_s) : figure.hint}</span>
      <button type="button" class="btn quiet small" aria-pressed=${table} aria-label=${a.tableOf(figure.title)} onClick=${() => setTable(!table)}>${a.table}</button></figcaption>
    <ul class="legend">${series.map((s) => {
      const v = bucket ? s.value(bucket, report.step_s) : s.value(report.total, span);
      return html`<li><${Swatch} s=${s} lines=${figure.kind === 'lines'} />${s.name} <b>${v === null ? '–' : figure.write(v)}</b></li>`;
    })}</ul>
    ${table ? html`<${Numbers} figure=${figure} series=${series} report=${report} />`
    : html`<${Canvas} figure=${figure} series=${series} report=${report} theme=${theme} at=${at} setAt=${setAt} open=${open} />`}
  </figure>`;
}

/** @param {{s: Series, lines: boolean}} p */
function Swatch({ s, lines }) {
  const colour = { color: `var(${s.colour})` };
  if (!lines) return html`<span class="swatch" aria-hidden="true" style=${colour}>${s.shape}</span>`;
  return html`<svg class="swatch" viewBox="0 0 20 8" aria-hidden="true" style=${colour}><path d="M0 4h20" stroke-dasharray=${s.dash?.join(' ')} /></svg>`;
}

/** @param {{figure: Figure, series: Series[], report: Activity}} p */
function Numbers({ figure, series, report }) {
  const rows = report.buckets.filter((b) => b.in + b.out > 0).reverse();
  return html`<div class="num-table" tabindex="0" role="region" aria-label=${activityWords.tableOf(figure.title)}><table>
    <thead><tr><th scope="col">${activityWords.time}</th>${series.map((s) => html`<th scope="col" class="num">${s.name}</th>`)}</tr></thead>
    <tbody>${rows.map((b) => html`<tr key=${b.t}><th scope="row">${clockOf(Date.parse(b.t), report.step_s)}</th>${series.map((s) => {
      const v = s.value(b, report.step_s);
      return html`<td class="num">${v === null ? '–' : figure.write(v)}</td>`;
    })}</tr>`)}</tbody></table></div>`;
}

/**
 * @param {{figure: Figure, series: Series[], report: Activity, theme: string, at: number,
 *   setAt: (i: number) => void, open: (from: number, to: number) => void}} p
 */
function Canvas({ figure, series, report, theme, at, setAt, open }) {
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const drawn = useRef(/** @type {import('./plot.js').Plot|null} */ (null));
  const [from, setFrom] = useState(-1); // where a range that is chosen by keys begins
  const latest = useRef({ report, setAt, open });
  latest.current = { report, setAt, open };
  const step = report.step_s * 1000;
  const names = series.map((s) => s.name).join();

  useEffect(() => {
    let gone = false;
    const mine = plot(/** @type {HTMLElement} */ (box.current), figure, series, {
      moved: (i) => latest.current.setAt(i),
      chosen: (a, b) => latest.current.open(a, b),
    });
    mine.then((p) => {
      if (gone) return p.end();
      drawn.current = p;
      p.show(latest.current.report);
    }, () => {}); // without the library the table still tells the numbers
    return () => {
      gone = true;
      drawn.current?.end();
      drawn.current = null;
    };
  }, [figure, names, theme]);
  useEffect(() => drawn.current?.show(report), [report]);

  const last = report.buckets.length - 1;
  const timeOf = (/** @type {number} */ i) => clockOf(Date.parse(report.buckets[i].t), report.step_s);
  const spoken = useMemo(() => {
    const b = report.buckets[at];
    if (!b) return figure.hint;
    const values = series.map((s) => [s.name, s.value(b, report.step_s)]).filter(([, v]) => v);
    const range = from >= 0 && from !== at ? '. ' + activityWords.chosen(timeOf(Math.min(from, at)), timeOf(Math.max(from, at))) : '';
    return `${timeOf(at)}: ${values.map(([name, v]) => `${name} ${figure.write(/** @type {number} */ (v))}`).join(', ') || '0'}${range}`;
  }, [report, at, from]);

  const keys = (/** @type {KeyboardEvent} */ e) => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const now = at < 0 ? last : at;
    const to = { ArrowLeft: now - 1, ArrowRight: now + 1, PageUp: now - 10, PageDown: now + 10, Home: 0, End: last }[e.key];
    if (to !== undefined) {
      const next = Math.max(0, Math.min(last, to));
      const begin = e.shiftKey ? (from < 0 ? now : from) : -1;
      setFrom(begin);
      setAt(next);
      drawn.current?.point(next, begin);
    } else if (e.key === 'Enter' && at >= 0) {
      const begin = from < 0 ? at : from;
      open(Date.parse(report.buckets[Math.min(begin, at)].t), Date.parse(report.buckets[Math.max(begin, at)].t) + step);
    } else if (e.key === 'Escape' && at >= 0) {
      setFrom(-1);
      setAt(-1);
      drawn.current?.point(-1, -1);
    } else return;
    e.preventDefault();
    e.stopPropagation();
  };
  return html`<div class="plot" ref=${box} tabindex="0" role="slider" aria-label=${activityWords.chartOf(figure.title)} aria-valuemin="0" aria-valuemax=${Math.max(0, last)}
    aria-valuenow=${Math.max(0, at)} aria-valuetext=${spoken} onKeyDown=${keys}></div>`;
}
