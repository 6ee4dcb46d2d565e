// @ts-check
// Settings › Capture: what is taken in and how much of it is kept. It is set when the
// server starts; here it is shown with the commands that set it.
import { html } from '../html.js';
import { t } from '../i18n/index.js';
import { settings as words } from '../i18n/en-settings.js';
import { server } from '../state.js';
import { bytes, count, span } from '../format.js';
import { Facts, Terminal, copyable, useServer } from './facts.js';

export function CaptureSection() {
  useServer();
  const s = server.value;
  if (!s) return html`<p class="muted">${t.loading}</p>`;
  const r = s.retention;
  const c = words.capture;
  return html`<section class="section"><h2>${words.sections.capture}</h2><p class="muted">${c.lead}</p>
      <${Facts} list=${[
        [c.page, copyable(s.page, c.page)],
        [c.port, copyable(s.capture, c.port)],
        [c.body, s.body_limit ? html`${bytes(s.body_limit)} <span class="muted">${c.bodyHint}</span>` : ''],
        [c.malformed, count(s.malformed || 0)],
      ]} />
      <${Terminal} lead=${c.terminal} commands=${['boathook config set capture.port 4611', 'boathook config set capture.body_limit 50MB']} /></section>
    <section class="section"><h2>${c.kept}</h2><p class="muted">${c.keptLead}</p>
      ${r.held ? html`<p class="note warn">${c.held}</p>` : null}
      <${Facts} list=${[
        [c.keepCount, r.count ? count(r.count) : c.noBound],
        [c.keepBytes, r.bytes ? bytes(r.bytes) : c.noBound],
        [c.keepAge, r.age_s ? span(r.age_s) : c.noBound],
        [c.keepTrash, html`${r.trash_s ? span(r.trash_s) : c.noBound} <a href="/live?q=is:trashed">${t.del.trash(s.store?.trashed ?? 0)}</a>`],
      ]} />
      <${Terminal} lead=${c.terminal} commands=${['boathook config set capture.keep.count 200000', 'boathook config set capture.keep.bytes 2GB', 'boathook config set capture.keep.age 30d', 'boathook config set capture.keep.trash 14d']} /></section>
    <section class="section"><h2>${c.credentials}</h2><p>${c.credentialsText}</p></section>`;
}
