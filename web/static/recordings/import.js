// @ts-check
// Files that are imported as a recording: chosen, or dropped on the page.
import { html, signal, useEffect, useRef, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { recordings as words } from '../i18n/en-recordings.js';
import { visible } from '../format.js';
import { said, sayings } from '../said.js';
import { shell } from '../detail/curl.js';
import { toast, toastFailure } from '../components/notices.js';
import { calls, importMost } from './calls.js';

/** Name of a recording for a file: its own, without what a name cannot have. @param {string} file @param {Date} now */
export function nameOf(file, now) {
  const plain = file.replace(/\.[^.]*$/, '').replace(/[^\p{L}\p{N}._:/@+-]+/gu, '-').replace(/^[^\p{L}\p{N}]+/u, '').slice(0, 60);
  return plain || 'import-' + now.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
}

const over = signal(false);

/** @param {{done: () => void}} p */
export function Import({ done }) {
  const [busy, setBusy] = useState('');
  const [large, setLarge] = useState('');
  const field = useRef(/** @type {HTMLInputElement|null} */ (null));
  const take = async (/** @type {File[]} */ files) => {
    setLarge('');
    for (const file of files) {
      if (file.size > importMost) {
        setLarge(file.name);
        continue;
      }
      setBusy(file.name);
      try {
        const r = await calls.import(file, nameOf(file.name, new Date()));
        if (r.errors[0]) await sayings();
        toast(visible(words.imported(r.imported, r.skipped, r.failed) + (r.errors[0] ? `: ${said(r.errors[0].text)}` : '')));
      } catch (err) {
        toastFailure(visible(`${file.name}: ${/** @type {Error} */ (err).message}`));
      }
    }
    setBusy('');
    done();
  };
  useEffect(() => {
    const files = (/** @type {DragEvent} */ e) => Boolean(e.dataTransfer?.types.includes('Files'));
    const drag = (/** @type {DragEvent} */ e) => {
      if (!files(e)) return;
      e.preventDefault();
      over.value = true;
    };
    const leave = (/** @type {DragEvent} */ e) => {
      if (!e.relatedTarget) over.value = false;
    };
    const drop = (/** @type {DragEvent} */ e) => {
      if (!files(e)) return;
      e.preventDefault();
      over.value = false;
      take([.../** @type {DataTransfer} */ (e.dataTransfer).files]);
    };
    document.addEventListener('dragover', drag);
    document.addEventListener('dragleave', leave);
    document.addEventListener('drop', drop);
    return () => {
      over.value = false;
      document.removeEventListener('dragover', drag);
      document.removeEventListener('dragleave', leave);
      document.removeEventListener('drop', drop);
    };
  }, []);
  return html`<div class="rec-import"><button type="button" class="btn" disabled=${Boolean(busy)} onClick=${() => field.current?.click()}>${words.import}</button>
    <input type="file" class="sr" tabindex="-1" aria-label=${words.import} multiple ref=${field} onChange=${(/** @type {any} */ e) => { take([...e.target.files]); e.target.value = ''; }} />
    <span class="muted iso">${busy ? `${words.importing} ${visible(busy)}` : words.importHint}</span></div>
    ${large ? html`<p class="note bad" role="alert">${words.tooLarge} <code>boathook import ${visible(shell(large))} --recording ${nameOf(large, new Date())}</code></p>` : null}
    ${over.value ? html`<div class="rec-drop" role="status">${words.drop}</div>` : null}
    <p class="muted">${t.terminal} <code>boathook import week.jsonl --recording week</code></p>`;
}
