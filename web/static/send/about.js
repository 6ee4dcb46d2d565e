// @ts-check
// The code a receiver needs, and what is known of how a provider sends.
import { html, useEffect, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { sign as signWords } from '../i18n/en-sign.js';
import { send as s } from '../i18n/en-send.js';
import { codeLanguage } from '../state.js';
import { visible, visibleText } from '../format.js';
import { Copy } from '../components/copy.js';
import { askSchemes, schemeName, schemes } from '../schemes.js';
import { calls } from './calls.js';

/** @typedef {import('./types.js').ProviderDetail} ProviderDetail */

const languages = Object.keys(signWords.languages);

/** Code that checks a scheme. @param {{scheme: string}} p */
export function SchemeCode({ scheme }) {
  const chosen = languages.includes(codeLanguage.value) ? codeLanguage.value : 'go';
  const [code, setCode] = useState('');
  const [problem, setProblem] = useState('');
  useEffect(() => {
    askSchemes().catch(() => {}); // the id is shown without the name
    const ctl = new AbortController();
    setProblem('');
    calls.schemeCode(scheme, chosen, ctl.signal).then((r) => setCode(r.code), (err) => {
      if (!ctl.signal.aborted) setProblem(err.message);
    });
    return () => ctl.abort();
  }, [scheme, chosen]);
  schemes.value;
  return html`<div class="code-box">
    <p>${s.signedWith}: <a href=${'/settings/signing/' + encodeURIComponent(scheme)}>${visible(schemeName(scheme))}</a></p>
    <div class="body-bar"><div class="views" role="group" aria-label=${signWords.codeFor}>${languages.map((x) => html`<button type="button" class="btn quiet small" aria-pressed=${x === chosen} onClick=${() => { codeLanguage.value = x; }}>${signWords.languages[x]}</button>`)}</div>
      <span class="grow"></span>${code ? html`<${Copy} text=${code} words label=${t.copy} what=${signWords.codeOf(signWords.languages[chosen])} />` : null}</div>
    ${problem ? html`<p class="note bad">${problem}</p>` : code ? html`<pre class="code iso" tabindex="0" role="region" aria-label=${signWords.codeOf(signWords.languages[chosen])}>${visibleText(code)}</pre>` : html`<p class="muted">${t.loading}</p>`}
  </div>`;
}

/** @param {{provider: ProviderDetail}} p */
export function Code({ provider }) {
  return html`<div class="page-in">${provider.scheme ? html`<p>${s.codeLead}</p><${SchemeCode} scheme=${provider.scheme} />` : html`<p class="note">${s.noScheme}</p>`}</div>`;
}

/** @param {{provider: ProviderDetail}} p */
export function About({ provider: p }) {
  const docs = /^https?:\/\//i.test(p.docs) ? p.docs : '';
  return html`<div class="page-in"><p lang="en">${visible(p.description)}</p>
    <dl class="facts"><dt>${s.retries}</dt><dd lang="en">${visible(p.retry)}</dd><dt>${s.resends}</dt><dd lang="en">${visible(p.resend)}</dd><dt>${s.formats}</dt><dd>${visible(p.formats.join(', '))}</dd>
      ${p.aliases.length ? html`<dt>${s.aliases}</dt><dd class="iso">${visible(p.aliases.join(', '))}</dd>` : null}${docs ? html`<dt>${s.docs}</dt><dd><span class="copyable"><code class="iso">${visible(docs)}</code><${Copy} text=${docs} what=${s.docs} /></span></dd>` : null}</dl>
    <h2>${s.facts}</h2><p class="muted">${s.factsLead}</p>
    <dl class="fact-list">${p.facts.map((f) => html`<div><dt><span lang="en">${visible(f.topic)}</span> ${f.documented ? null : html`<span class="flag">${s.notDocumented}</span>`}</dt><dd class="iso" lang="en">${visible(f.text)}${f.source ? html`<span class="source iso wrap-any">${visible(f.source)}</span>` : null}</dd></div>`)}</dl></div>`;
}
