// @ts-check
// Settings › Data: where it lies, how to take it along, what happens to secrets.
import { html } from '../html.js';
import { t } from '../i18n/index.js';
import { settings as words } from '../i18n/en-settings.js';
import { api } from '../api.js';
import { server } from '../state.js';
import { bytes, count, visible } from '../format.js';
import { Icon } from '../components/icons.js';
import { Facts, Terminal, copyable, useServer } from './facts.js';
import { Said } from '../said.js';

export function DataSection() {
  useServer();
  const s = server.value;
  if (!s) return html`<p class="muted">${t.loading}</p>`;
  const st = s.store;
  const d = words.data;
  return html`<section class="section"><h2>${words.sections.data}</h2>
      ${st.refusing ? html`<p class="note bad"><b>${t.store.refusing}</b> <${Said} text=${st.refusing} /> ${t.store.remedy}</p>` : null}
      <${Facts} list=${[
        [d.dir, copyable(s.dir, d.dir)],
        [d.store, st.path && st.path !== s.dir ? copyable(st.path, d.store) : st.path ? '' : d.memory],
        [d.deliveries, st.deliveries ? d.range(count(st.deliveries), st.first_n, st.last_n) : count(0)],
        [d.onDisk, st.path ? bytes(st.bytes) : ''],
        [d.free, st.free_bytes >= 0 ? bytes(st.free_bytes) : ''],
      ]} />
      ${st.losses.length ? html`<h3>${d.losses}</h3><ul class="plain-list">${st.losses.map((/** @type {any} */ l) => html`<li>#${l.first_n}–#${l.last_n} (${count(l.count)}): ${visible(l.reason)}</li>`)}</ul>` : null}</section>
    <section class="section"><h2>${d.backup}</h2><p>${d.backupText}</p>
      <div class="row-gap"><a class="btn" href=${api.backupURL} download><${Icon} name="download" />${d.backupGet}</a><a class="btn" href=${api.exportURL('*', 'jsonl')} download><${Icon} name="download" />${d.exportGet}</a></div>
      <p class="muted">${d.exportText}</p>
      <${Terminal} commands=${['boathook backup boathook.backup', 'boathook export deliveries.jsonl', 'boathook restore boathook.backup']} /></section>
    <section class="section"><h2>${d.secrets}</h2><p>${d.secretsText}</p><p>${d.secretsKey}</p></section>`;
}
