// @ts-check
// What an inbox is checked with, and which questions of senders it answers.
import { html, useEffect, useState } from '../html.js';
import { sign as signWords } from '../i18n/en-sign.js';
import { api } from '../api.js';
import { schemeOf, schemes, useNeeds } from '../schemes.js';
import { Amount } from '../components/amount.js';
import { visible } from '../format.js';
import { toast, toastFailure } from '../components/notices.js';
import { SchemePick } from './pick.js';
import { recheckInbox } from './setup.js';
import { Secrets } from './secrets.js';

/** @typedef {import('../types.js').Inbox} Inbox */
/** @typedef {{x: Inbox, set: (change: Partial<Inbox>) => void}} Part */

/** @param {Part & {dirty: boolean}} p */
export function Verify({ x, set, dirty }) {
  const v = signWords.verify;
  const scheme = x.scheme || '';
  schemes.value;
  const chosen = schemeOf(scheme);
  const needs = useNeeds(scheme);
  const context = needs.filter((n) => n !== 'url');
  const [busy, setBusy] = useState(false);
  const recheck = async () => {
    setBusy(true);
    try {
      toast(await recheckInbox(x.name));
    } catch (err) {
      toastFailure(/** @type {Error} */ (err).message);
    } finally {
      setBusy(false);
    }
  };
  return html`<fieldset class="section" id="verify"><legend>${v.title}</legend><p class="muted">${v.lead}</p>
    <div class="form-grid">
      <${SchemePick} label=${signWords.scheme} value=${scheme} set=${(/** @type {string} */ id) => set({ scheme: id })} />
      ${scheme === 'none' ? null : html`<${Amount} label=${v.tolerance} hint=${v.toleranceHint} field="tolerance_s" whole most=${31_536_000} value=${x.tolerance_s || 0} put=${(/** @type {number} */ n) => set({ tolerance_s: n })} />`}
      ${chosen?.unconfirmed?.length ? html`<p class="note warn wide">${signWords.unconfirmedText} ${visible(chosen.unconfirmed.join(', '))}</p>` : null}
      ${needs.includes('url') || x.url_base ? html`<label class="field wide"><span>${v.urlBase} · ${v.urlBaseHint}</span><input class="input mono" data-field="url_base" inputmode="url" spellcheck=${false} autocomplete="off" placeholder="https://hooks.example.org" value=${x.url_base || ''} onInput=${(/** @type {any} */ e) => set({ url_base: e.target.value.trim() })} /></label>` : null}
      ${context.map((n) => html`<label class="field" key=${n}><span>${v.context}: ${v.contextOf(n)}</span><input class="input mono" spellcheck=${false} autocomplete="off" value=${x.context?.[n] || ''} onInput=${(/** @type {any} */ e) => set({ context: { ...x.context, [n]: e.target.value.trim() } })} /></label>`)}
    </div>
    ${scheme === 'none' ? null : html`<${Secrets} list=${x.secrets || []} set=${(/** @type {any} */ secrets) => set({ secrets })} />`}
    ${dirty ? null : html`<div class="row-gap"><button type="button" class="btn small" disabled=${busy} onClick=${recheck}>${v.recheck}</button></div>`}
  </fieldset>`;
}

/** @param {Part} p */
export function Challenges({ x, set }) {
  const c = signWords.challenges;
  const [all, setAll] = useState(/** @type {{id: string, provider: string, text: string, certain: boolean}[]} */ ([]));
  useEffect(() => {
    api.challenges().then((r) => setAll(r.challenges), () => {});
  }, []);
  const now = x.challenges ?? 'auto';
  const some = Array.isArray(now);
  const mode = some ? 'some' : now;
  const names = (/** @type {boolean} */ certain) => all.filter((q) => q.certain === certain).map((q) => visible(q.provider)).join(', ');
  const token = now !== 'off' && (!some || now.includes('meta'));
  return html`<fieldset class="section"><legend>${c.title}</legend><p class="muted">${c.lead}</p>
    <div class="field" role="radiogroup" aria-label=${c.choose}><div class="choices">${/** @type {const} */ (['auto', 'some', 'off']).filter((v) => v !== 'some' || some || all.length).map((v) => html`<label class="check"><input type="radio" name="challenges" checked=${mode === v} onChange=${() => set({ challenges: v === 'some' ? all.map((q) => q.id) : v })} />${c[v]}</label>`)}</div></div>
    ${mode === 'auto' && all.length ? html`<p class="muted small-text">${c.autoText(names(true), names(false))}</p>` : null}
    ${some ? html`<ul class="challenge-list">${all.map((q) => html`<li key=${q.id}><label class="check"><input type="checkbox" checked=${now.includes(q.id)} onChange=${(/** @type {any} */ e) => set({ challenges: e.target.checked ? [...now, q.id] : now.filter((id) => id !== q.id) })} /><span><b>${visible(q.provider)}</b> <span class="muted">${visible(q.text)}</span></span></label></li>`)}</ul>` : null}
    ${token ? html`<label class="field short"><span>${c.token}</span><input class="input mono" autocomplete="off" spellcheck=${false} value=${x.challenge_token || ''} onInput=${(/** @type {any} */ e) => set({ challenge_token: e.target.value })} /></label>` : null}
  </fieldset>`;
}
