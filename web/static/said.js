// @ts-check
// What the server says by itself, in the language of the page where it is known, else
// in English and marked so.
import { html, signal } from './html.js';
import { language } from './i18n/language.js';
import { visible } from './format.js';

/** @typedef {import('./recognise.js').Piece} Piece */

/** Languages besides English. @type {Record<string, () => Promise<{default: Record<string, string>}>>} */
const files = {
  es: () => import('./i18n/es/said.js'),
};

/** @type {{value: ((text: string) => Piece[])|null}} */
const reader = signal(null);
/** @type {Promise<void>|null} */
let coming = null;

/** Fetches what is needed to say it; resolves at once in English, and also if it does not come. */
export function sayings() {
  const file = files[language];
  if (!file) return Promise.resolve();
  coming ??= Promise.all([import('./recognise.js'), file()]).then(
    ([{ recogniser }, { default: table }]) => void (reader.value = recogniser(table)),
    () => void (coming = null),
  );
  return coming;
}

/** @param {string} text @returns {Piece[]} */
function pieces(text) {
  if (!files[language] || !text) return [{ text }];
  if (reader.value) return reader.value(text);
  sayings();
  return [{ text, lang: 'en' }];
}

/** As a text, for where nothing can be marked. @param {string} text */
export const said = (text) => pieces(text).map((p) => p.text).join('');

/** "en" if most of a text is not known in the language of the page. @param {string} text @returns {'en'|undefined} */
export function languageOf(text) {
  const size = (/** @type {Piece[]} */ list) => list.reduce((n, p) => n + p.text.length, 0);
  const all = pieces(text);
  return 2 * size(all.filter((p) => p.lang)) > size(all) ? 'en' : undefined;
}

/** @param {{text: string}} p */
export const Said = ({ text }) => pieces(text).map((p) => (p.lang ? html`<span lang=${p.lang}>${visible(p.text)}</span>` : visible(p.text)));
