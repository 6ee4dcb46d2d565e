// @ts-check
// Calls of the API about recordings.
import { call, json, query } from '../api.js';

/**
 * @typedef {object} Recording
 * @property {string} name @property {number} [rev] @property {string} note @property {string} expect
 * @property {{inbox: string, since?: string}|null} live @property {string} created
 * @property {number} deliveries @property {number} bytes @property {string} [first] @property {string} [last]
 * @property {string} run @property {string} q
 */

const at = (/** @type {string} */ name) => `/recordings/${encodeURIComponent(name)}`;

/** Where the results of the last replay are, as JUnit XML. @param {string} name */
export const resultsURL = (name) => '/api/v1' + at(name) + '/results';

/** The largest file that one request takes in. */
export const importMost = 64 << 20;

export const calls = {
  /** @returns {Promise<{recordings: Recording[]}>} */
  all: () => json('/recordings'),
  /** @param {string} name @returns {Promise<Recording>} */
  one: (name) => json(at(name)),
  /** @param {{name: string, live?: {inbox: string}, ids?: string[], q?: string}} x @returns {Promise<Recording>} */
  create: (x) => json('/recordings', { method: 'POST', json: x }),
  /** @param {string} name @param {Recording} x @returns {Promise<Recording>} */
  save: (name, { name: to, rev, note, expect, live, created }) => json(at(name), { method: 'PUT', json: { name: to, rev, note, expect, live, created } }),
  /** @param {string} name @param {boolean} keep its deliveries @returns {Promise<{deleted: number, at: string, stopped: number, kept?: string[]}>} */
  remove: (name, keep) => json(at(name) + (keep ? '?keep=true' : ''), { method: 'DELETE' }),
  /** @param {File} file @param {string} recording @returns {Promise<{imported: number, skipped: number, failed: number, errors: {text: string}[]}>} */
  import: (file, recording) => call('/import' + query({ format: 'auto', recording }), { method: 'POST', body: file, headers: { 'Content-Type': 'application/octet-stream' } }).then((r) => r.json()),
};
