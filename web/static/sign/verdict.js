// @ts-check
// How a verdict and the steps to it are shown.
import { html } from '../html.js';
import { t } from '../i18n/index.js';
import { sign as signWords } from '../i18n/en-sign.js';
import { verdictOf } from '../outcome.js';
import { visible } from '../format.js';
import { filterBy, term } from './filter.js';
import { Said } from '../said.js';

/** @typedef {import('../types.js').Check} Check */
/** @typedef {import('../types.js').Finding} Finding */

const steps = ['header', 'format', 'secret', 'timestamp', 'digest'];
const ladderStates = new Set(['ok', 'failed', 'skipped']);

/** @type {Record<string, {shape: string, kind: string}>} */
const marks = {
  ok: { shape: '✓', kind: 'ok' }, failed: { shape: '✕', kind: 'server' }, skipped: { shape: '–', kind: 'muted' },
  proved: { shape: '✓', kind: 'ok' }, shown: { shape: '✓', kind: 'ok' }, likely: { shape: '?', kind: 'client' }, 'ruled-out': { shape: '–', kind: 'muted' },
};

/**
 * Splits what was found: steps of the ladder, what explains it, what was tried in vain.
 * @param {Finding[]|null} findings
 */
export function sorted(findings) {
  /** @type {Record<string, Finding>} */
  const ladder = {};
  /** @type {Finding[]} */
  const why = [];
  /** @type {Finding[]} */
  const vain = [];
  for (const f of findings || []) {
    if (ladderStates.has(f.state) && steps.includes(f.step) && !ladder[f.step]) ladder[f.step] = f;
    else if (f.state === 'ruled-out') vain.push(f);
    else why.push(f);
  }
  return { ladder, why, vain };
}

/** The five steps, each with what was seen. @param {{check: Check}} p */
export function Ladder({ check }) {
  const { ladder } = sorted(check.findings);
  const seen = Object.values(ladder);
  if (!seen.length) return null;
  // Without a scheme there is nothing to step through: the reason says it all.
  if (!check.scheme) return html`<p class="reason">${seen.map((f) => html`<${Said} text=${sentence(f.text)} /> `)}</p>`;
  // A step before the one that failed was not needed to know that.
  const stop = steps.findIndex((step) => ladder[step]?.state === 'failed');
  const unseen = (/** @type {number} */ i) => (i < stop ? signWords.notLooked : signWords.notReached);
  return html`<ol class="ladder" aria-label=${signWords.ladder}>${steps.map((step, i) => {
    const f = ladder[step];
    const mark = f ? marks[f.state] : { shape: '·', kind: 'muted' };
    const unchecked = check.verdict === 'unchecked' && f?.state === 'failed';
    return html`<li class=${f ? '' : 'muted'}><span class=${unchecked ? 'client' : mark.kind} role="img" aria-label=${f ? signWords.states[f.state] : unseen(i)}>${mark.shape}</span><b>${signWords.steps[step]}</b><span class=${f?.state === 'failed' ? '' : 'muted'}>${f ? html`<${Said} text=${f.text} />` : unseen(i)}</span></li>`;
  })}</ol>`;
}

/** "no scheme is set" → "No scheme is set." @param {string} s */
const sentence = (s) => s.charAt(0).toUpperCase() + s.slice(1) + (/[.!?]$/.test(s) ? '' : '.');

/** One thing that was found, with the word that says how sure it is. @param {{f: Finding}} p */
export function FindingLine({ f }) {
  const mark = marks[f.state] || marks.skipped;
  return html`<li><span class=${'sure ' + mark.kind}>${signWords.states[f.state] || f.state}</span><span><${Said} text=${f.text} /></span></li>`;
}

/** The verdict in large. @param {{verdict: string, cause: string, title: string, text?: string}} p */
export function Headline({ verdict, cause, title, text }) {
  const v = verdictOf(verdict);
  const name = t.diagnosis.causes[cause] || visible(title || cause);
  return html`<p class="verdict-line"><span class=${'shape ' + v.kind} aria-hidden="true">${v.shape}</span><b>${text || t.diagnosis.title[verdict] || v.word}</b>
    ${cause && verdict !== 'valid' ? html`<button type="button" class="chip-button" title=${signWords.filterCause} aria-label=${`${name}. ${signWords.filterCause}`} onClick=${() => filterBy(term('cause', cause))}>${name}</button>` : null}</p>`;
}
