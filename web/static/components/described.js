// @ts-check
// Says that a config file describes what is shown: it is written anew at each start.
import { html } from '../html.js';
import { settings as words } from '../i18n/en-settings.js';
import { visible } from '../format.js';
import { server } from '../state.js';

/** @param {{of: string}} p as the server calls it: "inbox/demo", "sending.cap" */
export function Described({ of }) {
  const at = server.value?.described?.[of];
  return at ? html`<p class="note">${words.described(visible(at))}</p>` : null;
}
