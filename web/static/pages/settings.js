// @ts-check
import { html, useEffect, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { sign as signWords } from '../i18n/en-sign.js';
import { settings as settingsWords } from '../i18n/en-settings.js';
import { languages, setLanguage, setting } from '../i18n/language.js';
import { api } from '../api.js';
import { server, askServer, theme, density, letterKeys, notices } from '../state.js';
import { bytes, count, moment, span, visible } from '../format.js';
import { Copy } from '../components/copy.js';
import { Icon } from '../components/icons.js';
import { place } from '../router.js';
import { SchemeList } from '../sign/list.js';
import { Builder } from '../sign/builder.js';
import { SendingSettings } from '../send/settings.js';
import { send } from '../i18n/en-send.js';

/**
 * @param {{label: string, name: string, value: string, options: [string, string][], set: (v: string) => void}} p
 */
function Choice({ label, name, value, options, set }) {
  return html`<div class="field" role="radiogroup" aria-label=${label}><span>${label}</span><div><div class="segmented">${options.map(([v, text]) => html`<label><input type="radio" name=${name} checked=${v === value} onChange=${() => set(v)} />${text}</label>`)}</div></div></div>`;
}

/** Name of a language in itself: "English", "Español". @param {string} code */
function nameOf(code) {
  const name = new Intl.DisplayNames(code, { type: 'language' }).of(code) || code;
  return name[0].toLocaleUpperCase(code) + name.slice(1);
}

export function SettingsPage() {
  const [section, id] = place.value.rest;
  const o = settingsWords;
  return html`<div class="page" id="content" tabindex="-1"><div class="page-in">
    <div class="page-head"><h1>${o.title}</h1>
      <nav class="subnav" aria-label=${signWords.settings.sections}><a href="/settings" aria-current=${section ? undefined : 'page'}>${signWords.settings.general}</a><a href="/settings/sending" aria-current=${section === 'sending' ? 'page' : undefined}>${send.settings.title}</a><a href="/settings/signing" aria-current=${section === 'signing' ? 'page' : undefined}>${signWords.settings.title}</a></nav></div>
    ${section === 'signing' ? (id ? html`<${Builder} key=${id} id=${id} />` : html`<${SchemeList} />`) : section === 'sending' ? html`<${SendingSettings} />` : html`<${General} />`}
  </div></div>`;
}

function General() {
  useEffect(() => {
    askServer();
  }, []);
  const s = server.value;
  const st = s?.store;
  const r = s?.retention;
  const o = settingsWords;
  /** @type {[string, any][]} */
  const facts = s ? [
    [o.version, visible(s.version || '')],
    [o.page, copyable(s.page, o.page)],
    [o.capture, copyable(s.capture, o.capture)],
    [o.store, st?.path ? copyable(st.path, o.store) : visible(st?.kind || '')],
    [o.deliveries, count(st?.deliveries || 0)],
    [o.onDisk, bytes(st?.bytes || 0)],
    [o.free, st?.free_bytes >= 0 ? bytes(st.free_bytes) : ''],
    [o.kept, r ? t.store.keep({ count: r.count ? count(r.count) : '', bytes: r.bytes ? bytes(r.bytes) : '', age: r.age_s ? span(r.age_s) : '' }) : ''],
    [o.sockets, count(s.sockets || 0)],
    [o.malformed, count(s.malformed || 0)],
    [o.started, s.started ? moment(Date.parse(s.started)) : ''],
    [o.pid, s.pid ? String(s.pid) : ''],
  ] : [];
  return html`
    <section class="section"><h2>${o.appearance}</h2>
      <div class="form-grid">
        <${Choice} label=${o.language} name="language" value=${setting()} options=${[['system', o.languageSystem], ...languages.map((code) => [code, nameOf(code)])]} set=${setLanguage} />
        <${Choice} label=${t.theme.label} name="theme" value=${theme.value} options=${[['system', t.theme.system], ['light', t.theme.light], ['dark', t.theme.dark]]} set=${(/** @type {string} */ v) => { theme.value = v; }} />
        <${Choice} label=${t.density.label} name="density" value=${density.value} options=${[['comfortable', t.density.comfortable], ['compact', t.density.compact]]} set=${(/** @type {string} */ v) => { density.value = v; }} />
        <${Choice} label=${o.notices} name="notices" value=${notices.value} options=${[['off', o.noticesOff], ['summary', o.noticesSummary], ['failures', o.noticesFailures]]} set=${(/** @type {string} */ v) => { notices.value = v; }} />
      </div>
      <label class="check"><input type="checkbox" checked=${letterKeys.value === 'on'} onChange=${(/** @type {any} */ e) => { letterKeys.value = e.target.checked ? 'on' : 'off'; }} />${o.keysOn}</label><p class="muted">${o.keysHint}</p>
    </section>
    <section class="section"><h2>${o.about}</h2>
      ${st?.refusing ? html`<p class="note bad"><b>${t.store.refusing}</b> ${visible(st.refusing)}</p>` : null}
      <dl class="facts">${facts.filter(([, v]) => v).map(([k, v]) => html`<dt>${k}</dt><dd>${v}</dd>`)}</dl>
      ${st?.losses?.length ? html`<h3>${o.losses}</h3><ul class="plain-list">${st.losses.map((/** @type {any} */ l) => html`<li>#${l.first_n}–#${l.last_n} (${count(l.count)}): ${visible(l.reason)}</li>`)}</ul>` : null}
      <div><a class="btn small" href=${api.backupURL} download><${Icon} name="download" />${o.backup}</a></div>
    </section>
    <${Doctor} />`;
}

/** @param {string} s @param {string} what */
const copyable = (s, what) => s && html`<span class="copyable"><code class="iso">${visible(s)}</code><${Copy} text=${s} what=${what} /></span>`;

function Doctor() {
  const [checks, setChecks] = useState(/** @type {any[]|null} */ (null));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
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
  const shapes = /** @type {Record<string, [string, string]>} */ ({ ok: ['✓', 'ok'], warn: ['▲', 'client'], fail: ['■', 'server'] });
  return html`<section class="section"><h2>${settingsWords.doctor}</h2>
    <div class="row-gap"><button type="button" class="btn" disabled=${busy} onClick=${run}>${busy ? settingsWords.checking : settingsWords.runDoctor}</button><span class="muted">${t.terminal} <code>boathook doctor</code></span></div>
    ${problem ? html`<p class="note bad">${problem}</p>` : null}
    ${checks ? html`<div role="status">${checks.map((c) => html`<div class="check-row"><span class=${(shapes[c.state] || shapes.warn)[1]} aria-label=${settingsWords.states[c.state] || c.state} role="img">${(shapes[c.state] || shapes.warn)[0]}</span><b>${visible(c.name)}</b><p>${visible(c.text)}${c.hint ? html`<span class="muted"> ${visible(c.hint)}</span>` : null}</p></div>`)}</div>` : null}
  </section>`;
}
