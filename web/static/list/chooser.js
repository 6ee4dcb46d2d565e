// @ts-check
// The sheet that says what the list shows: columns, their order and width, how rows
// are sorted and grouped, how high they are.
import { html, useEffect, useRef, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { api } from '../api.js';
import { density } from '../state.js';
import { visible } from '../format.js';
import { Icon } from '../components/icons.js';
import { Sheet } from '../components/overlay.js';
import { sortable, chosen, isOwn, isUsual, known, labelOf, narrowest, setColumns, setWidth, addColumn, widest, widthOf } from './columns.js';
import { grouping, groupings, setGrouping, setSorting, sorting } from './lines.js';
import { viewOpen } from './bar.js';

export function Chooser() {
  const v = t.live.view;
  const columns = chosen.value;
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const move = (/** @type {number} */ i, /** @type {number} */ by) => {
    const next = [...columns];
    [next[i], next[i + by]] = [next[i + by], next[i]];
    setColumns(next);
    // The focus goes with the column.
    requestAnimationFrame(() => {
      const line = box.current?.children[i + by];
      const button = /** @type {HTMLButtonElement|null|undefined} */ (line?.querySelector(by < 0 ? '.up' : '.down'));
      (button?.disabled ? /** @type {HTMLElement|null} */ (line?.querySelector('button:not(:disabled)')) : button)?.focus();
    });
  };
  const others = Object.keys(known).filter((id) => !columns.some((c) => c.id === id));
  const orders = [...new Set([...columns.map((c) => c.id), ...Object.keys(known)])].filter((id) => sortable(id) && id !== 'waterfall');
  return html`<${Sheet} title=${v.title} close=${() => { viewOpen.value = false; }}>
    <div class="view-sheet">
      <div class="form-grid">
        <label class="field"><span>${v.sort}</span><select class="input" value=${sorting.value} onChange=${(/** @type {any} */ e) => setSorting(e.target.value)}>
          <option value="">${v.asCome}</option>${orders.flatMap((id) => [['-' + id, v.down(labelOf(id))], [id, v.up(labelOf(id))]]).filter(([x]) => x !== '-n' && x !== '-time').map(([x, text]) => html`<option value=${x}>${text}</option>`)}</select></label>
        <label class="field"><span>${v.group}</span><select class="input" value=${grouping.value} onChange=${(/** @type {any} */ e) => setGrouping(e.target.value)}>
          <option value="">${v.noGroup}</option>${groupings.map((g) => html`<option value=${g}>${v.groups[g]}</option>`)}</select></label>
        <label class="field"><span>${t.density.label}</span><select class="input" value=${density.value} onChange=${(/** @type {any} */ e) => { density.value = e.target.value; }}>
          <option value="comfortable">${t.density.comfortable}</option><option value="compact">${t.density.compact}</option></select></label>
      </div>
      <section><div class="block-head"><h3>${v.columns}</h3>${isUsual.value ? null : html`<button type="button" class="btn small" onClick=${() => setColumns([])}>${v.reset}</button>`}</div>
        <ol class="column-list" ref=${box}>${columns.map((c, i) => html`<li key=${c.id}><span class=${'grow cut iso' + (isOwn(c.id) ? ' mono' : '')}>${visible(labelOf(c.id))}</span>
          <label class="column-width"><span class="sr">${v.widthOf(labelOf(c.id))}</span><input class="input" type="number" inputmode="numeric" min=${narrowest} max=${widest} value=${c.px || ''} placeholder=${known[c.id]?.grow ? v.grows : widthOf(c)}
            onChange=${(/** @type {any} */ e) => (e.target.value ? setWidth(c.id, Number(e.target.value)) : setColumns(columns.map((x) => (x.id === c.id ? { id: x.id, px: 0 } : x))))} /></label>
          <button type="button" class="btn quiet small up" disabled=${i === 0} aria-label=${v.before(labelOf(c.id))} title=${v.before(labelOf(c.id))} onClick=${() => move(i, -1)}><${Icon} name="up" /></button>
          <button type="button" class="btn quiet small down" disabled=${i === columns.length - 1} aria-label=${v.after(labelOf(c.id))} title=${v.after(labelOf(c.id))} onClick=${() => move(i, 1)}><${Icon} name="down" /></button>
          <button type="button" class="btn quiet small" disabled=${columns.length === 1} aria-label=${v.remove(labelOf(c.id))} title=${v.remove(labelOf(c.id))} onClick=${() => setColumns(columns.filter((x) => x !== c))}><${Icon} name="close" /></button></li>`)}</ol>
      </section>
      <section><h3>${v.add}</h3><div class="row-gap column-add">${others.map((id) => html`<button type="button" class="btn small" onClick=${() => addColumn(id)}><${Icon} name="plus" />${labelOf(id)}</button>`)}</div>
        <${AddOwn} /></section>
      <p class="muted">${v.hint}</p>
    </div>
  </${Sheet}>`;
}

/** Adds a header or a value of bodies, with names that recent deliveries have. */
function AddOwn() {
  const v = t.live.view;
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState('');
  const [names, setNames] = useState(/** @type {string[]} */ ([]));
  useEffect(() => {
    const ctl = new AbortController();
    const ask = /^(resp\.)?(header|body|query)\./.test(text) ? [text] : ['header.', 'body.'];
    const timer = setTimeout(async () => {
      const found = await Promise.all(ask.map((q) => api.complete(q, new TextEncoder().encode(q).length, ctl.signal).catch(() => null)));
      if (ctl.signal.aborted) return;
      setNames(found.flatMap((f) => (f?.items || []).map((/** @type {any} */ x) => x.text.replace(/:$/, '')).filter(isOwn).slice(0, ask.length > 1 ? 6 : 10)));
    }, 120);
    return () => {
      clearTimeout(timer);
      ctl.abort();
    };
  }, [text]);
  const add = (/** @type {string} */ id) => {
    if (!isOwn(id)) {
      setWrong(v.notOwn);
      return;
    }
    addColumn(id);
    setText('');
    setWrong('');
  };
  const fresh = names.filter((x) => !chosen.value.some((c) => c.id === x));
  return html`<form class="column-own" onSubmit=${(/** @type {Event} */ e) => { e.preventDefault(); add(text.trim()); }}>
    <label class="field grow"><span>${v.own}</span><input class="input mono" value=${text} placeholder="body.data.total" spellcheck=${false} autocomplete="off" aria-invalid=${Boolean(wrong)} aria-describedby=${wrong ? 'own-wrong' : undefined} onInput=${(/** @type {any} */ e) => { setText(e.target.value); setWrong(''); }} /></label>
    <button class="btn">${v.addOwn}</button>
    ${wrong ? html`<p class="server" id="own-wrong">${wrong}</p>` : null}
    ${fresh.length ? html`<div class="row-gap">${fresh.map((x) => html`<button type="button" class="chip-button mono iso" onClick=${() => add(x)}>${visible(x)}</button>`)}</div>` : null}
  </form>`;
}
