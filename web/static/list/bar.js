// @ts-check
// Above the list: filter, counts, connection, Follow, Pause.
import { html, signal, useEffect, useRef, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { sync, total, following, paused, head, held, freeze, thaw, select, server, inTrash } from '../state.js';
import { Filter, setFilter } from './filter.js';
import { Icon } from '../components/icons.js';
import { Menu } from '../components/menu.js';
import { sayNow } from '../components/notices.js';
import { listHandle } from './list.js';
import { lazy } from '../components/lazy.js';
import { styled } from '../components/style.js';
import { layout } from '../state.js';
import { labelOf } from './columns.js';
import { grouping, setGrouping, setSorting, sortedNewest, sorting } from './lines.js';

const Chooser = lazy(() => styled(import('./chooser.js'), 'Chooser', 'sheets'));
const SavedSheet = lazy(() => styled(import('./saved.js'), 'SavedSheet', 'sheets'));
/** Whether the sheets of columns and of saved filters are open. */
export const viewOpen = signal(false);
export const savedOpen = signal(false);

export function toggleFollow() {
  following.value = !following.value;
  if (following.value) {
    paused.value = false;
    listHandle?.newest();
    if (sync.rows.length) select(sync.rows.numberAt(0));
  }
}

export function togglePause() {
  paused.value = !paused.value;
  if (paused.value) {
    following.value = false;
    freeze();
  } else {
    thaw();
    listHandle?.newest();
  }
}

/** Whether the connection has been gone for so long that it is said. */
export function useLost() {
  const [late, setLate] = useState(false);
  const away = sync.link.value.state === 'reconnecting';
  useEffect(() => {
    setLate(false);
    if (!away) return;
    // Short breaks show nothing: a sign that flaps tells nobody anything.
    const timer = setTimeout(() => setLate(true), 2000);
    return () => clearTimeout(timer);
  }, [away]);
  return late && away;
}

/** State of the connection, in one line. It never covers anything. */
function Pill() {
  const link = sync.link.value;
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (link.state !== 'reconnecting') return;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [link.state]);
  const lost = useLost();
  useEffect(() => {
    if (link.state !== 'reconnecting') return;
    const timer = setTimeout(() => sayNow(t.link.lost), 5000);
    return () => clearTimeout(timer);
  }, [link.state]);

  // For a while after catching up it is said how far the list reaches.
  const [caught, setCaught] = useState(false);
  const before = useRef(link.state);
  useEffect(() => {
    const was = before.current;
    before.current = link.state;
    if (link.state !== 'live' || was !== 'catching') return;
    setCaught(true);
    const timer = setTimeout(() => setCaught(false), 6000);
    return () => clearTimeout(timer);
  }, [link.state]);

  sync.version.value;
  if (lost) {
    const s = Math.max(0, Math.ceil((link.until - now) / 1000));
    return html`<span class="pill" data-link="reconnecting"><span class="pending" aria-hidden="true">◐</span>${t.link.reconnecting(link.tries, s)}
      <button type="button" class="btn small" onClick=${() => sync.retryNow()}>${t.link.now}</button></span>`;
  }
  if (link.state === 'catching') {
    const part = link.of ? Math.min(1, link.done / link.of) : 0;
    return html`<span class="pill" data-link="catching">${t.link.catching(link.done, link.of)}
      <span class="bar-track" role="progressbar" aria-label=${t.link.catching(link.done, link.of)} aria-valuenow=${Math.round(part * 100)}><span class="bar-fill" style=${{ width: part * 100 + '%', display: 'block' }}></span></span></span>`;
  }
  if (link.state === 'polling') return html`<span class="pill" data-link="polling"><span class="ok" aria-hidden="true">●</span>${t.link.polling}</span>`;
  if (link.state === 'starting') return html`<span class="pill muted" data-link="starting">${t.link.starting}</span>`;
  const n = sync.rows.length && !sync.q.value ? sync.rows.numberAt(0) : 0;
  return html`<span class="pill" data-link="live" title=${n ? t.link.complete(n) : t.link.live}><span class="ok" aria-hidden="true">●</span>${n && caught && layout.value !== 'narrow' ? t.link.complete(n) : t.link.live}</span>`;
}

export function Bar() {
  sync.version.value;
  const q = sync.q.value;
  const matching = sync.rows.length;

  const trashed = server.value?.store?.trashed ?? 0;
  const remove = () => import('./remove.js').then((m) => m.discard({ q: [q && `(${q})`, `n:<=${sync.rows.numberAt(0)}`].filter(Boolean).join(' ') }, sync.rows.allIDs()));

  return html`<div class="bar">
    <${Filter} />
    <div class="bar-line">
      <span class="counts">${inTrash.value ? t.live.counts(matching, matching, sync.complete.value, false) : t.live.counts(matching, total.value, sync.complete.value, Boolean(q))}</span>
      <${Pill} />
      <${Order} />
      <div class="bar-acts"><button type="button" class="btn small" aria-pressed=${following.value} title=${t.live.followTip} onClick=${toggleFollow}><${Icon} name="follow" /><span class="phone-less">${t.live.follow}</span></button>
      <button type="button" class="btn small" aria-pressed=${paused.value} title=${t.live.pauseTip} onClick=${togglePause}><${Icon} name=${paused.value ? 'play' : 'pause'} /><span class="phone-less">${paused.value ? t.live.paused : t.live.pause}</span></button>
      <button type="button" class="btn small" aria-haspopup="dialog" title=${t.live.savedTip} onClick=${() => { savedOpen.value = true; }}><${Icon} name="bookmark" /><span class="wide-only">${t.live.saved.button}</span></button>
      ${layout.value === 'narrow' ? null : html`<button type="button" class="btn small" aria-haspopup="dialog" title=${t.live.viewTip} onClick=${() => { viewOpen.value = true; }}><${Icon} name="columns" /><span class="wide-only">${t.live.view.button}</span></button>`}
      <${Menu} label=${t.more} items=${[...(layout.value === 'narrow' ? [{ text: t.live.view.title, run: () => { viewOpen.value = true; } }] : []), ...(inTrash.value ? [] : [{ text: t.del.trash(trashed), disabled: !trashed, run: () => setFilter('is:trashed') }, { text: q ? t.del.many(matching) : t.del.all, danger: true, disabled: !matching || !sync.complete.value, run: remove }])]} /></div>
    </div>
    ${viewOpen.value ? html`<${Chooser} />` : null}${savedOpen.value ? html`<${SavedSheet} />` : null}
  </div>`;
}

/** How the list is sorted and grouped, when that is not as rows come. */
function Order() {
  const s = sorting.value;
  const v = t.live.view;
  const chip = (/** @type {string} */ text, /** @type {() => void} */ off) => html`<button type="button" class="btn small chip" aria-label=${v.undo(text)} title=${v.undo(text)} onClick=${off}>${text}<${Icon} name="close" /></button>`;
  const newest = sortedNewest();
  return html`${s ? chip(s[0] === '-' ? v.down(labelOf(s.slice(1))) : v.up(labelOf(s)), () => setSorting('')) : null}${newest === 0 ? null : html`<span class="muted" role="status">${newest === null ? t.live.sorting : t.live.sortedNewest(newest)}</span>`}
    ${grouping.value ? chip(v.groups[grouping.value], () => setGrouping('')) : null}`;
}

/** Collects what arrives above a list that somebody reads. */
export function NewChip() {
  const n = held.value;
  if (!n) return null;
  return html`<button type="button" class="btn new-chip" aria-label=${t.live.freshLabel(n)} onClick=${() => {
    if (paused.value) togglePause();
    head.value = Infinity;
    listHandle?.newest();
  }}>${t.live.fresh(n)}</button>`;
}
