// @ts-check
// Calls of the API. Every failure is a Problem with a sentence for a person.
import { signal } from './html.js';
import { t } from './i18n/index.js';
import { languageOf, said, sayings } from './said.js';

/** @typedef {import('./types.js').Row} Row */
/** @typedef {import('./types.js').Delivery} Delivery */
/** @typedef {import('./types.js').Inbox} Inbox */
/** @typedef {import('./types.js').Check} Check */
/** @typedef {import('./types.js').CheckInput} CheckInput */
/** @typedef {import('./types.js').SchemeBrief} SchemeBrief */

const base = '/api/v1';

/** True once the API has answered 401: the page then shows how to get in. */
export const locked = signal(false);

/** A failed call. `status` is 0 when boathook could not be reached. Its texts are in the language of the page. */
export class Problem extends Error {
  #detail;
  #hint;
  #ours;
  /** @param {number} status @param {Record<string, any>} body */
  constructor(status, body) {
    super();
    this.status = status;
    this.#detail = String(body.detail || body.title || '');
    this.#hint = String(body.hint || '');
    this.#ours = !body.type; // by the page itself
    /** Byte offsets in the filter text, when the filter is at fault. */
    this.pos = typeof body.pos === 'number' ? body.pos : -1;
    this.end = typeof body.end === 'number' ? body.end : -1;
    this.suggestion = body.suggestion || '';
    /** Name of the field that is wrong. */
    this.field = body.field || '';
    /** Last part of its type, such as "host-not-allowed". */
    this.kind = String(body.type || '').split(':').pop() || '';
  }
  get message() {
    if (!this.#detail) return this.status ? t.error.http(this.status) : t.error.unreachable;
    return this.#ours ? this.#detail : said(this.#detail);
  }
  get hint() {
    return said(this.#hint);
  }
  /** "en" if it is not in the language of the page. */
  get lang() {
    return this.#ours ? undefined : languageOf(this.#detail);
  }
}

/**
 * @param {string} path below the API's base
 * @param {RequestInit & {json?: any}} [init]
 * @returns {Promise<Response>} a response that is ok
 */
export async function call(path, init = {}) {
  const { json, ...rest } = init;
  const headers = new Headers(rest.headers);
  if (json !== undefined) {
    rest.body = JSON.stringify(json);
    headers.set('Content-Type', 'application/json');
  }
  let res;
  try {
    res = await fetch(base + path, { ...rest, headers, credentials: 'same-origin' });
  } catch (err) {
    if (rest.signal?.aborted) throw err;
    throw new Problem(0, {});
  }
  if (res.status === 401) locked.value = true;
  else if (res.ok) locked.value = false;
  if (!res.ok) {
    const [body] = await Promise.all([res.json().catch(() => ({})), sayings()]);
    throw new Problem(res.status, body);
  }
  return res;
}

/** @param {string} path @param {RequestInit & {json?: any}} [init] */
export async function json(path, init) {
  const res = await call(path, init);
  return res.status === 204 ? null : res.json();
}

/** @param {Record<string, string|number|undefined>} params */
export function query(params) {
  const q = new URLSearchParams();
  for (const [k, v] of Object.entries(params)) if (v !== undefined && v !== '') q.set(k, String(v));
  const s = q.toString();
  return s ? '?' + s : '';
}

const enc = encodeURIComponent;

export const api = {
  /** @param {AbortSignal} [signal] */
  status: (signal) => json('/status', { signal }),

  /**
   * One page of rows, newest first.
   * @param {{q?: string, limit?: number, before?: string, early?: string, signal?: AbortSignal}} p early: 'true' when somebody waits for the first rows
   * @returns {Promise<{rows: Row[], cursor: string, next?: string}>}
   */
  list: ({ signal, ...p }) => json('/deliveries' + query(p), { signal }),

  /**
   * Headers and values of bodies, for rows on screen.
   * @param {string[]} columns @param {number[]} numbers @param {AbortSignal} [signal]
   * @returns {Promise<{columns: string[], hidden: boolean[], rows: {n: number, values: (string|null)[]}[], complete: boolean}>}
   */
  columns: (columns, numbers, signal) => json('/columns' + query({ columns: columns.join(','), n: numbers.join(',') }), { signal }),
  /** @returns {Promise<{filters: import('./types.js').SavedFilter[]}>} */
  filters: () => json('/filters'),
  /** @param {Partial<import('./types.js').SavedFilter> & {name: string}} f */
  saveFilter: (f) => json(`/filters/${enc(f.name)}`, { method: 'PUT', json: f }),
  /** @param {string} name */
  deleteFilter: (name) => json(`/filters/${enc(name)}`, { method: 'DELETE' }),
  /**
   * The newest deliveries of a filter, sorted by a column that is not of the row.
   * @param {string} q @param {string} by @param {AbortSignal} [signal]
   * @returns {Promise<{by: string, n: number[], rank: number[], rows: number, complete: boolean}>}
   */
  order: (q, by, signal) => json('/order' + query({ q, by }), { signal }),
  /** @param {string} q @param {AbortSignal} [signal] @returns {Promise<{count: number, complete: boolean}>} */
  count: (q, signal) => json('/count' + query({ q }), { signal }),
  /** @param {string|number} id @param {AbortSignal} [signal] @returns {Promise<Delivery>} */
  delivery: (id, signal) => json(`/deliveries/${enc(id)}`, { signal }),
  /** @param {{ids?: string[], q?: string}} which @returns {Promise<{deleted: number, at: string, stopped: number}>} at names the deletion */
  trash: (which) => json('/trash', { method: 'POST', json: which }),
  /** @param {{ids?: string[], q?: string, at?: string}} which @returns {Promise<{restored: number}>} */
  restore: (which) => json('/trash/restore', { method: 'POST', json: which }),
  /** @param {string} q @returns {Promise<{deleted: number}>} */
  deleteForever: (q) => json('/deliveries' + query({ q, forever: 'true' }), { method: 'DELETE' }),
  /** @returns {Promise<{samples: number, q: string}>} */
  loadSamples: () => json('/samples', { method: 'POST', json: {} }),
  /** @returns {Promise<{deleted: number}>} */
  removeSamples: () => json('/samples', { method: 'DELETE' }),
  /** @returns {Promise<{deleted: number}>} */
  emptyTrash: () => json('/trash', { method: 'DELETE' }),

  /** @param {string} q @param {AbortSignal} [signal] */
  check: (q, signal) => json('/query' + query({ q }), { signal }),
  /** @param {string} q @param {number} pos in bytes @param {AbortSignal} [signal] */
  complete: (q, pos, signal) => json(`/query/complete?q=${enc(q)}&pos=${pos}`, { signal }),

  /** @param {{from: string, to: string, by: string, q: string}} p @param {AbortSignal} [signal] @returns {Promise<import('./types.js').Activity>} */
  activity: (p, signal) => json('/activity' + query(p), { signal }),

  /**
   * @param {{a: string, b: string, part: string, ignore: string}} p @param {AbortSignal} [signal]
   * @returns {Promise<import('./types.js').Comparison>}
   */
  compare: (p, signal) => json('/compare' + query(p), { signal }),

  /** @param {AbortSignal} [signal] @returns {Promise<{runs: import('./types.js').Run[]}>} */
  runs: (signal) => json('/runs', { signal }),
  /** @param {string} id @param {AbortSignal} [signal] @returns {Promise<import('./types.js').Run>} */
  run: (id, signal) => json(`/runs/${enc(id)}`, { signal }),
  /** @param {Record<string, any>} spec @returns {Promise<any>} the run, or the plan of a dry run */
  startRun: (spec) => json('/runs', { method: 'POST', json: spec }),
  /** @param {string} id @param {'pause'|'resume'|'cancel'|'retry-failed'} what @returns {Promise<import('./types.js').Run>} */
  steerRun: (id, what) => json(`/runs/${enc(id)}/${what}`, { method: 'POST', json: {} }),

  /** @returns {Promise<{inboxes: Inbox[]}>} */
  inboxes: () => json('/inboxes'),
  /** @param {string} name @returns {Promise<Inbox>} */
  inbox: (name) => json(`/inboxes/${enc(name)}`),
  /** @param {Partial<Inbox>} inbox */
  createInbox: (inbox) => json('/inboxes', { method: 'POST', json: inbox }),
  /** @param {Inbox} inbox @returns {Promise<Inbox>} */
  saveInbox: (inbox) => json(`/inboxes/${enc(inbox.name)}`, { method: 'PUT', json: inbox }),
  /** @param {string} name */
  deleteInbox: (name) => json(`/inboxes/${enc(name)}`, { method: 'DELETE' }),

  /**
   * @param {string} inbox @param {string[]} [chaos] what to break, such as "bad-sig"
   * @returns {Promise<{delivery: string, n: number, status: number, duration_ms: number}>}
   */
  ping: (inbox, chaos) => json('/ping', { method: 'POST', json: chaos ? { inbox, chaos } : { inbox } }),

  /** @param {string} id @param {AbortSignal} [signal] @returns {Promise<Check>} */
  signature: (id, signal) => json(`/deliveries/${enc(id)}/signature`, { signal }),
  /** Checks with something else; nothing of it is stored. @param {string} id @param {CheckInput} input @returns {Promise<Check>} */
  trySignature: (id, input) => json(`/deliveries/${enc(id)}/signature`, { method: 'POST', json: input }),
  /** @param {string} id @param {string} language @param {string} scheme @param {AbortSignal} [signal] @returns {Promise<{language: string, code: string}>} */
  signatureCode: (id, language, scheme, signal) => json(`/deliveries/${enc(id)}/signature/code` + query({ language, scheme }), { signal }),
  /**
   * A recorded request as a program that sends it again.
   * @param {string} id @param {{language: string, attempt?: number, body?: string, secrets?: string, sign?: string, to?: string}} p @param {AbortSignal} [signal]
   * @returns {Promise<import('./types.js').Program>}
   */
  program: (id, p, signal) => json(`/deliveries/${enc(id)}/code` + query(p), { signal }),
  /** Checks stored deliveries anew. @param {string} q @returns {Promise<{checked: number, changed: number, verdicts: Record<string, number>, complete?: boolean}>} */
  recheck: (q) => json('/recheck', { method: 'POST', json: { q } }),

  /** @returns {Promise<{schemes: SchemeBrief[]}>} */
  schemes: () => json('/schemes'),
  /** The whole row. @param {string} id @returns {Promise<any>} */
  scheme: (id) => json(`/schemes/${enc(id)}`),
  /** @param {any} row */
  createScheme: (row) => json('/schemes', { method: 'POST', json: row }),
  /** @param {string} id @param {any} row */
  saveScheme: (id, row) => json(`/schemes/${enc(id)}`, { method: 'PUT', json: row }),
  /** @param {string} id */
  deleteScheme: (id) => json(`/schemes/${enc(id)}`, { method: 'DELETE' }),
  /**
   * Tries a scheme without keeping it.
   * @param {{scheme: any, secret: string, body: string}} p scheme is a row, or its text @param {AbortSignal} [signal]
   * @returns {Promise<import('./types.js').SchemeTrial>}
   */
  checkScheme: (p, signal) => json('/schemes/check', { method: 'POST', json: p, signal }),
  /** @returns {Promise<{challenges: {id: string, provider: string, text: string}[]}>} */
  challenges: () => json('/challenges'),
  /** @returns {Promise<{checks: {name: string, state: 'ok'|'warn'|'fail', text: string, hint?: string}[]}>} */
  doctor: () => json('/doctor'),

  /** @param {string} id @param {number} k @param {'request'|'response'} part @param {boolean} [hide] without what is hidden in it */
  rawURL: (id, k, part, hide) => `${base}/deliveries/${enc(id)}/attempts/${k}/${part}.raw${query({ hide: hide ? 1 : '' })}`,
  /** @param {string} id @param {number} k @param {'request'|'response'} part @param {boolean} [hide] without what is hidden in it */
  bodyURL: (id, k, part, hide) => `${base}/deliveries/${enc(id)}/attempts/${k}/${part}/body${query({ hide: hide ? 1 : '' })}`,
  /** @param {string} id @param {number} k @param {'request'|'response'} part @param {string} as html or svg @param {boolean} decoded @param {boolean} [hide] */
  previewURL: (id, k, part, as, decoded, hide) => `${base}/deliveries/${enc(id)}/attempts/${k}/${part}/preview${query({ as, decoded: decoded ? 1 : '', hide: hide ? 1 : '' })}`,
  /** @param {{ids?: string[], q?: string, add_tags?: string[]}} p @returns {Promise<{marked: number}>} */
  mark: (p) => json('/deliveries/marks', { method: 'POST', json: p }),

  /** @param {string} q @param {string} format */
  exportURL: (q, format) => `${base}/export${query({ q, format })}`,
  backupURL: `${base}/backup`,
  feedURL: () => location.origin.replace(/^http/, 'ws') + base + '/feed',
};

/** @param {string} url below the origin @param {RequestInit} [init] */
export const fetchBytes = (url, init) => call(url.slice(base.length), init);
