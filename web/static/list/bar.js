// @ts-check
// Above the list: filter, counts, connection, Follow, Pause.
import { html, useEffect, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { sync, total, following, paused, head, held, freeze, thaw, askServer, select } from '../state.js';
import { api } from '../api.js';
import { Filter } from './filter.js';
import { Icon } from '../components/icons.js';
import { Menu, Confirm } from '../components/overlay.js';
import { toast, sayNow } from '../components/notices.js';
import { listHandle } from './list.js';

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
export function Pill() {
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
  return html`<span class="pill" data-link="live" title=${n ? t.link.complete(n) : t.link.live}><span class="ok" aria-hidden="true">●</span>${t.link.live}</span>`;
}

export function Bar() {
  sync.version.value;
  const [asking, setAsking] = useState('');
  const q = sync.q.value;
  const matching = sync.rows.length;

  const remove = async () => {
    try {
      const { deleted } = await api.deleteMatching(q || '*');
      toast(t.del.done(deleted));
      askServer();
    } catch (err) {
      sayNow(t.del.failed);
      toast(`${t.del.failed}: ${/** @type {Error} */ (err).message}`);
    }
  };

  return html`<div class="bar">
    <${Filter} />
    <div class="bar-line">
      <span class="counts">${t.live.counts(matching, total.value, sync.complete.value, Boolean(q))}</span>
      <${Pill} />
      <span class="grow"></span>
      ${asking ? html`<${Confirm} ask=${t.del.manyAsk(q ? matching : total.value)} yes=${t.del.yes(q ? matching : total.value)} run=${remove} close=${() => setAsking('')} />`
    : html`<button type="button" class="btn small" aria-pressed=${following.value} title=${t.live.followTip} onClick=${toggleFollow}><${Icon} name="follow" />${t.live.follow}</button>
      <button type="button" class="btn small" aria-pressed=${paused.value} title=${t.live.pauseTip} onClick=${togglePause}><${Icon} name=${paused.value ? 'play' : 'pause'} />${paused.value ? t.live.paused : t.live.pause}</button>
      <${Menu} label=${t.more} items=${[{ text: q ? t.del.many(matching) : t.del.all, danger: true, disabled: !matching || !sync.complete.value, run: () => setAsking('all') }]} />`}
    </div>
  </div>`;
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
