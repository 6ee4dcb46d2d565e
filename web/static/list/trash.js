// @ts-check
// What is in the trash: a line above the list, the actions below it, a note at one.
import { html, signal, useState } from '../html.js';
import { trash as words } from '../i18n/en-trash.js';
import { t } from '../i18n/index.js';
import { api } from '../api.js';
import { moment, span } from '../format.js';
import { server, sync } from '../state.js';
import { Icon } from '../components/icons.js';
import { Menu } from '../components/menu.js';
import { Confirm } from '../components/overlay.js';
import { clearChoice, filtersOf, howMany, sourceOf } from './select.js';
import { forever, restore } from './remove.js';
import { setFilter } from './filter.js';

/** Whether it is asked if what is chosen may go for good. */
export const asking = signal(false);

export function TrashLine() {
  sync.version.value;
  const [sure, setSure] = useState(false);
  const n = server.value?.store?.trashed ?? 0;
  const age = server.value?.retention?.trash_s;
  return html`<div class="slim trash-line" role="region" aria-label=${words.title}><b>${words.title}</b><span class="muted">${words.lead(age ? span(age) : '')}</span><span class="grow"></span>
    ${sure ? html`<${Confirm} ask=${words.foreverAsk(n, false)} yes=${words.emptyYes} run=${() => forever(api.emptyTrash)} close=${() => setSure(false)} />`
    : html`<button type="button" class="btn small" disabled=${!n} onClick=${() => restore({ q: '*' })}><${Icon} name="undo" />${words.restoreAll}</button>
    <button type="button" class="btn small danger" disabled=${!n} onClick=${() => setSure(true)}><${Icon} name="trash" />${words.empty}</button>`}
    <button type="button" class="btn small" onClick=${() => setFilter('')}>${words.back}</button></div>`;
}

export const TrashEmpty = () => html`<p class="muted">${words.none}</p>`;

/** In place of the usual actions. @param {{exports: any[]}} p */
export function TrashActions({ exports }) {
  const { count, more } = howMany();
  const back = () => {
    restore(sourceOf());
    clearChoice();
  };
  const gone = async () => {
    const filters = filtersOf();
    clearChoice();
    await forever(async () => {
      let deleted = 0;
      for (const q of filters) deleted += (await api.deleteForever(q)).deleted;
      return { deleted };
    });
  };
  if (asking.value) return html`<${Confirm} ask=${words.foreverAsk(count, more)} yes=${words.foreverYes} run=${gone} close=${() => { asking.value = false; }} />`;
  return html`<button type="button" class="btn small" onClick=${back}><${Icon} name="undo" />${words.restore}</button>
    <${Menu} label=${t.select.export} text items=${exports} up />
    <button type="button" class="btn small danger" onClick=${() => { asking.value = true; }}><${Icon} name="trash" />${words.forever}</button>`;
}

/** @param {{d: import('../types.js').Delivery}} p */
export function TrashNote({ d }) {
  return html`<div class="note row-gap"><span class="grow">${words.since(moment(Date.parse(/** @type {string} */ (d.trashed))))}</span><button type="button" class="btn small" onClick=${() => restore({ ids: [d.id] })}><${Icon} name="undo" />${words.restore}</button></div>`;
}
