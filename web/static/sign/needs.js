// @ts-check
// Fields for what a scheme needs besides the request: the address as the sender
// has it, and values such as a webhook id.
import { html } from '../html.js';
import { sign as signWords } from '../i18n/en-sign.js';

/** @typedef {{url: string, context: Record<string, string>}} Given */

/** What is given of what is needed. @param {string[]} needs @param {Given} given @returns {{url: string, context: Record<string, string>}} */
export function given(needs, { url, context }) {
  return {
    url: needs.includes('url') ? url.trim() : '',
    context: Object.fromEntries(Object.entries(context).filter(([k, v]) => needs.includes(k) && v.trim()).map(([k, v]) => [k, v.trim()])),
  };
}

/** Whether anything is given. @param {Given} g */
export const some = (g) => Boolean(g.url) || Object.keys(g.context).length > 0;

/** @param {{needs: string[], value: Given, set: (g: Given) => void, placeholder?: string}} p */
export function NeedFields({ needs, value, set, placeholder = 'https://' }) {
  const names = needs.filter((n) => n !== 'url');
  return html`${needs.includes('url') ? html`<label class="field wide"><span>${signWords.other.url}</span><input class="input mono" inputmode="url" autocomplete="off" autocapitalize="off" spellcheck=${false} value=${value.url} placeholder=${placeholder} onInput=${(/** @type {any} */ e) => set({ ...value, url: e.target.value })} /></label>` : null}
    ${names.map((n) => html`<label class="field" key=${n}><span>${signWords.verify.contextOf(n)}</span><input class="input mono" autocomplete="off" autocapitalize="off" spellcheck=${false} value=${value.context[n] || ''} onInput=${(/** @type {any} */ e) => set({ ...value, context: { ...value.context, [n]: e.target.value } })} /></label>`)}`;
}
