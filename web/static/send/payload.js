// @ts-check
// The payload: a variant of the sample, the fields worth an input, and its text.
import { html, useEffect, useMemo, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { body as bodyWords } from '../i18n/en-body.js';
import { send as s } from '../i18n/en-send.js';
import { Problem } from '../api.js';
import { bytes, visible } from '../format.js';
import { Icon } from '../components/icons.js';
import { Trouble } from '../components/trouble.js';
import { calls } from './calls.js';
import { literal, newSeed, usefulFields } from './model.js';
import { Places } from './place.js';

/** @typedef {import('./model.js').Draft} Draft */
/** @typedef {import('./types.js').EventDetail} EventDetail */

const editMost = 200_000; // characters that a text box takes without getting slow

/** @param {{event: EventDetail, d: Draft, change: (x: Partial<Draft>) => void}} p */
export function BodyBox({ event, d, change }) {
  const [sample, setSample] = useState(/** @type {{text: string, size: number, generated: boolean, source: string}|null} */ (null));
  const [problem, setProblem] = useState(/** @type {Problem|null} */ (null));
  const [again, setAgain] = useState(0);
  const [extra, setExtra] = useState(/** @type {string[]} */ ([]));
  useEffect(() => {
    const ctl = new AbortController();
    setProblem(null);
    calls.sample(event.provider, event.name, { variant: d.variant, seed: d.seed, set: [] }, ctl.signal).then((r) => setSample({ text: pretty(r.body), size: new TextEncoder().encode(r.body).length, generated: r.generated, source: r.source }), (err) => {
      if (!ctl.signal.aborted) setProblem(err);
    });
    return () => ctl.abort();
  }, [event.id, d.variant, d.seed, again]);

  // What the catalogue does not describe is there to be changed all the same.
  const fields = useMemo(() => {
    const known = new Set(event.fields.map((f) => f.name));
    const first = sample && sample.text.length <= editMost ? new Places(sample.text) : null;
    return { all: [...event.fields, ...(first?.scalars() || []).filter((f) => !known.has(f.name))], first };
  }, [sample]);
  const typeOf = (/** @type {string} */ path) => fields.all.find((f) => f.name === path)?.type || '';
  // Fields are set into the sample; a text of one's own has them already.
  const text = useMemo(() => {
    if (d.body !== null) return d.body;
    let now = sample?.text ?? '';
    for (const [path, v] of Object.entries(d.set)) if (now.length <= editMost) now = new Places(now).with(path, literal(v, typeOf(path)));
    return now;
  }, [d.body, d.set, sample]);
  const big = text.length > editMost;
  const places = useMemo(() => (big ? null : new Places(text)), [text, big]);
  const useful = useMemo(() => (fields.first ? usefulFields(fields.all, (path) => Boolean(fields.first?.has(path))) : []), [fields]);

  if (problem) return html`<${Trouble} problem=${problem} retry=${() => setAgain(again + 1)} />`;
  const put = (/** @type {string} */ path, /** @type {string} */ value) => {
    if (d.body !== null) change({ body: places?.with(path, literal(value, typeOf(path))) ?? d.body });
    else change({ set: { ...d.set, [path]: value }, types: { ...d.types, [path]: typeOf(path) } });
  };
  const shown = [...useful.map((f) => f.name), ...Object.keys(d.set), ...extra].filter((x, i, all) => all.indexOf(x) === i && (places?.has(x) ?? false));
  const edited = d.body !== null || Object.keys(d.set).length > 0;
  const fault = places && text.trim() && /^[[{"\d-]/.test(text.trim()) ? places.faults[0] : null;

  if (d.from) {
    return html`<section class="compose-part" aria-label=${s.body}><h2>${s.body}</h2><p class="note">${s.fromDelivery(visible(d.from))} <button type="button" class="btn small" onClick=${() => change({ from: '' })}>${s.ownBody}</button></p></section>`;
  }
  return html`
    <section class="compose-part" aria-labelledby="variant-title"><h2 id="variant-title">${s.variant}</h2>
      <div class="chips">${event.variants.map((v) => html`<button type="button" class="chip-toggle" aria-pressed=${d.variant === v} onClick=${() => change({ variant: v, body: null })}>${s.variants[v] || visible(v)}</button>`)}
        <button type="button" class="btn quiet small" title=${s.newValuesTip} onClick=${() => change({ seed: newSeed(), body: null })}><${Icon} name="dice" />${s.newValues}</button></div></section>
    ${shown.length ? html`<section class="compose-part" aria-labelledby="set-title"><h2 id="set-title">${s.fields}</h2>
      <div class="form-grid set-grid">${shown.map((path) => html`<${FieldInput} key=${path} f=${fields.all.find((x) => x.name === path)} path=${path} value=${places?.get(path) ?? ''} put=${put} changed=${path in d.set} />`)}
        <${More} fields=${fields.all} shown=${shown} places=${places} add=${(/** @type {string} */ path) => setExtra([...extra, path])} /></div></section>` : null}
    <section class="compose-part" aria-labelledby="body-title">
      <div class="block-head"><h2 id="body-title">${s.body}</h2><span class="muted">${sample || d.body !== null ? bytes(edited || !sample ? new TextEncoder().encode(text).length : sample.size) : t.loading}</span>${edited ? html`<span class="flag">${s.edited}</span>` : null}
        ${fault ? html`<span class="error-text" id="body-fault" role="status">▲ ${bodyWords.badJSON(fault.line, fault.column, bodyWords.jsonErrors[fault.what] || fault.what)}</span>` : places && text.trim() ? html`<span class="ok">✓ ${places.faults.length ? s.noJSON : s.validJSON}</span>` : null}
        <span class="grow"></span>${edited ? html`<button type="button" class="btn quiet small" onClick=${() => change({ body: null, set: {} })}><${Icon} name="undo" />${s.reset}</button>` : null}</div>
      ${big ? html`<p class="note">${s.tooBig(bytes(text.length))}</p>`
      : html`<textarea class="input body-edit" aria-label=${s.body} aria-invalid=${Boolean(fault)} aria-describedby=${fault ? 'body-fault' : undefined} spellcheck=${false} autocapitalize="off" autocomplete="off" rows=${Math.min(24, Math.max(8, text.split('\n').length + 1))} value=${text} onInput=${(/** @type {any} */ e) => change({ body: e.target.value, set: {} })}></textarea>`}
      <p class="muted small-text">${d.body !== null ? s.bodyHint : sample ? (sample.generated ? s.generated : html`${s.published} <span class="iso">${visible(sample.source)}</span>`) : '\u00a0'}</p>
    </section>`;
}

/** Indented, in its own order and spelling; what is no JSON stays as it is. @param {string} text */
function pretty(text) {
  if (text.length > editMost) return text;
  const { tree } = new Places(text);
  return tree.faults.length ? text : tree.pretty();
}

/** @param {{f: import('./types.js').Field|undefined, path: string, value: string, put: (path: string, value: string) => void, changed: boolean}} p */
function FieldInput({ f, path, value, put, changed }) {
  const label = html`<span class="iso mono cut" title=${visible(f?.description || path)}>${visible(path)}${changed ? html` <span class="accent" aria-hidden="true">●</span>` : null}</span>`;
  const options = f?.enum?.map(String) || (f?.type === 'boolean' ? ['true', 'false'] : null);
  if (options) {
    const all = options.includes(value) ? options : [value, ...options];
    return html`<label class="field">${label}<select class="input" value=${value} onChange=${(/** @type {any} */ e) => put(path, e.target.value)}>${all.map((x) => html`<option value=${x} selected=${x === value}>${visible(x)}</option>`)}</select></label>`;
  }
  return html`<label class="field">${label}<input class="input" value=${value} inputmode=${/number|integer/.test(f?.type || '') ? 'decimal' : undefined} autocomplete="off" autocapitalize="off" spellcheck=${false} onInput=${(/** @type {any} */ e) => put(path, e.target.value)} /></label>`;
}

/** Chooses a further field. @param {{fields: import('./types.js').Field[], shown: string[], places: Places|null, add: (path: string) => void}} p */
function More({ fields, shown, places, add }) {
  const rest = fields.filter((f) => !f.name.includes('[]') && !/object|array/.test(f.type) && !shown.includes(f.name) && places?.has(f.name));
  if (!rest.length) return null;
  return html`<label class="field"><span>${s.setMore}</span><select class="input" value="" onChange=${(/** @type {any} */ e) => { if (e.target.value) add(e.target.value); e.target.value = ''; }}>
    <option value="" selected>…</option>${rest.map((f) => html`<option value=${f.name}>${visible(f.name)}</option>`)}</select></label>`;
}
