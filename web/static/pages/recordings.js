// @ts-check
// Recordings: named sets of deliveries, and one of them: /recordings and /recordings/{name}.
import { html, useEffect, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { recordings as words } from '../i18n/en-recordings.js';
import { api, Problem } from '../api.js';
import { place, url } from '../router.js';
import { bytes, visible } from '../format.js';
import { shell } from '../detail/curl.js';
import { Icon } from '../components/icons.js';
import { Menu } from '../components/menu.js';
import { Trouble } from '../components/trouble.js';
import { calls } from '../recordings/calls.js';
import { menuOf, record, replay } from '../recordings/act.js';
import { Import } from '../recordings/import.js';
import { One } from '../recordings/one.js';
import { LiveMark, Span } from '../recordings/parts.js';

/** @typedef {import('../recordings/calls.js').Recording} Recording */

/** How often the figures are asked for, in ms. */
const every = 3000;

export function RecordingsPage() {
  const name = place.value.rest[0];
  return html`<div class="page recordings" id="content" tabindex="-1"><div class="page-in">${name ? html`<${One} key=${name} name=${name} />` : html`<${All} />`}</div></div>`;
}

function All() {
  const [list, setList] = useState(/** @type {Recording[]|null} */ (null));
  const [problem, setProblem] = useState(/** @type {Problem|null} */ (null));
  const load = () => calls.all().then((r) => {
    setList(r.recordings);
    setProblem(null);
  }, setProblem);
  useEffect(() => {
    load();
    const timer = setInterval(() => !document.hidden && load(), every);
    return () => clearInterval(timer);
  }, []);
  return html`<div class="page-head"><h1>${words.title}</h1></div><p class="muted">${words.lead}</p>
    ${problem ? html`<${Trouble} problem=${problem} retry=${load} />` : null}
    <${RecordNow} done=${load} />
    ${list && !list.length ? html`<div class="card plain"><p>${words.none} <span class="muted">${words.noneNext}</span></p><code>boathook recordings record checkout --inbox demo</code></div>` : null}
    ${list?.length ? html`<ul class="rec-list" aria-label=${words.title}>${list.map((r) => html`<${Line} key=${r.name} r=${r} load=${load} />`)}</ul>` : null}
    <section class="section" aria-label=${words.import}><${Import} done=${load} /></section>`;
}

/** @param {{r: Recording, load: () => void}} p */
function Line({ r, load }) {
  const name = visible(r.name);
  return html`<li class="rec-item">
    <div class="rec-title"><a class="name iso" href=${url('recordings', [r.name])}>${name}</a>${r.live ? html`<${LiveMark} r=${r} />` : null}
      ${r.note ? html`<span class="cut iso muted grow">${visible(r.note)}</span>` : html`<span class="grow"></span>`}</div>
    <div class="rec-figures"><span>${r.deliveries ? words.size(r.deliveries) : words.empty}</span>${r.deliveries ? html`<span>${bytes(r.bytes)}</span><span class="muted"><${Span} r=${r} /></span>` : null}
      ${r.run ? html`<span class="muted">${words.lastRun} <a href=${url('runs', [r.run])}>${r.run}</a></span>` : null}</div>
    <div class="rec-acts">${r.live ? html`<button type="button" class="btn small" onClick=${() => record(r, null, load)}>${words.stop}</button>` : null}
      <a class="btn small" href=${url('live', [], { q: r.q })}>${words.open}</a>
      <button type="button" class="btn small" disabled=${!r.deliveries} onClick=${() => replay(r)}><${Icon} name="replay" />${words.replay}</button>
      <${Menu} label=${words.moreOf(name)} items=${menuOf(r, load)} /></div></li>`;
}

/** @param {{done: () => void}} p */
function RecordNow({ done }) {
  const [name, setName] = useState('');
  const [inbox, setInbox] = useState('');
  const [inboxes, setInboxes] = useState(/** @type {string[]} */ ([]));
  const [wrong, setWrong] = useState('');
  useEffect(() => {
    api.inboxes().then((r) => setInboxes(r.inboxes.map((x) => x.name)), () => {}); // every inbox is still to choose
  }, []);
  const begin = async (/** @type {Event} */ e) => {
    e.preventDefault();
    setWrong('');
    try {
      await calls.create({ name: name.trim(), live: { inbox } });
      setName('');
    } catch (err) {
      const p = /** @type {Problem} */ (err);
      setWrong([p.message, p.hint].filter(Boolean).join('. '));
    }
    done();
  };
  return html`<form class="rec-now" onSubmit=${begin}>
    <label class="field"><span>${words.name}</span><input class="input" value=${name} maxlength="60" aria-describedby="rec-hint" aria-invalid=${Boolean(wrong)} autocapitalize="off" autocomplete="off" spellcheck=${false} onInput=${(/** @type {any} */ e) => setName(e.target.value)} /></label>
    <label class="field"><span>${words.inbox}</span><select class="input" value=${inbox} onChange=${(/** @type {any} */ e) => setInbox(e.target.value)}><option value="">${words.every}</option>${inboxes.map((x) => html`<option value=${x}>${visible(x)}</option>`)}</select></label>
    <button class="btn primary" disabled=${!name.trim()}><span class="rec-dot" aria-hidden="true"></span>${words.now}</button>
    <p id="rec-hint" class=${wrong ? 'error-text' : 'muted'} role=${wrong ? 'alert' : undefined}>${wrong || words.nameHint}</p>
    <p class="muted">${t.terminal} <code>boathook recordings record ${visible(shell(name.trim() || 'NAME'))}${inbox ? ' --inbox ' + visible(shell(inbox)) : ''}</code></p>
  </form>`;
}
