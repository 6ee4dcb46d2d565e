// @ts-check
// A delivery that was sent, in words.
import { out } from '../i18n/en-out.js';
import { t } from '../i18n/index.js';
import { detail as detailWords } from '../i18n/en-detail.js';
import { kindOf, titleOf, wordOf } from '../outcome.js';
import { bytes, duration, visible } from '../format.js';
import { said } from '../said.js';

/** @typedef {import('../types.js').Delivery} Delivery */
/** @typedef {import('../types.js').Attempt} Attempt */

/** Whether it goes to an endpoint of ours, and not to an inbox or a URL by name. @param {string|undefined} name */
export const isNamed = (name) => Boolean(name) && !/[:/]/.test(/** @type {string} */ (name));

/** Whether it is a message that is only kept: no mail server is set for its endpoint. @param {Delivery} d */
export const isKept = (d) => d.method === 'MAIL' && d.tries > 0 && !d.status && !d.failure && !d.next;

/** Whether no endpoint wanted it. @param {Delivery} d */
export const isUnwanted = (d) => d.dir === 'out' && !d.endpoint;

/** How many tries there are at most. @param {Delivery} d */
export const triesMost = (d) => Math.max(d.max_tries || 1, (d.next?.try ?? -1) + 1, d.tries);

/** What the last try says of why there is no further one: remarks of the server, in the language of the page where it is known. */
const reasons = /** @type {[RegExp, () => string][]} */ ([
  [/the retry rule makes no further try/, () => out.why.rule],
  [/it was stopped by hand/, () => out.why.hand],
  [/it would be refused as well/, () => out.why.refused],
]);

/** @param {Delivery} d */
function whyEnded(d) {
  const last = (d.attempts || []).at(-1);
  const note = (last?.notes || []).findLast((x) => /no further try/.test(x)) || '';
  const known = reasons.find(([re]) => re.test(note));
  return known ? known[1]() : visible(said(note.replace(/^no further try is made(: | to [^:]+: )/, '')));
}

/** How it ended, null while it has not. @param {Delivery} d @returns {{good: boolean, text: string, why: string}|null} */
export function endOf(d) {
  if (d.next || !(d.attempts || []).length) return null;
  if (isKept(d)) return { good: true, text: out.kept(visible(d.endpoint || '')), why: '' };
  if (!d.status && !d.failure) return null;
  const good = !(d.flags || []).includes('failed');
  if (good) return { good, text: d.tries > 1 ? out.deliveredAt(d.tries) : out.delivered, why: '' };
  return { good, text: d.tries ? out.givenUp(d.tries, triesMost(d)) : out.neverMade, why: whyEnded(d) };
}

/** Whom it went to, for a sentence: "crm", "http://localhost:3000/hooks". @param {Delivery} d */
const whom = (d) => visible((d.endpoint || '').replace(/^inbox:/, ''));

/** What happened, in plain words. @param {Delivery} d */
export function sentWords(d) {
  const what = visible([d.provider, titleOf(d)].filter(Boolean).join('/'));
  if (isUnwanted(d)) return out.unwanted(what);
  const to = isNamed(d.endpoint) ? whom(d) : out.place(visible(d.endpoint || ''));
  if (isKept(d)) return out.mailKept(what, visible(d.target));
  if (!d.tries && !d.failure && !d.status) return out.toBeSent(what, to);
  const size = d.size ? bytes(d.size) : detailWords.overview.empty;
  const parts = [out.wasSent(what, to, size)];
  const ms = duration(d.duration_ms);
  const many = d.tries > 1 ? d.tries : 0;
  if (d.failure) parts.push(out.noAnswer(to, wordOf(0, d.failure), ms, many));
  else if (d.status) parts.push(out.answered(to, d.status, ms, many));
  return parts.join(' ');
}

/** Cause and next step of what went wrong. @param {Delivery} d @returns {{cause: string, next: string}} */
export function sentTrouble(d) {
  const known = d.failure ? out.failures[d.failure] : null;
  const again = Boolean(d.next);
  if (known) return { cause: known.cause, next: known.next };
  if (d.failure) return { cause: t.failures[d.failure]?.cause || '', next: t.failures[d.failure]?.next || '' };
  const server = kindOf(d.status, '') === 'server';
  return { cause: server ? out.serverCause : out.clientCause, next: again ? (server ? out.serverNext : out.clientNext) : server ? out.serverEnd : out.clientEnd };
}
