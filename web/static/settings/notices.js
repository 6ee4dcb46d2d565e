// @ts-check
// Settings › Notices: what is spoken of new deliveries, and what the page has said since
// it was opened, for who was not quick enough to read it.
import { html, useRef } from '../html.js';
import { settings as words } from '../i18n/en-settings.js';
import { notices } from '../state.js';
import { moment, timeOrDay, visible } from '../format.js';
import { past, settled } from '../components/notices.js';
import { Choice, put } from './choice.js';

/** @typedef {import('../components/notices.js').Notice} Notice */
/** @typedef {import('../components/notices.js').Action} Action */

const w = words.said;

export function NoticesSection() {
  return html`<section class="section"><h2>${words.sections.notices}</h2>
      <${Choice} label=${words.notices} name="notices" value=${notices.value} options=${[['off', words.noticesOff], ['summary', words.noticesSummary], ['failures', words.noticesFailures]]} set=${put(notices)} hint=${words.noticesHint} /></section>
    <${Past} />`;
}

function Past() {
  const head = useRef(/** @type {HTMLElement|null} */ (null));
  const all = past.value;
  /** The button that was pressed goes: the keyboard stays in the section. @param {() => void} act */
  const then = (act) => () => {
    head.current?.focus();
    act();
  };
  return html`<section class="section" aria-labelledby="said"><div class="row-gap spread"><h2 id="said" tabindex="-1" ref=${head}>${w.title}</h2><button type="button" class="btn small" disabled=${!all.length} onClick=${then(() => { past.value = []; })}>${w.clear}</button></div>
    <p class="muted">${w.lead}</p>
    ${all.length ? html`<ol class="said">${all.map((x) => html`<${Row} key=${x.id} notice=${x} then=${then} />`)}</ol>` : html`<p class="note">${w.none}</p>`}</section>`;
}

/** @param {{notice: Notice, then: (act: () => void) => () => void}} p */
function Row({ notice: x, then }) {
  const [shape, kind, name] = x.failure ? ['■', 'server', w.failure] : ['●', 'muted', w.note];
  const take = (/** @type {Action} */ a) => then(() => {
    settled(x.id);
    a.run();
  });
  return html`<li><time class="num muted" datetime=${new Date(x.at).toISOString()} title=${moment(x.at)}>${timeOrDay(x.at)}</time><span class=${kind}><span aria-hidden="true">${shape}</span> ${name}</span>
    <span class="said-text iso">${visible(x.text)}</span>${x.action?.lasts ? html`<button type="button" class="btn small" onClick=${take(x.action)}>${x.action.text}</button>` : null}</li>`;
}
