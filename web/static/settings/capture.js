// @ts-check
// Settings › Capture: what is taken in and how much of it is kept. Ports are set when
// the server starts; bounds can be changed here unless it was given them, too.
import { html, useEffect, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { settings as words } from '../i18n/en-settings.js';
import { askServer, server } from '../state.js';
import { count, visible } from '../format.js';
import { json } from '../api.js';
import { Trouble } from '../components/trouble.js';
import { Confirm } from '../components/overlay.js';
import { toast } from '../components/notices.js';
import { Facts, Terminal, copyable, useServer } from './facts.js';
import { read, write } from './amounts.js';
import { HiddenValues } from './hidden.js';

/** @typedef {import('../api.js').Problem} Problem */
/** @typedef {'count'|'bytes'|'age_s'|'trash_s'|'body_limit'} Field */
/** @typedef {Record<Field, number> & {rev: number, fixed: Record<string, string>}} Bounds */
/** @typedef {{deliveries: number, about: boolean, held: boolean, complete: boolean}} Removal */

/** @type {[Field, import('./amounts.js').Kind][]} */
const fields = [['body_limit', 'size'], ['count', 'count'], ['bytes', 'size'], ['age_s', 'age'], ['trash_s', 'age']];

const ask = () => /** @type {Promise<Bounds>} */ (json('/settings/capture'));
const put = (/** @type {any} */ v) => json('/settings/capture', { method: 'PUT', json: v });

export function CaptureSection() {
  useServer();
  const s = server.value;
  if (!s) return html`<p class="muted">${t.loading}</p>`;
  const c = words.capture;
  return html`<section class="section"><h2>${words.sections.capture}</h2><p class="muted">${c.lead}</p>
      <${Facts} list=${[
        [c.page, copyable(s.page, c.page)],
        [c.port, copyable(s.capture, c.port)],
        [c.malformed, count(s.malformed || 0)],
      ]} />
      <${Terminal} lead=${c.terminal} commands=${['boathook config set capture.port 4611', 'boathook serve --capture-port 4611']} /></section>
    <section class="section"><h2>${c.kept}</h2><p class="muted">${c.keptLead}</p>
      ${s.retention.held ? html`<p class="note warn">${c.held}</p>` : null}
      <${BoundsForm} />
      <p><a href="/live?q=is:trashed">${t.del.trash(s.store?.trashed ?? 0)}</a></p>
      <${Terminal} commands=${['boathook config set capture.keep.count 200000', 'boathook config set capture.keep.age 30d', 'boathook config set capture.body_limit 50MB']} /></section>
    <${HiddenValues} />`;
}

function BoundsForm() {
  const c = words.capture;
  const [v, setV] = useState(/** @type {Bounds|null} */ (null));
  const [typed, setTyped] = useState(/** @type {Partial<Record<Field, string>>} */ ({}));
  const [problem, setProblem] = useState(/** @type {Problem|null} */ (null));
  const [wrong, setWrong] = useState(/** @type {Problem|null} */ (null));
  const [removes, setRemoves] = useState(/** @type {Removal|null} */ (null));
  const [busy, setBusy] = useState(false);
  const take = (/** @type {Bounds} */ x) => {
    setV(x);
    setTyped({});
    setProblem(null);
    setRemoves(null);
  };
  const load = () => ask().then(take, setProblem);
  useEffect(() => {
    load();
  }, []);
  if (problem) return html`<${Trouble} problem=${problem} retry=${load} />`;
  if (!v) return html`<p class="muted" aria-busy="true">${t.loading}</p>`;
  const values = Object.fromEntries(fields.map(([f, kind]) => [f, typed[f] === undefined ? v[f] : read(typed[f] || '', kind)]));
  const bad = fields.filter(([f]) => Number.isNaN(values[f])).map(([f]) => f);
  const changed = fields.some(([f]) => values[f] !== v[f]);
  const next = { rev: v.rev, ...values };
  const failed = (/** @type {Problem} */ err) => {
    setWrong(err);
    if (err.kind === 'conflict') load();
  };
  const save = () => put(next).then((x) => {
    take(x);
    askServer();
    toast(c.saved);
  }, failed);
  /** Asks first if something would be removed. @param {Event} e */
  const submit = async (e) => {
    e.preventDefault();
    setWrong(null);
    setBusy(true);
    try {
      const { removes: r } = await put({ ...next, dry_run: true });
      if (r.deliveries || r.held || !r.complete) setRemoves(r);
      else await save();
    } catch (err) {
      failed(/** @type {Problem} */ (err));
    }
    setBusy(false);
  };
  const set = (/** @type {Field} */ f) => (/** @type {any} */ e) => {
    setTyped({ ...typed, [f]: e.target.value });
    setRemoves(null);
    setWrong(null);
  };
  return html`<form onSubmit=${submit} class="bounds"><div class="form-grid">${fields.map(([f, kind]) => {
    const by = v.fixed[f];
    const hint = by ? c.fixed(visible(by)) : c.hints[f];
    const off = bad.includes(f) || wrong?.field === f;
    return html`<div class="field" key=${f}><label class="field"><span>${c.fields[f]}</span><input class="input" name=${f} autocomplete="off" spellcheck=${false} disabled=${Boolean(by)} value=${typed[f] ?? write(v[f], kind)} aria-invalid=${off} aria-describedby=${'bound-' + f} onInput=${set(f)} /></label>
      <span class=${bad.includes(f) ? 'error-text' : 'muted small-text'} id=${'bound-' + f}>${bad.includes(f) ? c.unreadable[kind] : hint}</span></div>`;
  })}</div>
    ${wrong ? html`<p class="note bad iso" role="alert" lang=${wrong.lang}>${wrong.kind === 'conflict' ? c.conflict : visible([wrong.message, wrong.hint].filter(Boolean).join('. '))}</p>` : null}
    ${removes?.held ? html`<p class="note warn" role="status">${c.wouldHold}</p>` : null}
    ${removes ? html`<${Confirm} ask=${removes.deliveries ? c.removes(removes.deliveries, removes.about || !removes.complete) : removes.complete ? c.anyway : c.uncounted} yes=${removes.deliveries || !removes.complete ? c.removeYes : c.anywayYes} run=${save} close=${() => setRemoves(null)} />`
      : html`<div class="row-gap"><button class="btn primary" disabled=${busy || !changed || bad.length > 0}>${c.save}</button>${changed ? html`<button type="button" class="btn" onClick=${() => take(v)}>${t.cancel}</button>` : null}</div>`}
  </form>`;
}
