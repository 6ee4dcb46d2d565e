// @ts-check
// Gives deliveries a tag.
import { html, useEffect, useRef, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { api } from '../api.js';
import { toast, toastFailure } from '../components/notices.js';

/** @param {{source: {q: string}|{ids: string[]}, close: () => void, done?: () => void}} p */
export function TagForm({ source, close, done }) {
  const [tag, setTag] = useState('');
  const field = useRef(/** @type {HTMLInputElement|null} */ (null));
  useEffect(() => field.current?.focus(), []);
  const add = async (/** @type {Event} */ e) => {
    e.preventDefault();
    if (!tag.trim()) return;
    try {
      const { marked } = await api.mark({ ...source, add_tags: [tag.trim()] });
      toast(t.select.tagged(marked, tag.trim()));
      done?.();
      close();
    } catch (err) {
      toastFailure(/** @type {Error} */ (err).message);
    }
  };
  return html`<form class="tag-form" onSubmit=${add} onKeyDown=${(/** @type {KeyboardEvent} */ e) => { if (e.key === 'Escape') { e.stopPropagation(); close(); } }}>
    <input class="input" ref=${field} value=${tag} maxlength="64" aria-label=${t.select.tagName} placeholder=${t.select.tagName} spellcheck=${false} onInput=${(/** @type {any} */ e) => setTag(e.target.value)} />
    <button class="btn small">${t.select.tagAdd}</button><button type="button" class="btn quiet small" onClick=${close}>${t.cancel}</button></form>`;
}
