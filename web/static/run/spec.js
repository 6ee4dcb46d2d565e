// @ts-check
// What the replay sheet is set to, as the API and as the command line have it.
import { filterWord, shell } from '../detail/curl.js';

/**
 * @typedef {object} Form
 * @property {'back'|'endpoint'|'inbox'|'url'} to @property {string} endpoint @property {string} inbox @property {string} url
 * @property {'exact'|'now'|'bad'|'stale'|'cut'} sign @property {string} scheme @property {string} secret
 * @property {'keep'|'new'} ids
 * @property {string} set @property {string} headers one a line
 * @property {'speed'|'rate'|'max'} pace @property {string} speed @property {string} rate
 * @property {string} repeat @property {string} parallel
 * @property {boolean} ordered @property {boolean} stop @property {boolean} mark
 */

/** @type {Form} */
export const fresh = {
  to: 'back', endpoint: '', inbox: '', url: '', sign: 'exact', scheme: '', secret: '', ids: 'keep', set: '', headers: '',
  pace: 'max', speed: '10', rate: '50', repeat: '1', parallel: '4', ordered: false, stop: false, mark: false,
};

/** @param {string} text */
export const linesOf = (text) => text.split('\n').map((x) => x.trim()).filter(Boolean);

/** Where it goes, null for back where it went. @param {Form} f */
const targetOf = (f) => (f.to === 'back' ? null : { [f.to]: f[f.to].trim() });

/** How it signs: bytes that are changed cannot keep their signature. @param {Form} f */
export const signOf = (f) => (f.sign === 'exact' && linesOf(f.set).length ? 'now' : f.sign);

/** Whether it says itself how it signs: an endpoint and an inbox have that of their own. @param {Form} f */
export const signsOwn = (f) => f.to === 'url' && !['exact', 'cut'].includes(signOf(f));

/** @param {Form} f @param {Record<string, any>} source */
export function specOf(f, source) {
  const sign = signOf(f);
  const headers = linesOf(f.headers).map((line) => {
    const i = line.indexOf(':');
    return { name: i < 0 ? line : line.slice(0, i).trim(), value: i < 0 ? '' : line.slice(i + 1).trim() };
  });
  const to = targetOf(f);
  return {
    kind: 'replay', source, ...(to ? { to } : {}), sign, ids: f.ids, set: linesOf(f.set), headers,
    ...(signsOwn(f) && f.scheme ? { scheme: f.scheme } : {}), ...(signsOwn(f) && f.secret ? { secret: f.secret } : {}),
    ...(f.pace === 'speed' ? { speed: Number(f.speed) || 1 } : f.pace === 'rate' ? { rate: Number(f.rate) || 1 } : {}),
    repeat: Number(f.repeat) || 1, parallel: f.ordered ? 1 : Number(f.parallel) || 4, ordered: f.ordered, stop_at_failure: f.stop, mark: f.mark,
  };
}

/** The same as a command. @param {Form} f @param {string} what a filter, or numbers */
export function commandOf(f, what) {
  const parts = ['boathook replay', filterWord(what)];
  if (f.to !== 'back') parts.push('--to ' + shell(f.to === 'inbox' ? 'inbox:' + f.inbox : f[f.to]));
  const sign = signOf(f);
  if (sign !== 'exact') parts.push('--sign ' + sign);
  if (signsOwn(f) && f.scheme) parts.push('--scheme ' + shell(f.scheme));
  if (signsOwn(f) && f.secret) parts.push('--secret-env SECRET');
  if (f.ids === 'new') parts.push('--ids new');
  for (const s of linesOf(f.set)) parts.push('--set ' + shell(s));
  for (const h of linesOf(f.headers)) parts.push('--header ' + shell(h));
  if (f.pace !== 'max') parts.push('--speed ' + (f.pace === 'speed' ? f.speed + 'x' : f.rate + '/s'));
  if (f.repeat !== '1') parts.push('--repeat ' + f.repeat);
  if (f.ordered) parts.push('--ordered');
  else if (f.parallel !== '4') parts.push('--parallel ' + f.parallel);
  if (f.stop) parts.push('--stop');
  if (f.mark) parts.push('--mark');
  return parts.join(' ');
}
