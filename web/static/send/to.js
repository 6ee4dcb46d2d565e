// @ts-check
// Whom an event goes to: all that subscribe, or those that are named.
import { html, useEffect, useState } from '../html.js';
import { send as s } from '../i18n/en-send.js';
import { api } from '../api.js';
import { visible } from '../format.js';
import { Icon } from '../components/icons.js';
import { calls } from './calls.js';

const many = 10;

/** @param {{to: string[], set: (to: string[]) => void, subscribers: number}} p */
export function To({ to, set, subscribers }) {
  const [places, setPlaces] = useState(/** @type {{id: string, text: string, tip: string, off: boolean, kind: string}[]} */ ([]));
  const [url, setURL] = useState('');
  const [adding, setAdding] = useState(false);
  const [wrong, setWrong] = useState(false);
  const [search, setSearch] = useState('');
  useEffect(() => {
    let on = true;
    Promise.all([calls.endpoints(), api.inboxes()]).then(([a, b]) => on && setPlaces([
      ...a.endpoints.map((x) => ({ id: x.name, text: x.name, tip: x.url || x.email?.to.join(', ') || '', off: !x.on || Boolean(x.disabled), kind: x.kind })),
      ...b.inboxes.map((x) => ({ id: 'inbox:' + x.name, text: x.name === 'demo' ? s.ownInbox : x.name, tip: x.url, off: false, kind: 'inbox' })),
    ]), () => {}); // URLs can still be given
    return () => {
      on = false;
    };
  }, []);
  const toggle = (/** @type {string} */ id) => set(to.includes(id) ? to.filter((x) => x !== id) : [...to, id]);
  const add = (/** @type {Event} */ e) => {
    e.preventDefault();
    const u = url.trim();
    if (!/^https?:\/\/[^/\s]/i.test(u)) {
      setWrong(true);
      return;
    }
    if (!to.includes(u)) set([...to, u]);
    setURL('');
    setAdding(false);
  };
  const known = new Set(places.map((x) => x.id));
  const words = search.trim().toLowerCase();
  const shown = places.filter((x) => to.includes(x.id) || (places.length <= many ? true : words ? `${x.text} ${x.tip}`.toLowerCase().includes(words) : false)).slice(0, 40);
  return html`<section class="compose-part" aria-labelledby="to-title"><h2 id="to-title">${s.to}</h2>
    <div class="chips">
      <button type="button" class="chip-toggle" aria-pressed=${!to.length} onClick=${() => set([])}>${subscribers ? s.allOf(subscribers) : s.all}</button>
      ${shown.map((x) => html`<button type="button" key=${x.id} class="chip-toggle" aria-pressed=${to.includes(x.id)} title=${visible(x.tip)} onClick=${() => toggle(x.id)}>${x.kind === 'inbox' ? html`<${Icon} name="inboxes" />` : null}<span class="iso">${visible(x.text)}</span>${x.off ? html`<span class="muted">${s.off}</span>` : x.kind === 'email' ? html`<span class="muted">${s.email}</span>` : null}</button>`)}
      ${to.filter((x) => !known.has(x)).map((x) => html`<button type="button" key=${x} class="chip-toggle" aria-pressed="true" aria-label=${s.remove(visible(x))} onClick=${() => toggle(x)}><span class="iso">${visible(x)}</span><${Icon} name="close" /></button>`)}
      ${adding ? html`<form class="chip-form" onSubmit=${add}><input class="input mono" aria-label=${s.url} aria-invalid=${wrong} aria-describedby=${wrong ? 'to-wrong' : undefined} inputmode="url" placeholder=${s.urlHint} value=${url} autocomplete="off" autocapitalize="off" spellcheck=${false} ref=${(/** @type {HTMLElement|null} */ el) => el && !url && el.focus()}
          onInput=${(/** @type {any} */ e) => { setURL(e.target.value); setWrong(false); }} onKeyDown=${(/** @type {KeyboardEvent} */ e) => { if (e.key === 'Escape') { e.stopPropagation(); setAdding(false); } }} /><button class="btn small">${s.addURL}</button></form>`
      : html`<button type="button" class="chip-toggle add" onClick=${() => setAdding(true)}><${Icon} name="plus" />${s.url}</button>`}
    </div>
    ${wrong ? html`<p class="error-text" id="to-wrong" role="alert">${s.badURL}</p>` : null}
    ${places.length > many ? html`<input class="input search" type="search" aria-label=${s.moreTargets} placeholder=${s.moreTargets} value=${search} onInput=${(/** @type {any} */ e) => setSearch(e.target.value)} />` : null}
    ${!to.length && !subscribers ? html`<p class="muted">${s.nobody}</p>` : null}
  </section>`;
}
