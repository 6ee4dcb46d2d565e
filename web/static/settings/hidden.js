// @ts-check
// Settings › Capture: what is hidden where deliveries are shown or exported.
import { html, useEffect, useRef, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { settings as words } from '../i18n/en-settings.js';
import { json } from '../api.js';
import { askServer } from '../state.js';
import { visible } from '../format.js';
import { adopt } from '../detail/secrets.js';
import { rulesOf } from '../detail/rules.js';
import { Icon } from '../components/icons.js';
import { Trouble } from '../components/trouble.js';
import { toast } from '../components/notices.js';
import { Terminal } from './facts.js';

/** @typedef {import('../api.js').Problem} Problem */
/** @typedef {import('../detail/rules.js').Mask} Mask */

const onlyListed = '-defaults';

/** What an entry is of. @param {string} entry @returns {keyof typeof words.hidden.kinds} */
const kindOf = (entry) => (entry.startsWith('-') ? 'shown' : entry.startsWith('query.') ? 'query' : /^body[.[]/.test(entry) ? 'body' : 'header');

export function HiddenValues() {
  const w = words.hidden;
  const [v, setV] = useState(/** @type {Mask|null} */ (null));
  const [problem, setProblem] = useState(/** @type {Problem|null} */ (null));
  const [wrong, setWrong] = useState(/** @type {Problem|null} */ (null));
  const [typed, setTyped] = useState('');
  const field = useRef(/** @type {HTMLInputElement|null} */ (null));
  const load = () => json('/settings/mask').then((x) => {
    setV(x);
    setProblem(null);
  }, setProblem);
  useEffect(() => {
    load();
  }, []);
  if (problem) return html`<section class="section"><h2>${w.title}</h2><${Trouble} problem=${problem} retry=${load} /></section>`;
  if (!v) return html`<section class="section"><h2>${w.title}</h2><p class="muted" aria-busy="true">${t.loading}</p></section>`;
  /** Each change is kept at once, and holds in all of the page. @param {string[]} entries @param {string} said */
  const save = async (entries, said) => {
    setWrong(null);
    try {
      const next = await json('/settings/mask', { method: 'PUT', json: { rev: v.rev, entries } });
      setV(next);
      adopt(rulesOf(next));
      askServer();
      toast(said);
      return true;
    } catch (err) {
      const p = /** @type {Problem} */ (err);
      if (p.kind === 'conflict') load();
      setWrong(p);
      return false;
    }
  };
  const add = async (/** @type {Event} */ e) => {
    e.preventDefault();
    const entry = typed.trim();
    if (await save([...v.entries, entry], w.added(visible(entry)))) setTyped('');
    field.current?.focus();
  };
  /** @param {string} entry */
  const drop = async (entry) => {
    if (await save(v.entries.filter((x) => x !== entry), w.removed(visible(entry)))) field.current?.focus();
  };
  const fixed = Boolean(v.fixed);
  const listed = v.entries.filter((x) => x !== onlyListed);
  const byName = listed.length === v.entries.length;
  const message = wrong && (wrong.kind === 'conflict' ? words.capture.conflict : visible([wrong.message.replace(/^entries(\[\d+\])?: /, ''), wrong.hint].filter(Boolean).join('. ')));
  return html`<section class="section hidden-values"><div class="row-gap spread"><h2>${w.title}</h2><button type="button" class="btn small" disabled=${fixed || !v.entries.length} onClick=${() => save([], w.defaultsDone)}>${w.defaults}</button></div>
    <p>${w.lead}</p>
    ${fixed ? html`<p class="note">${w.fixed(visible(v.fixed))}</p>` : null}
    <label class="check"><input type="checkbox" role="switch" checked=${byName} disabled=${fixed} onChange=${(/** @type {any} */ e) => save(e.target.checked ? listed : [...listed, onlyListed], words.capture.saved)} /><b>${w.byName}</b></label>
    <p class=${byName ? 'muted' : 'note warn'}>${byName ? w.byNameHint : w.byNameOff}</p>
    <details class="fold"><summary>${w.which}</summary><dl class="facts">
      ${/** @type {const} */ (['headers', 'secret', 'last', 'key', 'parameter', 'not']).map((x) => html`<dt>${w.names[x]}</dt><dd class="wrap-any"><code>${v.names[x].join(', ')}</code></dd>`)}</dl></details>
    <h3>${w.own}</h3>
    ${listed.length ? html`<ul class="host-list">${listed.map((x) => html`<li key=${x}><code class="iso wrap-any">${visible(x)}</code><span class="muted">${w.kinds[kindOf(x)]}</span>
      <button type="button" class="btn quiet small" disabled=${fixed} aria-label=${w.remove(visible(x))} onClick=${() => drop(x)}><${Icon} name="trash" /></button></li>`)}</ul>` : html`<p class="muted">${w.none}</p>`}
    <form class="row-gap end" onSubmit=${add}><label class="field"><span>${w.entry}</span><input class="input mono" name="entry" ref=${field} placeholder="body.card.number" value=${typed} disabled=${fixed} aria-invalid=${Boolean(wrong)} aria-describedby="hidden-said" autocomplete="off" autocapitalize="off" spellcheck=${false} onInput=${(/** @type {any} */ e) => { setTyped(e.target.value); setWrong(null); }} /></label>
      <button class="btn" disabled=${fixed || !typed.trim()}><${Icon} name="plus" />${w.add}</button></form>
    <p class=${wrong ? 'error-text iso' : 'muted'} id="hidden-said" role=${wrong ? 'alert' : undefined} lang=${wrong?.lang}>${message || w.hint}</p>
    <${Terminal} commands=${['boathook config set capture.mask +body.card.number', 'boathook config get capture.mask']} /></section>`;
}
