// @ts-check
// Activity: numbers of a span of time, as charts and as tables.
import { html, useEffect, useMemo, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { activity as activityWords } from '../i18n/en-activity.js';
import { api, Problem } from '../api.js';
import { go, params, setParams, url } from '../router.js';
import { shownTheme } from '../state.js';
import { count, duration } from '../format.js';
import { Trouble } from '../components/trouble.js';
import { Icon } from '../components/icons.js';
import { sendPing } from '../list/first.js';
import { figures } from '../activity/figures.js';
import { Chart } from '../activity/chart.js';
import { Groups, okOf, percent } from '../activity/groups.js';
import { Ticker } from '../activity/ticker.js';
import { localOf, rangeTerms } from '../activity/time.js';

/** @typedef {import('../types.js').Activity} Activity */

const ranges = /** @type {const} */ (['15m', '1h', '24h', '7d']);
const bys = /** @type {const} */ (['endpoint', 'inbox', 'event', 'provider']);
/** Milliseconds between two looks at numbers that go on. */
const lookEvery = { '15m': 2000, '1h': 4000 };
const dark = matchMedia('(prefers-color-scheme: dark)');

/** The numbers, renewed while time goes on. @param {string} from @param {string} to @param {string} by @param {string} q */
function useReport(from, to, by, q) {
  const [state, setState] = useState(/** @type {{report: Activity|null, problem: Problem|null}} */ ({ report: null, problem: null }));
  const [again, setAgain] = useState(0);
  useEffect(() => {
    const ctl = new AbortController();
    let timer = 0;
    const look = async () => {
      if (document.hidden) {
        timer = setTimeout(look, 1000);
        return;
      }
      try {
        const report = await api.activity({ from, to, by, q }, ctl.signal);
        if (ctl.signal.aborted) return;
        setState({ report, problem: null });
      } catch (err) {
        if (ctl.signal.aborted) return;
        const problem = err instanceof Problem ? err : new Problem(0, { title: String(err) });
        setState((s) => ({ report: problem.status === 400 ? null : s.report, problem }));
        if (problem.status === 400) return;
      }
      if (!to) timer = setTimeout(look, lookEvery[/** @type {keyof typeof lookEvery} */ (from)] || 10_000);
    };
    look();
    return () => {
      ctl.abort();
      clearTimeout(timer);
    };
  }, [from, to, by, q, again]);
  return { ...state, retry: () => setAgain(again + 1) };
}

/** The theme that is drawn in: charts take their colours when they are made. */
function useLook() {
  const [system, setSystem] = useState(dark.matches);
  useEffect(() => {
    const change = () => setSystem(dark.matches);
    dark.addEventListener('change', change);
    return () => dark.removeEventListener('change', change);
  }, []);
  return shownTheme.value === 'system' ? (system ? 'dark' : 'light') : shownTheme.value;
}

export function ActivityPage() {
  const p = params.value;
  const from = p.from || '15m';
  const to = p.to || '';
  const by = bys.includes(/** @type {any} */ (p.by)) ? p.by : 'endpoint';
  const q = p.q || '';
  const { report, problem, retry } = useReport(from, to, by, q);
  const look = useLook();
  const relative = !to && ranges.includes(/** @type {any} */ (from));
  const range = relative || !report ? `after:${from}${to ? ` before:${to}` : ''}` : rangeTerms(Date.parse(report.from), Date.parse(report.to));
  const open = (/** @type {number} */ a, /** @type {number} */ b) => go(url('live', [], { q: [q, rangeTerms(a, b)].filter(Boolean).join(' ') }));
  const a = activityWords;
  return html`<div class="page activity" id="content" tabindex="-1"><div class="page-in">
    <div class="page-head"><h1>${a.title}</h1><a class="btn small" href="/runs">${a.runs}</a></div>
    <${Controls} from=${from} to=${to} by=${by} q=${q} report=${report} relative=${relative} live=${url('live', [], { q: [q, range].filter(Boolean).join(' ') })} />
    ${problem ? html`<${Trouble} problem=${problem} retry=${retry} />` : null}
    ${report ? html`
      ${report.complete ? null : html`<p class="note warn" role="status">${a.incomplete(report.scanned)}</p>`}
      <${Sums} report=${report} range=${[q, range].filter(Boolean).join(' ')} />
      ${report.total.in + report.total.out ? html`<div class="charts">${figures.map((f) => html`<${Chart} key=${f.id} figure=${f} report=${report} theme=${look} open=${open} />`)}</div>
      <p class="muted hint">${a.drag}</p>` : html`<${Nothing} />`}
      <div class="under">
        <section class="by" aria-labelledby="by"><h2 id="by">${a.bys[/** @type {keyof typeof a.bys} */ (by)]}</h2><${Groups} report=${report} range=${[q, range].filter(Boolean).join(' ')} /></section>
        <${Ticker} q=${q} />
      </div>` : problem ? null : html`<p class="muted" role="status">${t.loading}</p>`}
  </div></div>`;
}

/** @param {{from: string, to: string, by: string, q: string, report: Activity|null, relative: boolean, live: string}} p */
function Controls({ from, to, by, q, report, relative, live }) {
  const a = activityWords;
  const [typed, setTyped] = useState(q);
  useEffect(() => setTyped(q), [q]);
  const begin = report ? localOf(Date.parse(report.from)) : '';
  const end = report ? localOf(Date.parse(report.to)) : '';
  const set = (/** @type {'from'|'to'} */ which, /** @type {string} */ value) => {
    if (!report || !value || !Number.isFinite(Date.parse(value))) return;
    const iso = new Date(value).toISOString();
    setParams({ from: which === 'from' ? iso : report.from, to: which === 'to' ? iso : report.to }, false);
  };
  return html`<div class="controls">
    <div class="segmented" role="radiogroup" aria-label=${a.range}>${ranges.map((r) => html`<label><input type="radio" name="range" checked=${relative && r === from} onChange=${() => setParams({ from: r === '15m' ? null : r, to: null }, false)} />${a.ranges[r]}</label>`)}</div>
    <label class="field"><span>${a.from}</span><input class="input" type="datetime-local" step="1" value=${begin} max=${end} onChange=${(/** @type {any} */ e) => set('from', e.target.value)} /></label>
    <label class="field"><span>${a.to}</span><input class="input" type="datetime-local" step="1" value=${end} min=${begin} onChange=${(/** @type {any} */ e) => set('to', e.target.value)} /></label>
    <label class="field"><span>${a.by}</span><select class="input" value=${by} onChange=${(/** @type {any} */ e) => setParams({ by: e.target.value === 'endpoint' ? null : e.target.value })}>${bys.map((x) => html`<option value=${x} selected=${x === by}>${a.bys[x]}</option>`)}</select></label>
    <label class="field filter-field"><span>${a.filter}</span><input class="input mono" value=${typed} placeholder=${a.filterHint} spellcheck=${false} autocomplete="off" onInput=${(/** @type {any} */ e) => setTyped(e.target.value)}
      onChange=${(/** @type {any} */ e) => setParams({ q: e.target.value.trim() || null })} /></label>
    <a class="btn" href=${live}><${Icon} name="live" />${a.open}</a>
  </div>`;
}

/** @param {{report: Activity, range: string}} p range are the terms of the time */
function Sums({ report, range }) {
  const x = report.total;
  const s = activityWords.sums;
  /** @type {[string, string, string, string?][]} what is counted, its name, its kind, and the filter of what it counts */
  const list = useMemo(() => [
    [count(x.in + x.out), s.deliveries, '', range], [count(x.in), s.in, '', 'dir:in'], [count(x.out), s.out, '', 'dir:out'], [percent(okOf(x)), s.ok, okOf(x) === null ? '' : /** @type {number} */ (okOf(x)) < 90 ? 'server' : 'ok'],
    [count(x.failed), s.failed, x.failed ? 'server' : '', x.failed ? 'is:failed' : ''], [count(x.pending), s.pending, x.pending ? 'pending' : ''], [x.p50_ms ? duration(x.p50_ms) : '–', s.p50, ''], [x.p99_ms ? duration(x.p99_ms) : '–', s.p99, ''],
  ], [report]);
  return html`<dl class="sums">${list.map(([value, name, kind, q]) => html`<div><dt>${name}</dt><dd class=${kind}>${q ? html`<a href=${url('live', [], { q: q === range ? q : [range, q].join(' ') })}>${value}</a>` : value}</dd></div>`)}</dl>`;
}

function Nothing() {
  return html`<div class="card plain"><p>${activityWords.empty} <span class="muted">${activityWords.emptyNext}</span></p>
    <div class="row-gap"><button type="button" class="btn" onClick=${() => { go('/live'); sendPing(); }}><${Icon} name="send" />${activityWords.ping}</button><code>boathook ping</code></div></div>`;
}
