// @ts-check
// The replay sheet: where to, how signed, how fast; and what would happen.
import { html, useEffect, useState } from '../html.js';
import { replay as replayWords } from '../i18n/en-run.js';
import { run as runWords } from '../i18n/en-run.js';
import { api, Problem } from '../api.js';
import { calls } from '../send/calls.js';
import { AllowHost } from '../send/allow.js';
import { askSchemes, schemes } from '../schemes.js';
import { duration, span, visible } from '../format.js';
import { Sheet } from '../components/overlay.js';
import { Copy } from '../components/copy.js';
import { Icon } from '../components/icons.js';
import { toast } from '../components/notices.js';
import { Example } from './example.js';
import { clearChoice } from '../list/select.js';
import { replaying } from './open.js';
import { took } from './start.js';
import { commandOf, fresh, linesOf, signOf, signsOwn, specOf } from './spec.js';
import { Said } from '../said.js';

/** @typedef {import('./spec.js').Form} Form */
/** @typedef {{count: number, targets: {target: string, count: number}[], estimate_s: number|null, first: import('./example.js').Planned[], needs_allow: string[]|null, notes: string[]|null}} Plan */

/** What the sheet was set to last; secrets are not kept. */
let last = fresh;

export function ReplaySheet() {
  const { source, count, what } = /** @type {{source: Record<string, any>, count: number, what: string}} */ (replaying.value);
  const [f, setF] = useState(/** @type {Form} */ ({ ...last, secret: '' }));
  const [places, setPlaces] = useState({ endpoints: /** @type {string[]} */ ([]), inboxes: /** @type {string[]} */ ([]) });
  const [plan, setPlan] = useState(/** @type {Plan|null} */ (null));
  const [problem, setProblem] = useState(/** @type {Problem|null} */ (null));
  const [busy, setBusy] = useState(false);
  const r = replayWords;
  const close = () => {
    replaying.value = null;
  };
  const put = (/** @type {Partial<Form>} */ change) => {
    const next = { ...f, ...change };
    last = next;
    setF(next);
    setPlan(null);
    setProblem(null);
  };
  useEffect(() => {
    Promise.all([calls.endpoints(), api.inboxes()]).then(([e, i]) => {
      const found = { endpoints: e.endpoints.map((x) => x.name), inboxes: i.inboxes.map((x) => x.name) };
      setPlaces(found);
      setF((now) => ({ ...now, endpoint: found.endpoints.includes(now.endpoint) ? now.endpoint : found.endpoints[0] || '', inbox: found.inboxes.includes(now.inbox) ? now.inbox : found.inboxes[0] || '' }));
    }, () => {});
    askSchemes().catch(() => {});
  }, []);

  const send = async (/** @type {boolean} */ dry) => {
    if (f.to === 'url' && !f.url.trim()) {
      setProblem(new Problem(400, { title: r.urlMissing }));
      return;
    }
    setBusy(true);
    setProblem(null);
    try {
      const got = await api.startRun({ ...specOf(f, source), dry_run: dry });
      if (dry) setPlan(got);
      else {
        took(got);
        clearChoice();
        toast(runWords.begun(got.id));
        close();
      }
    } catch (err) {
      setProblem(err instanceof Problem ? err : new Problem(0, { title: String(err) }));
    } finally {
      setBusy(false);
    }
  };
  const radio = (/** @type {keyof Form} */ name, /** @type {string} */ value, /** @type {any} */ text) => html`<label class="check"><input type="radio" name=${'replay-' + name} checked=${f[name] === value} onChange=${() => put({ [name]: value })} />${text}</label>`;
  const field = (/** @type {keyof Form} */ name, /** @type {string} */ label, extra = {}) => html`<input class="input" aria-label=${label} value=${f[name]} onInput=${(/** @type {any} */ e) => put({ [name]: e.target.value })} ...${extra} />`;
  const number = (/** @type {keyof Form} */ name, /** @type {string} */ label, extra = {}) => field(name, label, { type: 'number', min: '1', class: 'input short', ...extra });
  const pick = (/** @type {'endpoint'|'inbox'} */ name, /** @type {string[]} */ list) => html`<select class="input" aria-label=${r[name]} disabled=${!list.length} onChange=${(/** @type {any} */ e) => put({ [name]: e.target.value, to: name })}>${list.map((x) => html`<option value=${x} selected=${x === f[name]}>${visible(x)}</option>`)}</select>`;
  const check = (/** @type {'ordered'|'stop'|'mark'} */ name, /** @type {string} */ text) => html`<label class="check"><input type="checkbox" checked=${f[name]} onChange=${(/** @type {any} */ e) => put({ [name]: e.target.checked })} />${text}</label>`;
  const sign = signOf(f);
  const hints = { exact: r.exactHint, now: r.nowHint, bad: r.badHint, stale: r.staleHint, cut: r.cutHint };
  const edits = linesOf(f.set).length + linesOf(f.headers).length;
  const times = count * Math.max(1, Math.floor(Number(f.repeat)) || 1);
  const blocked = problem?.kind === 'host-not-allowed' ? problem.field : plan?.needs_allow?.join(',') || '';

  return html`<${Sheet} title=${r.title(count)} close=${close} wide>
    <form class="replay" onSubmit=${(/** @type {Event} */ e) => { e.preventDefault(); send(false); }}>
      <fieldset><legend>${r.to}</legend><div class="replay-choices">${radio('to', 'back', r.back)}
        <span class="with">${radio('to', 'endpoint', r.endpoint)}${f.to === 'endpoint' ? pick('endpoint', places.endpoints) : null}</span>
        <span class="with">${radio('to', 'inbox', r.inbox)}${f.to === 'inbox' ? pick('inbox', places.inboxes) : null}</span>
        <span class="with">${radio('to', 'url', r.url)}${f.to === 'url' ? field('url', r.urlLabel, { type: 'url', placeholder: 'http://localhost:3000/hooks', class: 'input mono' }) : null}</span></div></fieldset>
      <fieldset><legend>${r.sign}</legend><div class="replay-choices">${radio('sign', 'exact', r.exact)}${radio('sign', 'now', r.now)}<span class="muted">${r.breakIt}</span>${radio('sign', 'bad', r.bad)}${radio('sign', 'stale', r.stale)}${radio('sign', 'cut', r.cut)}</div>
        <p class="muted">${sign !== f.sign ? html`<b>${r.now}.</b> ${r.editSigns}` : hints[sign]}</p>
        ${signsOwn(f) ? html`<div class="form-grid"><label class="field"><span>${r.scheme}</span><select class="input" onChange=${(/** @type {any} */ e) => put({ scheme: e.target.value })}><option value="">${r.schemeAuto}</option>${(schemes.value || []).map((s) => html`<option value=${s.id} selected=${s.id === f.scheme}>${visible(s.name)}</option>`)}</select></label>
          <label class="field"><span>${r.secret}</span>${field('secret', r.secret, { type: 'password', autocomplete: 'off', placeholder: r.secretHint })}</label></div>` : null}</fieldset>
      <fieldset><legend>${r.ids}</legend><div class="replay-choices">${radio('ids', 'keep', r.keep)}${radio('ids', 'new', r.fresh)}</div></fieldset>
      <fieldset><legend>${r.speed}</legend><div class="replay-choices">${radio('pace', 'max', r.most)}<span class="with">${radio('pace', 'speed', r.original)}${number('speed', r.speedLabel, { step: 'any', min: '0.1' })}</span><span class="with">${radio('pace', 'rate', r.rate)}${number('rate', r.rateLabel)}<span class="muted">${r.perSecond}</span></span></div></fieldset>
      <fieldset><legend>${r.repeat}</legend><div class="replay-choices"><span class="with">${number('repeat', r.repeat)}</span><span class="with"><span>${r.parallel}</span>${number('parallel', r.parallel, { max: '64', disabled: f.ordered })}</span>${check('ordered', r.ordered)}${check('stop', r.stop)}${check('mark', r.mark)}</div></fieldset>
      <details class="fold" open=${edits > 0}><summary>${r.edit} <span class="muted">(${r.edits(edits)})</span></summary><div class="form-grid">
        <label class="field"><span>${r.set}</span><textarea class="input" rows="3" spellcheck=${false} placeholder=${r.setHint} value=${f.set} onInput=${(/** @type {any} */ e) => put({ set: e.target.value })}></textarea></label>
        <label class="field"><span>${r.headers}</span><textarea class="input" rows="3" spellcheck=${false} placeholder=${r.headersHint} value=${f.headers} onInput=${(/** @type {any} */ e) => put({ headers: e.target.value })}></textarea></label></div></details>
      ${problem && !blocked ? html`<p class="note bad" role="alert">${visible(problem.message)} ${problem.hint ? html`<span class="muted">${visible(problem.hint)}</span>` : null}</p>` : null}
      ${plan ? html`<${PlanView} plan=${plan} />` : html`<p class="replay-sum">${r.plan(times, whereTo(f), f.pace === 'rate' && Number(f.rate) > 0 ? span(Math.max(1, times / Number(f.rate))) : '')}</p>`}
      ${blocked ? html`<${AllowHost} host=${blocked} then=${() => { setProblem(null); send(Boolean(plan)); }} />` : null}
      <div class="replay-foot"><${Copy} text=${commandOf(f, what)} words label=${r.copy} /><span class="grow"></span>
        <button type="button" class="btn" disabled=${busy} onClick=${() => send(true)}>${r.dry}</button>
        <button class="btn primary" disabled=${busy}><${Icon} name="replay" />${r.go}</button></div>
    </form>
  </${Sheet}>`;
}

/** Where a replay goes, as far as it has been said. @param {Form} f */
function whereTo(f) {
  if (f.to === 'back') return replayWords.back;
  if (f.to === 'url') return URL.canParse(f.url) ? new URL(f.url).host : '–';
  return f.to === 'inbox' ? `inbox:${visible(f.inbox)}` : visible(f.endpoint) || '–';
}

/** What would happen. @param {{plan: Plan}} p */
function PlanView({ plan }) {
  const s = plan.estimate_s;
  const first = plan.first?.[0];
  const targets = (plan.targets || []).slice(0, 3).map((x) => visible(x.target)).join(', ') + ((plan.targets || []).length > 3 ? ' …' : '');
  const notes = [...(plan.notes || []), ...(first?.notes || [])];
  return html`<section class="run-plan" role="status"><p><b>${replayWords.plan(plan.count, targets || '–', s === null ? '' : s < 10 ? duration(s * 1000) : span(s))}</b></p>
    ${notes.length ? html`<ul class="plain-list muted">${notes.map((x) => html`<li class="iso"><${Said} text=${x} /></li>`)}</ul>` : null}
    ${first ? html`<${Example} x=${first} />` : null}</section>`;
}
