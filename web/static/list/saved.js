// @ts-check
// Filters with a name. One is an address of the list: filter, columns, order and
// grouping. The server keeps them, so that all who use it have the same ones.
import { html, signal, useEffect, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { api } from '../api.js';
import { go, params, url } from '../router.js';
import { kept, sync } from '../state.js';
import { count, visible } from '../format.js';
import { filterWord } from '../detail/curl.js';
import { Copy } from '../components/copy.js';
import { Icon } from '../components/icons.js';
import { toastFailure } from '../components/notices.js';
import { Sheet } from '../components/overlay.js';
import { savedOpen } from './bar.js';

/** @typedef {import('../types.js').SavedFilter} Saved */

const parts = /** @type {const} */ (['q', 'cols', 'sort', 'group']);

/** All that are saved, null until they are known. @type {{value: Saved[]|null}} */
const saved = signal(null);
const problem = signal('');

async function load() {
  try {
    saved.value = (await api.filters()).filters;
    problem.value = '';
  } catch (err) {
    problem.value = /** @type {Error} */ (err).message;
  }
}
sync.onconfig.add((/** @type {string[]} */ keys) => {
  if (keys.some((k) => k.startsWith('filter/'))) load();
});

/** Those that this browser kept, before the server did. */
const own = kept('saved', '[]');

/** Hands what this browser kept to the server, once. A name that is taken there by another filter gets a number. */
async function handOver() {
  /** @type {{name: string, params: Record<string, string>}[]} */
  let all = [];
  try {
    const read = JSON.parse(own.value);
    if (Array.isArray(read)) all = read.filter((x) => x && typeof x.name === 'string' && x.params && typeof x.params === 'object');
  } catch {
    // What cannot be read was never shown either.
  }
  for (const x of all) {
    const view = Object.fromEntries(parts.map((k) => [k, String(x.params[k] ?? '')]));
    const taken = (/** @type {string} */ name) => (saved.value || []).find((y) => y.name === name);
    let name = x.name;
    for (let n = 2; taken(name) && parts.some((k) => taken(name)?.[k] !== view[k]); n++) name = `${x.name} (${n})`;
    if (taken(name)) continue;
    try {
      await api.saveFilter({ name, .../** @type {any} */ (view) });
    } catch {
      return; // it stays here, and is tried again the next time
    }
    await load();
  }
  own.value = '[]';
}

let begun = false;
function begin() {
  if (begun) return;
  begun = true;
  load().then(() => {
    if (saved.value) handOver();
    else begun = false;
  });
}

/** @param {Partial<Saved>} s */
const addressOf = (s) => url('live', [], Object.fromEntries(parts.map((k) => [k, s[k] || null])));

const close = () => {
  savedOpen.value = false;
};

export function SavedSheet() {
  const s = t.live.saved;
  const all = saved.value || [];
  const now = Object.fromEntries(parts.map((k) => [k, params.value[k] || '']));
  const here = addressOf(now);
  const [name, setName] = useState('');
  useEffect(begin, []);
  const same = all.find((x) => addressOf(x) === here);
  const change = async (/** @type {Promise<any>} */ doing) => {
    try {
      await doing;
      await load();
      return true;
    } catch (err) {
      toastFailure(`${s.failed}: ${/** @type {Error} */ (err).message}`);
      return false;
    }
  };
  const save = async (/** @type {Event} */ e) => {
    e.preventDefault();
    const as = name.trim();
    if (as && await change(api.saveFilter({ name: as, rev: all.find((x) => x.name === as)?.rev || 0, .../** @type {any} */ (now) }))) setName('');
  };
  return html`<${Sheet} title=${s.title} close=${close}>
    ${problem.value ? html`<p class="note bad" role="alert">${problem.value}</p>` : null}
    ${all.length ? html`<ul class="saved-list">${all.map((x) => html`<li key=${x.name}>
      <a class="grow" href=${addressOf(x)} aria-current=${x === same ? 'true' : undefined} onClick=${(/** @type {Event} */ e) => { e.preventDefault(); close(); go(addressOf(x)); }}><b class="iso">${visible(x.name)}</b> <code class="iso muted">${visible(x.q || s.all)}</code></a>
      <${Matches} q=${x.q || ''} />
      <${Copy} text=${location.origin + addressOf(x)} what=${s.linkOf(visible(x.name))} />
      <button type="button" class="btn quiet small" aria-label=${s.forget(visible(x.name))} title=${s.forget(visible(x.name))} onClick=${() => change(api.deleteFilter(x.name))}><${Icon} name="trash" /></button></li>`)}</ul>`
      : saved.value ? html`<p class="muted">${s.none}</p>` : null}
    <form class="column-own" onSubmit=${save}>
      <label class="field grow"><span>${s.name} <code class="iso muted">${visible(now.q || s.all)}</code></span><input class="input" data-first value=${name} maxlength="80" onInput=${(/** @type {any} */ e) => setName(e.target.value)} /></label>
      <button class="btn primary" disabled=${!name.trim()}>${s.save}</button></form>
    <p class="muted saved-cli">${t.terminal} <code class="iso">boathook tail${now.q ? ' ' + visible(filterWord(now.q)) : ''}</code></p>
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
