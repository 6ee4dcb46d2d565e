// @ts-check
// Facts of the server, with commands that change them.
import { html, useEffect } from '../html.js';
import { t } from '../i18n/index.js';
import { askServer } from '../state.js';
import { visible } from '../format.js';
import { Copy } from '../components/copy.js';

/** Asks for the state of the server when a section opens. */
export const useServer = () => useEffect(() => {
  askServer();
}, []);

/** @param {string} s @param {string} what */
export const copyable = (s, what) => s && html`<span class="copyable"><code class="iso">${visible(s)}</code><${Copy} text=${s} what=${what} /></span>`;

/** @param {{list: [string, any][]}} p what has no value is left out */
export const Facts = ({ list }) => html`<dl class="facts">${list.filter(([, v]) => v).map(([k, v]) => html`<dt>${k}</dt><dd>${v}</dd>`)}</dl>`;

/** What to type in a terminal. @param {{commands: string[], lead?: string}} p */
export const Terminal = ({ commands, lead = t.terminal }) => html`<div class="terminal"><p class="muted">${lead}</p>${commands.map((c) => html`<div class="copy-line"><code class="iso">${visible(c)}</code><${Copy} text=${c} what=${visible(c)} /></div>`)}</div>`;
