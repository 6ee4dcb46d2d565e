// @ts-check
// What the strip and the pages of runs both show.
import { html, useState } from '../html.js';
import { run as runWords } from '../i18n/en-run.js';
import { api } from '../api.js';
import { go, url } from '../router.js';
import { count } from '../format.js';
import { toast, toastFailure } from '../components/notices.js';
import { took } from './start.js';
import { ended, over, partOf, secondsOf } from './watch.js';

/** @typedef {import('../types.js').Run} Run */

/** @param {{r: Run}} p */
export function Bar({ r }) {
  const failed = r.total ? (r.failed / r.total) * 100 : 0;
  return html`<span class=${'run-bar ' + r.state} role="progressbar" aria-label=${runWords.of(r.id)} aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(partOf(r) * 100)}>
    <i style=${{ width: partOf(r) * 100 - failed + '%' }}></i><i class="bad" style=${{ width: failed + '%' }}></i></span>`;
}

/** @param {{r: Run}} p */
export function Numbers({ r }) {
  const n = runWords;
  return html`<span class="run-numbers"><span>${n.progress(r.done, r.total)}</span>
    ${r.state === 'running' ? html`<span>${n.rate(r.rate || 0)}</span>${r.eta_s ? html`<span>${n.left(r.eta_s)}</span>` : null}` : html`<span class=${r.state === 'done' ? 'muted' : 'pending'}>${n.states[r.state] || r.state}</span>${over(r) && r.started ? html`<span class="muted">${n.took(secondsOf(r))}</span>` : null}`}
    <span class="ok">● ${count(r.ok)}</span><span class=${r.failed ? 'server' : 'muted'}>■ ${count(r.failed)}</span>${r.skipped ? html`<span class="muted">${runWords.skipped} ${count(r.skipped)}</span>` : null}</span>`;
}

/** @param {{r: Run, small?: boolean}} p */
export function Buttons({ r, small = false }) {
  const [busy, setBusy] = useState(false);
  const steer = async (/** @type {'pause'|'resume'|'cancel'|'retry-failed'} */ what) => {
    setBusy(true);
    try {
      const next = await api.steerRun(r.id, what);
      if (over(next)) ended.set(next.id, Date.now());
      took(next);
      if (what === 'retry-failed') {
        toast(runWords.begun(next.id));
        if (!small) go(url('runs', [next.id]));
      }
    } catch (err) {
      toastFailure(/** @type {Error} */ (err).message);
    } finally {
      setBusy(false);
    }
  };
  const button = (/** @type {'pause'|'resume'|'cancel'|'retry-failed'} */ what, /** @type {string} */ text, danger = false) =>
    html`<button type="button" class=${'btn small' + (danger ? ' danger' : '')} disabled=${busy} onClick=${() => steer(what)}>${text}</button>`;
  const n = runWords;
  return html`<span class="row-gap run-buttons">
    ${r.state === 'running' ? button('pause', n.pause) : r.state === 'paused' || r.state === 'interrupted' ? button('resume', n.resume) : null}
    ${r.failed && r.q && r.kind !== 'recheck' && (over(r) || !small) ? html`<a class="btn small" href=${url('live', [], { q: r.q + ' is:failed' })}>${n.failures}</a>` : null}
    ${over(r) ? (r.failed && r.kind !== 'recheck' ? button('retry-failed', n.retry(r.failed)) : null) : button('cancel', n.cancel, true)}</span>`;
}
