// @ts-check
// The list of events: favourites, then providers, each with its event types.
import { html, useEffect, useRef, useState } from '../html.js';
import { send as s } from '../i18n/en-send.js';
import { go, url } from '../router.js';
import { visible } from '../format.js';
import { Icon } from '../components/icons.js';
import { Name } from '../components/name.js';
import { askAll, askProvider, details, fits, isStarred, providers, stars, toggleStar } from './catalog.js';

/** @typedef {import('./types.js').EventSummary} EventSummary */
/** @typedef {import('./types.js').Provider} Provider */

/** What is typed and chosen outlives the page. */
let keptSearch = '';
let keptOnly = '';

/** @param {{current: string}} p current is the id of the open event type */
export function EventList({ current }) {
  const [search, setSearch] = useState(keptSearch);
  const [only, setOnly] = useState(keptOnly);
  keptSearch = search;
  keptOnly = only;
  useEffect(() => {
    if (search.trim()) askAll().catch(() => {}); // what is missing is not found
  }, [search]);
  useEffect(() => {
    if (only) askProvider(only).catch(() => {}); // it stays folded
  }, [only]);
  // Opened by its address, the event is somewhere down the list.
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const there = Boolean(details.value[current.split('/')[0]] && providers.value);
  useEffect(() => {
    if (there) box.current?.querySelector('[aria-current="page"]')?.scrollIntoView({ block: 'center' });
  }, [there]);
  const all = providers.value || [];
  const words = search.trim();
  const shown = all.filter((p) => !only || p.id === only);
  const found = words ? shown.map((p) => ({ p, events: (details.value[p.id]?.event_types || []).filter((e) => fits(`${p.name} ${e.id} ${e.description} ${e.subscription}`, words)) })).filter((x) => x.events.length) : null;
  return html`<nav class="send-list" aria-label=${s.list}>
    <div class="send-find">
      <input class="input" type="search" aria-label=${s.search} placeholder=${s.search} value=${search} autocomplete="off" spellcheck=${false} onInput=${(/** @type {any} */ e) => setSearch(e.target.value)}
        onKeyDown=${(/** @type {KeyboardEvent} */ e) => {
    if (e.key === 'Enter' && found?.length) openEvent(found[0].events[0].id);
  }} />
      <select class="input" aria-label=${s.only} value=${only} onChange=${(/** @type {any} */ e) => setOnly(e.target.value)}>
        <option value="">${s.providers}</option>${all.map((p) => html`<option value=${p.id} selected=${p.id === only}>${visible(p.name)}</option>`)}</select>
    </div>
    <div class="send-scroll" ref=${box}>
      ${words || only ? null : html`<${Favourites} current=${current} />`}
      ${found ? (found.length ? found.map(({ p, events }) => html`<section class="prov" aria-label=${visible(p.name)}><h2 class="prov-name">${visible(p.name)}</h2><${Events} events=${events} current=${current} /></section>`) : html`<p class="muted pad">${s.nothing}</p>`)
      : shown.map((p) => html`<${One} key=${p.id} p=${p} current=${current} open=${only === p.id} />`)}
    </div>
  </nav>`;
}

/** @param {string} id */
export function eventURL(id) {
  const at = id.indexOf('/');
  return url('send', [id.slice(0, at), id.slice(at + 1)]);
}
/** @param {string} id */
const openEvent = (id) => go(eventURL(id));

/** @param {{current: string}} p */
function Favourites({ current }) {
  const list = stars();
  const ids = list.includes('standard-webhooks/ping') ? list : ['standard-webhooks/ping', ...list];
  return html`<section class="prov" aria-label=${s.favourites}><ul>${ids.map((id) => html`<li class="ev"><a href=${eventURL(id)} aria-current=${id === current ? 'page' : undefined} title=${visible(id)}>
    <span class="star on"><${Icon} name="star" /></span><span class="cut iso">${id === 'standard-webhooks/ping' ? s.ping : visible(id.slice(id.indexOf('/') + 1))}</span><span class="count iso">${id === 'standard-webhooks/ping' ? '' : visible(id.slice(0, id.indexOf('/')))}</span></a></li>`)}</ul></section>`;
}

/** @param {{p: Provider, current: string, open: boolean}} x */
function One({ p, current, open }) {
  const mine = current.startsWith(p.id + '/');
  const [unfolded, setUnfolded] = useState(mine || open);
  useEffect(() => {
    if (mine || open) setUnfolded(true);
  }, [mine, open]);
  useEffect(() => {
    if (unfolded) askProvider(p.id).catch(() => {}); // unfolding again asks again
  }, [unfolded]);
  const d = details.value[p.id];
  return html`<section class="prov" aria-label=${visible(p.name)}>
    <button type="button" class="prov-head" aria-expanded=${unfolded} onClick=${() => setUnfolded(!unfolded)}><${Icon} name=${unfolded ? 'down' : 'right'} /><span class="cut iso">${visible(p.name)}</span>${p.custom ? html`<span class="flag">${s.custom}</span>` : null}<span class="count">${p.events}</span></button>
    ${unfolded && d ? html`<${Events} events=${d.event_types} current=${current} />${d.definition.event_names ? html`<${OwnName} p=${p} pattern=${d.definition.event_names} />` : null}` : null}
  </section>`;
}

/** @param {{events: EventSummary[], current: string}} p */
function Events({ events, current }) {
  return html`<ul>${events.map((e) => {
    const on = isStarred(e.id);
    return html`<li class="ev" key=${e.id}><a href=${eventURL(e.id)} aria-current=${e.id === current ? 'page' : undefined} title=${visible(e.description)}><span class=${'ev-name iso' + (e.deprecated ? ' old' : '')}><${Name} text=${e.name} /></span>
      ${e.subscribers ? html`<span class="count" title=${s.subscribers(e.subscribers)}>${s.subs(e.subscribers)}</span>` : null}</a>
      <button type="button" class=${'star-button' + (on ? ' on' : '')} aria-pressed=${on} aria-label=${on ? s.unstar(visible(e.name)) : s.star(visible(e.name))} onClick=${() => toggleStar(e.id)}><${Icon} name="star" /></button></li>`;
  })}</ul>`;
}

/** Providers whose users name their events themselves. @param {{p: Provider, pattern: string}} x */
function OwnName({ p, pattern }) {
  const [name, setName] = useState('');
  return html`<form class="own-name" onSubmit=${(/** @type {Event} */ e) => { e.preventDefault(); if (name.trim()) openEvent(`${p.id}/${name.trim()}`); }}>
    <input class="input" aria-label=${s.ownName} placeholder=${s.ownName} pattern=${pattern.replace(/^\^|\$$/g, '')} value=${name} autocomplete="off" spellcheck=${false} onInput=${(/** @type {any} */ e) => setName(e.target.value)} />
    <button class="btn small" disabled=${!name.trim()}>${s.open}</button></form>`;
}

