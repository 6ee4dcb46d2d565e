// @ts-check
// The tab Code: the request as a program. The server writes it; what is chosen
// stands in the URL: code=python, sign=now, body=file, secrets=1, to=http://….
import { html, useEffect, useState } from '../html.js';
import { language as spoken } from '../i18n/language.js';
import { code as words } from '../i18n/en-code.js';
import { api } from '../api.js';
import { params, setParams } from '../router.js';
import { kept } from '../state.js';
import { visible, visibleText } from '../format.js';
import { Copy } from '../components/copy.js';
import { Icon } from '../components/icons.js';
import { changes } from './secrets.js';

/** @typedef {import('../types.js').Delivery} Delivery */
/** @typedef {import('../types.js').Program} Program */

const languages = /** @type {(keyof typeof words.names)[]} */ (Object.keys(words.names));
/** The language that was chosen last. */
const left = kept('program', 'curl');

/** @param {{d: Delivery, k: number}} p */
export function Code({ d, k }) {
  const m = d.attempts.find((x) => x.k === k)?.request;
  const now = params.value;
  const [usual] = useState(left.value); // as it was, so that Back leads to it
  const language = /** @type {keyof typeof words.names} */ (languages.find((x) => x === now.code) || languages.find((x) => x === usual) || 'curl');
  const raw = language === 'raw';
  const asked = { language, attempt: k, body: now.body === 'file' ? 'file' : '', secrets: now.secrets === '1' ? '1' : '', sign: now.sign === 'now' && !raw ? 'now' : '', to: now.to || '' };
  const [program, setProgram] = useState(/** @type {Program|null} */ (null));
  const [problem, setProblem] = useState(/** @type {import('../api.js').Problem|null} */ (null));
  const wish = JSON.stringify(asked);
  useEffect(() => {
    if (!m) return;
    const ctl = new AbortController();
    api.program(d.id, asked, ctl.signal).then((p) => {
      setProgram(p);
      setProblem(null);
    }, (err) => {
      if (!ctl.signal.aborted) setProblem(err);
    });
    return () => ctl.abort();
  }, [d.id, Boolean(m), wish, changes.value]);
  if (!m) return html`<p class="muted">${words.none}</p>`;
  const pick = (/** @type {keyof typeof words.names} */ x) => {
    left.value = x;
    setParams({ code: x }, false);
  };
  const turn = (/** @type {string} */ name, /** @type {string} */ value) => (/** @type {any} */ e) => setParams({ [name]: e.target.checked ? value : null }, false);
  const signing = program?.signing;
  const inFile = Boolean(program?.file);
  const needed = program?.needs.map((x) => '$' + x.name).join(', ');
  return html`<section class="block program">
    <div class="views" role="group" aria-label=${words.label}>${languages.map((x) => html`<button type="button" class="btn quiet small" aria-pressed=${x === language} onClick=${() => pick(x)}>${words.names[x]}</button>`)}</div>
    <div class="program-set"><label class="check"><input type="checkbox" checked=${now.secrets !== '1'} onChange=${(/** @type {any} */ e) => setParams({ secrets: e.target.checked ? null : '1' }, false)} />${words.env}</label>
      ${m.size ? html`<label class="check"><input type="checkbox" checked=${inFile} disabled=${inFile && now.body !== 'file'} onChange=${turn('body', 'file')} />${words.file}</label>` : null}
      <label class="check"><input type="checkbox" checked=${asked.sign === 'now'} disabled=${raw || !signing?.able && now.sign !== 'now'} onChange=${turn('sign', 'now')} />${words.sign}</label>
      <label class="field"><span>${words.to}</span><input class="input mono" type="url" placeholder=${program?.to || ''} value=${now.to || ''} spellcheck="false" onChange=${(/** @type {any} */ e) => setParams({ to: e.target.value.trim() || null }, false)} /></label></div>
    ${problem ? html`<p class="note bad" role="alert">${visible(problem.message)}${problem.hint ? html` <code class="iso">${visible(problem.hint)}</code>` : null}</p>` : null}
    ${raw ? html`<p class="muted">${words.rawSign}</p>` : signing && !signing.able ? html`<${Unable} signing=${signing} />` : null}
    ${program && !problem ? html`
    <div class="program-code"><div class="body-bar"><span class="grow muted">${needed ? words.set(needed) : null}</span>
      ${inFile ? html`<a class="btn small" href=${api.bodyURL(d.id, k, 'request', now.secrets !== '1')} download=${program.file}><${Icon} name="download" />${words.download}</a>` : null}
      <${Copy} text=${program.code} words what=${words.of(words.names[language])} /></div>
    <pre class="code wrapped iso" tabindex="0" role="region" aria-label=${words.of(words.names[language])}>${visibleText(program.code.replace(/\r\n/g, '\n'))}</pre></div>
    ${program.notes.length ? html`<section class="program-notes"><h3>${words.differs}</h3><ul>${program.notes.map((x) => html`<li key=${x.code}>${noteText(x, words.names[language])}</li>`)}</ul></section>` : null}` : null}
  </section>`;
}

/** Why the program cannot sign, and what can. @param {{signing: Program['signing']}} p */
function Unable({ signing }) {
  const why = !signing.scheme ? words.noScheme : spoken === 'en' ? signing.why : words.noRecipe(signing.scheme);
  return html`<p class="muted">${words.unable} ${visible(why)}${signing.command ? html`<span class="program-else">${words.instead} <code class="iso">${visible(signing.command)}</code><${Copy} text=${signing.command} what=${words.instead} /></span>` : null}</p>`;
}

/** @param {{code: string, text: string}} note @param {string} tool */
function noteText(note, tool) {
  const own = /** @type {Record<string, (tool: string) => string>} */ (words.notes)[note.code];
  return spoken === 'en' || !own ? visible(note.text) : own(tool);
}
