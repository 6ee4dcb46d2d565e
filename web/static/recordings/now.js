// @ts-check
// What is being recorded now, above the list.
import { html } from '../html.js';
import { recordings as words } from '../i18n/en-recordings.js';
import { visible } from '../format.js';
import { url } from '../router.js';
import { askServer, server, sync } from '../state.js';
import { toastFailure } from '../components/notices.js';
import { record } from './act.js';
import { calls } from './calls.js';

// The module is fetched soon after the page, so what begins is seen at once.
sync.onconfig.add((/** @type {string[]} */ keys) => {
  if (keys.some((key) => key.startsWith('recording/'))) askServer();
});

/** @param {string} name */
const stop = async (name) => {
  try {
    await record(await calls.one(name), null, askServer);
  } catch (err) {
    toastFailure(visible(/** @type {Error} */ (err).message));
    askServer();
  }
};

/** How many have a place in the line; the others are on the page Recordings. */
const shown = 3;

export function RecordingNow() {
  const all = server.value?.recording || [];
  return html`<div class="slim rec-line" role="region" aria-label=${words.begun}><span class="rec-dot" aria-hidden="true"></span><b>${words.begun}</b>
    ${all.slice(0, shown).map((/** @type {{name: string, inbox: string}} */ r) => html`<span class="rec-one" key=${r.name}><a class="iso cut" href=${url('recordings', [r.name])}>${visible(r.name)}</a><span class="muted cut iso">${r.inbox ? visible(r.inbox) : words.every}</span>
      <button type="button" class="btn small" aria-label=${words.stopOf(visible(r.name))} title=${words.stopOf(visible(r.name))} onClick=${() => stop(r.name)}>${words.stop}</button></span>`)}${all.length > shown ? html`<a href="/recordings">${words.others(all.length - shown)}</a>` : null}</div>`;
}
