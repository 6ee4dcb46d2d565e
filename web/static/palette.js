// @ts-check
// Commands by name: plain text, "#12406" for a delivery, "@demo" for an endpoint or
// an inbox, ":registration" for an event to send, ">" for settings. What is used more
// often stands higher.
import { html, useEffect, useState } from './html.js';
import { t } from './i18n/index.js';
import { endpoints as endpointWords } from './i18n/en-endpoints.js';
import { inboxes as inboxWords } from './i18n/en-inboxes.js';
import { recordings as recordingWords } from './i18n/en-recordings.js';
import { sign as signWords } from './i18n/en-sign.js';
import { keys as keyWords, palette as paletteWords } from './i18n/en-help.js';
import { settings as settingsWords } from './i18n/en-settings.js';
import { run as runWords } from './i18n/en-run.js';
import { compare as compareWords } from './i18n/en-compare.js';
import { keysOf } from './keymap.js';
import { trash as trashWords } from './i18n/en-trash.js';
import { api } from './api.js';
import { go, place, url } from './router.js';
import { active, density, helpOpen, kept, letterKeys, paletteOpen, samples, selected, sync, theme } from './state.js';
import { titleOf, wordOf } from './outcome.js';
import { visible } from './format.js';
import { pin, pinned } from './list/head.js';
import { compare } from './list/compare.js';
import { filterWord } from './detail/curl.js';
import { detailHandle } from './detail/open.js';
import { otherSide } from './detail/side.js';
import { askAll, details } from './send/catalog.js';
import { calls } from './send/calls.js';
import { setFilter } from './list/filter.js';
import { savedOpen, toggleFollow, togglePause, viewOpen } from './list/bar.js';
import { loadSamples, removeSamples, sendPing } from './list/first.js';
import { here } from './list/here.js';
import { howMany } from './list/select.js';
import { openReplay } from './run/open.js';
import { runs } from './run/start.js';
import { out } from './i18n/en-out.js';
import { toastFailure } from './components/notices.js';
import { Sheet } from './components/overlay.js';

/**
 * @typedef {object} Command
 * @property {string} text
 * @property {string} [key] @property {string} [cli] the same in a terminal
 * @property {() => void} run
 */

/** How often each command was used, by its text. */
const uses = kept('used', '{}');
const mostUses = 60;

/** @returns {Record<string, number>} */
function used() {
  try {
    return JSON.parse(uses.value) || {};
  } catch {
    return {};
  }
}

/** @param {Command} c */
function count(c) {
  const all = used();
  all[c.text] = (all[c.text] || 0) + 1;
  uses.value = JSON.stringify(Object.fromEntries(Object.entries(all).sort((a, b) => b[1] - a[1]).slice(0, mostUses)));
}

/** How well a text fits what was typed: 0 not at all. @param {string} text @param {string} typed */
export function fit(text, typed) {
  const a = text.toLowerCase();
  const b = typed.toLowerCase().trim();
  if (!b) return 1;
  const at = a.indexOf(b);
  if (at === 0) return 4;
  if (at > 0) return a[at - 1] === ' ' ? 3 : 2;
  let i = 0;
  for (const c of a) if (c === b[i]) i++;
  return i === b.length ? 1 : 0;
}

/** What can be done with the chosen deliveries, else with the one here. @returns {Command[]} */
function acts() {
  const { count: n, more } = howMany();
  const one = here();
  if (!n && !one) return [];
  const what = n ? t.select.count(n, more) : '#' + one?.n;
  const s = t.select;
  const run = (/** @type {string} */ key) => () => { import('./list/selection.js').then((m) => m.actByKey(key), () => {}); }; // without the server there is nothing to act on
  /** @type {[string, string, string?][]} */
  const all = [[s.resend, 'r', n ? undefined : `boathook resend ${one?.n}`], [s.replay, 'R', n ? undefined : `boathook replay ${one?.n}`], [s.compare, 'c'], [s.export, 'e', n ? undefined : `boathook export ${one?.n}.jsonl --filter n:${one?.n}`], [s.tag, 't', n ? undefined : `boathook deliveries tag ${one?.n} TAG`]];
  const list = all.map(([text, key, cli]) => ({ text: `${text.replace(/…$/, '')}: ${what}`, key, cli, run: run(key) }));
  const remove = n || place.value.page === 'live' ? run('#') : () => detailHandle?.remove();
  const base = place.value.page === 'live' && one && one.n !== pinned() ? pinned() : 0;
  if (base && one) list.push({ text: paletteWords.withPinned(base, one.n), key: 'c', cli: `boathook diff ${base} ${one.n}`, run: () => compare(base, one.n) });
  return [...list, { text: `${s.delete}: ${what}`, key: '#', cli: n ? undefined : `boathook deliveries delete ${one?.n}`, run: remove }];
}

/** Opens the replay sheet for all that failed. */
const replayFailed = () => api.count('is:failed').then(({ count: n }) => openReplay({ q: 'is:failed' }, n, 'is:failed'), (err) => toastFailure(err.message));

/** @returns {Command[]} */
function commands() {
  const live = place.value.page === 'live';
  return [
    { text: t.nav.live, key: 'g l', cli: 'boathook tail', run: () => go('/live') },
    { text: t.nav.send, key: 'g s', cli: 'boathook events list', run: () => go('/send') },
    { text: t.nav.endpoints, key: 'g e', cli: 'boathook endpoints list', run: () => go('/endpoints') },
    { text: t.nav.inboxes, key: 'g i', cli: 'boathook inboxes list', run: () => go('/inboxes') },
    { text: t.nav.recordings, key: 'g r', cli: 'boathook recordings list', run: () => go('/recordings') },
    { text: t.nav.activity, key: 'g a', cli: 'boathook activity', run: () => go('/activity') },
    { text: runWords.title, key: 'g u', cli: 'boathook runs list', run: () => go('/runs') },
    samples.value ? { text: t.first.samplesRemove, cli: 'boathook samples delete', run: removeSamples } : { text: t.first.samples, cli: 'boathook samples load', run: loadSamples },
    { text: trashWords.title, cli: 'boathook trash list', run: () => go('/live?q=is:trashed') },
    { text: compareWords.pick, key: 'c', cli: 'boathook diff A B', run: () => go('/compare') },
    { text: endpointWords.newTitle, cli: 'boathook endpoints create NAME --url URL', run: () => go('/endpoints/new') },
    { text: inboxWords.create, cli: 'boathook inboxes create NAME', run: () => go('/inboxes') },
    { text: signWords.settings.create, cli: 'boathook schemes create FILE', run: () => go('/settings/signing/new') },
    { text: recordingWords.import, cli: 'boathook import FILE', run: () => go('/recordings') },
    { text: paletteWords.ping, cli: 'boathook ping', run: () => { if (!live) go('/live'); sendPing(); } },
    ...(live ? [
      { text: t.live.follow, key: 'F', cli: 'boathook tail', run: toggleFollow },
      { text: t.live.pause, key: 'p', run: togglePause },
      { text: paletteWords.filter('is:failed'), cli: 'boathook deliveries list is:failed', run: () => setFilter('is:failed') },
      { text: paletteWords.filter('sig:invalid'), cli: 'boathook deliveries list sig:invalid', run: () => setFilter('sig:invalid') },
      { text: t.filter.clear, run: () => setFilter('') },
      { text: t.live.view.title, run: () => { viewOpen.value = true; } },
      { text: t.live.saved.title, run: () => { savedOpen.value = true; } },
      ...otherSide().map((x) => ({ ...x, text: `${t.detail.label}: ${x.text.toLowerCase()}` })),
      ...(active.value || selected.value ? [{ text: keyWords.pin, key: 'm', run: () => pin(active.value || selected.value) }] : []),
    ] : []),
    ...acts(),
    { text: out.replayFailed, cli: 'boathook replay is:failed', run: replayFailed },
    ...(runs.value.length ? [{ text: runWords.of(runs.value[0].id), cli: `boathook runs view ${runs.value[0].id}`, run: () => go(url('runs', [runs.value[0].id])) }] : []),
    ...(detailHandle ? [
      { text: t.copyOf(t.copiedWhat.curl), key: 'y c', run: () => detailHandle?.copy('c') },
      { text: t.copyOf(t.copiedWhat.body.toLowerCase()), key: 'y b', run: () => detailHandle?.copy('b') },
      { text: t.copyOf(t.copiedWhat.report), key: 'y m', run: () => detailHandle?.copy('m') },
      { text: t.copyOf(t.copiedWhat.link.toLowerCase()), key: 'y l', run: () => detailHandle?.copy('l') },
    ] : []),
    { text: keyWords.title, key: '?', run: () => { helpOpen.value = true; } },
  ];
}

/** Sections of the settings, with what a terminal has for them. @type {[keyof typeof settingsWords.sections, string?][]} */
const sections = [['keys'], ['notices'], ['capture', 'boathook config list'], ['sending', 'boathook config get sending.allow'], ['signing', 'boathook schemes list'], ['data', 'boathook backup boathook.backup'], ['about', 'boathook doctor']];

/** @returns {Command[]} */
function settings() {
  return [
    { text: t.nav.settings, key: 'g ,', cli: 'boathook status', run: () => go('/settings') },
    ...sections.map(([id, cli]) => ({ text: paletteWords.setting(settingsWords.sections[id]), cli, run: () => go('/settings/' + id) })),
    { text: paletteWords.theme(t.theme.light), run: () => { theme.value = 'light'; } },
    { text: paletteWords.theme(t.theme.dark), run: () => { theme.value = 'dark'; } },
    { text: paletteWords.theme(t.theme.system), run: () => { theme.value = 'system'; } },
    { text: paletteWords.density, run: () => { density.value = density.value === 'compact' ? 'comfortable' : 'compact'; } },
    { text: paletteWords.letters, run: () => { letterKeys.value = letterKeys.value === 'on' ? 'off' : 'on'; } },
  ];
}

/** Deliveries whose number begins with some digits, the newest without any. @param {string} digits @returns {Command[]} */
function deliveries(digits) {
  /** @type {Command[]} */
  const list = [];
  for (let i = 0; i < Math.min(sync.rows.length, 2000) && list.length < 8; i++) {
    const n = sync.rows.numberAt(i);
    if (String(n) === digits || !String(n).startsWith(digits)) continue;
    const row = sync.rows.at(i);
    list.push({ text: paletteWords.recent(n, `${visible(titleOf(row))} ${wordOf(row.status, row.failure)}`), cli: `boathook open ${n}`, run: () => go(url('d', [String(n)])) });
  }
  if (digits) list.unshift({ text: paletteWords.goTo(digits), cli: `boathook open ${digits}`, run: () => go(url('d', [digits])) });
  return list;
}

/** Event types that can be sent. @returns {Command[]} */
const sendable = () => Object.values(details.value).flatMap((p) => p.event_types.map((e) => ({ text: paletteWords.send(e.id), cli: `boathook trigger ${e.id}`, run: () => go(url('send', [e.id.slice(0, e.id.indexOf('/')), e.id.slice(e.id.indexOf('/') + 1)])) })));

export function Palette() {
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const [inboxes, setInboxes] = useState(/** @type {string[]} */ ([]));
  const [endpoints, setEndpoints] = useState(/** @type {string[]} */ ([]));
  useEffect(() => {
    api.inboxes().then((r) => setInboxes(r.inboxes.map((x) => x.name)), () => {});
    calls.endpoints().then((r) => setEndpoints(r.endpoints.map((x) => x.name)), () => {});
  }, []);
  const sort = /^[#@:>]/.exec(typed.trim())?.[0] || '';
  useEffect(() => {
    if (sort === ':') askAll().catch(() => {}); // what is known already is offered
  }, [sort]);
  const close = () => {
    paletteOpen.value = false;
  };

  const word = typed.trim().slice(sort.length).trim();
  const places = [
    ...endpoints.map((name) => ({ text: paletteWords.endpoint(name), cli: `boathook endpoints view ${name}`, run: () => go(url('endpoints', [name])) })),
    ...inboxes.map((name) => ({ text: paletteWords.inbox(name), cli: `boathook inboxes view ${name}`, run: () => go(url('inboxes', [name])) })),
  ];
  const often = used();
  const from = sort === '#' ? deliveries(word) : sort === '@' ? places : sort === ':' ? sendable() : sort === '>' ? settings() : [...commands(), ...settings(), ...places];
  const found = (sort === '#' ? from : from.map((c) => ({ c, f: fit(c.text, word) })).filter((x) => x.f > 0).sort((a, b) => b.f - a.f || (often[b.c.text] || 0) - (often[a.c.text] || 0)).map((x) => x.c)).slice(0, 10);
  if (word && !sort) found.push({ text: paletteWords.filter(visible(word)), cli: `boathook tail ${filterWord(visible(word))}`, run: () => go(url('live', [], { q: word })) });
  const current = found[Math.min(at, found.length - 1)];
  const run = (/** @type {Command|undefined} */ c) => {
    if (!c) return;
    close();
    count(c);
    c.run();
  };
  return html`<${Sheet} title=${paletteWords.label} close=${close} plain>
    <input class="palette-input" data-first role="combobox" aria-expanded="true" aria-controls="palette-list" aria-label=${paletteWords.label} aria-activedescendant=${current ? 'palette-' + found.indexOf(current) : undefined}
      placeholder=${paletteWords.placeholder} value=${typed} spellcheck=${false} autocomplete="off"
      onInput=${(/** @type {any} */ e) => { setTyped(e.target.value); setAt(0); }}
      onKeyDown=${(/** @type {KeyboardEvent} */ e) => {
    if (e.isComposing) return;
    if (e.key === 'ArrowDown') setAt((Math.min(at, found.length - 1) + 1) % found.length);
    else if (e.key === 'ArrowUp') setAt((Math.min(at, found.length - 1) + found.length - 1) % found.length);
    else if (e.key === 'Enter') run(current);
    else return;
    e.preventDefault();
  }} />
    <ul class="palette-list" id="palette-list" role="listbox" tabindex="-1" aria-label=${paletteWords.label}>
      ${found.map((c, i) => html`<li role="option" id=${'palette-' + i} aria-selected=${c === current} onMouseDown=${(/** @type {Event} */ e) => { e.preventDefault(); run(c); }}>
        <span class="cut iso">${c.text}</span>${c.key && keysOf(c.key) ? html`<span class="hint"><kbd>${keysOf(c.key)}</kbd></span>` : null}</li>`)}
    </ul>
    <p class="palette-hints" aria-hidden="true">${paletteWords.hints.map((x) => html`<span><kbd>${x[0]}</kbd>${x.slice(1)}</span>`)}</p>
    <p class="palette-foot">${found.length ? (current?.cli ? html`${t.terminal} <code>${current.cli}</code>` : '\u00a0') : paletteWords.none}</p>
  </${Sheet}>`;
}
