// @ts-check
// Endpoints as the form has them: defaults, presets, the plan of their retries.

/** @typedef {import('../send/types.js').Endpoint} Endpoint */
/** @typedef {import('../send/types.js').ProviderDetail} ProviderDetail */

/** @param {Record<string, string>} params of the address: event, provider @returns {Endpoint} */
export function newEndpoint(params) {
  return {
    name: '', rev: 0, on: true, kind: 'url', url: '', method: '', provider: params.provider || '', note: '', events: params.event ? [params.event] : [], channels: [], scope: null, skip: '', format: '',
    auth: { kind: 'none', name: '', secret: null }, app_key: '', app_token: '', headers: [], scheme: '', secrets: null, context: {}, retry: { preset: 'provider', delays: [], jitter: 0 },
    speed: 1, timeout_ms: 0, success: [], concurrency: 4, ordered: false, rate: 0, insecure: false, email: null, disabled: null, created: '',
  };
}

/** Parts of the form that the admin screen of a provider has: they stand open. @type {Record<string, string[]>} */
export const typical = {
  stockcrowd: ['scope', 'skip', 'format', 'auth'], webconnex: ['app', 'scope', 'signing'], sitestacker: ['signing', 'retry'], crassula: ['channels', 'signing'], svix: ['channels', 'signing'],
};

/** Events of a provider that one tries an endpoint with. @type {Record<string, string[]>} */
export const tests = { webconnex: ['registration', 'subscription', 'publish', 'coupon', 'ping'] };

const units = /** @type {Record<string, number>} */ ({ ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 });

/** Seconds of "1h30m", NaN if it is no duration. @param {string} text */
export function seconds(text) {
  const s = text.trim();
  if (s === '0') return 0;
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(s)) return NaN;
  let sum = 0;
  for (const [, n, , unit] of s.matchAll(/(\d+(\.\d+)?)(ms|s|m|h|d)/g)) sum += Number(n) * units[unit];
  return sum;
}

/** Presets and the provider of the catalogue whose rule they are. @type {Record<string, string>} */
export const presetOf = { '10x1m': 'sitestacker', '3x24h': 'stockcrowd', svix: 'svix', stripe: 'stripe', shopify: 'shopify' };

/**
 * When an endpoint is tried if every try fails: seconds after the event, the first
 * is 0; null if that cannot be said.
 * @param {Endpoint['retry']} retry @param {ProviderDetail|undefined} rule provider whose rule it is, if it is one's
 * @returns {number[]|null}
 */
export function planOf(retry, rule) {
  /** @type {number[]|undefined} */
  let delays;
  if (retry.preset === 'custom') delays = retry.delays.map(seconds);
  else if (retry.preset === 'none') delays = [];
  else if (rule) delays = (rule.definition.retry.delays || []).map(seconds);
  if (!delays || delays.some(Number.isNaN)) return null;
  let at = 0;
  return [0, ...delays.map((d) => (at += d))];
}

/** Terms of the skip filter that have a switch of their own. */
const skips = { offline: 'tag:offline', crm: 'tag:crm' };

/** The skip filter in parts. @param {string} skip */
export function readSkip(skip) {
  const terms = skip.split(/\s+OR\s+/).map((x) => x.trim()).filter(Boolean);
  return { offline: terms.includes(skips.offline), crm: terms.includes(skips.crm), rest: terms.filter((x) => x !== skips.offline && x !== skips.crm).join(' OR ') };
}

/** @param {{offline: boolean, crm: boolean, rest: string}} p */
export const writeSkip = ({ offline, crm, rest }) => [offline ? skips.offline : '', crm ? skips.crm : '', rest.trim()].filter(Boolean).join(' OR ');

/** @param {string} s */
export const words = (s) => s.split(/[\s,]+/).filter(Boolean);

/**
 * Subscribes to a pattern, or no longer. "*" stands for everything, so it replaces
 * the others; "provider/*" replaces those of its provider.
 * @param {string[]} events @param {string} pattern
 */
export function toggleEvent(events, pattern) {
  if (events.includes(pattern)) return events.filter((x) => x !== pattern);
  if (pattern === '*') return ['*'];
  const all = pattern.slice(0, pattern.indexOf('/')) + '/*';
  return [...events.filter((x) => x !== '*' && (pattern === all ? !x.startsWith(all.slice(0, -1)) : x !== all)), pattern];
}
