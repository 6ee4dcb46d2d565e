// @ts-check
// Runs: all of them, and one: /runs and /runs/{id}.
import { html, useEffect, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { detail as detailWords } from '../i18n/en-detail.js';
import { run as runWords } from '../i18n/en-run.js';
import { gone as goneWords } from '../i18n/en-gone.js';
import { api, Problem } from '../api.js';
import { place, url } from '../router.js';
import { count, duration, moment, visible, visibleText } from '../format.js';
import { Gone } from '../components/gone.js';
import { Trouble } from '../components/trouble.js';
import { shapes } from '../outcome.js';
import { runs, runsChanged } from '../run/start.js';
import { Bar, Buttons, Numbers } from '../run/parts.js';
import { Said } from '../said.js';

/** @typedef {import('../types.js').Run} Run */

export function RunsPage() {
  const id = place.value.rest[0];
  return html`<div class="page runs" id="content" tabindex="-1"><div class="page-in">${id ? html`<${One} id=${id} />` : html`<${All} />`}</div></div>`;
}

function All() {
  const [problem, setProblem] = useState(/** @type {Problem|null} */ (null));
  const [there, setThere] = useState(runs.value.length > 0);
  const load = () => api.runs().then((r) => {
    runs.value = r.runs;
    setProblem(null);
    setThere(true);
    runsChanged.value++;
  }, (err) => setProblem(err));
  useEffect(() => {
    load();
  }, []);
  const n = runWords;
  const list = runs.value;
  return html`<div class="page-head"><h1>${n.title}</h1></div><p class="muted">${n.lead}</p>
    ${problem ? html`<${Trouble} problem=${problem} retry=${load} />` : null}
    ${there && !list.length ? html`<div class="card plain"><p>${n.none} <span class="muted">${n.noneNext}</span></p><code>boathook replay is:failed --to inbox:demo</code></div>` : null}
    ${list.length ? html`<ul class="run-list">${list.map((r) => html`<li key=${r.id} class="run-item"><div class="run-title"><a class="name" href=${url('runs', [r.id])}>${r.id}</a><span class="cut iso grow what"><${Said} text=${r.text} /></span><time class="muted">${moment(Date.parse(r.created))}</time></div>
      <div class="run-title"><${Bar} r=${r} /><${Numbers} r=${r} /><span class="grow"></span><${Buttons} r=${r} small /></div></li>`)}</ul>` : null}`;
}

/** @param {{id: string}} p */
function One({ id }) {
  const [problem, setProblem] = useState(/** @type {Problem|null} */ (null));
  const [own, setOwn] = useState(/** @type {Run|null} */ (null));
  const load = () => api.run(id).then((r) => {
    setOwn(r);
    setProblem(null);
    if (r.state === 'running') runsChanged.value++;
  }, (err) => setProblem(err));
  useEffect(() => {
    load();
  }, [id]);
  const r = runs.value.find((x) => x.id === id) || (own?.id === id ? own : null);
  const n = runWords;
  const back = html`<p><a href="/runs">${n.back}</a></p>`;
  if (!r) {
    if (problem?.status === 404) return html`<${Gone} title=${n.missing} name=${id} why=${goneWords.run} links=${[['/runs', n.back]]} />`;
    return html`${back}<div class="page-head"><h1>${n.of(visible(id))}</h1></div>${problem ? html`<${Trouble} problem=${problem} retry=${load} />` : null}`;
  }
  const outcomes = Object.entries(r.outcomes || {}).filter(([, v]) => v).sort((a, b) => b[1] - a[1]);
  const most = Math.max(1, ...outcomes.map(([, v]) => v));
  const times = Object.entries(n.latencies).map(([k, name]) => /** @type {[string, number]} */ ([name, r.latency?.[k] || 0]));
  return html`${back}<div class="page-head"><h1>${n.of(r.id)} <span class="muted">${n.kinds[r.kind] || visible(r.kind)}</span></h1></div>
    <p class="sentence iso"><${Said} text=${r.text} /></p>
    ${r.error ? html`<p class="note bad"><b>${n.error}:</b> <${Said} text=${r.error} /></p>` : null}
    <div class="run-big"><${Bar} r=${r} /><div class="row-gap"><${Numbers} r=${r} /><span class="grow"></span>${r.q ? html`<a class="btn small" href=${url('live', [], { q: r.q })}>${n.all}</a>` : null}<${Buttons} r=${r} /></div></div>
    <div class="run-cols">
      <section class="block"><h2>${n.outcomes}</h2>${outcomes.length ? html`<table class="outcomes" aria-label=${n.outcomes}><tbody>${outcomes.map(([name, v]) => {
        const kind = /^2xx|^valid$/.test(name) ? 'ok' : /^3xx/.test(name) ? 'redirect' : /^4xx|^stale$|^missing$/.test(name) ? 'client' : /^5xx|^invalid$/.test(name) ? 'server' : /^unchecked$/.test(name) ? 'pending' : 'none';
        return html`<tr><th scope="row" class=${kind}><span aria-hidden="true">${shapes[/** @type {keyof typeof shapes} */ (kind)]} </span>${t.outcome.words[name] || t.verdict[/** @type {keyof typeof t.verdict} */ (name)] || visible(name)}</th><td class="num">${count(v)}</td><td class="grow" aria-hidden="true"><i class=${'hist ' + kind} style=${{ width: (v / most) * 100 + '%' }}></i></td></tr>`;
      })}</tbody></table>` : html`<p class="muted">–</p>`}</section>
      <section class="block"><h2>${n.latency}</h2><dl class="facts">${times.map(([name, v]) => html`<dt>${name}</dt><dd>${v ? duration(v) : '–'}</dd>`)}</dl></section>
      <section class="block"><h2>${n.details}</h2><dl class="facts"><dt>${n.created}</dt><dd>${moment(Date.parse(r.created))}</dd>${r.started ? html`<dt>${n.started}</dt><dd>${moment(Date.parse(r.started))}</dd>` : null}${r.ended ? html`<dt>${n.ended}</dt><dd>${moment(Date.parse(r.ended))}</dd>` : null}
        ${r.of ? html`<dt>${n.ofRun}</dt><dd><a href=${url('runs', [r.of])}>${visible(r.of)}</a></dd>` : null}</dl>
        <p class="muted">${t.terminal} <code>boathook runs watch ${r.id}</code></p></section>
    </div>
    ${r.notes?.length ? html`<section class="block"><h2>${detailWords.overview.notes}</h2><ul class="plain-list">${r.notes.map((x) => html`<li class="iso"><${Said} text=${x} /></li>`)}</ul></section>` : null}
    ${r.spec ? html`<details class="fold"><summary>${n.spec}</summary><pre class="code wrapped iso">${visibleText(JSON.stringify(r.spec, null, 2))}</pre></details>` : null}`;
}
