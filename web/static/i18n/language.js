// @ts-check
// The language of the page: the one chosen in Settings, else the first of the
// browser's that there is, else English. The English words are in this folder by
// topic, next to what shows them; every other language is one file with all topics.

/** Languages besides English, each one file. @type {Record<string, () => Promise<{default: Record<string, any>}>>} */
const files = {
  es: () => import('./es.js'),
};

/** Codes of all languages there are. */
export const languages = ['en', ...Object.keys(files)];

const name = 'boathook.lang';

/** What is chosen in Settings: a code, or "system" for the browser's. */
export const setting = () => {
  const asked = new URLSearchParams(globalThis.location?.search).get('lang');
  if (asked && languages.includes(asked)) return asked;
  try {
    const kept = localStorage.getItem(name);
    return kept && languages.includes(kept) ? kept : 'system';
  } catch {
    return 'system'; // storage may be switched off
  }
};

/** "es-MX" → "es" @param {string} tag */
const base = (tag) => tag.toLowerCase().split('-')[0];

/** The languages of the browser, the dearest first. @returns {readonly string[]} */
const wished = () => globalThis.navigator?.languages ?? [];

/**
 * The language for a setting and the languages of a browser.
 * @param {string} set a code or "system" @param {readonly string[]} browser
 */
export const choose = (set, browser) => (languages.includes(set) ? set : browser.map(base).find((tag) => languages.includes(tag)) || 'en');

/** Code of the language in use. */
export let language = choose(setting(), wished());

/** Words of the language in use by topic, null for English. @type {Record<string, any>|null} */
let translation = null;

/** Resolves when the words are there. What shows words is imported after it. */
export const ready = (async () => {
  try {
    if (files[language]) translation = (await files[language]()).default;
  } catch {
    language = 'en'; // its file did not come; the page is better in English than not at all
  }
  if (globalThis.document) document.documentElement.lang = language;
})();

/**
 * Words of a topic in the language in use.
 * @template T @param {string} topic the name it is exported by @param {T} english @returns {T}
 */
export const words = (topic, english) => translation?.[topic] ?? english;

/** Tag for numbers: the browser's own variant of the language, "es-MX", where it has one. English is the same everywhere. */
export const numbers = () => (language === 'en' ? 'en-US' : variant());
/** Tag for dates and times. */
export const dates = () => (language === 'en' ? 'en-GB' : variant());
const variant = () => wished().find((tag) => base(tag) === language) || language;

/** Keeps a choice and shows the page in it, at the same place. @param {string} code or "system" */
export function setLanguage(code) {
  const url = new URL(location.href);
  url.searchParams.delete('lang');
  try {
    if (code === 'system') localStorage.removeItem(name);
    else localStorage.setItem(name, code);
  } catch {
    if (code !== 'system') url.searchParams.set('lang', code); // lives as long as the page
  }
  if (url.href === location.href) location.reload();
  else location.replace(url);
}
