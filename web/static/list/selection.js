// @ts-check
// What can be done with the chosen deliveries, under the list.
import { html, useEffect, useRef, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { Icon } from '../components/icons.js';
import { Menu } from '../components/menu.js';
import { say, toast } from '../components/notices.js';
import { inTrash } from '../state.js';
import { choice, chooseOnly, clearChoice, filtersOf, howMany, sourceOf } from './select.js';
import { exportItems } from './export.js';
import { TagForm } from './tag.js';
import { here } from './here.js';
import { compareKey } from './compare.js';
import { removeChosen as discardChosen, undo } from './remove.js';
import { TrashActions, asking } from './trash.js';
import { recordings as recordingWords } from '../i18n/en-recordings.js';
import { AddForm } from '../recordings/add.js';
import { openReplay } from '../run/open.js';
import { startRun } from '../run/start.js';
import { actionsHandle, replayOne, resendOne } from '../detail/actions.js';

/** Sends the chosen ones again where they went. */
function resendChosen() {
  startRun({ kind: 'resend', source: sourceOf() });
}

/** Opens the replay sheet for the chosen ones. */
const replayChosen = () => openReplay(sourceOf(), howMany().count, filtersOf()[0]);

/** What is exported: one filter has to say it. */
const exported = () => {
  const all = filtersOf();
  return all.length === 1 ? all[0] : '';
};

/** What the keys of actions do: with what is chosen, else with the one delivery here. @param {string} key */
export function actByKey(key) {
  const one = here();
  if (key === 'z') return undo();
  if (inTrash.value && 'rRt'.includes(key)) return; // it is to be restored first
  if (key === 'c') return compareKey();
  if (!howMany().count) {
    if (!one) return;
    if (key === 'r') return resendOne(one);
    if (key === 'R') return replayOne(one);
    if (key === 't' && actionsHandle) return actionsHandle.tag();
    if (key === 'e' && actionsHandle) return actionsHandle.export();
    chooseOnly([one]);
  }
  if (key === 'r') resendChosen();
  else if (key === 'R') replayChosen();
  else if (key === '#') removeChosen();
  else if (key === 't') askChosen('tag');
  else press('[data-menu="export"] button');
}

/** Asks for the tag or the recording of the chosen ones. @param {'tag'|'add'} what */
export const askChosen = (what) => press(`[data-act="${what}"]`);

/** Presses a button of the bar. @param {string} which */
const press = (which) => afterPaint(() => /** @type {HTMLElement|null} */ (document.querySelector('.selection ' + which))?.click());

/** Once the bar is there. @param {() => void} run */
const afterPaint = (run) => requestAnimationFrame(() => setTimeout(run));

/** Deletes the chosen ones; what is in the trash already, not before that was asked. */
export function removeChosen() {
  if (inTrash.value) asking.value = true;
  else discardChosen();
}

export { undo };

export function SelectionBar() {
  const { count, more } = howMany();
  const said = useRef(0);
  useEffect(() => {
    if (count !== said.current && (count || said.current)) say(t.select.count(count, more));
    said.current = count;
  }, [count]);
  const [tagging, setTagging] = useState(false);
  const [adding, setAdding] = useState(false);
  if (!count) return null;
  const two = !choice.value.all && count === 2;
  const s = t.select;
  const exports = exportItems(exported(), () => toast(s.tooScattered));
  return html`<div class="selection" role="toolbar" aria-label=${s.label}>
    <b>${s.count(count, more)}</b>
    ${inTrash.value ? html`<${TrashActions} exports=${exports} />` : html`<button type="button" class="btn small" onClick=${resendChosen}><${Icon} name="send" />${s.resend}</button>
    <button type="button" class="btn small" onClick=${replayChosen}><${Icon} name="replay" />${s.replay}</button>
    <button type="button" class="btn small" disabled=${!two} title=${two ? undefined : s.compareTwo} onClick=${compareKey}><${Icon} name="compare" />${s.compare}</button>
    <${Menu} id="export" label=${s.export} text items=${exports} up />
    ${tagging ? html`<${TagForm} source=${sourceOf()} close=${() => setTagging(false)} />` : html`<button type="button" class="btn small" data-act="tag" onClick=${() => setTagging(true)}>${s.tag}</button>`}
    ${adding ? html`<${AddForm} source=${sourceOf()} close=${() => setAdding(false)} />` : html`<button type="button" class="btn small" data-act="add" onClick=${() => setAdding(true)}>${recordingWords.add}</button>`}
    <button type="button" class="btn small danger" onClick=${removeChosen}><${Icon} name="trash" />${s.delete}</button>`}
    <span class="grow"></span>
    <button type="button" class="btn quiet small" aria-label=${s.clear} title=${s.clear} onClick=${clearChoice}><${Icon} name="close" /></button>
  </div>`;
}
