// @ts-check
// Settings › Signing: every scheme with its source, one's own ones first.
import { html, useEffect, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { sign as signWords } from '../i18n/en-sign.js';
import { settings as settingsWords } from '../i18n/en-settings.js';
import { askSchemes, fitting, schemes } from '../schemes.js';
import { url } from '../router.js';
import { visible } from '../format.js';
import { Icon } from '../components/icons.js';

/** @typedef {import('../types.js').SchemeBrief} SchemeBrief */

export function SchemeList() {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState('');
  const load = () => askSchemes(true).then(() => setProblem(''), (err) => setProblem(err.message));
  useEffect(() => {
    load();
  }, []);
  const s = signWords.settings;
  const all = schemes.value || [];
  const found = fitting(all, text);
  const own = found.filter((x) => x.custom);
  const table = found.filter((x) => !x.custom);
  return html`
    <section class="section"><h2>${settingsWords.sections.signing}</h2><p class="muted">${s.lead}</p></section>
    ${problem ? html`<p class="note bad">${problem} <button type="button" class="btn small" onClick=${load}>${t.retry}</button></p>` : null}
    <div class="row-gap"><input class="input search" type="search" aria-label=${s.search} placeholder=${s.search} value=${text} autocomplete="off" spellcheck=${false} onInput=${(/** @type {any} */ e) => setText(e.target.value)} />
      <span class="muted" role="status">${all.length ? s.shown(found.length, all.length) : t.loading}</span><span class="grow"></span>
      <a class="btn primary" href=${url('settings', ['signing', 'new'])}><${Icon} name="plus" />${s.create}</a></div>
    <section class="block" aria-label=${s.own}><h2>${s.own}</h2>${own.length ? html`<div class="scheme-list">${own.map((x) => html`<${Scheme} key=${x.id} x=${x} />`)}</div>` : html`<p class="muted">${all.some((x) => x.custom) ? s.none : s.ownNone}</p>`}</section>
    <section class="block" aria-label=${s.table}><h2>${s.table}</h2><div class="scheme-list">${table.map((x) => html`<${Scheme} key=${x.id} x=${x} />`)}</div>${all.length && !table.length ? html`<p class="muted">${s.none}</p>` : null}</section>`;
}

/** @param {{x: SchemeBrief}} p */
function Scheme({ x }) {
  const s = signWords.settings;
  /** @type {[string, string, boolean][]} */
  const facts = [[s.id, x.id, true], [s.provider, x.provider, true], [signWords.header, x.header, true], [signWords.algorithm, x.algorithm, true], [s.encoding, x.encoding, true], [s.content, x.content, true], [s.form, x.secret_form, true], [s.source, x.source, false]];
  return html`<details class="fold scheme-item"><summary><span class="scheme-name iso">${visible(x.name)}</span><code class="iso">${visible(x.header)}</code><span class="muted">${visible(x.algorithm)}</span>${x.unconfirmed?.length ? html`<span class="flag client">${signWords.unconfirmed}</span>` : null}</summary>
    <div class="fold-in"><dl class="facts">${facts.filter(([, v]) => v).map(([k, v, mono]) => html`<dt>${k}</dt><dd>${mono ? html`<code class="iso">${visible(v)}</code>` : visible(v)}</dd>`)}</dl>
    ${x.unconfirmed?.length ? html`<p class="note warn">${signWords.unconfirmedText} ${visible(x.unconfirmed.join(', '))}</p>` : null}
    <div class="row-gap">${x.custom ? html`<a class="btn small" href=${url('settings', ['signing', x.id])}>${s.edit}</a>` : html`<a class="btn small" href=${url('settings', ['signing', 'new'], { from: x.id })}>${s.copy}</a>`}</div></div></details>`;
}
