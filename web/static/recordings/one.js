// @ts-check
// One recording: its figures, its note, what a replay of it has to come to.
import { html, useEffect, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { recordings as words } from '../i18n/en-recordings.js';
import { Problem } from '../api.js';
import { go, url } from '../router.js';
import { bytes, visible } from '../format.js';
import { shell } from '../detail/curl.js';
import { Icon } from '../components/icons.js';
import { Menu } from '../components/menu.js';
import { Gone } from '../components/gone.js';
import { Trouble } from '../components/trouble.js';
import { toast } from '../components/notices.js';
import { calls } from './calls.js';
import { menuOf, record, replay } from './act.js';
import { LiveMark, Span } from './parts.js';
import { Result } from './result.js';

/** @typedef {import('./calls.js').Recording} Recording */

/** @param {{name: string}} p */
export function One({ name }) {
  const [r, setR] = useState(/** @type {Recording|null} */ (null));
  const [problem, setProblem] = useState(/** @type {Problem|null} */ (null));
  const load = () => calls.one(name).then((x) => {
    setR(x);
    setProblem(null);
  }, setProblem);
  useEffect(() => {
    load();
    const timer = setInterval(() => !document.hidden && load(), 3000);
    return () => clearInterval(timer);
  }, []);
  const back = html`<p><a href="/recordings">${words.back}</a></p>`;
  if (!r) {
    if (problem?.status === 404) return html`<${Gone} title=${words.missing} name=${name} links=${[['/recordings', words.back]]} />`;
    return html`${back}<div class="page-head"><h1 class="iso">${visible(name)}</h1></div>
      ${problem ? html`<${Trouble} problem=${problem} retry=${load} />` : null}`;
  }
  const left = () => go('/recordings');
  return html`${back}<div class="page-head"><h1 class="iso">${visible(r.name)}</h1></div>
    <div class="row-gap">${r.live ? html`<${LiveMark} r=${r} /><button type="button" class="btn small" onClick=${() => record(r, null, load)}>${words.stop}</button>` : html`<button type="button" class="btn small" onClick=${() => record(r, { inbox: '' }, load)}><span class="rec-dot" aria-hidden="true"></span>${words.now}</button>`}
      <a class="btn small" href=${url('live', [], { q: r.q })}>${words.open}</a>
      <button type="button" class="btn small" disabled=${!r.deliveries} onClick=${() => replay(r)}><${Icon} name="replay" />${words.replay}</button>
      <${Menu} label=${words.more} items=${menuOf(r, left)} /></div>
    <section class="section"><h2>${words.facts}</h2><p>${r.deliveries ? html`${words.size(r.deliveries)} · ${bytes(r.bytes)} · <${Span} r=${r} />` : words.empty}</p></section>
    <${Result} r=${r} />
    <${Form} key=${r.rev || 0} r=${r} done=${(/** @type {Recording} */ x) => { if (x.name === name) setR(x); else go(url('recordings', [x.name]), true); }} load=${load} />
    <p class="muted">${t.terminal} <code>boathook replay ${shell(r.q)} --to http://localhost:3000</code></p>`;
}

/** @param {{r: Recording, done: (r: Recording) => void, load: () => void}} p */
function Form({ r, done, load }) {
  const [x, setX] = useState({ name: r.name, note: r.note, expect: r.expect });
  const [wrong, setWrong] = useState(/** @type {Problem|null} */ (null));
  const dirty = x.name !== r.name || x.note !== r.note || x.expect !== r.expect;
  const save = async (/** @type {Event} */ e) => {
    e.preventDefault();
    try {
      const saved = await calls.save(r.name, { ...r, ...x, name: x.name.trim() });
      toast(words.saved);
      setWrong(null);
      done(saved);
    } catch (err) {
      setWrong(/** @type {Problem} */ (err));
    }
  };
  const error = (/** @type {string} */ field) => (wrong?.field === field ? html`<span class="error-text" role="alert">${visible(wrong.message)}</span>` : null);
  const field = (/** @type {'name'|'note'|'expect'} */ k) => ({ value: x[k], 'aria-invalid': wrong?.field === k, onInput: (/** @type {any} */ e) => setX({ ...x, [k]: e.target.value }) });
  return html`<form class="section rec-form" onSubmit=${save}>
    <label class="field"><span>${words.name}</span><input class="input" maxlength="60" spellcheck=${false} ...${field('name')} />${error('name')}</label>
    <label class="field"><span>${words.note}</span><textarea class="input" rows="3" maxlength="4000" placeholder=${words.noteHint} ...${field('note')}></textarea></label>
    <label class="field"><span>${words.expect}</span><input class="input mono" spellcheck=${false} aria-describedby="expect-hint" ...${field('expect')} />${error('expect')}</label>
    <p class="muted" id="expect-hint">${words.expectHint}</p>
    ${wrong && !['name', 'expect'].includes(wrong.field) ? html`<p class="note bad" role="alert">${wrong.status === 409 ? words.conflict : visible(wrong.message)} ${wrong.status === 409 ? html`<button type="button" class="btn small" onClick=${load}>${words.reload}</button>` : null}</p>` : null}
    <div class="row-gap"><button class="btn primary" disabled=${!dirty || !x.name.trim()}>${words.save}</button>${dirty ? html`<span class="muted">${words.unsaved}</span>` : null}</div></form>`;
}
