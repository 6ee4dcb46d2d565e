// @ts-check
// The menu of a row of the list. On one of several chosen rows it acts on all of them.
import { html, useEffect, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { menu as words } from '../i18n/en-menu.js';
import { out } from '../i18n/en-out.js';
import { recordings as recordingWords } from '../i18n/en-recordings.js';
import { trash as trashWords } from '../i18n/en-trash.js';
import { api } from '../api.js';
import { url } from '../router.js';
import { inTrash, select, selected, sync } from '../state.js';
import { visible } from '../format.js';
import { titleOf } from '../outcome.js';
import { MenuAt } from '../components/menu-at.js';
import { copyText } from '../components/copy.js';
import { toast } from '../components/notices.js';
import { replayOne, resendOne } from '../detail/actions.js';
import { term } from '../sign/filter.js';
import { terms } from './terms.js';
import { compare, compareKey, compareOne } from './compare.js';
import { labelOf, valueOf } from './columns.js';
import { addTerm } from './filter.js';
import { pin, pinned } from './head.js';
import { listHandle } from './list.js';
import { restore } from './remove.js';
import { choice, chooseOnly, clearChoice, howMany, isChosen, sourceOf, toggle } from './select.js';
import { actByKey, askChosen, removeChosen } from './selection.js';
import { valueAt } from './values.js';

/** @typedef {import('../types.js').Row} Row */

/** The filter that a cell stands for, "" if there is none: its event, or where it went, instead. @param {Row} row @param {string} column */
function termOf(row, column) {
  const own = valueOf(column);
  if (own) {
    const value = valueAt(row.n, column);
    return typeof value === 'string' ? term(own, value) : '';
  }
  return terms[column] ? terms[column](row) : terms.event(row) || terms.where(row);
}

/** @param {string} text @param {string} name */
async function copy(text, name) {
  if (await copyText(text)) toast(t.copiedWhat.done(name));
}

/** What can be done with one row. @param {Row} row @param {string} column @param {string} text of the cell @returns {import('../components/menu.js').MenuItem[]} */
function ofOne(row, column, text) {
  const one = { id: row.id, n: row.n };
  const q = termOf(row, column);
  const s = t.select;
  const alone = (/** @type {() => any} */ run) => () => {
    chooseOnly([one]);
    run();
  };
  const link = url('d', [String(row.n)]);
  const bin = inTrash.value;
  const other = [...(choice.value.some.size === 1 ? choice.value.some.keys() : []), pinned(), selected.value].find((n) => n && n !== row.n);
  return [
    { text: words.open, run: () => select(row.n, false) },
    { text: words.tab, run: () => window.open(link, '_blank', 'noopener') },
    ...(bin ? [{ text: trashWords.restore, run: () => restore({ ids: [row.id] }), apart: true }] : [
      { text: s.resend, hint: 'r', run: () => resendOne(one), apart: true },
      { text: s.replay, hint: 'R', run: () => replayOne(one) },
    ]),
    other ? { text: words.compareWith(other), hint: 'c', run: () => compare(other, row.n) } : { text: s.compare, hint: 'c', run: () => compareOne(row.n) },
    ...(q ? [{ text: words.by(visible(q)), run: () => addTerm(q), apart: true }, { text: words.exclude(visible(q)), run: () => addTerm('-' + q) }] : []),
    ...(text ? [{ text: words.value(labelOf(column)), run: () => copy(text, labelOf(column)), apart: !q }] : []),
    { text: t.copyOf(t.copiedWhat.curl), hint: 'y c', run: async () => copy((await api.program(row.id, { language: 'curl' })).code, t.copiedWhat.curl) },
    { text: t.copyOf(t.copiedWhat.link.toLowerCase()), hint: 'y l', run: () => copy(location.origin + url('d', [row.id]), t.copiedWhat.link) },
    { text: isChosen(row.n) ? words.unchoose : words.choose, hint: 'x', run: () => toggle(row.n), apart: true },
    { text: pinned() === row.n ? out.unpin : out.pin, hint: 'm', run: () => pin(row.n) },
    ...(bin ? [] : [{ text: s.tag, hint: 't', run: alone(() => askChosen('tag')) }, { text: recordingWords.add, run: alone(() => askChosen('add')) }]),
    { text: bin ? trashWords.forever : t.del.one, hint: '#', run: alone(removeChosen), danger: true },
  ];
}

/** What can be done with all that are chosen. @returns {import('../components/menu.js').MenuItem[]} */
function ofChosen() {
  const s = t.select;
  const bin = inTrash.value;
  return [
    ...(bin ? [{ text: trashWords.restore, run: () => { restore(sourceOf()); clearChoice(); } }] : [
      { text: s.resend, hint: 'r', run: () => actByKey('r') },
      { text: s.replay, hint: 'R', run: () => actByKey('R') },
    ]),
    { text: s.compare, hint: 'c', run: compareKey, disabled: howMany().count !== 2 },
    ...(bin ? [] : [{ text: s.tag, hint: 't', run: () => askChosen('tag'), apart: true }, { text: recordingWords.add, run: () => askChosen('add') }]),
    { text: s.clear, run: clearChoice, apart: true },
    { text: bin ? trashWords.forever : s.delete, hint: '#', run: removeChosen, danger: true },
  ];
}

/** @param {{at: import('./context.js').RowAt, close: () => void}} p */
export function RowMenu({ at, close }) {
  const i = sync.rows.position(at.n);
  const [row] = useState(() => (i < sync.rows.length && sync.rows.numberAt(i) === at.n ? sync.rows.at(i) : null));
  const { count, more } = howMany();
  const several = count > 1 && isChosen(at.n);
  useEffect(() => {
    if (!row) close();
  }, []);
  if (!row) return null;
  return html`<${MenuAt} label=${several ? t.select.count(count, more) : `#${row.n} ${visible(titleOf(row))}`} items=${several ? ofChosen() : ofOne(row, at.column, at.text)} x=${at.x} y=${at.y}
    close=${(focus = true) => {
      close();
      if (focus) listHandle?.focus();
    }} />`;
}
