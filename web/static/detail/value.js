// @ts-check
// What a value of a delivery offers wherever it is shown: to filter the list by it, to
// leave out what has it, to show it as a column.
import { html } from '../html.js';
import { menu as words } from '../i18n/en-menu.js';
import { visible } from '../format.js';
import { place } from '../router.js';
import { layout } from '../state.js';
import { Icon } from '../components/icons.js';
import { below, openMenu } from '../components/menu-at.js';
import { toast } from '../components/notices.js';
import { quoted } from '../list/filter.js';
import { addColumn } from '../list/columns.js';
import { filterBy } from '../sign/filter.js';

/** @typedef {import('../components/menu.js').MenuItem} MenuItem */

/** A longer value is no handy filter, and a line end cannot be typed into one. */
const longest = 200;
const unwritten = /[\u0000-\u001f]/;

/** A name in a path of the filter: registrants, "two words". @param {string} name */
const part = (name) => (/^[\w$-]+$/.test(name) ? name : '"' + name.replace(/(["\\])/g, '\\$1') + '"');

/**
 * Where a value stands, as the filter writes it: header.x-id, body.items[*].sku.
 * @param {string} field "header", "resp.body" … @param {(string|number)[]} steps @param {boolean} each any item instead of the one
 */
export const fieldOf = (field, steps, each) => steps.reduce((/** @type {string} */ all, x) => all + (typeof x === 'string' ? '.' + part(x) : each ? '[*]' : `[${x}]`), field);

/** A term that finds a value, "" if none does. @param {string} field @param {string} value @param {boolean} [text] it is a text, whatever it reads like */
export const termOf = (field, value, text = true) => (value.length > longest || unwritten.test(value) ? '' : `${field}:${text ? quoted(value) : value}`);

/** @param {string} column */
function show(column) {
  addColumn(column);
  toast(words.isColumn(visible(column)));
}

/** @param {{term: string, column?: string}} p term: "" if nothing finds it @returns {MenuItem[]} */
export const valueItems = ({ term, column = '' }) => [
  ...(term ? [{ text: words.by(visible(term)), run: () => filterBy(term), hint: 'f', apart: true }, { text: words.exclude(visible(term)), run: () => filterBy('-' + term) }] : []),
  ...(column && place.value.page === 'live' && layout.value !== 'narrow' ? [{ text: words.asColumn, run: () => show(column), apart: !term }] : []),
];

/** A button beside a value, for what it offers. @param {{name: string, items: MenuItem[]}} p */
export function ValueMenu({ name, items }) {
  if (!items.length) return null;
  const label = words.more(name);
  return html`<button type="button" class="btn quiet small value-more" aria-haspopup="menu" aria-label=${label} title=${label} onClick=${(/** @type {any} */ e) => openMenu({ label, items, back: e.currentTarget, ...below(e.currentTarget) })}><${Icon} name="more" /></button>`;
}

/**
 * For what holds one value: the key that filters by what has the focus filters by it.
 * @param {string} term
 */
export const byKey = (term) => (term ? {
  onfilterby: (/** @type {Event} */ e) => {
    e.preventDefault();
    filterBy(term);
  },
} : {});
