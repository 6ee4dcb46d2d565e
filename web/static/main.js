// @ts-check
// The frame of the page: navigation, the page itself, notices, overlays.
import { html, render, effect, useState } from './html.js';
import { t } from './i18n/index.js';
import { place, go } from './router.js';
import { locked } from './api.js';
import { askServer, away, selected, sync, theme, active, layout, helpOpen, paletteOpen } from './state.js';
import { Icon } from './components/icons.js';
import { Notices } from './components/notices.js';
import { Copy } from './components/copy.js';
import { Live } from './pages/live.js';
import { DeliveryPage } from './pages/delivery.js';
import { fetchRest, lazy } from './components/lazy.js';
import { replaying } from './run/open.js';
import { styled } from './components/style.js';
import { installKeys } from './keys.js';
import { opened } from './detail/open.js';
import { shapes, kindOf, wordOf, titleOf } from './outcome.js';
import { visible } from './format.js';
import { listHandle } from './list/list.js';

/** Views by the first part of the path. @type {Record<string, any>} */
const views = {
  live: Live,
  d: DeliveryPage,
  send: lazy(() => styled(import('./pages/send.js'), 'SendPage', 'send'), true),
  endpoints: lazy(() => styled(import('./pages/endpoints.js'), 'EndpointsPage', 'send', 'run', 'endpoints'), true),
  inboxes: lazy(() => styled(import('./pages/inboxes.js'), 'InboxesPage', 'inboxes'), true),
  recordings: lazy(() => styled(import('./pages/recordings.js'), 'RecordingsPage', 'recordings'), true),
  activity: lazy(() => styled(import('./pages/activity.js'), 'ActivityPage', 'activity'), true),
  compare: lazy(() => styled(import('./pages/compare.js'), 'ComparePage', 'compare'), true),
  runs: lazy(() => styled(import('./pages/runs.js'), 'RunsPage', 'run'), true),
  settings: lazy(() => styled(import('./pages/settings.js'), 'SettingsPage', 'send', 'settings'), true),
};
const ReplaySheet = lazy(() => styled(import('./run/sheet.js'), 'ReplaySheet', 'run'));
const RunStrip = lazy(() => styled(import('./run/strip.js'), 'RunStrip', 'run'), 'aside');
const Palette = lazy(() => styled(import('./palette.js'), 'Palette', 'sheets'));
const Help = lazy(() => styled(import('./help.js'), 'Help', 'sheets'));
const More = lazy(() => import('./more.js').then((m) => m.More));

const entries = [
  { page: 'live', icon: 'live', text: t.nav.live },
  { page: 'send', icon: 'send', text: t.nav.send },
  { page: 'endpoints', icon: 'endpoints', text: t.nav.endpoints },
  { page: 'inboxes', icon: 'inboxes', text: t.nav.inboxes },
  { page: 'recordings', icon: 'recordings', text: t.nav.recordings },
  { page: 'activity', icon: 'activity', text: t.nav.activity },
  { page: 'settings', icon: 'settings', text: t.nav.settings },
];

/** Pages that the bar of a phone shows; the others are in a sheet. */
const inBar = ['live', 'send', 'activity'];

function Nav() {
  const [more, setMore] = useState(false);
  const page = place.value.page === 'd' ? 'live' : place.value.page;
  const narrow = layout.value === 'narrow';
  const themes = ['system', 'light', 'dark'];
  const names = { system: t.theme.system, light: t.theme.light, dark: t.theme.dark };
  const now = /** @type {keyof typeof names} */ (theme.value);
  return html`<nav class="nav" aria-label=${t.nav.label}>
    <a class="brand" href="/live" aria-label=${t.app}><${Icon} name="hook" /><span class="label">${t.app}</span></a>
    ${entries.filter((x) => !narrow || inBar.includes(x.page)).map((x) => html`<a class="nav-item" key=${x.page} href=${'/' + x.page} title=${x.text} aria-current=${page === x.page ? 'page' : undefined}><${Icon} name=${x.icon} /><span class="label">${x.text}</span></a>`)}
    ${narrow ? html`<button type="button" class="nav-item" aria-haspopup="dialog" aria-expanded=${more} aria-current=${inBar.includes(page) ? undefined : 'true'} onClick=${() => setMore(true)}><${Icon} name="more" /><span class="label">${t.nav.more}</span></button>` : html`<div class="nav-end">
      <button type="button" class="nav-item" onClick=${() => { helpOpen.value = true; }} title=${t.nav.help}><${Icon} name="help" /><span class="label">${t.nav.help}</span></button>
      <button type="button" class="nav-item theme" aria-label=${t.theme.toggle(names[now])} title=${t.theme.toggle(names[now])}
        onClick=${() => { theme.value = themes[(themes.indexOf(theme.value) + 1) % 3]; }}><${Icon} name="theme" /><span class="label">${t.nav.theme}<span class="muted"> · ${names[now]}</span></span></button>
    </div>`}
  </nav>
  ${more && narrow ? html`<${More} entries=${entries.filter((x) => !inBar.includes(x.page))} page=${page} close=${() => setMore(false)} />` : null}`;
}

function Locked() {
  return html`<div class="lock" id="content" tabindex="-1"><h1>${t.locked.title}</h1><p>${t.locked.text}</p>
    <div class="copy-line"><code>boathook open</code><${Copy} text="boathook open" words /></div><p class="muted">${t.locked.or}</p>
    <div><button type="button" class="btn" onClick=${() => location.reload()}>${t.locked.again}</button></div></div>`;
}

function NotFound() {
  return html`<div class="lock" id="content" tabindex="-1"><h1>${t.notFound.title}</h1><p>${t.notFound.text} <code class="iso">${visible(location.pathname)}</code></p>
    <p><a class="btn primary" href="/live">${t.notFound.back}</a></p><p class="muted">${t.notFound.or} <a href="/inboxes">${t.nav.inboxes}</a>, <a href="/settings">${t.nav.settings}</a></p></div>`;
}

function App() {
  const View = views[place.value.page] || NotFound;
  const live = place.value.page === 'live';
  return html`<a class="skip" href="#content" onClick=${(/** @type {Event} */ e) => {
    e.preventDefault();
    if (live && listHandle) listHandle.focus();
    else document.getElementById('content')?.focus();
  }}>${live ? t.skip : t.skipPage}</a>
  <div class="shell"><${Nav} /><main class="main">${locked.value ? html`<${Locked} />` : html`${away.value > 1 && !live ? html`<p class="slim" role="status"><span><span class="pending" aria-hidden="true">◐ </span>${t.error.away}</span><button type="button" class="btn small" onClick=${askServer}>${t.link.now}</button></p>` : null}<${View} /><${RunStrip} />`}</main></div>
  <${Notices} />
  ${replaying.value ? html`<${ReplaySheet} />` : null}${helpOpen.value ? html`<${Help} />` : null}${paletteOpen.value ? html`<${Palette} />` : null}`;
}

if (place.value.page === 'live' && location.pathname === '/') go('/live' + location.search, true);

// The title says what is open: "■ 503 registration #12406 – boathook".
effect(() => {
  const d = opened.value;
  const page = place.value.page;
  const [first] = place.value.rest;
  const name = page === 'd' ? t.detail.title(visible(first || '')) : /** @type {Record<string, string>} */ (t.nav)[page] || t.notFound.title;
  const one = first && ['endpoints', 'inboxes', 'runs'].includes(page) ? `${visible(first)} – ` : '';
  document.title = d && (page === 'd' || selected.value)
    ? `${shapes[kindOf(d.status, d.failure)]} ${wordOf(d.status, d.failure)} ${visible(titleOf(d))} #${d.n} – ${t.app}`
    : `${one}${name} – ${t.app}`;
});

installKeys();
askServer();
void import('./detail/hiding.js').catch(() => {}); // without it everything that could be is hidden
const root = /** @type {HTMLElement} */ (document.getElementById('app'));
render(html`<${App} />`, root);
void import('./focus.js').catch(() => {}); // without it the browser does what it does
setTimeout(fetchRest, 1500);

// For tests: what the page shows, nothing more.
Object.defineProperty(window, 'boathook', {
  value: Object.freeze({
    ids: () => sync.rows.allIDs(),
    state: () => ({
      q: sync.q.value, loading: sync.loading.value, complete: sync.complete.value, link: sync.link.value.state,
      rows: sync.rows.length, active: active.value, selected: selected.value, problem: sync.problem.value?.message || '',
    }),
  }),
});
