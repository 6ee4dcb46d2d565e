// @ts-check
// A language is one file of the same shape as en.js.
import { en } from './en.js';

/** All visible words of the page, in the language in use. */
export const t = en;
