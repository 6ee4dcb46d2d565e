// @ts-check
// First run: an address, a command that works as typed, one button.
import { html, signal, useEffect, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { api } from '../api.js';
import { askServer, firstSteps, samples, select, server, sync } from '../state.js';
import { Copy } from '../components/copy.js';
import { Icon } from '../components/icons.js';
import { toast, toastFailure } from '../components/notices.js';
import { setParams } from '../router.js';
import { useLost } from './bar.js';

/** @typedef {import('../types.js').Inbox} Inbox */

/** The inbox that first steps use. @type {{value: Inbox|null}} */
export const demo = signal(null);
async function loadDemo() {
  try {
    const { inboxes } = await api.inboxes();
    demo.value = inboxes.find((x) => x.name === 'demo') || inboxes[0] || null;
  } catch {
    // The list tells when nothing can be loaded.
  }
}

/**
 * Sends a ping to an inbox and opens what arrives.
 * @param {string} [inbox] @param {boolean} [broken] signed with a wrong secret, to see why it fails
 */
export async function sendPing(inbox = demo.value?.name || 'demo', broken = false) {
  try {
    const done = await api.ping(inbox, broken ? ['bad-sig'] : undefined);
    if (broken && firstSteps.value !== 'hidden') firstSteps.value = 'broken';
    else if (!firstSteps.value) firstSteps.value = 'started';
    toast(t.ping.done(done.status, done.duration_ms));
    select(done.n, false);
    if (broken) setParams({ tab: 'signature' });
  } catch (err) {
    toastFailure(`${t.ping.failed}: ${/** @type {Error} */ (err).message}`);
  }
}

/** Fills the inbox with made-up deliveries. */
export async function loadSamples() {
  try {
    await api.loadSamples();
    samples.value = 'yes';
    askServer();
  } catch (err) {
    toastFailure(/** @type {Error} */ (err).message);
  }
}

/** Removes them again. */
export async function removeSamples() {
  try {
    toast(t.first.samplesGone((await api.removeSamples()).deleted));
    samples.value = '';
    askServer();
  } catch (err) {
    toastFailure(/** @type {Error} */ (err).message);
  }
}

/** A step: done, to be done now, or later. @param {{done?: boolean, children: any}} p */
const Tick = ({ done = false, children }) => html`<span class=${'tick' + (done ? ' done' : '')}><span class="shape" aria-hidden="true">${done ? '✓' : '◌'}</span>${children}</span>`;

/** The three steps; what cannot be done yet is only named. */
function Steps() {
  const [busy, setBusy] = useState(false);
  const started = firstSteps.value === 'started' || firstSteps.value === 'broken';
  const broken = firstSteps.value === 'broken';
  const tear = async () => {
    setBusy(true);
    await sendPing(undefined, true);
    setBusy(false);
  };
  return html`<${Tick} done=${started}>${t.first.receive}</${Tick}>
    <${Tick} done=${broken}>${started && !broken ? html`<button type="button" class="btn small" disabled=${busy} onClick=${tear}>${t.first.break}</button>` : t.first.break}</${Tick}>
    <${ForwardTick} />`;
}

function ForwardTick() {
  const [port, setPort] = useState('3000');
  const [busy, setBusy] = useState(false);
  const inbox = demo.value;
  const target = inbox?.forward?.[0];
  if (target) return html`<${Tick} done>${t.first.forward}<span class="muted">${t.first.forwarding} <code>${target.url}</code></span></${Tick}>`;
  const forward = async (/** @type {Event} */ e) => {
    e.preventDefault();
    const n = Number(port);
    if (!inbox) return;
    if (!Number.isInteger(n) || n < 1 || n > 65535) {
      toastFailure(t.first.badPort);
      return;
    }
    setBusy(true);
    try {
      const url = `http://localhost:${n}`;
      demo.value = await api.saveInbox({ ...inbox, forward: [{ name: 'app', url, host: 'set', path: 'append', timeout_ms: 30000, insecure: false }], answer_from: 'app' });
      toast(t.first.done(url));
    } catch (err) {
      toastFailure(/** @type {Error} */ (err).message);
      loadDemo();
    } finally {
      setBusy(false);
    }
  };
  return html`<form class="tick" onSubmit=${forward}><span class="shape" aria-hidden="true">◌</span>${t.first.forward}
    <span class="inline-port"><span class="muted">http://localhost:</span><input class="input" inputmode="numeric" aria-label=${t.first.port} value=${port} onInput=${(/** @type {any} */ e) => setPort(e.target.value.trim())} />
    <button class="btn small" disabled=${busy || !inbox}>${t.first.go}</button></span></form>`;
}

/** Shown instead of the list while the store is empty. */
export function FirstRun() {
  const [busy, setBusy] = useState(false);
  const lost = useLost();
  const url = demo.value?.url || '';
  useEffect(() => {
    if (!lost) loadDemo();
  }, [lost]);
  if (lost) {
    return html`<div class="empty"><div class="empty-card first" role="status"><div><h2>${t.error.unreachable}</h2><p class="muted">${t.error.unreachableNext}</p></div>
      <button type="button" class="btn" onClick=${() => sync.retryNow()}>${t.retry}</button></div></div>`;
  }
  if (!url) return null;
  const curl = `curl -d '{"hello":1}' ${url}`;
  return html`<div class="empty"><div class="empty-card first">
    <div><h2>${t.first.title}</h2><p class="muted">${t.first.text}</p></div>
    <div class="copy-line"><code>${url}</code><${Copy} text=${url} what=${t.first.url} words /></div>
    <div class="copy-line"><code>${curl}</code><${Copy} text=${curl} what=${t.first.curl} words /></div>
    <div class="row-gap"><button type="button" class="btn primary" disabled=${busy} onClick=${async () => { setBusy(true); await sendPing(); setBusy(false); }}><${Icon} name="send" />${t.first.ping}</button>
      <button type="button" class="btn" disabled=${busy} onClick=${async () => { setBusy(true); await loadSamples(); setBusy(false); }}>${t.first.samples}</button></div>
    <div class="ticks"><${Steps} /></div>
    <p class="muted">${t.terminal} <code>boathook listen 3000</code></p>
  </div></div>`;
}

/** The steps, once the first delivery is there, until they are hidden. */
export function FirstStrip() {
  useEffect(() => {
    loadDemo();
  }, []);
  sync.version.value;
  const made = samples.value && (server.value?.store?.deliveries ?? 0) > 0 ? html`<div class="strip samples"><span>${t.first.samplesThere}</span><span class="grow"></span>
    <a class="btn small" href="/live?q=tag:sample">${t.first.samplesOnly}</a><button type="button" class="btn small" onClick=${removeSamples}>${t.first.samplesRemove}</button></div>` : null;
  if (made) return made;
  if (!['started', 'broken'].includes(firstSteps.value) || (server.value?.store?.deliveries ?? 0) > 20) return null;
  return html`<div class="strip">
    <${Steps} />
    <span class="grow"></span>
    <button type="button" class="btn quiet small" aria-label=${t.first.dismiss} title=${t.first.dismiss} onClick=${() => { firstSteps.value = 'hidden'; }}><${Icon} name="close" /></button>
  </div>`;
}
