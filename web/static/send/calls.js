// @ts-check
// Calls of the API about sending: the catalogue, events, endpoints, settings.
import { json, query } from '../api.js';

/** @typedef {import('./types.js').Provider} Provider */
/** @typedef {import('./types.js').ProviderDetail} ProviderDetail */
/** @typedef {import('./types.js').EventDetail} EventDetail */
/** @typedef {import('./types.js').Endpoint} Endpoint */
/** @typedef {import('./types.js').Sent} Sent */
/** @typedef {import('./types.js').Settings} Settings */
/** @typedef {import('../types.js').Row} Row */

const enc = encodeURIComponent;
/** @param {string} provider @param {string} event */
const eventPath = (provider, event) => `/catalog/${enc(provider)}/${enc(event)}`;

export const calls = {
  /** @returns {Promise<{providers: Provider[]}>} */
  catalog: () => json('/catalog'),
  /** @param {string} id @returns {Promise<ProviderDetail>} */
  provider: (id) => json(`/catalog/${enc(id)}`),
  /** @param {string} provider @param {string} event @returns {Promise<EventDetail>} */
  event: (provider, event) => json(eventPath(provider, event)),
  /**
   * @param {string} provider @param {string} event
   * @param {{variant: string, seed: number, set: string[]}} o @param {AbortSignal} [signal]
   * @returns {Promise<{body: string, content_type: string, generated: boolean, source: string}>}
   */
  sample: (provider, event, { set, ...o }, signal) => json(eventPath(provider, event) + '/sample' + query(o) + set.map((s) => '&set=' + enc(s)).join(''), { signal }),
  /** @param {string} provider @param {string} event @param {{body?: string, delivery?: string}} input @returns {Promise<{problems: import('./types.js').Fault[]}>} */
  validate: (provider, event, input) => json(eventPath(provider, event) + '/validate', { method: 'POST', json: input }),
  /** @param {string} provider @param {string} event @param {string} q filter of the deliveries, "" for all @param {AbortSignal} [signal] @returns {Promise<{items: any[]}>} */
  drift: (provider, event, q, signal) => json(eventPath(provider, event) + '/drift' + query({ q }), { signal }),
  /** @param {string} provider @param {string} event @returns {Promise<{subscribers: import('./types.js').Subscriber[]}>} */
  subscribers: (provider, event) => json(eventPath(provider, event) + '/subscribers'),

  /** @param {import('./types.js').EventInput} input @param {AbortSignal} [signal] @returns {Promise<Sent>} */
  emit: (input, signal) => json('/events', { method: 'POST', json: input, signal }),
  /** @param {string} id @returns {Promise<Row>} */
  resend: (id) => json(`/deliveries/${enc(id)}/resend`, { method: 'POST', json: {} }),
  /** Makes the next try at once. @param {string} id @returns {Promise<Row>} */
  tryNow: (id) => json(`/deliveries/${enc(id)}/try-now`, { method: 'POST', json: {} }),
  /** Makes no further try. @param {string} id @returns {Promise<Row>} */
  stop: (id) => json(`/deliveries/${enc(id)}/stop`, { method: 'POST', json: {} }),

  /** @returns {Promise<{endpoints: Endpoint[]}>} */
  endpoints: () => json('/endpoints'),
  /** @param {string} name @returns {Promise<Endpoint>} */
  endpoint: (name) => json(`/endpoints/${enc(name)}`),
  /** @param {Partial<Endpoint>} x @returns {Promise<Endpoint & {ping: {delivery: string|null, n: number, error: string}|null}>} */
  createEndpoint: (x) => json('/endpoints', { method: 'POST', json: x }),
  /** @param {Endpoint} x @returns {Promise<Endpoint>} */
  saveEndpoint: (x) => json(`/endpoints/${enc(x.name)}`, { method: 'PUT', json: x }),
  /** @param {string} name */
  deleteEndpoint: (name) => json(`/endpoints/${enc(name)}`, { method: 'DELETE' }),
  /** @param {string} name @returns {Promise<{delivery: string, n: number, status: number, failure: string, duration_ms: number}>} */
  pingEndpoint: (name) => json(`/endpoints/${enc(name)}/ping`, { method: 'POST', json: {} }),
  /** @param {string} name @param {number} overlap seconds @returns {Promise<Endpoint>} */
  rotate: (name, overlap) => json(`/endpoints/${enc(name)}/secret`, { method: 'POST', json: { overlap_s: overlap } }),

  /**
   * Sends it the earlier events that match it now and that it has not got.
   * @param {string} name @param {{q: string, limit: number, dry_run: boolean}} input @param {AbortSignal} [signal]
   * @returns {Promise<any>} the run, or the plan of a dry run
   */
  backfill: (name, input, signal) => json(`/endpoints/${enc(name)}/backfill`, { method: 'POST', json: input, signal }),

  /** @returns {Promise<Settings>} */
  settings: () => json('/settings'),
  /** @param {Settings} s @returns {Promise<Settings>} */
  saveSettings: (s) => json('/settings', { method: 'PUT', json: s }),

  /** Numbers of a span of time by endpoint. @param {string} q @param {string} [from] @returns {Promise<import('./types.js').Activity>} */
  activity: (q, from = '24h') => json('/activity' + query({ from, by: 'endpoint', q })),
  /** @param {string} id @param {string} language @param {AbortSignal} [signal] @returns {Promise<{language: string, code: string}>} */
  schemeCode: (id, language, signal) => json(`/schemes/${enc(id)}/code` + query({ language }), { signal }),
};
