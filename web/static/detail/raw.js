// @ts-check
// The bytes as they crossed the wire, as text or hex, read in ranges.
import { html, useEffect, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { detail as detailWords } from '../i18n/en-detail.js';
import { body as bodyWords } from '../i18n/en-body.js';
import { api, fetchBytes, Problem } from '../api.js';
import { params, setParams } from '../router.js';
import { bytes, visible } from '../format.js';
import { hiddenIn, Source } from '../body/source.js';
import { Hidden } from '../body/body.js';
import { Hex } from '../body/hex.js';
import { TextView } from '../body/text.js';
import { Icon } from '../components/icons.js';
import { AttemptPick } from './message.js';
import { changes } from './secrets.js';
import { Trouble } from '../components/trouble.js';

/** @typedef {import('../types.js').Delivery} Delivery */

const headMost = 1_000_000;

/**
 * The head as it is, and after it the body decoded.
 * @param {string} address @param {string} body
 */
async function openDecoded(address, body) {
  const [whole, res] = await Promise.all([Source.open(address), fetchBytes(body + (body.includes('?') ? '&' : '?') + 'decoded=1')]);
  const start = await whole.read(0, headMost);
  const text = new TextDecoder('latin1').decode(start);
  let end = 0;
  // 1xx answers stand before the final one.
  for (let at = -1; end > at && (at < 0 || /^HTTP\/\d\.\d 1/.test(text.slice(at)));) {
    at = end;
    end = text.indexOf('\r\n\r\n', at) + 4;
  }
  const data = new Uint8Array(await res.arrayBuffer());
  const all = new Uint8Array(end + data.length);
  all.set(start.subarray(0, end));
  all.set(data, end);
  const source = Source.of(all);
  source.hidden = [...new Set([...whole.hidden, ...hiddenIn(res)])];
  return source;
}

/** @param {{d: Delivery, k: number, setAttempt: (k: number) => void}} p */
export function Raw({ d, k, setAttempt }) {
  const part = params.value.part === 'response' ? 'response' : 'request';
  const view = params.value.view === 'hex' ? 'hex' : 'text';
  const [source, setSource] = useState(/** @type {Source|null} */ (null));
  const [problem, setProblem] = useState(/** @type {Problem|null} */ (null));
  const [again, setAgain] = useState(0);
  const a = d.attempts.find((x) => x.k === k);
  const m = a?.[part] || null;
  const there = Boolean(m);
  const coding = m?.size ? m.content_encoding || '' : '';
  const [open, setOpen] = useState(false);
  const decoded = params.value.decoded === '1';
  const address = api.rawURL(d.id, k, part, !open);
  const body = coding && decoded ? api.bodyURL(d.id, k, part, !open) : '';

  useEffect(() => {
    setSource(null);
    setProblem(null);
    if (!there) return;
    let on = true;
    (body ? openDecoded(address, body) : Source.open(address)).then((s) => on && setSource(s), (err) => on && setProblem(err instanceof Problem ? err : new Problem(0, { title: String(err) })));
    return () => {
      on = false;
    };
  }, [address, body, there, again, open || changes.value]);

  return html`
    <${AttemptPick} d=${d} k=${k} part="both" setAttempt=${setAttempt} />
    <div class="body fill-body">
      <div class="body-bar">
        <div class="views" role="group" aria-label=${t.detail.tabs.raw}>${/** @type {const} */ (['request', 'response']).map((x) => html`<button type="button" class="btn quiet small" aria-pressed=${x === part} onClick=${() => setParams({ part: x === 'request' ? null : x }, false)}>${detailWords.raw[x]}</button>`)}</div>
        <div class="views" role="group" aria-label=${bodyWords.label}>${/** @type {const} */ (['text', 'hex']).map((x) => html`<button type="button" class="btn quiet small" aria-pressed=${x === view} onClick=${() => setParams({ view: x === 'text' ? null : x }, false)}>${detailWords.raw[x]}</button>`)}</div>
        ${coding ? html`<div class="views" role="group" aria-label=${bodyWords.label}>${[true, false].map((x) => html`<button type="button" class="btn quiet small" aria-pressed=${x === decoded} onClick=${() => setParams({ decoded: x ? 1 : null }, false)}>${x ? bodyWords.decoded : bodyWords.asSent(visible(coding))}</button>`)}</div>` : null}
        <span class="muted">${source ? bytes(source.size) : ''}</span><span class="grow"></span>
        ${there ? html`<a class="btn quiet small" href=${address} download=${`${d.n}-${k}-${part}.http`}><${Icon} name="download" />${detailWords.raw.download}</a>` : null}
      </div>
      <p class="muted">${body ? bodyWords.decodedRaw : there ? detailWords.raw.what : detailWords.raw.none}</p>
      <${Hidden} names=${source?.hidden || []} open=${open} whole=${problem?.kind === 'hidden'} toggle=${() => setOpen(!open)} />
      ${problem && problem.kind !== 'hidden' ? html`<${Trouble} problem=${problem} retry=${() => setAgain(again + 1)} />` : null}
      ${source ? (view === 'hex' ? html`<${Hex} key=${address + body} source=${source} most=${560} />` : html`<${TextView} key=${address + body} source=${source} most=${560} />`) : null}
    </div>`;
}
