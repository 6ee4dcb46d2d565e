// @ts-check
import { html } from './html.js';
import { t } from './i18n/index.js';
import { keys as keyWords, filterHelp as filterWords } from './i18n/en-help.js';
import { out } from './i18n/en-out.js';
import { isAction, keysOf } from './keymap.js';
import { place } from './router.js';
import { helpOpen, letterKeys, selected } from './state.js';
import { Sheet } from './components/overlay.js';
import { caps } from './components/caps.js';
import { addTerm } from './list/filter.js';
import { tabs } from './detail/tabs.js';

/** Keys as they are set: of an action such as "g l", or of several side by side. @param {string} s */
const keys = (s) => caps(isAction(s) ? keysOf(s) : s.split(' ').map((k) => (isAction(k) ? keysOf(k) : k)).join(' '));

/** @typedef {[string, string][]} Keys a key, and what it does */

/** What acts on deliveries. @returns {Keys} */
const acts = () => {
  const s = t.select.keys;
  return [['r', s.resend], ['R', s.replay], ['c', s.compare], ['e', out.keys.export], ['t', out.keys.tag], ['#', s.delete]];
};

/** What the page has besides. @param {string} page @param {number} tabbed how many tabs it has @returns {Keys} */
function ofPage(page, tabbed) {
  /** @type {Keys} */
  const list = [];
  if (document.querySelector('.main input[type="search"], .main .filter-field input')) list.push(['/', out.keys.search]);
  if (tabbed) list.push(['[ ]', keyWords.tabs], [`1 … ${tabbed}`, keyWords.tabN]);
  if (page === 'send' && tabbed) list.push(['Ctrl Enter', out.keys.send]);
  if (page === 'compare') list.push(['n p', out.keys.difference]);
  return list;
}

/** Lists only what works where one is. */
export function Help() {
  const k = keyWords;
  const { page } = place.value;
  const live = page === 'live';
  const detail = page === 'd' || (live && selected.value > 0);
  /** @type {[string, Keys][]} */
  const groups = [];
  if (live) {
    groups.push([k.list, [['j k ↓ ↑', k.move], ['PgUp PgDn', k.page], ['Home End', k.ends], ['Enter', k.open], ['Esc', k.back], ['/', k.filter], ['f', k.filterBy], ['x Space', t.select.keys.choose], ['Shift ↓ ↑', t.select.keys.range], ['Ctrl A', t.select.keys.all], ...acts(), ['z', t.select.keys.undo], ['m', k.pin], ['.', k.newest], ['F', k.follow], ['p', k.pause], ['Shift F10', k.menu]]]);
  }
  if (detail) {
    groups.push([k.detail, [...(live ? [] : acts()), ['o', k.full], ['[ ]', k.tabs], [`1 … ${tabs.length}`, k.tabN], ['y c', k.copyCurl], ['y b', k.copyBody], ['y u', k.copyURL], ['y h', k.copyHeaders], ['y l', k.copyLink], ['y p', k.copyPath], ['y s', k.copySigned], ['y j', k.copyRow], ['y m', k.copyReport]]]);
    groups.push([k.tree, [['← →', k.fold], ['*', k.level], ['/', k.search], ['n N', k.next], ['Enter', k.valueMenu], ['f', k.filterByValue]]]);
  }
  if (!live && !detail) {
    const own = ofPage(page, document.querySelectorAll('.main [role="tab"]').length);
    if (own.length) groups.push([out.keys.page, own]);
  }
  if (page === 'activity') groups.push([out.keys.chart, [['← →', out.keys.chartMove], ['Shift ← →', out.keys.chartRange], ['Enter', out.keys.chartOpen]]]);
  groups.push([k.everywhere, [['g l', k.goLive], ['g s', t.nav.send], ['g e', t.nav.endpoints], ['g i', k.goInboxes], ['g r', t.nav.recordings], ['g a', t.nav.activity], ['g u', out.keys.runs], ['g ,', k.goSettings], ['Ctrl K', k.palette], ['?', k.help]]]);
  return html`<${Sheet} title=${k.title} close=${() => { helpOpen.value = false; }}>
    <p class=${'keys-change ' + (letterKeys.value === 'on' ? 'muted' : 'note')}>${letterKeys.value === 'on' ? null : k.off} <a href="/settings/keys" onClick=${() => { helpOpen.value = false; }}>${k.change}</a></p>
    <div class="keys-grid">${groups.map(([title, list]) => html`<section><h3>${title}</h3><ul>${list.filter(([key]) => keys(key).length).map(([key, what]) => html`<li><span>${what}</span><span>${keys(key)}</span></li>`)}</ul></section>`)}</div>
    ${live ? html`<section class="filter-help"><h3>${filterWords.title}</h3><p class="muted">${filterWords.text}</p>
      <dl>${filterWords.rows.map(([what, ...examples]) => html`<dt>${what}</dt><dd>${examples.map((x) => html`<button type="button" class="chip-button mono" title=${filterWords.use} onClick=${() => { helpOpen.value = false; addTerm(x); }}>${x}</button>`)}</dd>`)}</dl></section>` : null}
  </${Sheet}>`;
}
