// @ts-check
// Settings › Sending: the master switch, the hosts that may be sent to, the cap, the retry rule where there is no other.
import { html, useEffect, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { send } from '../i18n/en-send.js';
import { shell } from '../detail/curl.js';
import { visible } from '../format.js';
import { Problem } from '../api.js';
import { Amount } from '../components/amount.js';
import { Described } from '../components/described.js';
import { Icon } from '../components/icons.js';
import { Trouble } from '../components/trouble.js';
import { toast } from '../components/notices.js';
import { Terminal } from '../settings/facts.js';
import { Plan, RetryFields } from '../endpoints/parts.js';
import { usePlan } from '../endpoints/retry.js';
import { calls } from './calls.js';

/** @typedef {import('./types.js').Settings} Settings */

const s = send.settings;

export function SendingSettings() {
  const [v, setV] = useState(/** @type {Settings|null} */ (null));
  const [problem, setProblem] = useState(/** @type {Problem|null} */ (null));
  const [wrong, setWrong] = useState({ part: '', text: '' });
  const [host, setHost] = useState('');
  const [cap, setCap] = useState(0);
  const take = (/** @type {Settings} */ x) => {
    setV(x);
    setCap(x.cap);
    setProblem(null);
  };
  const load = () => calls.settings().then(take, setProblem);
  useEffect(() => {
    load();
  }, []);
  /** Each change is kept at once. @param {Partial<Settings>} change @param {string} said */
  const save = async (change, said) => {
    if (!v) return false;
    setWrong({ part: '', text: '' });
    try {
      take(await calls.saveSettings({ ...v, ...change }));
      toast(said);
      return true;
    } catch (err) {
      const p = /** @type {Problem} */ (err);
      if (p.status === 409) load();
      setWrong({ part: Object.keys(change)[0], text: p.status === 409 ? s.conflict : [p.message, p.hint].filter(Boolean).join('. ') });
      return false;
    }
  };
  if (problem) return html`<${Trouble} problem=${problem} retry=${load} />`;
  if (!v) return html`<p class="muted">${t.loading}</p>`;
  const add = async (/** @type {Event} */ e) => {
    e.preventDefault();
    if (await save({ allow: [...v.allow, host.trim()] }, send.allowed(visible(host.trim())))) setHost('');
  };
  /** What was refused, where it was asked for. @param {string} part */
  const told = (part) => (wrong.part === part ? html`<p class="note bad iso" role="alert" id="sending-wrong">${visible(wrong.text)}</p>` : null);
  const noHost = wrong.part === 'allow';
  return html`
    <section class="section"><h2>${s.title}</h2><p class="muted">${s.lead}</p>
      <label class="check"><input type="checkbox" role="switch" checked=${v.sending} onChange=${(/** @type {any} */ e) => save({ sending: e.target.checked }, e.target.checked ? s.onNow : s.offNow)} /><b>${s.master}</b></label>
      <p class=${v.sending ? 'muted' : 'note warn'}>${s.masterHint}</p><${Described} of="sending.enabled" />${told('sending')}
      <${Terminal} commands=${['boathook config set sending.enabled ' + !v.sending]} /></section>
    <section class="section"><h2>${s.allow}</h2><p class="muted">${s.allowHint}</p>
      <ul class="host-list"><li><code>localhost</code><span class="muted">${s.loopback}</span><span class="muted">${s.always}</span></li>
        ${v.allow.filter((h) => h !== 'localhost').map((h) => html`<li key=${h}><code class="iso wrap-any">${visible(h)}</code><span class="client">${h === '*' ? s.everything : ''}</span><button type="button" class="btn quiet small" aria-label=${s.remove(visible(h))} onClick=${() => save({ allow: v.allow.filter((x) => x !== h) }, s.saved)}><${Icon} name="trash" /></button></li>`)}</ul>
      <form class="row-gap end" onSubmit=${add}><label class="field"><span>${s.host}</span><input class="input mono" placeholder="crm.example.org" value=${host} aria-invalid=${noHost} aria-describedby=${noHost ? 'sending-wrong' : undefined} autocomplete="off" autocapitalize="off" spellcheck=${false} onInput=${(/** @type {any} */ e) => setHost(e.target.value)} /></label>
        <button class="btn" disabled=${!host.trim()}><${Icon} name="plus" />${s.add}</button></form><${Described} of="sending.allow" />${told('allow')}
      <${Terminal} commands=${['boathook config set sending.allow +' + shell(host.trim() || 'crm.example.org')]} /></section>
    <section class="section"><form class="row-gap end" onSubmit=${(/** @type {Event} */ e) => { e.preventDefault(); save({ cap }, s.saved); }}>
      <${Amount} label=${s.cap} hint=${s.capHint} most=${1e6} value=${cap} put=${setCap} /><button class="btn primary" disabled=${v.cap === cap}>${s.save}</button></form><${Described} of="sending.cap" />${told('cap')}
      <${Terminal} commands=${['boathook config set sending.cap ' + cap]} /></section>
    <${DefaultRetry} key=${JSON.stringify(v.retry)} stored=${v.retry} told=${html`<${Described} of="sending.retry" />${told('retry')}`} save=${(/** @type {Settings['retry']} */ retry) => save({ retry }, s.saved)} />`;
}

/** @param {{stored: Settings['retry'], told: any, save: (r: Settings['retry']) => void}} p */
function DefaultRetry({ stored, told, save }) {
  const [r, setR] = useState(stored);
  const plan = usePlan(r, undefined);
  return html`<section class="section"><h2>${s.retry}</h2><p class="muted">${s.retryHint}</p>
    <form class="bounds" onSubmit=${(/** @type {Event} */ e) => { e.preventDefault(); save(r); }}><div class="form-grid"><${RetryFields} retry=${r} set=${setR} own /></div>
      <${Plan} plan=${plan} speed=${1} some />
      <div class="row-gap"><button class="btn primary" disabled=${JSON.stringify(r) === JSON.stringify(stored)}>${s.saveRetry}</button></div></form>${told}
    <${Terminal} commands=${['boathook config set sending.retry ' + shell(r.preset === 'custom' ? r.delays.join(',') : r.preset)]} /></section>`;
}
