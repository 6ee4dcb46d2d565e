// @ts-check
// What keeps something from being sent, and the one click that lets it.
import { html, useEffect, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { send as s } from '../i18n/en-send.js';
import { visible } from '../format.js';
import { toast, toastFailure } from '../components/notices.js';
import { calls } from './calls.js';

/** Adds hosts to those that may be sent to. @param {string[]} hosts */
async function allowHosts(hosts) {
  const now = await calls.settings();
  await calls.saveSettings({ ...now, allow: [...now.allow, ...hosts] });
  toast(s.allowed(visible(hosts.join(', '))));
}

/** Lets everything be sent, or nothing. @param {boolean} on */
async function switchSending(on) {
  await calls.saveSettings({ ...(await calls.settings()), sending: on });
}

/**
 * Asks for hosts once, naming them.
 * @param {{host: string, then: () => void}} p several hosts have a comma between them
 */
export function AllowHost({ host, then }) {
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState('');
  const hosts = host.split(',');
  const yes = async () => {
    setBusy(true);
    setWrong('');
    try {
      await allowHosts(hosts);
      then();
    } catch (err) {
      setWrong(/** @type {Error} */ (err).message);
    } finally {
      setBusy(false);
    }
  };
  return html`<div class="card warn" role="alert"><p class="iso"><b>${s.allowAsk(visible(hosts.join(', ')), hosts.length)}</b></p><p class="muted">${s.allowText}</p>${wrong ? html`<p class="error-text">${wrong}</p>` : null}
    <div class="row-gap"><button type="button" class="btn primary" disabled=${busy} onClick=${yes}>${s.allow(visible(hosts.join(', ')))}</button></div></div>`;
}

/** Says that nothing leaves, and ends it with one press. */
export function SendingOff() {
  const [off, setOff] = useState(false);
  useEffect(() => {
    const look = () => calls.settings().then((x) => setOff(!x.sending), () => {}); // the next look tells
    look();
    const timer = setInterval(() => !document.hidden && look(), 10_000);
    return () => clearInterval(timer);
  }, []);
  if (!off) return null;
  return html`<p class="slim" role="status"><span class="client" aria-hidden="true">▲</span><b>${s.offTitle}.</b> ${s.offText}
    <button type="button" class="btn small" onClick=${() => switchSending(true).then(() => setOff(false), (err) => toastFailure(err.message))}>${s.switchOn}</button></p>`;
}

/**
 * Why something was not sent.
 * @param {{problem: import('../api.js').Problem, retry: () => void, close: () => void}} p
 */
export function Blocked({ problem, retry, close }) {
  if (problem.kind === 'host-not-allowed') return html`<${AllowHost} host=${problem.field} then=${() => { close(); retry(); }} />`;
  if (problem.kind === 'sending-off') {
    return html`<div class="card warn" role="alert"><p><b>${s.offTitle}</b></p><p class="muted">${s.offText}</p><div class="row-gap"><button type="button" class="btn primary" onClick=${() => switchSending(true).then(() => { close(); retry(); }, (err) => toastFailure(err.message))}>${s.switchOn}</button></div></div>`;
  }
  return html`<div class="card" role="alert"><p class="iso"><b>${visible(problem.message)}</b></p>${problem.hint ? html`<p class="muted iso">${visible(problem.hint)}</p>` : null}<div class="row-gap"><button type="button" class="btn small" onClick=${retry}>${t.retry}</button><button type="button" class="btn small" onClick=${close}>${t.close}</button></div></div>`;
}
