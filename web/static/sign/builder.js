// @ts-check
// Builds a scheme: fields or JSON on one side, a live test on the other. A mistake
// is named at its place.
import { html, useEffect, useRef, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { sign as signWords } from '../i18n/en-sign.js';
import { api, Problem } from '../api.js';
import { askSchemes } from '../schemes.js';
import { go, params, url } from '../router.js';
import { visible } from '../format.js';
import { Said } from '../said.js';
import { Described } from '../components/described.js';
import { Icon } from '../components/icons.js';
import { Confirm } from '../components/overlay.js';
import { toast } from '../components/notices.js';
import { Fields } from './fields.js';
import { fresh, plain } from './row.js';

/** @typedef {import('./row.js').SchemeRow} SchemeRow */
/** @typedef {import('../types.js').SchemeTrial} SchemeTrial */

const sample = '{"hello":"world"}';
const rest = 250; // ms without a key before the server is asked

/** @param {{id: string}} p "new", or the id of an own scheme */
export function Builder({ id }) {
  const isNew = id === 'new';
  const from = isNew ? params.value.from || '' : id;
  const [row, setRow] = useState(/** @type {SchemeRow|null} */ (from ? null : fresh()));
  const [text, setText] = useState('');
  const [as, setAs] = useState('fields');
  const [rev, setRev] = useState(0);
  const [stored, setStored] = useState('');
  const [problem, setProblem] = useState(/** @type {Problem|null} */ (null));
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false);
  const b = signWords.build;

  useEffect(() => {
    if (!from) return;
    api.scheme(from).then((r) => {
      const clean = plain(r);
      if (isNew) {
        clean.id += '-own';
        delete clean.source;
        delete clean.unconfirmed;
      }
      setRow(clean);
      setRev(isNew ? 0 : r.rev || 0);
      setStored(isNew ? '' : JSON.stringify(clean));
    }, setProblem);
  }, []);

  const trial = useTrial(as === 'json' ? text : row);
  if (!row) return html`<p><a href="/settings/signing">${b.back}</a></p>${problem ? html`<p class="note bad"><span class="cap">${problem.message}</span></p>` : html`<p class="muted">${t.loading}</p>`}`;

  /** @param {string} kind */
  const writeAs = (kind) => {
    if (kind === 'json') setText(JSON.stringify(row, null, 2));
    else {
      try {
        setRow(JSON.parse(text));
      } catch {
        return;
      }
    }
    setAs(kind);
  };
  const readable = as === 'fields' || isJSON(text);
  const save = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const now = as === 'json' ? JSON.parse(text) : row;
      if (isNew) await api.createScheme(now);
      else await api.saveScheme(id, { ...now, rev });
      await askSchemes(true);
      toast(b.saved);
      go('/settings/signing');
    } catch (err) {
      setProblem(err instanceof Problem ? err : new Problem(0, { title: b.badJSON }));
    } finally {
      setBusy(false);
    }
  };
  const remove = async () => {
    try {
      await api.deleteScheme(id);
      await askSchemes(true);
      toast(b.deleted);
      go('/settings/signing');
    } catch (err) {
      setProblem(/** @type {Problem} */ (err));
    }
  };
  const mistake = trial.done?.error || null;
  const dirty = isNew || (as === 'json' ? text !== JSON.stringify(row, null, 2) || JSON.stringify(row) !== stored : JSON.stringify(row) !== stored);
  return html`
    <p><a href="/settings/signing">${b.back}</a></p>
    <div class="page-head"><h2>${isNew ? b.new : b.of(visible(id))}</h2>
      <div class="segmented" role="radiogroup" aria-label=${b.as}>${['fields', 'json'].map((k) => html`<label><input type="radio" name="as" checked=${as === k} disabled=${!readable} onChange=${() => writeAs(k)} />${k === 'json' ? b.json : b.fields}</label>`)}</div></div>
    ${isNew ? null : html`<${Described} of=${'scheme/' + id} />`}
    <form class="builder" onSubmit=${(/** @type {Event} */ e) => { e.preventDefault(); save(); }}>
      <div class="builder-row">${as === 'fields' ? html`<${Fields} row=${row} set=${setRow} mistake=${mistake} fixedID=${!isNew} />`
      : html`<${JSONField} text=${text} set=${setText} mistake=${mistake} />`}</div>
      <${Try} trial=${trial} fields=${as === 'fields'} />
      <div class="save-bar builder-save"><button class="btn primary" disabled=${busy || !dirty || (Boolean(mistake) && mistake?.field !== 'secret')}>${b.save}</button>${dirty && !isNew ? html`<span class="muted">${b.unsaved}</span>` : null}<span class="grow"></span>
        ${isNew ? null : asking ? html`<${Confirm} ask=${b.removeAsk(visible(id))} yes=${b.removeYes} run=${remove} close=${() => setAsking(false)} />` : html`<button type="button" class="btn danger" onClick=${() => setAsking(true)}><${Icon} name="trash" />${b.remove}</button>`}
        ${problem ? html`<p class="note bad" role="alert">${problem.message}${problem.hint ? ' ' + problem.hint : ''}</p>` : null}</div>
    </form>`;
}

/** @param {string} s */
function isJSON(s) {
  try {
    JSON.parse(s);
    return true;
  } catch {
    return false;
  }
}

/**
 * Tries a scheme as it is written: the server signs and verifies a test with it.
 * @param {SchemeRow|string|null} scheme
 */
function useTrial(scheme) {
  const [secret, setSecret] = useState('');
  const [body, setBody] = useState(sample);
  const [done, setDone] = useState(/** @type {SchemeTrial|null} */ (null));
  const [problem, setProblem] = useState('');
  const written = typeof scheme === 'string' ? scheme : scheme ? JSON.stringify(scheme) : '';
  useEffect(() => {
    if (!written) return;
    const ctl = new AbortController();
    const timer = setTimeout(() => {
      api.checkScheme({ scheme, secret, body }, ctl.signal).then((r) => {
        setDone(r);
        setProblem('');
      }, (err) => {
        if (!ctl.signal.aborted) setProblem(err.message);
      });
    }, done ? rest : 0);
    return () => {
      clearTimeout(timer);
      ctl.abort();
    };
  }, [written, secret, body]);
  return { secret, setSecret, body, setBody, done, problem };
}

/** @param {{trial: ReturnType<typeof useTrial>, fields: boolean}} p fields: a mistake is not told beside JSON */
function Try({ trial, fields }) {
  const b = signWords.build;
  const { done } = trial;
  const mistake = done?.error || null;
  return html`<section class="builder-try" aria-label=${b.try}><h3>${b.try}</h3><p class="muted">${b.tryText}</p>
    <label class="field"><span>${b.trySecret}</span><input class="input mono" autocomplete="off" spellcheck=${false} value=${trial.secret} aria-invalid=${mistake?.field === 'secret'} onInput=${(/** @type {any} */ e) => trial.setSecret(e.target.value)} /></label>
    <label class="field"><span>${b.tryBody}</span><textarea class="input" rows="4" spellcheck=${false} value=${trial.body} onInput=${(/** @type {any} */ e) => trial.setBody(e.target.value)}></textarea></label>
    <div role="status">${trial.problem ? html`<p class="note bad">${trial.problem}</p>` : null}
      ${mistake && fields ? html`<p class="note bad"><b>${visible(mistake.field)}</b> <${Said} text=${mistake.text} /></p>` : null}
      ${done?.ok && done.headers?.length ? html`<p class="ok"><span aria-hidden="true">✓ </span>${b.works}</p><h4>${b.headersOut}</h4><table class="pairs" aria-label=${b.headersOut}><tbody>${done.headers.map((h) => html`<tr><th scope="row" class="iso">${visible(h.name)}</th><td class="iso">${visible(h.value)}</td></tr>`)}</tbody></table>` : null}
      ${done?.ok && !trial.secret ? html`<p class="muted">${b.needSecret}</p>` : null}</div></section>`;
}

/** The row as text; the line with the mistake is pointed at. @param {{text: string, set: (s: string) => void, mistake: SchemeTrial['error']}} p */
function JSONField({ text, set, mistake }) {
  const field = useRef(/** @type {HTMLTextAreaElement|null} */ (null));
  const b = signWords.build;
  const jump = () => {
    const el = field.current;
    if (!el || !mistake?.line) return;
    const lines = text.split('\n');
    const at = lines.slice(0, mistake.line - 1).reduce((n, l) => n + l.length + 1, 0) + Math.max(0, mistake.column - 1);
    el.focus();
    el.setSelectionRange(at, Math.min(text.length, at + 1));
  };
  return html`<label class="field"><span>${b.row}</span><textarea class="input json-row" ref=${field} rows=${Math.min(32, Math.max(14, text.split('\n').length + 1))} spellcheck=${false} value=${text} aria-invalid=${Boolean(mistake)} aria-describedby=${mistake ? 'json-mistake' : undefined} onInput=${(/** @type {any} */ e) => set(e.target.value)}></textarea></label>
    ${mistake ? html`<p class="error-text" id="json-mistake">${visible(mistake.field)} <${Said} text=${mistake.text} /> ${mistake.line ? html`<button type="button" class="btn small" onClick=${jump}>${b.at(mistake.line, mistake.column)}</button>` : null}</p>` : null}`;
}
