// @ts-check
// Commands by name: plain text, "#12406" for a delivery, "@demo" for an inbox.
import { html, useEffect, useState } from './html.js';
import { t } from './i18n/index.js';
import { run as runWords } from './i18n/en-run.js';
import { compare as compareWords } from './i18n/en-compare.js';
import { api } from './api.js';
import { go, place, url } from './router.js';
import { density, helpOpen, paletteOpen, theme } from './state.js';
import { setFilter } from './list/filter.js';
import { toggleFollow, togglePause } from './list/bar.js';
import { sendPing } from './list/first.js';
import { Sheet } from './components/overlay.js';

/**
 * @typedef {object} Command
 * @property {string} text
 * @property {string} [key] @property {string} [cli] the same in a terminal
 * @property {() => void} run
 */

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

/** @returns {Command[]} */
function commands() {
  const live = place.value.page === 'live';
  return [
    { text: t.nav.live, key: 'g l', cli: 'boathook tail', run: () => go('/live') },
    { text: t.nav.send, key: 'g s', cli: 'boathook events list', run: () => go('/send') },
    { text: t.nav.endpoints, key: 'g e', cli: 'boathook endpoints list', run: () => go('/endpoints') },
    { text: t.nav.inboxes, key: 'g i', cli: 'boathook inboxes list', run: () => go('/inboxes') },
    { text: t.nav.activity, key: 'g a', cli: 'boathook activity', run: () => go('/activity') },
    { text: runWords.title, cli: 'boathook runs list', run: () => go('/runs') },
    { text: compareWords.pick, key: 'c', cli: 'boathook diff A B', run: () => go('/compare') },
    { text: t.nav.settings, key: 'g ,', cli: 'boathook status', run: () => go('/settings') },
    { text: t.palette.signing, cli: 'boathook schemes list', run: () => go('/settings/signing') },
    { text: t.palette.ping, run: () => { if (!live) go('/live'); sendPing(); } },
    ...(live ? [
      { text: t.live.follow, key: 'F', cli: 'boathook tail', run: toggleFollow },
      { text: t.live.pause, key: 'p', run: togglePause },
      { text: t.palette.filter('is:failed'), cli: 'boathook deliveries list is:failed', run: () => setFilter('is:failed') },
      { text: t.palette.filter('sig:invalid'), cli: 'boathook deliveries list sig:invalid', run: () => setFilter('sig:invalid') },
      { text: t.filter.clear, run: () => setFilter('') },
    ] : []),
    { text: t.palette.theme(t.theme.light), run: () => { theme.value = 'light'; } },
    { text: t.palette.theme(t.theme.dark), run: () => { theme.value = 'dark'; } },
    { text: t.palette.theme(t.theme.system), run: () => { theme.value = 'system'; } },
    { text: t.palette.density, run: () => { density.value = density.value === 'compact' ? 'comfortable' : 'compact'; } },
    { text: t.keys.title, key: '?', run: () => { helpOpen.value = true; } },
  ];
}

export function Palette() {
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const [inboxes, setInboxes] = useState(/** @type {string[]} */ ([]));
  useEffect(() => {
    api.inboxes().then((r) => setInboxes(r.inboxes.map((x) => x.name)), () => {});
  }, []);
  const close = () => {
    paletteOpen.value = false;
  };

  /** @type {Command[]} */
  let found;
  const number = /^#(\d+)$/.exec(typed.trim());
  if (number) found = [{ text: t.palette.goTo(number[1]), cli: `boathook open ${number[1]}`, run: () => go(url('d', [number[1]])) }];
  else {
    const all = [...commands(), ...inboxes.map((name) => ({ text: t.palette.inbox(name), cli: `boathook inboxes view ${name}`, run: () => go(url('inboxes', [name])) }))];
    const word = typed.startsWith('@') ? typed.slice(1) : typed;
    const from = typed.startsWith('@') ? all.slice(-inboxes.length || all.length) : all;
    found = from.map((c) => ({ c, f: fit(c.text, word) })).filter((x) => x.f > 0).sort((a, b) => b.f - a.f).map((x) => x.c).slice(0, 10);
    if (typed.trim() && !typed.startsWith('@')) found.push({ text: t.palette.filter(typed.trim()), cli: `boathook tail '${typed.trim()}'`, run: () => go(url('live', [], { q: typed.trim() })) });
  }
  const current = found[Math.min(at, found.length - 1)];
  const run = (/** @type {Command|undefined} */ c) => {
    if (!c) return;
    close();
    c.run();
  };
  return html`<${Sheet} title=${t.palette.label} close=${close} plain>
    <input class="palette-input" data-first role="combobox" aria-expanded="true" aria-controls="palette-list" aria-label=${t.palette.label} aria-activedescendant=${current ? 'palette-' + found.indexOf(current) : undefined}
      placeholder=${t.palette.placeholder} value=${typed} spellcheck=${false} autocomplete="off"
      onInput=${(/** @type {any} */ e) => { setTyped(e.target.value); setAt(0); }}
      onKeyDown=${(/** @type {KeyboardEvent} */ e) => {
    if (e.isComposing) return;
    if (e.key === 'ArrowDown') setAt((Math.min(at, found.length - 1) + 1) % found.length);
    else if (e.key === 'ArrowUp') setAt((Math.min(at, found.length - 1) + found.length - 1) % found.length);
    else if (e.key === 'Enter') run(current);
    else return;
    e.preventDefault();
  }} />
    <ul class="palette-list" id="palette-list" role="listbox" aria-label=${t.palette.label}>
      ${found.map((c, i) => html`<li role="option" id=${'palette-' + i} aria-selected=${c === current} onMouseDown=${(/** @type {Event} */ e) => { e.preventDefault(); run(c); }}>
        <span class="cut">${c.text}</span>${c.key ? html`<span class="hint"><kbd>${c.key}</kbd></span>` : null}</li>`)}
    </ul>
    <p class="palette-foot">${found.length ? (current?.cli ? html`${t.palette.terminal} <code>${current.cli}</code>` : '\u00a0') : t.palette.none}</p>
  </${Sheet}>`;
}
