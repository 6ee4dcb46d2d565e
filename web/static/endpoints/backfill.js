// @ts-check
// Earlier events for an endpoint: how many there are, and the run that sends them.
import { html, useEffect, useState } from '../html.js';
import { endpoints as e } from '../i18n/en-endpoints.js';
import { duration, span, visible } from '../format.js';
import { shell } from '../detail/curl.js';
import { url } from '../router.js';
import { Amount } from '../components/amount.js';
import { Icon } from '../components/icons.js';
import { toast, toastFailure } from '../components/notices.js';
import { calls } from '../send/calls.js';
import { Blocked } from '../send/allow.js';
import { runs, took } from '../run/start.js';
import { Bar, Buttons, Numbers } from '../run/parts.js';
import { over } from '../run/watch.js';
import { Example } from '../run/example.js';
import { Said } from '../said.js';

/** @typedef {import('../api.js').Problem} Problem */
/** @typedef {{count: number, estimate_s: number|null, notes: string[]|null, first: import('../run/example.js').Planned[]}} Plan */

const since = /** @type {const} */ (['', '1h', '24h', '7d', '30d']);
/** Milliseconds after the last key until it is counted. */
const wait = 300;

/** @param {{x: import('../send/types.js').Endpoint}} p */
export function Backfill({ x }) {
  const [form, setForm] = useState({ since: '', q: '', limit: 0 });
  const [plan, setPlan] = useState(/** @type {Plan|null} */ (null));
  const [problem, setProblem] = useState(/** @type {Problem|null} */ (null));
  const [busy, setBusy] = useState(false);
  const [again, setAgain] = useState(0);
  const [id, setID] = useState('');
  const run = runs.value.find((r) => r.id === (id || runs.value.find((y) => y.kind === 'backfill' && !over(y) && y.spec?.endpoint === x.name)?.id));
  const ended = run ? over(run) : false;
  const input = { q: [form.since ? `after:${form.since}` : '', form.q.trim()].filter(Boolean).join(' '), limit: form.limit };
  const off = !x.on || Boolean(x.disabled);
  useEffect(() => {
    if (off) return;
    const ctl = new AbortController();
    const timer = setTimeout(() => calls.backfill(x.name, { ...input, dry_run: true }, ctl.signal).then((p) => {
      setPlan(p);
      setProblem(null);
    }, (err) => {
      if (ctl.signal.aborted) return;
      setPlan(null);
      setProblem(err);
    }), plan ? wait : 0);
    return () => {
      clearTimeout(timer);
      ctl.abort();
    };
  }, [input.q, input.limit, again, ended, off, JSON.stringify(x.events)]);
  const send = async (/** @type {Event} */ ev) => {
    ev.preventDefault();
    setBusy(true);
    try {
      const r = await calls.backfill(x.name, { ...input, dry_run: false });
      took(r);
      setID(r.id);
    } catch (err) {
      setProblem(/** @type {Problem} */ (err));
    }
    setBusy(false);
  };
  const set = (/** @type {Partial<typeof form>} */ change) => setForm({ ...form, ...change });
  if (off) return html`<section class="section"><h2>${e.earlier}</h2><p class="muted">${e.earlierOff}</p></section>`;
  const s = plan?.estimate_s ?? null;
  return html`<section class="section" aria-labelledby="backfill"><h2 id="backfill">${e.earlier}</h2><p class="muted">${e.earlierLead}</p>
    ${run ? html`<div class="run-big"><div class="row-gap"><a href=${url('runs', [run.id])}><b>${run.id}</b></a><${Numbers} r=${run} /><span class="grow"></span><${Buttons} r=${run} small /></div><${Bar} r=${run} /></div>` : null}
    <form class="backfill" onSubmit=${send}>
      <div class="form-grid"><label class="field"><span>${e.earlierSince}</span><select class="input" onChange=${(/** @type {any} */ ev) => set({ since: ev.target.value })}>${since.map((v) => html`<option value=${v} selected=${v === form.since}>${e.sinces[v]}</option>`)}</select></label>
        <label class="field"><span>${e.earlierFilter}</span><input class="input mono" placeholder="event:registration" value=${form.q} spellcheck=${false} autocomplete="off" onInput=${(/** @type {any} */ ev) => set({ q: ev.target.value })} /></label>
        <${Amount} label=${e.earlierMost} whole least=${1} empty=${0} placeholder=${e.summaries.all} value=${form.limit} put=${(/** @type {number} */ limit) => set({ limit })} /></div>
      <p role="status">${plan ? html`<b>${e.earlierCount(plan.count)}</b>${plan.count && s !== null ? html` <span class="muted">${e.earlierTakes(s < 10 ? duration(s * 1000) : span(s))}</span>` : null}` : problem ? null : html`<span class="muted">${e.earlierLooking}</span>`}</p>
      ${plan?.notes?.length ? html`<ul class="plain-list muted">${plan.notes.map((n) => html`<li class="iso"><${Said} text=${n} /></li>`)}</ul>` : null}
      ${plan?.first?.length ? html`<${Example} key=${plan.first[0].n} x=${plan.first[0]} />` : null}
      ${problem ? html`<${Blocked} problem=${problem} retry=${() => setAgain(again + 1)} close=${() => setProblem(null)} />` : null}
      <div class="row-gap"><button class="btn primary" disabled=${busy || !plan?.count || Boolean(run && !ended)}><${Icon} name="send" />${e.earlierSend(plan?.count || 0)}</button>
        <span class="muted">${e.terminal} <code class="iso wrap-any">boathook endpoints backfill ${visible(x.name)}${input.q ? ` --filter ${visible(shell(input.q))}` : ''}${input.limit ? ` --limit ${input.limit}` : ''}</code></span></div>
    </form></section>`;
}

/** Endpoints that are off, for whatever reason, and the way back. @param {{x: import('../send/types.js').Endpoint, saved: (x: import('../send/types.js').Endpoint) => void}} p */
export function OffNote({ x, saved }) {
  const [busy, setBusy] = useState(false);
  if (x.on && !x.disabled) return null;
  const turnOn = async () => {
    setBusy(true);
    try {
      saved(await calls.saveEndpoint({ ...x, on: true }));
      toast(e.nowOn(visible(x.name)));
    } catch (err) {
      toastFailure(visible(/** @type {Error} */ (err).message));
      setBusy(false);
    }
  };
  return html`<div class=${'note row-gap' + (x.disabled ? ' warn' : '')} role="status"><p class="grow">${x.disabled ? html`<span class="client" aria-hidden="true">▲ </span><b>${e.isDisabled}</b> <span class="iso"><${Said} text=${x.disabled.reason} /></span>` : e.isOff}</p>
    <button type="button" class="btn small" disabled=${busy} onClick=${turnOn}>${x.disabled ? e.onAgain : e.turnOn}</button></div>`;
}
