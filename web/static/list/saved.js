// @ts-check
// Filters with a name. One is an address of this page: filter, columns, order and
// grouping; they are kept in this browser and are shared as links.
import { html, useEffect, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { api } from '../api.js';
import { go, params, url } from '../router.js';
import { kept } from '../state.js';
import { count, visible } from '../format.js';
import { Copy } from '../components/copy.js';
import { Icon } from '../components/icons.js';
import { Sheet } from '../components/overlay.js';
import { savedOpen } from './bar.js';

/** @typedef {{name: string, params: Record<string, string>}} Saved */

const parts = ['q', 'cols', 'sort', 'group', 'pin'];
const store = kept('saved', '[]');

/** @returns {Saved[]} */
export function savedViews() {
  try {
    const all = JSON.parse(store.value);
    return Array.isArray(all) ? all.filter((x) => x && typeof x.name === 'string' && x.params && typeof x.params === 'object') : [];
  } catch {
    return [];
  }
}

/** @param {Saved[]} all */
const keep = (all) => {
  store.value = JSON.stringify(all);
};

/** @param {Saved} s */
export const addressOf = (s) => url('live', [], Object.fromEntries(parts.map((k) => [k, s.params[k]])));

const close = () => {
  savedOpen.value = false;
};

export function SavedSheet() {
  const s = t.live.saved;
  const all = savedViews();
  const now = Object.fromEntries(parts.filter((k) => params.value[k]).map((k) => [k, params.value[k]]));
  const here = addressOf({ name: '', params: now });
  const [name, setName] = useState('');
  const same = all.find((x) => addressOf(x) === here);
  const save = (/** @type {Event} */ e) => {
    e.preventDefault();
    const as = name.trim();
    if (!as) return;
    keep([...all.filter((x) => x.name !== as), { name: as, params: now }].sort((a, b) => (a.name < b.name ? -1 : 1)));
    setName('');
  };
  return html`<${Sheet} title=${s.title} close=${close}>
    ${all.length ? html`<ul class="saved-list">${all.map((x) => html`<li key=${x.name}>
      <a class="grow" href=${addressOf(x)} aria-current=${x === same ? 'true' : undefined} onClick=${(/** @type {Event} */ e) => { e.preventDefault(); close(); go(addressOf(x)); }}><b class="iso">${visible(x.name)}</b> <code class="iso muted">${visible(x.params.q || s.all)}</code></a>
      <${Matches} q=${x.params.q || ''} />
      <${Copy} text=${location.origin + addressOf(x)} what=${s.linkOf(visible(x.name))} />
      <button type="button" class="btn quiet small" aria-label=${s.forget(visible(x.name))} title=${s.forget(visible(x.name))} onClick=${() => keep(all.filter((y) => y !== x))}><${Icon} name="trash" /></button></li>`)}</ul>` : html`<p class="muted">${s.none}</p>`}
    <form class="column-own" onSubmit=${save}>
      <label class="field grow"><span>${s.name} <code class="iso muted">${visible(now.q || s.all)}</code></span><input class="input" data-first value=${name} maxlength="80" onInput=${(/** @type {any} */ e) => setName(e.target.value)} /></label>
      <button class="btn primary" disabled=${!name.trim()}>${s.save}</button></form>
    <p class="muted saved-cli">${t.terminal} <code class="iso">boathook tail ${now.q ? `'${visible(now.q).replace(/'/g, `'\\''`)}'` : ''}</code></p>
  </${Sheet}>`;
}

/** How many deliveries a filter matches now. @param {{q: string}} p */
function Matches({ q }) {
  const [text, setText] = useState('');
  useEffect(() => {
    const ctl = new AbortController();
    api.count(q, ctl.signal).then((c) => setText(count(c.count) + (c.complete ? '' : '+')), () => {
      if (!ctl.signal.aborted) setText('–');
    });
    return () => ctl.abort();
  }, [q]);
  return html`<span class="muted" aria-label=${text && t.live.saved.matches(text)}>${text}</span>`;
}
