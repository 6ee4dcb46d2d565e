// @ts-check
// Endpoints: places that events are sent to.
import { html } from '../html.js';
import { place } from '../router.js';
import { List } from '../endpoints/list.js';
import { New } from '../endpoints/new.js';
import { One } from '../endpoints/one.js';
import { SendingOff } from '../send/allow.js';
import { Undo } from '../endpoints/undo.js';

export function EndpointsPage() {
  const [name, tab] = place.value.rest;
  return html`<${SendingOff} /><div class="page" id="content" tabindex="-1"><div class="page-in endpoints">${name === 'new' ? html`<${New} />` : name ? html`<${One} key=${name} name=${name} tab=${tab || 'settings'} />` : html`<${Undo} /><${List} />`}</div></div>`;
}
