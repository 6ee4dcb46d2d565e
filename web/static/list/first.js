// @ts-check
// First run: an address, a command that works as typed, one button.
import { html, signal, useEffect, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { api } from '../api.js';
import { firstSteps, select, server, sync } from '../state.js';
import { Copy } from '../components/copy.js';
import { Icon } from '../components/icons.js';
import { toast } from '../components/notices.js';

/** @typedef {import('../types.js').Inbox} Inbox */

/** The inbox that first steps use. @type {{value: Inbox|null}} */
export const demo = signal(null);
export async function loadDemo() {
  try {
    const { inboxes } = await api.inboxes();
    demo.value = inboxes.find((x) => x.name === 'demo') || inboxes[0] || null;
  } catch {
    // The list tells when nothing can be loaded.
  }
}

/** Sends a ping to an inbox and opens what arrives. */
export async function sendPing(inbox = demo.value?.name || 'demo') {
  try {
    const done = await api.ping(inbox);
    if (!firstSteps.value) firstSteps.value = 'started';
    toast(t.ping.done(done.status, done.duration_ms));
    select(done.n, false);
  } catch (err) {
    toast(`${t.ping.failed}: ${/** @type {Error} */ (err).message}`);
  }
}

function ForwardTick() {
  const [port, setPort] = useState('3000');
  const [busy, setBusy] = useState(false);
  const inbox = demo.value;
  const target = inbox?.forward?.[0];
  if (target) return html`<span class="tick done"><span class="shape" aria-hidden="true">✓</span>${t.first.forward}<span class="muted">${t.first.forwarding} <code>${target.url}</code></span></span>`;
  const forward = async (/** @type {Event} */ e) => {
    e.preventDefault();
    const n = Number(port);
    if (!inbox) return;
    if (!Number.isInteger(n) || n < 1 || n > 65535) {
      toast(t.first.badPort);
      return;
    }
    setBusy(true);
    try {
      const url = `http://localhost:${n}`;
      demo.value = await api.saveInbox({ ...inbox, forward: [{ name: 'app', url, host: 'set', path: 'append', timeout_ms: 30000, insecure: false }], answer_from: 'app' });
      toast(t.first.done(url));
    } catch (err) {
      toast(/** @type {Error} */ (err).message);
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
  useEffect(() => {
    loadDemo();
  }, []);
  const url = demo.value?.url || '';
  const curl = `curl -d '{"hello":1}' ${url}`;
  return html`<div class="empty"><div class="empty-card first">
    <div><h2>${t.first.title}</h2><p class="muted">${t.first.text}</p></div>
    <div class="copy-line"><code>${url}</code><${Copy} text=${url} what=${t.first.url} words /></div>
    <div class="copy-line"><code>${curl}</code><${Copy} text=${curl} what=${t.first.curl} words /></div>
    <button type="button" class="btn primary" disabled=${busy} onClick=${async () => { setBusy(true); await sendPing(); setBusy(false); }}><${Icon} name="send" />${t.first.ping}</button>
    <div class="ticks"><span class="tick"><span class="shape" aria-hidden="true">◌</span>${t.first.receive}</span><${ForwardTick} /></div>
    <p class="muted">${t.first.terminal} <code>boathook listen 3000</code></p>
  </div></div>`;
}

/** The steps, once the first delivery is there, until they are hidden. */
export function FirstStrip() {
  useEffect(() => {
    loadDemo();
  }, []);
  sync.version.value;
  if (firstSteps.value !== 'started' || (server.value?.store?.deliveries ?? 0) > 20) return null;
  return html`<div class="strip">
    <span class="tick done"><span class="shape" aria-hidden="true">✓</span>${t.first.receive}</span><${ForwardTick} />
    <span class="grow"></span>
    <button type="button" class="btn quiet small" aria-label=${t.first.dismiss} title=${t.first.dismiss} onClick=${() => { firstSteps.value = 'hidden'; }}><${Icon} name="close" /></button>
  </div>`;
}
