// @ts-check
// Adds deliveries to a recording, which is made if there is none of that name.
import { html, useEffect, useRef, useState } from '../html.js';
import { recordings as words } from '../i18n/en-recordings.js';
import { t } from '../i18n/index.js';
import { api } from '../api.js';
import { visible } from '../format.js';
import { toast, toastFailure } from '../components/notices.js';
import { calls } from './calls.js';

/** @param {{source: {q: string}|{ids: string[]}, close: () => void}} p */
export function AddForm({ source, close }) {
  const [name, setName] = useState('');
  const [names, setNames] = useState(/** @type {string[]} */ ([]));
  const field = useRef(/** @type {HTMLInputElement|null} */ (null));
  useEffect(() => {
    field.current?.focus();
    calls.all().then((r) => setNames(r.recordings.map((x) => x.name)), () => {}); // a name can be typed all the same
  }, []);
  const add = async (/** @type {Event} */ e) => {
    e.preventDefault();
    const to = name.trim();
    if (!to) return;
    try {
      const n = names.includes(to) ? (await api.mark({ ...source, add_tags: ['rec=' + to] })).changed : (await calls.create({ name: to, ...source })).deliveries;
      toast(words.added(n, visible(to)));
      close();
    } catch (err) {
      toastFailure(visible(/** @type {Error} */ (err).message));
    }
  };
  return html`<form class="tag-form" onSubmit=${add} onKeyDown=${(/** @type {KeyboardEvent} */ e) => { if (e.key === 'Escape') { e.stopPropagation(); close(); } }}>
    <input class="input" ref=${field} value=${name} list="rec-names" maxlength="60" aria-label=${words.addName} placeholder=${words.name} spellcheck=${false} onInput=${(/** @type {any} */ e) => setName(e.target.value)} />
    <datalist id="rec-names">${names.map((x) => html`<option value=${x}></option>`)}</datalist>
    <button class="btn small">${words.addYes}</button><button type="button" class="btn quiet small" onClick=${close}>${t.cancel}</button></form>`;
}
