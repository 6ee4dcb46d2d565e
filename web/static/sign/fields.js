// @ts-check
// The fields of a scheme. Each knows its path in the row, so that a mistake the
// server names stands at its field.
import { html } from '../html.js';
import { sign as signWords } from '../i18n/en-sign.js';
import { visible } from '../format.js';
import { Said } from '../said.js';
import { algorithms, encodings, layouts, secretForms, units, withField, words } from './row.js';

/** @typedef {import('./row.js').SchemeRow} SchemeRow */
/** @typedef {{row: SchemeRow, set: (row: SchemeRow) => void, mistake: {field: string, text: string}|null}} Ctx */

/** @param {SchemeRow} row @param {string} path @returns {any} */
const read = (row, path) => path.split('.').reduce((at, k) => at?.[k], row);

/** Whether a mistake is about a field. @param {{field: string}|null} mistake @param {string} path */
export const about = (mistake, path) => Boolean(mistake) && (mistake?.field === path || Boolean(mistake?.field.startsWith(path + '.')) || Boolean(mistake?.field.startsWith(path + '[')));

/** @param {Ctx & {path: string, label: string, hint?: string, wide?: boolean, listed?: boolean, readonly?: boolean, mono?: boolean}} p */
function Text({ row, set, mistake, path, label, hint = '', wide = false, listed = false, readonly = false, mono = true }) {
  const value = read(row, path) ?? '';
  const wrong = about(mistake, path);
  const id = 'wrong-' + path.replace(/\W/g, '-');
  return html`<label class=${'field' + (wide ? ' wide' : '')}><span>${label}${hint ? ` · ${hint}` : ''}</span>
    <input class=${'input' + (mono ? ' mono' : '')} value=${listed && Array.isArray(value) ? value.join(', ') : value} readonly=${readonly} autocomplete="off" autocapitalize="off" spellcheck=${false} aria-invalid=${wrong} aria-describedby=${wrong ? id : undefined}
      onInput=${listed ? undefined : (/** @type {any} */ e) => set(withField(row, path, e.target.value))} onChange=${listed ? (/** @type {any} */ e) => set(withField(row, path, words(e.target.value))) : undefined} />
    ${wrong ? html`<span class="error-text" id=${id}><${Said} text=${mistake?.text || ''} /></span>` : null}</label>`;
}

/** @param {Ctx & {path: string, label: string, options: string[], names?: Record<string, string>}} p */
function Choice({ row, set, mistake, path, label, options, names = {} }) {
  const value = read(row, path) ?? '';
  const all = value && !options.includes(value) ? [value, ...options] : options;
  const wrong = about(mistake, path);
  return html`<label class="field"><span>${label}</span><select class="input" value=${value} aria-invalid=${wrong} onChange=${(/** @type {any} */ e) => set(withField(row, path, e.target.value))}>
    ${all.map((x) => html`<option value=${x} selected=${x === value}>${names[x] || visible(x)}</option>`)}</select>
    ${wrong ? html`<span class="error-text"><${Said} text=${mistake?.text || ''} /></span>` : null}</label>`;
}

/** @param {Ctx & {fixedID: boolean}} p */
export function Fields({ row, set, mistake, fixedID }) {
  const b = signWords.build;
  const ctx = { row, set, mistake };
  const layout = row.signature?.layout || 'raw';
  const stamp = Boolean(row.timestamp);
  return html`<div class="form-grid">
      <${Text} ...${ctx} path="id" label=${b.id} hint=${b.idHint} readonly=${fixedID} />
      <${Text} ...${ctx} path="name" label=${b.name} mono=${false} />
      <${Text} ...${ctx} path="signature.headers" label=${b.headers} hint=${b.headersHint} listed wide />
      <${Choice} ...${ctx} path="signature.layout" label=${b.layout} options=${layouts} names=${b.layouts} />
      ${['raw', 'credential'].includes(layout) ? html`<${Text} ...${ctx} path="signature.prefix" label=${b.prefix} hint=${b.prefixHint} />` : html`<${Text} ...${ctx} path="signature.separator" label=${b.separator} />`}
      ${['pairs', 'versions', 'keyed'].includes(layout) ? html`<${Text} ...${ctx} path="signature.accept" label=${b.accept} hint=${b.headersHint} listed />` : null}
      <${Choice} ...${ctx} path="algorithm" label=${b.algorithm} options=${algorithms} />
      <${Choice} ...${ctx} path="encoding" label=${b.encoding} options=${encodings} />
      <${Choice} row=${row} set=${set} mistake=${null} path="secret" label=${b.secret} options=${secretForms} />
      <${Text} ...${ctx} path="content" label=${b.content} hint=${b.contentHint} wide />
      <${Text} ...${ctx} path="id_headers" label=${b.idHeader} listed />
    </div>
    <label class="check"><input type="checkbox" checked=${stamp} onChange=${(/** @type {any} */ e) => set(e.target.checked ? { ...row, timestamp: { ...(layout === 'pairs' ? { key: 't' } : { headers: ['X-Acme-Timestamp'] }), unit: 's', past: '5m' } } : withField(row, 'timestamp', ''))} />${b.hasStamp}</label>
    ${stamp ? html`<div class="form-grid">
      ${layout === 'pairs' ? html`<${Text} ...${ctx} path="timestamp.key" label=${b.stampKey} />` : html`<${Text} ...${ctx} path="timestamp.headers" label=${b.stampHeader} listed />`}
      <${Choice} ...${ctx} path="timestamp.unit" label=${b.stampUnit} options=${units} names=${b.units} />
      <${Text} ...${ctx} path="timestamp.past" label=${b.stampPast} hint=${b.stampPastHint} />
    </div>` : null}`;
}
