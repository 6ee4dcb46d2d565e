// @ts-check
// Settings › Keys: every key, which can be another one, and the switch that turns
// single letters off.
import { html, useEffect, useRef, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { settings as words } from '../i18n/en-settings.js';
import { keys as names } from '../i18n/en-help.js';
import { letterKeys } from '../state.js';
import { groups, keysOf, own, resetKeys, rivals, setKeys } from '../keymap.js';
import { say } from '../components/notices.js';
import { caps } from '../components/caps.js';

const w = words.keys;

/** How long a second key is waited for, in ms. */
const pause = 1200;

/** @param {string} keys */
const drawn = (keys) => (keys ? caps(keys) : html`<span class="muted">${w.none}</span>`);

/** What an action is called. @param {string} id */
const nameOf = (id) => w.actions[id] || (/^[1-8]$/.test(id) ? w.tab(Object.values(t.detail.tabs)[Number(id) - 1]) : id);

export function KeysSection() {
  const [editing, setEditing] = useState('');
  const changed = Object.keys(own.value).length;
  return html`<section class="section"><h2>${words.sections.keys}</h2>
      <label class="check"><input type="checkbox" role="switch" checked=${letterKeys.value === 'on'} onChange=${(/** @type {any} */ e) => { letterKeys.value = e.target.checked ? 'on' : 'off'; }} /><b>${w.on}</b></label>
      <p class="muted">${w.onHint}</p>${letterKeys.value === 'on' ? null : html`<p class="note warn">${w.off}</p>`}</section>
    <section class="section"><div class="row-gap spread"><h2>${w.own}</h2><button type="button" class="btn small" disabled=${!changed} onClick=${() => { resetKeys(); setEditing(''); say(w.resetDone); }}>${w.resetAll}</button></div>
      <p class="muted">${w.ownLead}</p>
      ${Object.entries(groups).map(([group, ids]) => html`<div class="key-group" role="group" aria-label=${w.groups[group]}><h3>${w.groups[group]}</h3><ul>${ids.map((id) => html`<${Row} key=${id} id=${id} editing=${editing === id} edit=${setEditing} />`)}</ul></div>`)}</section>
    <section class="section"><h2>${w.fixed}</h2><p class="muted">${w.fixedLead}</p>
      <ul class="fixed-keys">${fixed.map(([keys, what]) => html`<li><span>${what}</span><span>${caps(keys)}</span></li>`)}</ul></section>`;
}

/** Keys that stay as they are. @type {[string, string][]} */
const fixed = [
  ['↓ ↑', names.move], ['PgUp PgDn', names.page], ['Home End', names.ends], ['Enter', names.open], ['Esc', names.back], ['Space', t.select.keys.choose], ['Shift ↓ ↑', t.select.keys.range],
  ['Ctrl A', t.select.keys.all], ['Ctrl K', names.palette], ['Ctrl Enter', w.sendNow],
];

/** @param {{id: string, editing: boolean, edit: (id: string) => void}} p */
function Row({ id, editing, edit }) {
  const button = useRef(/** @type {HTMLButtonElement|null} */ (null));
  const was = useRef(false);
  useEffect(() => {
    if (was.current && !editing) button.current?.focus();
    was.current = editing;
  }, [editing]);
  const name = nameOf(id);
  const keys = keysOf(id);
  return html`<li class=${'key-row' + (id in own.value ? ' changed' : '')}><span class="key-name">${name}</span><span class="key-keys">${drawn(keys)}</span>
    <span class="key-acts"><button type="button" class="btn small" ref=${button} aria-expanded=${editing} aria-label=${w.changeOf(name, keys)} onClick=${() => edit(editing ? '' : id)}>${w.change}</button>
      ${id in own.value ? html`<button type="button" class="btn quiet small" aria-label=${w.resetOf(name, id)} onClick=${() => { setKeys(id, id); say(w.saved(name, id)); button.current?.focus(); }}>${w.reset}</button>` : null}</span>
    ${editing ? html`<${Recorder} id=${id} name=${name} close=${() => edit('')} />` : null}</li>`;
}

/** Takes the next one or two keys. @param {{id: string, name: string, close: () => void}} p */
function Recorder({ id, name, close }) {
  const [keys, setTyped] = useState('');
  const [taken, setTaken] = useState(/** @type {string[]} */ ([]));
  const field = useRef(/** @type {HTMLElement|null} */ (null));
  useEffect(() => {
    field.current?.focus();
  }, [taken.length]);
  /** @param {string} chosen */
  const keep = (chosen) => {
    setKeys(id, chosen);
    say(w.saved(name, chosen));
    close();
  };
  /** @param {string} chosen */
  const take = (chosen) => {
    const others = chosen === keysOf(id) ? [] : rivals(id, chosen);
    if (others.length) setTaken(others);
    else keep(chosen);
  };
  useEffect(() => {
    if (!keys || taken.length) return undefined;
    const timer = setTimeout(take, pause, keys);
    return () => clearTimeout(timer);
  }, [keys, taken.length]);
  if (taken.length) {
    return html`<div class="key-edit" role="group" aria-label=${name} onKeyDown=${(/** @type {KeyboardEvent} */ e) => { if (e.key === 'Escape') { e.stopPropagation(); close(); } }}>
      <p role="alert">${drawn(keys)}${w.taken(taken.map(nameOf).join(', '))}</p>
      <button type="button" class="btn small" ref=${field} onClick=${() => keep(keys)}>${w.takeIt}</button><button type="button" class="btn quiet small" onClick=${close}>${t.cancel}</button></div>`;
  }
  /** @param {KeyboardEvent} e */
  const onKeyDown = (e) => {
    e.stopPropagation();
    if (e.key === 'Tab' || e.ctrlKey || e.metaKey || e.altKey) return;
    e.preventDefault();
    if (e.key === 'Escape') close();
    else if (e.key === 'Enter') {
      if (keys) take(keys);
    } else if ([...e.key].length === 1 && e.key !== ' ') {
      const all = keys ? `${keys} ${e.key}` : e.key;
      setTyped(all);
      if (keys) take(all);
    }
  };
  return html`<div class="key-edit"><div class="key-field" role="textbox" aria-readonly="true" tabindex="0" ref=${field} aria-label=${w.press(name)} onKeyDown=${onKeyDown}>${keys ? html`${drawn(keys)}<span class="muted">${w.second}</span>` : html`<span class="muted">${w.first}</span>`}</div>
    <button type="button" class="btn quiet small" onClick=${() => keep('')}>${w.noKey}</button><button type="button" class="btn quiet small" onClick=${close}>${t.cancel}</button></div>`;
}
