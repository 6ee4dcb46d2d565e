// @ts-check
// Send: an event of the catalogue, as its provider sends it.
import { html, useEffect, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { send as s } from '../i18n/en-send.js';
import { place, setParams } from '../router.js';
import { layout } from '../state.js';
import { visible } from '../format.js';
import { Problem } from '../api.js';
import { SendingOff } from '../send/allow.js';
import { Trouble } from '../components/trouble.js';
import { Icon } from '../components/icons.js';
import { TabBar } from '../send/tabbar.js';
import { askProvider, askProviders, details, isStarred, providerName, providers, toggleStar } from '../send/catalog.js';
import { calls } from '../send/calls.js';
import { EventList, eventURL } from '../send/list.js';
import { aimAt, Compose } from '../send/compose.js';
import { Fields } from '../send/fields.js';
import { Subscribers } from '../send/subscribers.js';
import { Validate } from '../send/validate.js';
import { Drift } from '../send/drift.js';
import { Code, About } from '../send/about.js';

const tabs = /** @type {const} */ (['compose', 'fields', 'subscribers', 'validate', 'drift', 'code', 'about']);

export function SendPage() {
  const [problem, setProblem] = useState(/** @type {Problem|null} */ (null));
  const load = () => {
    setProblem(null);
    askProviders().catch(setProblem);
  };
  useEffect(load, []);
  const [provider, name] = place.value.rest;
  if (!name && place.value.params.to) aimAt(place.value.params.to);
  const id = provider && name ? `${provider}/${name}` : '';
  const narrow = layout.value === 'narrow';
  if (problem) return html`<div class="page" id="content" tabindex="-1"><div class="page-in"><div class="page-head"><h1>${s.title}</h1></div><${Trouble} problem=${problem} retry=${load} /></div></div>`;
  return html`<${SendingOff} /><div class="send">
    ${narrow && id ? null : html`<div class="send-side" id=${narrow ? 'content' : undefined} tabindex=${narrow ? -1 : undefined}>${narrow ? html`<h1 class="send-h1">${s.title}</h1>` : null}<${EventList} current=${id} /></div>`}
    ${narrow && !id ? null : html`<section class="send-main" id="content" tabindex="-1" aria-label=${s.title}>${id ? html`<${Event} key=${id} provider=${provider} name=${name} />` : html`<${Nothing} />`}</section>`}
  </div>`;
}

function Nothing() {
  const good = ['standard-webhooks/ping', 'webconnex/registration', 'stockcrowd/INVERSOR_PAYMENT_SUCCEEDED', 'sitestacker/person_create', 'svix/user.created', 'stripe/payment_intent.succeeded'];
  const known = new Set((providers.value || []).map((p) => p.id));
  return html`<div class="send-none"><h1>${s.pick}</h1><p>${s.pickText}</p>
    <h2>${s.firstSteps}</h2><ul class="good-list">${good.filter((id) => known.has(id.split('/')[0])).map((id) => html`<li><a class="btn" href=${eventURL(id)}><${Icon} name="send" /><span class="iso">${id.split('/')[1]}</span><span class="muted">${providerName(id.split('/')[0])}</span></a></li>`)}</ul>
    <p class="muted">${s.terminal} <code>boathook trigger webconnex/registration inbox:demo</code></p></div>`;
}

/** @param {{provider: string, name: string}} p */
function Event({ provider, name }) {
  const [event, setEvent] = useState(/** @type {import('../send/types.js').EventDetail|null} */ (null));
  const [problem, setProblem] = useState(/** @type {Problem|null} */ (null));
  const load = () => {
    setProblem(null);
    Promise.all([askProvider(provider), calls.event(provider, name).then(setEvent)]).catch(setProblem);
  };
  useEffect(load, []);
  const back = layout.value === 'narrow' ? html`<p><a href="/send">${s.back}</a></p>` : null;
  const p = details.value[provider];
  if (problem) {
    return html`<div class="send-none">${back}${problem.status === 404 ? html`<h1>${s.unknown}</h1><p><code class="iso">${visible(`${provider}/${name}`)}</code></p><p class="muted">${problem.suggestion ? html`<a href=${eventURL(problem.suggestion)}>${visible(problem.suggestion)}</a>` : s.unknownText}</p>` : html`<h1>${s.title}</h1><${Trouble} problem=${problem} retry=${load} />`}</div>`;
  }
  if (!event || !p) return html`<div class="send-none" aria-busy="true">${back}<h1 class="iso">${visible(name)}</h1><p class="muted">${t.loading}</p></div>`;
  const now = tabs.find((x) => x === place.value.params.tab) || 'compose';
  const on = isStarred(event.id);
  return html`
    <header class="send-head">${back}
      <div class="send-title"><h1 class="iso">${visible(event.name)}</h1><span class="muted iso">${visible(p.name)}</span>
        ${event.documented ? null : html`<span class="flag" title=${s.undocumented(p.name)}>${s.undocumented(visible(p.name))}</span>`}${event.deprecated ? html`<span class="flag client">${s.deprecated}</span>` : null}
        <button type="button" class=${'star-button' + (on ? ' on' : '')} aria-pressed=${on} aria-label=${on ? s.unstar(visible(event.name)) : s.star(visible(event.name))} onClick=${() => toggleStar(event.id)}><${Icon} name="star" /></button></div>
      <p class="muted">${visible(event.description)}${event.subscription !== event.name ? html` ${s.subscription} <code class="iso">${visible(event.subscription)}</code>.` : null}</p>
      <${TabBar} id="send" label=${s.tabsLabel} now=${now} set=${(/** @type {string} */ tab) => setParams({ tab: tab === 'compose' ? null : tab })}
        tabs=${tabs.map((x) => [x, s.tabs[x], x === 'subscribers' && event.subscribers ? ` (${event.subscribers})` : ''])} />
    </header>
    <div class="send-panel" role="tabpanel" id="send-panel" aria-labelledby=${'send-' + now} tabindex="0">
      ${now === 'fields' ? html`<${Fields} event=${event} provider=${p} />` : now === 'subscribers' ? html`<${Subscribers} event=${event} provider=${p} />`
      : now === 'drift' ? html`<${Drift} event=${event} provider=${p} />` : now === 'validate' ? html`<${Validate} event=${event} provider=${p} />` : now === 'code' ? html`<${Code} provider=${p} />` : now === 'about' ? html`<${About} provider=${p} />`
      : html`<${Compose} event=${event} provider=${p} />`}
    </div>`;
}

