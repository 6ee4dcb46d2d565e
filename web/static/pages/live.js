// @ts-check
// Live: the list, and beside it, below it or in its place the open delivery.
import { html, useEffect, useLayoutEffect, useRef, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { params, setParams } from '../router.js';
import { sync, head, following, paused, selected, beside, detailWidth, detailHeight, total, server, select, askServer, inTrash } from '../state.js';
import { Bar, NewChip } from '../list/bar.js';
import { List, listHandle } from '../list/list.js';
import { arrived } from '../list/drawing.js';
import { setFilter } from '../list/filter.js';
import { forgetValues } from '../list/values.js';
import { togglePause } from '../list/bar.js';
import { forget } from '../detail/open.js';
import { lazy } from '../components/lazy.js';
import { styled } from '../components/style.js';
import { dropChosen } from '../list/select.js';
import { announceRows, toast } from '../components/notices.js';
import { visible } from '../format.js';
import { Said } from '../said.js';

const Detail = lazy(() => import('../detail/detail.js').then((m) => m.Detail), true);
const FirstRun = lazy(() => import('../list/first.js').then((m) => m.FirstRun));
const FirstStrip = lazy(() => import('../list/first.js').then((m) => m.FirstStrip), 'aside');
const TrashLine = lazy(() => import('../list/trash.js').then((m) => m.TrashLine), 'aside');
const TrashEmpty = lazy(() => import('../list/trash.js').then((m) => m.TrashEmpty));
const RecordingNow = lazy(() => styled(import('../recordings/now.js'), 'RecordingNow', 'recordings'), 'aside');
const Looser = lazy(() => import('../list/looser.js').then((m) => m.Looser), 'aside');

sync.onnew = (rows) => {
  announceRows(rows);
  const now = Date.now();
  if (rows.length <= 20) for (const r of rows) arrived.set(r.id, now);
  if (following.value && !paused.value) {
    head.value = Infinity;
    let newest = rows[0];
    for (const r of rows) if (r.n > newest.n) newest = r;
    select(newest.n);
    listHandle?.newest();
  }
};
sync.onchanged = (rows) => {
  for (const r of rows) {
    forget(r.id, r.n);
    forgetValues(r.n);
  }
};
sync.ongone = (ids) => {
  dropChosen(ids);
  for (const id of ids) forget(id, 0);
};
sync.onreset = () => toast(t.link.reset);

const RowContext = lazy(() => import('../list/context.js').then((m) => m.RowContext), 'aside');
const SelectionBar = lazy(() => import('../list/selection.js').then((m) => m.SelectionBar));

/** What single tabs have in the URL. */
const ofTab = { code: null, sign: null, body: null, secrets: null, to: null, view: null, decoded: null };

export function Live() {
  const q = params.value.q || '';
  // Not only after the next frame: somebody waits for the answer.
  useLayoutEffect(() => {
    head.value = Infinity;
    sync.start(q);
    askServer();
  }, [q]);
  useEffect(() => () => sync.stop(), []);

  const open = selected.value > 0;
  const over = open && !beside.value;
  const below = beside.value === 'below';
  return html`<div class=${'live' + (below ? ' below' : '')}>
    ${over ? null : html`<section class="list-pane" aria-label=${t.live.list} id="content" tabindex="-1">
      <h1 class="sr">${t.live.title}</h1>
      <${Bar} />
      <${FirstStrip} />
      <${Refusing} />
      ${inTrash.value ? html`<${TrashLine} />` : null}${server.value?.recording?.length ? html`<${RecordingNow} />` : null}
      <div class="grid-wrap"><${List} /><${NewChip} /><${Nothing} /></div>
      <${SelectionBar} /><${RowContext} />
    </section>`}
    ${open && !over ? html`<${Divider} />` : null}
    ${open ? html`<aside class=${'detail-pane' + (over ? ' over' : '')} aria-label=${t.detail.label} id=${over ? 'content' : 'detail'} style=${over ? undefined : { flexBasis: (below ? detailHeight : detailWidth).value + '%' }}>
      <${Detail} which=${selected.value} tab=${params.value.tab || 'overview'} attempt=${params.value.attempt || ''}
        setTab=${(/** @type {string} */ tab) => setParams({ tab: tab === 'overview' ? null : tab, attempt: tab === 'attempts' ? null : params.value.attempt || null, path: null, ...ofTab }, false)}
        setAttempt=${(/** @type {number} */ k) => setParams({ attempt: k || null }, false)} close=${() => { select(0); requestAnimationFrame(() => listHandle?.focus()); }} />
    </aside>` : null}
  </div>`;
}

function Refusing() {
  const why = server.value?.store?.refusing;
  if (why) return html`<p class="slim bad" role="status"><b>${t.store.refusing}</b> <${Said} text=${why} /> <span class="muted">${t.store.remedy}</span> <a href="/settings">${t.nav.settings}</a></p>`;
  return paused.value ? html`<p class="slim" role="status">${t.live.pausedBar}<button type="button" class="btn small" onClick=${togglePause}>${t.live.resume}</button></p>` : null;
}

/** What stands in place of an empty list. */
function Nothing() {
  sync.version.value;
  const problem = sync.problem.value;
  const q = sync.q.value;
  // Also while there is nobody to load from: an empty list would be a lie.
  const coming = !sync.complete.value && (sync.loading.value || !q);
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    setSlow(false);
    if (!coming) return;
    const timer = setTimeout(() => setSlow(true), 150);
    return () => clearTimeout(timer);
  }, [coming]);

  if (problem && problem.status !== 400) {
    return html`<div class="empty"><div class="empty-card first" role="alert"><h2>${t.error.list}</h2><p class="cap">${problem.message}</p>${problem.hint && html`<p class="muted">${problem.hint}</p>`}
      <button type="button" class="btn" onClick=${() => sync.start(params.value.q || '')}>${t.retry}</button></div></div>`;
  }
  if (sync.rows.length) return null;
  if (coming) return slow ? html`<div class="skeleton" role="status"><span class="sr">${t.loading}</span></div>` : null;
  if (!q) return total.value ? null : html`<${FirstRun} />`;
  if (!sync.complete.value) return html`<div class="empty"><div class="empty-card"><p class="muted">${t.empty.searching}</p></div></div>`;
  if (inTrash.value) return html`<div class="empty"><div class="empty-card"><${TrashEmpty} /></div></div>`;
  const hidden = total.value;
  return html`<div class="empty"><div class="empty-card">
    <p>${hidden ? t.empty.hidden(hidden, q) : t.empty.none} <code class="iso">${visible(q)}</code></p>
    <${Looser} q=${q} />
    <div class="row-gap"><button type="button" class="btn" onClick=${() => setFilter('')}>${t.empty.clear}</button></div>
  </div></div>`;
}

/** Moves the border between list and detail by pointer and by arrow keys. */
function Divider() {
  const below = beside.value === 'below';
  const share = below ? detailHeight : detailWidth;
  const from = useRef(/** @type {{at: number, share: number, all: number}|null} */ (null));
  const at = (/** @type {PointerEvent} */ e) => (below ? e.clientY : e.clientX);
  const set = (/** @type {number} */ w) => {
    share.value = String(Math.round(Math.max(28, Math.min(70, w)) * 10) / 10);
  };
  return html`<div class="divider" role="separator" tabindex="0" aria-orientation=${below ? 'horizontal' : 'vertical'} aria-label=${below ? t.live.splitterBelow : t.live.splitter} aria-controls="detail"
    aria-valuenow=${Math.round(Number(share.value))} aria-valuemin="28" aria-valuemax="70"
    onPointerDown=${(/** @type {PointerEvent} */ e) => {
      const el = /** @type {HTMLElement} */ (e.currentTarget);
      const live = /** @type {HTMLElement} */ (el.parentElement);
      el.setPointerCapture(e.pointerId);
      from.current = { at: at(e), share: Number(share.value), all: below ? live.clientHeight : live.clientWidth };
    }}
    onPointerMove=${(/** @type {PointerEvent} */ e) => from.current && set(from.current.share + ((from.current.at - at(e)) / from.current.all) * 100)}
    onPointerUp=${() => { from.current = null; }} onPointerCancel=${() => { from.current = null; }}
    onKeyDown=${(/** @type {KeyboardEvent} */ e) => {
      if (e.key === (below ? 'ArrowUp' : 'ArrowLeft')) set(Number(share.value) + 2);
      else if (e.key === (below ? 'ArrowDown' : 'ArrowRight')) set(Number(share.value) - 2);
      else return;
      e.preventDefault();
      e.stopPropagation();
    }}></div>`;
}
