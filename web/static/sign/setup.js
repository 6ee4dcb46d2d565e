// @ts-check
// The one step from "not checked" to a verdict: scheme and secret of the inbox.
import { html, useState } from '../html.js';
import { sign as signWords } from '../i18n/en-sign.js';
import { api } from '../api.js';
import { schemeName, useNeeds } from '../schemes.js';
import { quoted } from '../list/filter.js';
import { toast } from '../components/notices.js';
import { visible } from '../format.js';
import { SchemePick } from './pick.js';
import { freeName } from './secrets.js';
import { NeedFields, given, some } from './needs.js';

/** @typedef {import('../types.js').Check} Check */
/** @typedef {{scheme: string, secret: string, url: string, context: Record<string, string>}} Setting */

/**
 * Stores what an inbox is checked with and checks its deliveries anew. What is
 * empty stays as it is.
 * @param {string} name @param {Setting} p
 */
export async function keepSetting(name, { scheme, secret, url, context }) {
  const inbox = await api.inbox(name);
  if (scheme) inbox.scheme = scheme;
  if (secret) inbox.secrets = [...(inbox.secrets || []), { name: freeName(inbox.secrets || [], signWords.secrets.current), value: secret }];
  if (url) inbox.url_base = url;
  inbox.context = { ...inbox.context, ...context };
  await api.saveInbox(inbox);
  toast(`${signWords.setup.done}. ${await recheckInbox(name)}`);
}

/** Checks what an inbox has received anew, and says what came of it. @param {string} name */
export async function recheckInbox(name) {
  const v = signWords.verify;
  const done = await api.recheck('inbox:' + quoted(name));
  return v.rechecked(done.checked, done.changed) + (done.complete === false ? '; ' + v.late : '');
}

/**
 * @param {{check: Check, off: boolean, inbox: string, keep: (p: Setting) => void, busy: boolean}} p
 */
export function Setup({ check, off, inbox, keep, busy }) {
  const [scheme, setScheme] = useState(check.scheme || '');
  const [secret, setSecret] = useState('');
  const [extra, setExtra] = useState({ url: '', context: {} });
  const s = signWords.setup;
  const needs = useNeeds(scheme);
  const more = given(needs, extra);
  return html`<form class="card plain" aria-label=${s.title} onSubmit=${(/** @type {Event} */ e) => { e.preventDefault(); keep({ scheme, secret, ...more }); }}>
    <h3>${s.title}</h3><p>${off ? s.none : check.scheme ? s.guess(visible(check.scheme_name || schemeName(check.scheme))) : s.plain}</p>
    <div class="tool-grid">
      <${SchemePick} label=${signWords.scheme} value=${scheme} set=${setScheme} none=${false} />
      <label class="field"><span>${signWords.secret} · ${signWords.other.secretHint}</span><input class="input mono" type="password" autocomplete="off" value=${secret} onInput=${(/** @type {any} */ e) => setSecret(e.target.value)} /></label>
      <${NeedFields} needs=${needs} value=${extra} set=${setExtra} />
      <div class="row-gap wide"><button class="btn primary" disabled=${busy || !(secret || some(more) || (scheme && scheme !== check.scheme))}>${s.save(visible(inbox))}</button></div>
    </div></form>`;
}
