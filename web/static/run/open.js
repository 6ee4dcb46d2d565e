// @ts-check
import { signal } from '../html.js';

/** What the replay sheet is open for. @type {{value: {source: Record<string, any>, count: number, what: string}|null}} */
export const replaying = signal(null);

/**
 * Opens the replay sheet.
 * @param {Record<string, any>} source @param {number} count @param {string} what the same as a filter or as numbers
 */
export function openReplay(source, count, what) {
  replaying.value = { source, count, what };
}
