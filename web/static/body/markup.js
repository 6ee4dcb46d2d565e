// @ts-check
// HTML and SVG of a stranger, drawn when they are asked for: a page in a frame in which
// nothing runs, a drawing as an image. The server seals off both; see web/preview.go.
import { html, useEffect, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { body as bodyWords } from '../i18n/en-body.js';
import { fetchBytes, Problem } from '../api.js';

const mostBytes = 2_000_000;

/** @param {{size: number, address: string, as: 'html'|'svg'}} p address of the preview */
export function Markup({ size, address, as }) {
  /** Whether the server gives it, and whether it has been drawn. */
  const [state, setState] = useState(/** @type {'asked'|'given'|'drawn'|'broken'} */ ('asked'));
  const [problem, setProblem] = useState(/** @type {Problem|null} */ (null));
  const [again, setAgain] = useState(0);
  const words = bodyWords.markup;

  useEffect(() => {
    if (size > mostBytes) return undefined;
    const ctl = new AbortController();
    setProblem(null);
    setState('asked');
    // A frame cannot tell why it stays empty.
    fetchBytes(address, { method: 'HEAD', signal: ctl.signal }).then(() => setState('given'), (err) => {
      if (!ctl.signal.aborted) setProblem(err instanceof Problem ? err : new Problem(0, { title: String(err) }));
    });
    return () => ctl.abort();
  }, [address, again]);

  if (size > mostBytes) return html`<p class="note">${words.tooBig}</p>`;
  if (problem) return html`<p class="note bad">${t.error.body}: ${problem.message} <button type="button" class="btn small" onClick=${() => setAgain(again + 1)}>${t.retry}</button></p>`;
  if (state === 'broken') return html`<p class="note warn">${words.broken}</p>`;
  const drawn = () => setState('drawn');
  return html`<div class="seen" aria-busy=${state !== 'drawn'}><p class="muted">${words.lead[as]}</p>
    ${state === 'asked' ? null : as === 'html'
      ? html`<iframe class="body-frame" sandbox="" title=${words.title} src=${address} onLoad=${drawn}></iframe>`
      : html`<div class="preview"><img src=${address} alt=${words.title} onLoad=${drawn} onError=${() => setState('broken')} /></div>`}</div>`;
}
