// @ts-check
// The one step from "not checked" to a verdict: scheme and secret of the inbox.
import { html, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { api } from '../api.js';
import { schemeName, useNeeds } from '../schemes.js';
import { quoted } from '../list/filter.js';
import { toast } from '../components/notices.js';
import { visible } from '../format.js';
import { SchemePick } from './pick.js';

/** @typedef {import('../types.js').Check} Check */
/** @typedef {{scheme: string, secret: string, url: string}} Setting */

/**
 * Stores what an inbox is checked with and checks its deliveries anew. What is
 * empty stays as it is.
 * @param {string} name @param {Setting} p
 */
export async function keepSetting(name, { scheme, secret, url }) {
  const inbox = await api.inbox(name);
  if (scheme) inbox.scheme = scheme;
  if (secret) inbox.secrets = [...(inbox.secrets || []), { name: inbox.secrets?.length ? `secret ${inbox.secrets.length + 1}` : 'current', value: secret }];
  if (url) inbox.url_base = url;
  await api.saveInbox(inbox);
  const done = await api.recheck('inbox:' + quoted(name));
  toast(t.sign.setup.done(done.checked, done.changed));
}

/**
 * @param {{check: Check, inbox: string, keep: (p: Setting) => void, busy: boolean}} p
 */
export function Setup({ check, inbox, keep, busy }) {
  const [scheme, setScheme] = useState(check.scheme || '');
  const [secret, setSecret] = useState('');
  const [url, setURL] = useState('');
  const s = t.sign.setup;
  const address = useNeeds(scheme).includes('url');
  return html`<form class="card plain" aria-label=${s.title} onSubmit=${(/** @type {Event} */ e) => { e.preventDefault(); keep({ scheme, secret, url: address ? url.trim() : '' }); }}>
    <h3>${s.title}</h3><p>${check.scheme ? s.guess(visible(check.scheme_name || schemeName(check.scheme))) : s.plain}</p>
    <div class="tool-grid">
      <${SchemePick} label=${t.sign.scheme} value=${scheme} set=${setScheme} none=${false} />
      <label class="field"><span>${t.sign.secret} · ${t.sign.other.secretHint}</span><input class="input mono" type="password" autocomplete="off" value=${secret} onInput=${(/** @type {any} */ e) => setSecret(e.target.value)} /></label>
      ${address ? html`<label class="field wide"><span>${t.sign.other.url}</span><input class="input mono" inputmode="url" autocomplete="off" spellcheck=${false} value=${url} placeholder="https://" onInput=${(/** @type {any} */ e) => setURL(e.target.value)} /></label>` : null}
      <div class="row-gap wide"><button class="btn primary" disabled=${busy || !(secret || (scheme && scheme !== check.scheme))}>${s.save(visible(inbox))}</button></div>
    </div></form>`;
}
