// @ts-check
// Chooses a scheme: a field that searches all of them.
import { html, useEffect, useRef, useState } from '../html.js';
import { sign as signWords } from '../i18n/en-sign.js';
import { askSchemes, fitting, schemeOf, schemes } from '../schemes.js';
import { visible } from '../format.js';

let nextID = 1;

/**
 * @param {object} p
 * @param {string} p.label
 * @param {string} p.value "", "none" or the id of a scheme
 * @param {(id: string) => void} p.set
 * @param {string} [p.auto] what "" is called
 * @param {boolean} [p.none] "not checked" is offered
 */
export function SchemePick({ label, value, set, auto = signWords.pick.auto, none = true }) {
  const [text, setText] = useState(/** @type {string|null} */ (null));
  const [at, setAt] = useState(0);
  const id = useRef('');
  id.current ||= 'pick-' + nextID++;
  const list = useRef(/** @type {HTMLElement|null} */ (null));
  useEffect(() => {
    askSchemes().catch(() => {});
  }, []);
  const p = signWords.pick;
  const open = text !== null;
  const fixed = [{ id: '', name: auto, hint: p.autoHint }, ...(none ? [{ id: 'none', name: p.off, hint: p.offHint }] : [])];
  const known = fitting(schemes.value || [], text || '').map((s) => ({ id: s.id, name: s.name, hint: [s.custom ? p.custom : '', s.header || s.id, s.unconfirmed?.length ? p.unconfirmed : ''].filter(Boolean).join(' · ') }));
  const items = text ? known : [...fixed, ...known];
  const name = fixed.find((x) => x.id === value)?.name || schemeOf(value)?.name || value;

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [at, open]);

  const begin = () => {
    if (open) return;
    setText('');
    setAt(Math.max(0, [...fixed, ...(schemes.value || [])].findIndex((x) => x.id === value)));
  };
  const take = (/** @type {{id: string}|undefined} */ x) => {
    setText(null);
    if (x && x.id !== value) set(x.id);
  };
  const onKeyDown = (/** @type {KeyboardEvent} */ e) => {
    if (e.isComposing) return;
    if (!open && (e.key === 'ArrowDown' || e.key === 'ArrowUp')) begin();
    else if (!open) return;
    else if (e.key === 'ArrowDown') setAt(items.length ? (at + 1) % items.length : 0);
    else if (e.key === 'ArrowUp') setAt(items.length ? (at + items.length - 1) % items.length : 0);
    else if (e.key === 'Enter') take(items[at]);
    else if (e.key === 'Escape') setText(null);
    else return;
    e.preventDefault();
    e.stopPropagation();
  };
  return html`<div class="field pick"><span id=${id.current + '-label'}>${label}</span>
    <input class="input" type="text" role="combobox" aria-labelledby=${id.current + '-label'} aria-autocomplete="list" aria-expanded=${open} aria-controls=${id.current}
      aria-activedescendant=${open && items[at] ? `${id.current}-${at}` : undefined} autocomplete="off" autocapitalize="off" spellcheck=${false}
      placeholder=${open ? p.search : ''} value=${open ? text : visible(name)}
      onFocus=${begin} onClick=${begin} onBlur=${() => setText(null)} onKeyDown=${onKeyDown}
      onInput=${(/** @type {any} */ e) => { setText(e.target.value); setAt(0); }} />
    ${open ? html`<ul class="complete" id=${id.current} role="listbox" tabindex="-1" aria-label=${label} ref=${list}>
      ${items.map((x, i) => html`<li role="option" key=${x.id} id=${`${id.current}-${i}`} aria-selected=${i === at} onMouseDown=${(/** @type {Event} */ e) => { e.preventDefault(); take(x); }}>
        <span class="iso">${visible(x.name)}</span><span class="iso">${visible(x.hint)}</span></li>`)}
      ${items.length ? null : html`<li role="option" aria-selected="false" aria-disabled="true"><span>${p.none}</span></li>`}
    </ul>` : null}
  </div>`;
}
