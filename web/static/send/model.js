// @ts-check
// What is being composed, and what becomes of it: a call of the API and a command.
import { shell } from '../detail/curl.js';

/** @typedef {import('./types.js').EventInput} EventInput */
/** @typedef {import('./types.js').Field} Field */

/**
 * @typedef {object} Draft
 * @property {string[]} to endpoints, "inbox:NAME" or URLs; none: all that subscribe
 * @property {string} variant
 * @property {number} seed decides every random value
 * @property {Record<string, string>} set path → value as it was typed
 * @property {Record<string, string>} types of what is set, by path, as far as they are known
 * @property {string|null} body null: the sample as it is
 * @property {string} from delivery whose body is sent, "" for none
 * @property {string} channels @property {string} campaign @property {string} form
 * @property {boolean} offline @property {boolean} crm @property {string} request_id
 * @property {string[]} chaos
 * @property {number} count @property {number} every seconds @property {number} delay seconds
 */

/** @returns {number} */
export const newSeed = () => 1 + Math.floor(Math.random() * 2 ** 31);

/** @param {Partial<Draft>} [with_] @returns {Draft} */
export const newDraft = (with_ = {}) => ({
  to: [], variant: 'full', seed: newSeed(), set: {}, types: {}, body: null, from: '', channels: '', campaign: '', form: '', offline: false, crm: false, request_id: '', chaos: [], count: 1, every: 0, delay: 0, ...with_,
});

/** @param {string} s */
const words = (s) => s.split(/[\s,]+/).filter(Boolean);

/**
 * "path=value" as the API reads it: a text that would read as something else is
 * marked as text when the field is one.
 * @param {string} path @param {string} value @param {string} [type] of the field
 */
function assignment(path, value, type = '') {
  return texty(type) && readsAsJSON(value) ? `${path}=:${JSON.stringify(value)}` : `${path}=${value}`;
}

/** Whether a value of a type is a text unless it is said otherwise. @param {string} type */
const texty = (type) => type.split('|').some((x) => x === 'string' || x === 'any');

/** @param {string} s */
function readsAsJSON(s) {
  try {
    JSON.parse(s);
    return true;
  } catch {
    return false;
  }
}

/** How a value is written in JSON: what its type allows, else a text. @param {string} value @param {string} type */
export function literal(value, type) {
  if (!texty(type) && readsAsJSON(value)) return value.trim();
  return JSON.stringify(value);
}

/** @param {string} type provider/name @param {Draft} d @returns {EventInput} */
export function inputOf(type, d) {
  /** @type {EventInput} */
  const in_ = { type };
  if (d.to.length) in_.to = d.to;
  if (d.from) in_.from = d.from;
  else if (d.body !== null) in_.body = d.body;
  else {
    if (d.variant !== 'full') in_.variant = d.variant;
    in_.seed = d.seed;
    const set = Object.entries(d.set).map(([path, v]) => assignment(path, v, d.types[path]));
    if (set.length) in_.set = set;
  }
  const channels = words(d.channels);
  if (channels.length) in_.channels = channels;
  if (d.campaign) in_.campaign = d.campaign;
  if (d.form) in_.form = d.form;
  if (d.offline) in_.offline = true;
  if (d.crm) in_.crm = true;
  if (d.request_id) in_.request_id = d.request_id;
  if (d.chaos.length) in_.chaos = d.chaos;
  if (d.count > 1) {
    in_.count = d.count;
    if (d.every) in_.every_ms = Math.round(d.every * 1000);
  }
  if (d.delay) in_.delay_ms = Math.round(d.delay * 1000);
  return in_;
}

/** The same in a terminal. @param {EventInput} in_ */
export function commandOf(in_) {
  const out = ['boathook', 'trigger', in_.type, ...(in_.to || [])].map(shell);
  const flag = (/** @type {string} */ name, /** @type {string|number|undefined} */ v) => {
    if (v !== undefined && v !== '') out.push('--' + name, shell(String(v)));
  };
  flag('from', in_.from);
  flag('variant', in_.variant);
  for (const s of in_.set || []) flag('set', s);
  flag('seed', in_.set || in_.variant ? in_.seed : undefined);
  for (const c of in_.channels || []) flag('channel', c);
  flag('campaign', in_.campaign);
  flag('form', in_.form);
  if (in_.offline) out.push('--offline');
  if (in_.crm) out.push('--crm');
  flag('request-id', in_.request_id);
  flag('chaos', in_.chaos?.join(','));
  flag('count', in_.count);
  flag('every', in_.every_ms && in_.every_ms + 'ms');
  flag('delay', in_.delay_ms && in_.delay_ms + 'ms');
  if (in_.body === undefined) return out.join(' ');
  // The body stands in the command, so that it works as it is pasted.
  return `${out.join(' ')} --body - <<'JSON'\n${in_.body}\nJSON`;
}

const telling = /(^|[._])(total|amount|price|status|email|first_?name|last_?name|name|title|currency|coupon|quantity|id)$/i;

/**
 * The fields most worth an input: single values outside of lists, told by name
 * first, those that are required before the others.
 * @param {Field[]} fields @param {(path: string) => boolean} there whether the payload has it @param {number} [most]
 */
export function usefulFields(fields, there, most = 6) {
  const score = (/** @type {Field} */ f) => {
    const m = telling.exec(f.name);
    const rank = m ? ['total', 'amount', 'price', 'status', 'email'].includes(m[2].toLowerCase()) ? 6 : m[2].toLowerCase() === 'id' ? 1 : 4 : 0;
    return rank + (f.required ? 1 : 0) + (f.enum ? 1 : 0) + (f.custom ? 2 : 0) - f.name.split('.').length * 0.3;
  };
  return fields.filter((f) => /string|number|integer|boolean|any/.test(f.type) && !f.name.includes('[]') && !/^(event|type|eventtype|event_type)$/i.test(f.name) && there(f.name))
    .map((f, i) => ({ f, s: score(f), i })).sort((a, b) => b.s - a.s || a.i - b.i).slice(0, most).sort((a, b) => a.i - b.i).map((x) => x.f);
}

/** Switches that exclude each other. */
const opposites = [['bad-sig', 'no-sig'], ['stale', 'future'], ['no-sig', 'stale'], ['no-sig', 'future']];

/** @param {string[]} chaos @param {string} name */
export function toggleChaos(chaos, name) {
  if (chaos.includes(name)) return chaos.filter((x) => x !== name);
  return [...chaos.filter((x) => !opposites.some((pair) => pair.includes(x) && pair.includes(name))), name];
}
