// @ts-check
// Settings: those of this browser, and those of the server.
import { html } from '../html.js';
import { settings as words } from '../i18n/en-settings.js';
import { place } from '../router.js';
import { GeneralSection } from '../settings/general.js';
import { NoticesSection } from '../settings/notices.js';
import { KeysSection } from '../settings/keys.js';
import { CaptureSection } from '../settings/capture.js';
import { DataSection } from '../settings/data.js';
import { AboutSection } from '../settings/about.js';
import { SchemeList } from '../sign/list.js';
import { Builder } from '../sign/builder.js';
import { SendingSettings } from '../send/settings.js';

/** @typedef {keyof typeof words.sections} Section */

/** Sections by who keeps them. @type {['browser'|'server', Section[]][]} */
const groups = [
  ['browser', ['general', 'keys', 'notices']],
  ['server', ['capture', 'sending', 'signing', 'data', 'about']],
];

/** @type {Record<Section, any>} */
const views = {
  general: GeneralSection, keys: KeysSection, notices: NoticesSection, capture: CaptureSection, sending: SendingSettings, signing: SchemeList, data: DataSection, about: AboutSection,
};

export function SettingsPage() {
  const [asked, id] = place.value.rest;
  const section = /** @type {Section} */ (asked in views ? asked : 'general');
  const View = views[section];
  const group = groups.find(([, all]) => all.includes(section))?.[0] || 'browser';
  return html`<div class="page" id="content" tabindex="-1"><div class="page-in settings-page">
    <div class="page-head"><h1>${words.title}</h1><p class="muted">${words.keptBy[group]}</p></div>
    <nav class="settings-nav" aria-label=${words.label}>${groups.map(([who, all]) => html`<div role="group" aria-labelledby=${'settings-' + who}><h2 id=${'settings-' + who}>${words.groups[who]}</h2>
      <ul>${all.map((x) => html`<li><a href=${x === 'general' ? '/settings' : '/settings/' + x} aria-current=${x === section ? 'page' : undefined}>${words.sections[x]}</a></li>`)}</ul></div>`)}</nav>
    <div class="settings-body">${section === 'signing' && id ? html`<${Builder} key=${id} id=${id} />` : html`<${View} key=${section} />`}</div>
  </div></div>`;
}
