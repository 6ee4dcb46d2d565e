// @ts-check
// What can be done with one delivery: the buttons under its name, and the same by key.
import { html, useEffect, useRef, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { out } from '../i18n/en-out.js';
import { api } from '../api.js';
import { layout } from '../state.js';
import { place } from '../router.js';
import { visible } from '../format.js';
import { Icon } from '../components/icons.js';
import { Menu } from '../components/menu.js';
import { toast, toastFailure } from '../components/notices.js';
import { openReplay } from '../run/open.js';
import { pin, pinned } from '../list/head.js';
import { compareKey } from '../list/compare.js';
import { TagForm } from '../list/tag.js';
import { exportItems } from '../list/export.js';
import { calls } from '../send/calls.js';
import { forget } from './open.js';
import { otherSide } from './side.js';

/** @typedef {{id: string, n: number}} One */

/** What keys may do with the buttons, while they are shown. @type {{tag: () => void, export: () => void}|null} */
export let actionsHandle = null;

/** Sends a delivery again where it went. @param {One} d */
export async function resendOne(d) {
  try {
    await calls.resend(d.id);
    toast(out.resent(d.n));
    forget(d.id, d.n);
  } catch (err) {
    const p = /** @type {import('../api.js').Problem} */ (err);
    if (p.kind === 'under-way') toast(out.stillTried(d.n), { text: out.tryNow, run: () => tryNow(d), ms: 10_000 });
    else toastFailure(visible([p.message, p.hint].filter(Boolean).join(' ')));
  }
}

/** Makes the next try at once. @param {One} d */
export async function tryNow(d) {
  try {
    await calls.tryNow(d.id);
  } catch (err) {
    toastFailure(visible(/** @type {Error} */ (err).message));
  }
  forget(d.id, d.n);
}

/** Opens the replay sheet. @param {One} d */
export const replayOne = (d) => openReplay({ ids: [d.id] }, 1, `n:${d.n}`);

/**
 * @param {object} p
 * @param {import('../types.js').Row} p.d @param {boolean} p.whole all of it has come
 * @param {boolean} p.gone @param {(what: string) => void} p.copy @param {() => void} p.remove
 */
export function Actions({ d, whole, gone, copy, remove }) {
  const [tagging, setTagging] = useState(false);
  const bar = useRef(/** @type {HTMLElement|null} */ (null));
  useEffect(() => setTagging(false), [d.id]);
  useEffect(() => {
    const mine = { tag: () => setTagging(true), export: () => /** @type {HTMLElement|null} */ (bar.current?.querySelector(`[data-menu="${layout.value === 'narrow' ? 'more' : 'export'}"] button`))?.click() };
    actionsHandle = mine;
    return () => {
      if (actionsHandle === mine) actionsHandle = null;
    };
  }, []);
  const c = t.copiedWhat;
  const narrow = layout.value === 'narrow';
  const away = Boolean(d.flags?.includes('trashed'));
  const exports = exportItems(`${away ? 'is:trashed ' : ''}n:${d.n}`);
  const live = place.value.page === 'live';
  const isPinned = live && pinned() === d.n;
  if (tagging) return html`<div class="detail-acts" ref=${bar}><${TagForm} source=${{ ids: [d.id] }} close=${() => setTagging(false)} done=${() => forget(d.id, d.n)} /></div>`;
  return html`<div class="detail-acts" role="group" aria-label=${out.acts} ref=${bar}>
    <button type="button" class="btn small" disabled=${gone || away} title=${d.dir === 'out' ? out.resendTip : out.resendInTip} onClick=${() => resendOne(d)}><${Icon} name="send" />${t.select.resend}</button>
    <button type="button" class="btn small" disabled=${gone || away} onClick=${() => replayOne(d)}><${Icon} name="replay" />${t.select.replay}</button>
    ${narrow ? null : html`<button type="button" class="btn small" onClick=${compareKey}><${Icon} name="compare" />${t.select.compare}</button>`}
    <${Menu} label=${out.copy} text items=${[[c.curl, 'c'], [c.body, 'b'], [c.url, 'u'], [c.headers, 'h'], [c.link, 'l'], [c.path, 'p'], [c.signed, 's'], [c.row, 'j'], [c.report, 'm']].map(([text, key]) => ({ text, hint: 'y ' + key, disabled: !whole, run: () => copy(key) }))} />
    ${narrow ? null : html`<${Menu} id="export" label=${t.select.export} text items=${exports} />`}
    <${Menu} id="more" label=${t.more} items=${[
      ...(narrow ? [{ text: t.select.compare, hint: 'c', run: compareKey }] : []),
      { text: out.tag, hint: 't', run: () => setTagging(true), disabled: gone },
      ...(live ? [{ text: isPinned ? out.unpin : out.pin, hint: 'm', run: () => pin(d.n) }] : []),
      ...(narrow ? exports.map((x) => ({ ...x, text: `${t.select.export}: ${x.hint}`, hint: undefined })) : []),
      ...(live ? otherSide() : []),
      { text: t.del.one, hint: live ? '#' : undefined, run: remove, disabled: gone || away, danger: true },
    ]} /></div>`;
}
