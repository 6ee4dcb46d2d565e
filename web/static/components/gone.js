// @ts-check
// In place of something that is not there: deleted meanwhile, or never made.
import { html } from '../html.js';
import { gone as words } from '../i18n/en-gone.js';
import { visible } from '../format.js';

/** @param {{title: string, name: string, why?: any, links: [string, string][]}} p links: address and text, the likeliest first */
export const Gone = ({ title, name, why = words.why, links }) => html`<div class="gone"><h1>${title}</h1><p><code class="iso">${visible(name)}</code></p><p class="muted">${why}</p>
  <p class="row-gap">${links.map(([to, text], i) => html`<a class=${'btn' + (i ? '' : ' primary')} href=${to}>${text}</a>`)}</p></div>`;
