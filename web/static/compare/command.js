// @ts-check
import { shell } from '../detail/curl.js';

/**
 * The same comparison in a terminal.
 * @param {string|number} a a number, "12406:1" for one attempt @param {string|number} b
 * @param {string} part @param {string} ignore names with commas between them
 */
export const diffCommand = (a, b, part, ignore) => `boathook diff ${shell(String(a))} ${shell(String(b))}${part === 'response' ? ' --part response' : ''}${ignore ? ` --ignore ${shell(ignore)}` : ''}`;
