// @ts-check
// What one can try on a signature: the digest of one's own code, another secret,
// another scheme, another address. Nothing that is given here is kept.
import { html, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { sign as signWords } from '../i18n/en-sign.js';
import { api } from '../api.js';
import { withoutSecrets } from '../detail/secrets.js';
import { useNeeds } from '../schemes.js';
import { SchemePick } from './pick.js';
import { NeedFields, given, some } from './needs.js';
import { FindingLine, Headline, Ladder, sorted } from './verdict.js';

/** @typedef {import('../types.js').Check} Check */

/** What to do about a cause. @param {{cause: string}} p */
export function Fix({ cause }) {
  const text = t.diagnosis.fixes[cause];
  return text ? html`<dl><dt>${signWords.fix}</dt><dd>${text}</dd></dl>` : null;
}

/** How much was tried. @param {{check: Check}} p */
export function Effort({ check }) {
  if (!check.tried) return null;
  return html`<span class="muted">${signWords.effort(check.tried, check.ms)}${check.complete ? '' : ' · ' + signWords.unfinished}</span>`;
}

/** All variations that were tried, folded. @param {{check: Check}} p */
export function Tried({ check }) {
  const { why, vain } = sorted(check.findings);
  if (!vain.length) return null;
  return html`<details class="fold"><summary>${signWords.all} <span class="muted">${why.length + vain.length}</span></summary><ul class="findings">${[...why, ...vain].map((f) => html`<${FindingLine} f=${f} />`)}</ul></details>`;
}

/**
 * Says which mistake of one's own code gives a digest.
 * @param {{id: string}} p
 */
export function PasteDigest({ id }) {
  const [got, setGot] = useState('');
  const [check, setCheck] = useState(/** @type {Check|null} */ (null));
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const run = async (/** @type {Event} */ e) => {
    e.preventDefault();
    setBusy(true);
    setProblem('');
    try {
      setCheck(await api.trySignature(id, { got: got.trim() }));
    } catch (err) {
      setCheck(null);
      setProblem(/** @type {Error} */ (err).message);
    } finally {
      setBusy(false);
    }
  };
  const g = signWords.got;
  const why = check ? sorted(check.findings).why : [];
  return html`<div class="tool"><form class="tool-line" onSubmit=${run}>
      <label class="field grow"><span>${g.label}</span><input class="input mono" value=${got} placeholder=${g.placeholder} autocomplete="off" autocapitalize="off" spellcheck=${false} onInput=${(/** @type {any} */ e) => { setGot(e.target.value); setCheck(null); setProblem(''); }} /></label>
      <button class="btn" disabled=${busy || !got.trim()}>${g.run}</button></form>
    <div role="status">${problem ? html`<p class="note bad">${problem}</p>` : null}
    ${check ? html`<div class=${'card' + (why.length ? ' good' : ' warn')}><h4>${why.length ? g.result : signWords.notFound} <${Effort} check=${check} /></h4>
      ${why.length ? html`<ul class="findings">${why.map((f) => html`<${FindingLine} f=${f} />`)}</ul>` : html`<p>${check.cause === '' ? g.equal : t.diagnosis.fixes.unknown}</p>`}
      <${Tried} check=${check} /></div>` : null}</div>
  </div>`;
}

/**
 * Another secret, scheme or address, for once.
 * @param {{id: string, check: Check, inbox: string, keep: (p: import('./setup.js').Setting) => void, busy: boolean}} p
 */
export function TryOther({ id, check, inbox, keep, busy: keeping }) {
  const [scheme, setScheme] = useState('');
  const [secret, setSecret] = useState('');
  const [extra, setExtra] = useState({ url: '', context: {} });
  const [done, setDone] = useState(/** @type {Check|null} */ (null));
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const o = signWords.other;
  const needs = useNeeds(scheme || check.scheme);
  const more = given(needs, extra);
  const run = async (/** @type {Event} */ e) => {
    e.preventDefault();
    setBusy(true);
    setProblem('');
    try {
      setDone(await api.trySignature(id, {
        ...(scheme ? { scheme } : {}), ...(secret ? { secrets: [secret] } : {}), ...(more.url ? { url: more.url } : {}), ...(Object.keys(more.context).length ? { context: more.context } : {}),
      }));
    } catch (err) {
      setDone(null);
      setProblem(/** @type {Error} */ (err).message);
    } finally {
      setBusy(false);
    }
  };
  const touched = () => setDone(null);
  const why = done ? sorted(done.findings).why : [];
  return html`<div class="tool"><p class="muted">${o.text}</p>
    <form class="tool-grid" onSubmit=${run}>
      <${SchemePick} label=${o.scheme} value=${scheme} none=${false} auto=${o.as} set=${(/** @type {string} */ v) => { setScheme(v); touched(); }} />
      <label class="field"><span>${o.secret} · ${o.secretHint}</span><input class="input mono" type="password" autocomplete="off" value=${secret} onInput=${(/** @type {any} */ e) => { setSecret(e.target.value); touched(); }} /></label>
      <${NeedFields} needs=${needs} value=${extra} placeholder=${check.url ? withoutSecrets(check.url) : undefined} set=${(/** @type {any} */ v) => { setExtra(v); touched(); }} />
      <div class="row-gap wide"><button class="btn" disabled=${busy || !(scheme || secret || some(more))}>${o.run}</button></div>
    </form>
    <div role="status">${problem ? html`<p class="note bad">${problem}</p>` : null}
    ${done ? html`<div class=${'card' + (done.verdict === 'valid' ? ' good' : ' warn')}><h4>${o.result} <${Effort} check=${done} /></h4><${Headline} verdict=${done.verdict} cause=${done.cause} title=${done.cause_title} /><${Ladder} check=${done} />
      ${why.length ? html`<ul class="findings">${why.map((f) => html`<${FindingLine} f=${f} />`)}</ul>` : null}<${Tried} check=${done} />
      ${inbox && (done.verdict === 'valid' || done.verdict === 'stale') ? html`<div class="row-gap"><button type="button" class="btn primary" disabled=${keeping} onClick=${() => keep({ scheme, secret, ...more })}>${o.keep(inbox)}</button></div>` : null}</div>` : null}</div>
  </div>`;
}
