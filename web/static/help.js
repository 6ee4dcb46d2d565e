// @ts-check
import { html } from './html.js';
import { t } from './i18n/index.js';
import { keys as keyWords, filterHelp as filterWords } from './i18n/en-help.js';
import { place } from './router.js';
import { helpOpen, letterKeys, selected } from './state.js';
import { Sheet } from './components/overlay.js';
import { addTerm } from './list/filter.js';
import { tabs } from './detail/tabs.js';

/** @param {string} s */
const keys = (s) => s.split(' ').map((k) => html`<kbd>${k}</kbd> `);

/** Lists only what works where one is. */
export function Help() {
  const k = keyWords;
  const live = place.value.page === 'live';
  const detail = place.value.page === 'd' || (live && selected.value > 0);
  /** @type {[string, [string, string][]][]} */
  const groups = [];
  if (live) {
    groups.push([k.list, [['j k ↓ ↑', k.move], ['PgUp PgDn', k.page], ['Home End', k.ends], ['Enter', k.open], ['Esc', k.back], ['/', k.filter], ['f', k.filterBy], ['x Space', t.select.keys.choose], ['Shift ↓ ↑', t.select.keys.range], ['Ctrl A', t.select.keys.all], ['r', t.select.keys.resend], ['R', t.select.keys.replay], ['c', t.select.keys.compare], ['#', t.select.keys.delete], ['z', t.select.keys.undo], ['m', k.pin], ['.', k.newest], ['F', k.follow], ['p', k.pause]]]);
  }
  if (detail) {
    groups.push([k.detail, [['o', k.full], ['[ ]', k.tabs], [`1 … ${tabs.length}`, k.tabN], ['y c', k.copyCurl], ['y b', k.copyBody], ['y u', k.copyURL], ['y h', k.copyHeaders], ['y l', k.copyLink], ['y p', k.copyPath], ['y s', k.copySigned]]]);
    groups.push([k.tree, [['← →', k.fold], ['*', k.level], ['/', k.search], ['n N', k.next]]]);
  }
  groups.push([k.everywhere, [['g l', k.goLive], ['g s', t.nav.send], ['g e', t.nav.endpoints], ['g i', k.goInboxes], ['g a', t.nav.activity], ['g ,', k.goSettings], ['Ctrl K', k.palette], ['?', k.help]]]);
  return html`<${Sheet} title=${k.title} close=${() => { helpOpen.value = false; }}>
    ${letterKeys.value === 'on' ? null : html`<p class="note">${k.off}</p>`}
    <div class="keys-grid">${groups.map(([title, list]) => html`<section><h3>${title}</h3><ul>${list.map(([key, what]) => html`<li><span>${what}</span><span>${keys(key)}</span></li>`)}</ul></section>`)}</div>
    ${live ? html`<section class="filter-help"><h3>${filterWords.title}</h3><p class="muted">${filterWords.text}</p>
      <dl>${filterWords.rows.map(([what, ...examples]) => html`<dt>${what}</dt><dd>${examples.map((x) => html`<button type="button" class="chip-button mono" title=${filterWords.use} onClick=${() => { helpOpen.value = false; addTerm(x); }}>${x}</button>`)}</dd>`)}</dl></section>` : null}
  </${Sheet}>`;
}
