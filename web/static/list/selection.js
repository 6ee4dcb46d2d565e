// @ts-check
// What can be done with the chosen deliveries, under the list.
import { html, useEffect, useRef, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { api } from '../api.js';
import { go, url } from '../router.js';
import { active, selected } from '../state.js';
import { Icon } from '../components/icons.js';
import { Menu } from '../components/overlay.js';
import { say, toast } from '../components/notices.js';
import { choice, clearChoice, filtersOf, howMany, sourceOf } from './select.js';
import { pinned } from './head.js';
import { removeChosen, undo } from './remove.js';
import { openReplay } from '../run/open.js';
import { startRun } from '../run/start.js';

/** Opens the comparison of two running numbers, the older one first. @param {number} a @param {number} b */
export const compare = (a, b) => go(url('compare', [], { a: Math.min(a, b), b: Math.max(a, b) }));

/** A delivery that waits for another one to be compared with. */
let base = 0;

/** Key c: compares two that are chosen, or one with the row under the keyboard. */
export function compareKey() {
  const some = [...choice.peek().some.keys()];
  const here = selected.value || active.value;
  if (some.length === 2) compare(some[0], some[1]);
  else if (some.length === 1 && here && here !== some[0]) compare(some[0], here);
  else if (pinned() && here && here !== pinned()) compare(pinned(), here);
  else if (base && here && here !== base) {
    compare(base, here);
    base = 0;
  } else if (here) {
    base = here;
    toast(t.select.compareNext(here));
  }
}

/** @param {string} format */
function download(format) {
  const filters = filtersOf();
  if (filters.length !== 1) {
    toast(t.select.tooScattered);
    return;
  }
  const a = document.createElement('a');
  a.href = api.exportURL(filters[0], format);
  a.download = '';
  a.click();
}

export function exportItems() {
  return /** @type {const} */ (['jsonl', 'har', 'curl', 'zip']).map((f) => ({ text: t.select.formats[f], hint: t.select.ends[f], run: () => download(f) }));
}

/** Sends the chosen ones again where they went. */
export function resendChosen() {
  startRun({ kind: 'resend', source: sourceOf() });
}

/** Opens the replay sheet for the chosen ones. */
export const replayChosen = () => openReplay(sourceOf(), howMany().count, filtersOf()[0]);

export { removeChosen, undo };

export function SelectionBar() {
  const { count, more } = howMany();
  const said = useRef(0);
  useEffect(() => {
    if (count !== said.current && (count || said.current)) say(t.select.count(count, more));
    said.current = count;
  }, [count]);
  const [tagging, setTagging] = useState(false);
  if (!count) return null;
  const two = !choice.value.all && count === 2;
  const s = t.select;
  return html`<div class="selection" role="toolbar" aria-label=${s.label}>
    <b>${s.count(count, more)}</b>
    <button type="button" class="btn small" onClick=${resendChosen}><${Icon} name="send" />${s.resend}</button>
    <button type="button" class="btn small" onClick=${replayChosen}><${Icon} name="replay" />${s.replay}</button>
    <button type="button" class="btn small" disabled=${!two} title=${two ? undefined : s.compareTwo} onClick=${compareKey}><${Icon} name="compare" />${s.compare}</button>
    <${Menu} label=${s.export} text items=${exportItems()} up />
    ${tagging ? html`<${TagForm} close=${() => setTagging(false)} />` : html`<button type="button" class="btn small" onClick=${() => setTagging(true)}>${s.tag}</button>`}
    <button type="button" class="btn small danger" onClick=${removeChosen}><${Icon} name="trash" />${s.delete}</button>
    <span class="grow"></span>
    <button type="button" class="btn quiet small" aria-label=${s.clear} title=${s.clear} onClick=${clearChoice}><${Icon} name="close" /></button>
  </div>`;
}

/** @param {{close: () => void}} p */
function TagForm({ close }) {
  const [tag, setTag] = useState('');
  const field = useRef(/** @type {HTMLInputElement|null} */ (null));
  useEffect(() => field.current?.focus(), []);
  const add = async (/** @type {Event} */ e) => {
    e.preventDefault();
    if (!tag.trim()) return;
    try {
      const { marked } = await api.mark({ ...sourceOf(), add_tags: [tag.trim()] });
      toast(t.select.tagged(marked, tag.trim()));
      close();
    } catch (err) {
      toast(/** @type {Error} */ (err).message);
    }
  };
  return html`<form class="tag-form" onSubmit=${add} onKeyDown=${(/** @type {KeyboardEvent} */ e) => { if (e.key === 'Escape') { e.stopPropagation(); close(); } }}>
    <input class="input" ref=${field} value=${tag} maxlength="64" aria-label=${t.select.tagName} placeholder=${t.select.tagName} spellcheck=${false} onInput=${(/** @type {any} */ e) => setTag(e.target.value)} />
    <button class="btn small">${t.select.tagAdd}</button></form>`;
}
