// @ts-check
// What failed, why, and one thing to do about it.
import { html } from '../html.js';
import { t } from '../i18n/index.js';
import { Copy } from './copy.js';

/** @param {{problem: import('../api.js').Problem, retry: () => void}} p */
export function Trouble({ problem, retry }) {
  return html`<div class="card" role="alert"><h2 class="cap" lang=${problem.lang}>${problem.message}</h2>${problem.hint || problem.status === 0 ? html`<p class="muted" lang=${problem.hint ? problem.lang : undefined}>${problem.hint || t.error.unreachableNext}</p>` : null}
    <div class="row-gap"><button type="button" class="btn small" onClick=${retry}>${t.retry}</button><${Copy} text=${`${problem.status} ${problem.message} ${problem.hint}`} words label=${t.error.copyDetails} /></div></div>`;
}
