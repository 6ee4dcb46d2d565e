// @ts-check
// The bytes as they crossed the wire, as text or hex, read in ranges.
import { html, useEffect, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { detail as detailWords } from '../i18n/en-detail.js';
import { body as bodyWords } from '../i18n/en-body.js';
import { api, Problem } from '../api.js';
import { bytes } from '../format.js';
import { Source } from '../body/source.js';
import { Hidden } from '../body/body.js';
import { Hex } from '../body/hex.js';
import { TextView } from '../body/text.js';
import { Icon } from '../components/icons.js';
import { AttemptPick } from './message.js';
import { Trouble } from '../components/trouble.js';

/** @typedef {import('../types.js').Delivery} Delivery */

/** @param {{d: Delivery, k: number, setAttempt: (k: number) => void}} p */
export function Raw({ d, k, setAttempt }) {
  const [part, setPart] = useState(/** @type {'request'|'response'} */ ('request'));
  const [view, setView] = useState('text');
  const [source, setSource] = useState(/** @type {Source|null} */ (null));
  const [problem, setProblem] = useState(/** @type {Problem|null} */ (null));
  const [again, setAgain] = useState(0);
  const a = d.attempts.find((x) => x.k === k);
  const there = Boolean(a?.[part]);
  const [open, setOpen] = useState(false);
  const address = api.rawURL(d.id, k, part, !open);

  useEffect(() => {
    setSource(null);
    setProblem(null);
    if (!there) return;
    let on = true;
    Source.open(address).then((s) => on && setSource(s), (err) => on && setProblem(err instanceof Problem ? err : new Problem(0, { title: String(err) })));
    return () => {
      on = false;
    };
  }, [address, there, again]);

  return html`
    <${AttemptPick} d=${d} k=${k} part="both" setAttempt=${setAttempt} />
    <div class="body fill-body">
      <div class="body-bar">
        <div class="views" role="group" aria-label=${t.detail.tabs.raw}>${/** @type {const} */ (['request', 'response']).map((x) => html`<button type="button" class="btn quiet small" aria-pressed=${x === part} onClick=${() => setPart(x)}>${detailWords.raw[x]}</button>`)}</div>
        <div class="views" role="group" aria-label=${bodyWords.label}>${/** @type {const} */ (['text', 'hex']).map((x) => html`<button type="button" class="btn quiet small" aria-pressed=${x === view} onClick=${() => setView(x)}>${detailWords.raw[x]}</button>`)}</div>
        <span class="muted">${source ? bytes(source.size) : ''}</span><span class="grow"></span>
        ${there ? html`<a class="btn quiet small" href=${address} download=${`${d.n}-${k}-${part}.raw`}><${Icon} name="download" />${detailWords.raw.download}</a>` : null}
      </div>
      <p class="muted">${there ? detailWords.raw.what : detailWords.raw.none}</p>
      <${Hidden} names=${source?.hidden || []} open=${open} whole=${problem?.kind === 'hidden'} toggle=${() => setOpen(!open)} />
      ${problem && problem.kind !== 'hidden' ? html`<${Trouble} problem=${problem} retry=${() => setAgain(again + 1)} />` : null}
      ${source ? (view === 'hex' ? html`<${Hex} source=${source} most=${560} />` : html`<${TextView} key=${address} source=${source} most=${560} />`) : null}
    </div>`;
}
