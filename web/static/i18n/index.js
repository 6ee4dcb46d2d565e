// @ts-check
import { page } from './en.js';
import { list } from './en-list.js';
import { diagnosis } from './en-diagnosis.js';
import { select } from './en-select.js';

/** All words that the page begins with, in the language in use. Further topics are imported by what shows them. */
export const t = { ...page, live: { ...page.live, ...list }, diagnosis, select };
