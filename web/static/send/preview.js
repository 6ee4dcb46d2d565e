// @ts-check
// What would be sent to whom: a dry run, asked for anew while one composes.
import { html, useEffect, useState } from '../html.js';
import { send as s } from '../i18n/en-send.js';
import { Problem } from '../api.js';
import { bytes, span, visible } from '../format.js';
import { askSchemes, schemeName, schemes } from '../schemes.js';
import { Pairs } from '../detail/message.js';
import { secret } from '../detail/secrets.js';
import { calls } from './calls.js';
import { AllowHost, Blocked } from './allow.js';
import { Said, said } from '../said.js';

/** @typedef {import('./types.js').PlanItem} PlanItem */

/** @param {{input: import('./types.js').EventInput, again: number, changed: () => void}} p */
export function Preview({ input, again, changed }) {
  const [plan, setPlan] = useState(/** @type {PlanItem[]|null} */ (null));
  const [problem, setProblem] = useState(/** @type {Problem|null} */ (null));
  const [asked, setAsked] = useState(0);
  const key = JSON.stringify(input);
  useEffect(() => {
    askSchemes().catch(() => {}); // ids are shown without the names
  }, []);
  useEffect(() => {
    const ctl = new AbortController();
    // Not with every key: a payload may be large.
    const timer = setTimeout(() => calls.emit({ ...input, count: 1, every_ms: 0, dry_run: true }, ctl.signal).then((r) => {
      setPlan(r.plan);
      setProblem(null);
    }, (err) => {
      if (!ctl.signal.aborted) setProblem(err);
    }), plan ? 300 : 0);
    return () => {
      clearTimeout(timer);
      ctl.abort();
    };
  }, [key, again, asked]);
  const gets = plan?.filter((x) => x.matched) || [];
  const others = plan?.filter((x) => !x.matched) || [];
  return html`<aside class="plan-pane" aria-label=${s.preview}><h2>${s.preview}</h2><p class="muted small-text">${s.previewHint}</p>
    ${problem ? html`<${Blocked} problem=${problem} retry=${() => setAsked(asked + 1)} close=${() => setProblem(null)} />` : null}
    ${!plan && !problem ? html`<p class="muted">${s.loadingPreview}</p>` : null}
    ${problem ? null : gets.map((x, i) => html`<${One} key=${x.endpoint + i} x=${x} open=${i === 0} allowed=${() => { setAsked(asked + 1); changed(); }} />`)}
    ${plan && !problem && !gets.length ? html`<p class="note">${s.nowhere}</p>` : null}
    ${others.length ? html`<details class="fold"><summary>${s.others} <span class="muted">${others.length}</span></summary><dl class="facts">${others.map((x) => html`<dt class="iso">${visible(x.endpoint)}</dt><dd><${Said} text=${x.reason} /></dd>`)}</dl></details>` : null}
  </aside>`;
}

const blocked = /^(\S+) may not be sent to yet/;

/** @param {{x: PlanItem, open: boolean, allowed: () => void}} p */
function One({ x, open, allowed }) {
  schemes.value;
  const host = x.notes.map((n) => blocked.exec(n)?.[1]).find(Boolean);
  const notes = x.notes.filter((n) => !blocked.test(n));
  return html`<details class="plan" open=${open}><summary><b class="iso">${visible(x.endpoint || x.url)}</b> <span class="muted"><${Said} text=${x.reason} /></span></summary>
    <div class="plan-in">
      ${host ? html`<${AllowHost} host=${host} then=${allowed} />` : null}
      <p class="mono iso wrap-any"><b>${x.method}</b> ${visible(x.url)}</p>
      <p>${x.signature ? html`<span class="ok" aria-hidden="true">✓ </span>${s.signedBy}: ${visible(schemeName(x.signature))}` : html`<span class="muted">– ${s.unsigned}</span>`} <span class="muted">· ${bytes(x.size)}</span></p>
      ${notes.map((n) => html`<p class="note iso"><${Said} text=${n} /></p>`)}
      <${Pairs} items=${x.headers} label=${s.headers} mask=${secret} />
      <${Tries} tries=${x.tries} />
    </div></details>`;
}

/** When it is tried, if every try fails. @param {{tries: {at_s: number, ours_s: number, text: string}[]}} p */
export function Tries({ tries }) {
  if (tries.length < 2) return html`<p class="muted">${s.noRetry}</p>`;
  return html`<div><p class="muted">${s.tries}: ${s.triesOf(tries.length)}</p><ol class="tries">${tries.map((x, i) => html`<li title=${visible(said(x.text))}><b>${i + 1}</b> ${x.at_s ? s.tryAt(span(x.at_s)) : s.once}</li>`)}</ol></div>`;
}
