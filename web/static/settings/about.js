// @ts-check
// Settings › About: which server this is, and whether it is well.
import { html, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { settings as words } from '../i18n/en-settings.js';
import { api } from '../api.js';
import { server } from '../state.js';
import { count, moment, visible } from '../format.js';
import { Facts, Terminal, useServer } from './facts.js';
import { Said } from '../said.js';

export function AboutSection() {
  useServer();
  const s = server.value;
  const a = words.about;
  return html`<section class="section"><h2>${words.sections.about}</h2>
      ${s ? html`<${Facts} list=${[
        [a.version, visible(s.version || '')],
        [a.started, s.started ? moment(Date.parse(s.started)) : ''],
        [a.process, s.pid ? String(s.pid) : ''],
        [a.sockets, count(s.sockets || 0)],
        [a.api, html`<a href="/api/v1/openapi.json"><code>openapi.json</code></a>`],
      ]} />` : html`<p class="muted">${t.loading}</p>`}
      <p class="muted">${a.local}</p></section>
    <${Doctor} />`;
}

/** Shape and colour of what a check found. @type {Record<string, [string, string]>} */
const shapes = { ok: ['✓', 'ok'], warn: ['▲', 'client'], fail: ['■', 'server'] };

function Doctor() {
  const [checks, setChecks] = useState(/** @type {any[]|null} */ (null));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const a = words.about;
  const run = async () => {
    setBusy(true);
    setProblem('');
    try {
      setChecks((await api.doctor()).checks);
    } catch (err) {
      setProblem(/** @type {Error} */ (err).message);
    } finally {
      setBusy(false);
    }
  };
  return html`<section class="section"><h2>${a.doctor}</h2>
    <div class="row-gap"><button type="button" class="btn" disabled=${busy} onClick=${run}>${busy ? a.checking : a.runDoctor}</button></div>
    ${problem ? html`<p class="note bad">${problem}</p>` : null}
    ${checks ? html`<div role="status">${checks.map((c) => {
      const [shape, kind] = shapes[c.state] || shapes.warn;
      return html`<div class="check-row"><span class=${kind} aria-label=${a.states[c.state] || c.state} role="img">${shape}</span><b><${Said} text=${c.name} /></b><p><${Said} text=${c.text} />${c.hint ? html`<span class="muted"> <${Said} text=${c.hint} /></span>` : null}</p></div>`;
    })}</div>` : null}
    <${Terminal} commands=${['boathook doctor', 'boathook status']} /></section>`;
}
