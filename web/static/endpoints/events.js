// @ts-check
// What an endpoint subscribes to: everything, all of a provider, or single events.
import { html, useEffect, useState } from '../html.js';
import { endpoints as e } from '../i18n/en-endpoints.js';
import { visible } from '../format.js';
import { Icon } from '../components/icons.js';
import { Name } from '../components/name.js';
import { askProvider, details, providerName, providers } from '../send/catalog.js';
import { toggleEvent } from './model.js';

/** @param {{events: string[], set: (events: string[]) => void, provider: string}} p */
export function EventPick({ events, set, provider }) {
  const [of, setOf] = useState(provider || events.find((x) => x.includes('/'))?.split('/')[0] || 'webconnex');
  const [text, setText] = useState('');
  useEffect(() => {
    if (provider) setOf(provider);
  }, [provider]);
  useEffect(() => {
    askProvider(of).catch(() => {}); // its events are not listed then
  }, [of]);
  const toggle = (/** @type {string} */ pattern) => set(toggleEvent(events, pattern));
  const add = () => {
    const x = text.trim();
    if (x && !events.includes(x)) toggle(x);
    setText('');
  };
  const d = details.value[of];
  const star = events.includes('*');
  const allOf = events.includes(of + '/*');
  const inList = new Set(d?.event_types.map((x) => x.id));
  return html`<div class="event-pick">
    <div class="chips"><button type="button" class="chip-toggle" aria-pressed=${star} title=${e.starHint} onClick=${() => toggle('*')}>${e.star}</button>
      ${events.filter((x) => x !== '*' && x !== of + '/*' && !inList.has(x)).map((x) => html`<button type="button" class="chip-toggle" key=${x} aria-pressed="true" aria-label=${e.removeEvent(visible(x))} onClick=${() => toggle(x)}><span class="iso">${visible(x)}</span><${Icon} name="close" /></button>`)}
      ${star ? html`<span class="muted">${e.starHint}</span>` : null}</div>
    <div class="event-from"><label class="field"><span>${e.more}</span><select class="input" value=${of} onChange=${(/** @type {any} */ ev) => setOf(ev.target.value)}>${(providers.value || []).map((p) => html`<option value=${p.id} selected=${p.id === of}>${visible(p.name)}</option>`)}</select></label>
      <label class="field"><span>${e.pattern}</span><input class="input mono" data-field="events" placeholder=${e.patternHint} value=${text} autocomplete="off" autocapitalize="off" spellcheck=${false} onInput=${(/** @type {any} */ ev) => setText(ev.target.value)} onKeyDown=${(/** @type {KeyboardEvent} */ ev) => { if (ev.key === 'Enter') { ev.preventDefault(); add(); } }} /></label>
      <button type="button" class="btn" disabled=${!text.trim()} onClick=${add}>${e.addPattern}</button></div>
    ${d ? html`<div class="event-grid" role="group" aria-label=${visible(d.name)}><label class="check"><input type="checkbox" checked=${star || allOf} disabled=${star} onChange=${() => toggle(of + '/*')} /><b>${e.allOf(visible(providerName(of)))}</b></label>
      ${d.event_types.map((x) => html`<label class="check" key=${x.id} title=${visible(x.description)}><input type="checkbox" checked=${star || allOf || events.includes(x.id)} disabled=${star} onChange=${() => toggle(x.id)} /><span class="iso wrap-any"><${Name} text=${x.name} /></span></label>`)}</div>` : null}
    ${events.length ? null : html`<p class="muted">${details.value[provider]?.definition.channels ? e.allByDefault : e.nothing}</p>`}
  </div>`;
}
