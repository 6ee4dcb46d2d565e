// @ts-check
import { html } from '../html.js';
import { recordings as words } from '../i18n/en-recordings.js';
import { moment, visible } from '../format.js';

/** @typedef {import('./calls.js').Recording} Recording */

/** @param {{r: Recording}} p */
export const LiveMark = ({ r }) => html`<span class="rec-live"><span class="rec-dot" aria-hidden="true"></span>${words.recording(r.live?.inbox ? visible(r.live.inbox) : words.every)}</span>`;

/** From when to when its deliveries are. @param {{r: Recording}} p */
export function Span({ r }) {
  const a = moment(Date.parse(r.first || ''));
  const b = moment(Date.parse(r.last || ''));
  return html`${a === b ? a : html`${a} – ${b}`}`;
}
