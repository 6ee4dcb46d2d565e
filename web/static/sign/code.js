// @ts-check
// The code a receiver needs, in the language somebody uses.
import { html, useEffect, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { sign as signWords } from '../i18n/en-sign.js';
import { api } from '../api.js';
import { codeLanguage } from '../state.js';
import { Copy } from '../components/copy.js';
import { visibleText } from '../format.js';

const languages = Object.keys(signWords.languages);

/** @param {{id: string, scheme: string}} p */
export function Code({ id, scheme }) {
  const chosen = languages.includes(codeLanguage.value) ? codeLanguage.value : 'go';
  const [code, setCode] = useState('');
  const [problem, setProblem] = useState('');
  useEffect(() => {
    const ctl = new AbortController();
    setProblem('');
    api.signatureCode(id, chosen, scheme, ctl.signal).then((r) => setCode(r.code), (err) => {
      if (!ctl.signal.aborted) setProblem(err.message);
    });
    return () => ctl.abort();
  }, [id, scheme, chosen]);
  return html`<div class="code-box">
    <div class="body-bar"><div class="views" role="group" aria-label=${signWords.codeFor}>${languages.map((x) => html`<button type="button" class="btn quiet small" aria-pressed=${x === chosen} onClick=${() => { codeLanguage.value = x; }}>${signWords.languages[x]}</button>`)}</div>
      <span class="grow"></span>${code ? html`<${Copy} text=${code} words label=${t.copy} what=${signWords.codeOf(signWords.languages[chosen])} />` : null}</div>
    ${problem ? html`<p class="note bad">${problem}</p>` : code ? html`<pre class="code iso" tabindex="0" role="region" aria-label=${signWords.codeOf(signWords.languages[chosen])}>${visibleText(code)}</pre>` : html`<p class="muted">${t.loading}</p>`}
  </div>`;
}
