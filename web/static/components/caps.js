// @ts-check
// Keys as they are printed on keyboards.
import { html } from '../html.js';
import { keys as words } from '../i18n/en-help.js';

/** @param {string} keys with spaces between them */
export const caps = (keys) => keys.split(' ').filter(Boolean).map((k) => html`<kbd>${Object.hasOwn(words.caps, k) ? words.caps[k] : k}</kbd> `);
