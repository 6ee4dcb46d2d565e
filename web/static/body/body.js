// @ts-check
// A body: how much of it opens at once is decided by its size, how it is shown by what it is.
import { html, useEffect, useLayoutEffect, useRef, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { detail as detailWords } from '../i18n/en-detail.js';
import { body as bodyWords } from '../i18n/en-body.js';
import { api, fetchBytes, Problem } from '../api.js';
import { params, setParams } from '../router.js';
import { bytes, pairs, visible, visibleText } from '../format.js';
import { Icon } from '../components/icons.js';
import { copyText } from '../components/copy.js';
import { toast, toastFailure } from '../components/notices.js';
import { Source, hiddenIn } from './source.js';
import { Hex } from './hex.js';
import { TextView, ShortText } from './text.js';
import { TreeView } from './tree.js';
import { newTree } from './tree-client.js';
import { kindOfBody, imageType, markupOf, boundaryOf, multipart, notTextAt, partName, formatOf } from './kinds.js';
import { Markup } from './markup.js';
import { prettyXML } from './xml.js';
import { Pairs } from '../detail/message.js';
import { changes } from '../detail/secrets.js';
import { Said } from '../said.js';

/** @typedef {import('../types.js').Message} Message */

const opensAtOnce = 1_000_000;
const firstBytes = 65_536;
const treeMost = 50_000_000;
const prettyMost = 2_000_000;
const previewMost = 2_000_000;
const formMost = 4_000_000;
const tall = 560;

/** @param {{id: string, n: number, k: number, part: 'request'|'response', m: Message, field?: string}} p field: what it is in a filter, which stands in the address: nothing of it is offered while what is hidden is shown */
export function Body({ id, n, k, part, m, field = '' }) {
  const [open, setOpen] = useState(false);
  const address = api.bodyURL(id, k, part, !open);
  const [decoded, setDecoded] = useState(Boolean(m.content_encoding));
  const [state, setState] = useState(/** @type {{source: Source, head: Uint8Array, kind: import('./kinds.js').Kind, truncated: boolean, hidden: string[]}|null} */ (null));
  const [problem, setProblem] = useState(/** @type {Problem|null} */ (null));
  const [again, setAgain] = useState(0);
  /** Why it cannot be decoded, once that was tried. */
  const [wrong, setWrong] = useState('');

  useLayoutEffect(() => {
    setState(null);
    setProblem(null);
    if (!m.size) return;
    const ctl = new AbortController();
    load(address, m, decoded, Boolean(wrong), ctl.signal).then((s) => !ctl.signal.aborted && setState(s), (err) => {
      if (ctl.signal.aborted) return;
      // What does not decode is shown as it was sent.
      if (decoded && err instanceof Problem && err.kind !== 'hidden' && err.status >= 400 && err.status < 500) {
        setWrong(err.message);
        setDecoded(false);
        return;
      }
      setProblem(err instanceof Problem ? err : new Problem(0, { title: String(err) }));
    });
    return () => ctl.abort();
  }, [address, decoded, again, open || changes.value]);

  if (!m.size) return html`<p class="muted">${bodyWords.none}</p>`;
  // Bytes that are still encoded are not what their type says.
  const markup = !state || (m.content_encoding && !decoded && !wrong) ? '' : markupOf(state.head, state.kind, m.content_type || '');
  return html`<div class="body">
    ${m.content_encoding ? html`<div class="views" role="group" aria-label=${bodyWords.label}>
      <button type="button" class="btn quiet small" aria-pressed=${decoded} onClick=${() => setDecoded(true)}>${bodyWords.decoded}</button>
      <button type="button" class="btn quiet small" aria-pressed=${!decoded} onClick=${() => setDecoded(false)}>${bodyWords.asSent(visible(m.content_encoding))}</button></div>` : null}
    ${wrong && !decoded ? html`<p class="note warn">${bodyWords.notDecoded(visible(wrong))}</p>` : null}
    ${m.cut ? html`<p class="note warn">${detailWords.overview.cut}. ${detailWords.overview.cutText(m.size, m.wanted)}</p>` : null}
    ${state?.truncated ? html`<p class="note warn">${bodyWords.truncated}</p>` : null}
    <${Hidden} names=${state?.hidden || []} open=${open} whole=${problem?.kind === 'hidden'} toggle=${() => setOpen(!open)} />
    ${problem && problem.kind !== 'hidden' ? html`<p class="note bad">${t.error.body}: ${problem.message} <button type="button" class="btn small" onClick=${() => setAgain(again + 1)}>${t.retry}</button></p>` : null}
    ${state ? html`<${Views} key=${address + decoded} ...${state} type=${m.content_type || ''} address=${address} markup=${markup} preview=${api.previewURL(id, k, part, markup, decoded, !open)} name=${part === 'request' ? `${n}.body` : `${n}-${k}-${part}.body`} field=${open ? '' : field} curl=${part === 'request' ? () => copyCurl(id, k) : null} />`
      : problem ? null : html`<p class="muted" aria-busy="true">\u00a0</p>`}
  </div>`;
}

/**
 * What is hidden, and a button that shows it.
 * @param {{names: string[], open: boolean, whole?: boolean, toggle: () => void}} p whole: nothing can be shown with values hidden in it
 */
export function Hidden({ names, open, whole = false, toggle }) {
  if (!names.length && !open && !whole) return null;
  return html`<p class="note hidden-note"><span>${open ? bodyWords.shown : whole ? bodyWords.hiddenWhole : html`${bodyWords.hidden} <code class="iso wrap-any">${names.map((x, i) => html`${i ? ', ' : ''}<${Said} text=${x} />`)}</code>`}</span>
    <button type="button" class="btn small reveal" aria-pressed=${open} onClick=${toggle}>${open ? detailWords.message.hide : detailWords.message.reveal}</button></p>`;
}

/**
 * @param {string} address @param {Message} m @param {boolean} decoded @param {boolean} plain it is not encoded as its head says @param {AbortSignal} signal
 */
async function load(address, m, decoded, plain, signal) {
  if (decoded) {
    const res = await fetchBytes(address + (address.includes('?') ? '&' : '?') + 'decoded=1', { signal });
    const all = new Uint8Array(await res.arrayBuffer());
    return { source: Source.of(all), head: all, kind: kindOfBody(all.subarray(0, firstBytes), all.length <= firstBytes, m.content_type || ''), truncated: res.headers.get('Boathook-Truncated') === 'true', hidden: hiddenIn(res) };
  }
  const source = new Source(m.size, address);
  const head = await source.read(0, m.size <= opensAtOnce ? m.size : firstBytes);
  if (head.length === m.size) source.all = head;
  // A body that is still encoded is bytes, whatever its type says.
  const kind = m.content_encoding && !plain ? 'binary' : kindOfBody(head.subarray(0, firstBytes), head.length === m.size && m.size <= firstBytes, m.content_type || '');
  return { source, head, kind: /** @type {import('./kinds.js').Kind} */ (kind), truncated: false, hidden: source.hidden };
}

/** A command that sends the body from a file. @param {string} id @param {number} k */
async function copyCurl(id, k) {
  try {
    const { code, file } = await api.program(id, { language: 'curl', attempt: k, body: 'file' });
    if (await copyText(code)) toast(`${t.copiedWhat.done(t.copiedWhat.curl)}. ${bodyWords.curlNeeds(file)}`);
  } catch (err) {
    toastFailure(/** @type {Error} */ (err).message);
  }
}

/** Types of what should be text. */
const saidText = /^text\/|json|xml|x-www-form-urlencoded/i;

/**
 * @param {{source: Source, head: Uint8Array, kind: import('./kinds.js').Kind, type: string, address: string, markup: 'html'|'svg'|'', preview: string, name: string, field: string, curl: (() => void)|null}} p
 * markup is what it can be looked at as, preview the address of that; curl copies the request as a command
 */
function Views({ source, head, kind, type, address, markup, preview, name, field, curl }) {
  const whole = head.length >= source.size;
  const image = kind === 'image' ? imageType(head) : '';
  /** @type {(keyof typeof bodyWords.views)[]} */
  const names = kind === 'json' ? ['tree', 'pretty', 'text', 'hex']
    : kind === 'xml' ? ['pretty', 'text', 'hex']
    : kind === 'form' || kind === 'multipart' ? ['form', 'text', 'hex']
    : kind === 'image' ? ['preview', 'hex'] : kind === 'binary' ? ['hex', 'text'] : ['text', 'hex'];
  if (markup) names.splice(-1, 0, 'preview');
  const [tree, setTree] = useState(/** @type {{client: import('./tree-client.js').TreeClient, count: number, shown: number, faults: any[]}|null} */ (null));
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState('');
  const [pretty, setPretty] = useState(/** @type {string|null} */ (null));
  const client = useRef(/** @type {import('./tree-client.js').TreeClient|null} */ (null));
  const on = useRef(true);

  /** What cannot be shown after all. */
  const [broken, setBroken] = useState('');
  /** Somebody has asked here for a page to be drawn; an address that asks is not enough. */
  const [drawn, setDrawn] = useState(false);
  const fault = tree?.faults[0];
  const first = whole || names[0] === 'hex' ? names[0] : 'text';
  // What is no valid JSON opens as text, at the place of the fault.
  const usual = (fault && first === 'tree') || broken === first ? 'text' : first;
  const asked = /** @type {keyof typeof bodyWords.views} */ (params.value.view);
  const view = names.includes(asked) && asked !== broken && (asked !== 'preview' || !markup || drawn) ? asked : usual;

  const building = useRef(/** @type {Promise<typeof tree>|null} */ (null));
  const build = () => (building.current ||= parse());
  const parse = async () => {
    if (source.size > treeMost) return null;
    setBusy(true);
    setFailed('');
    try {
      const all = whole ? head.slice() : await source.read(0, source.size).then((b) => (source.all ? b.slice() : b));
      if (!on.current) return null;
      const c = (client.current = newTree(all.length));
      const got = await c.ask('parse', { bytes: all.buffer }, [all.buffer]);
      if (!on.current) return null;
      const next = { client: c, count: got.count, shown: got.shown, faults: got.faults };
      setTree(next);
      return next;
    } catch (err) {
      building.current = null;
      if (on.current) setFailed(String(/** @type {Error} */ (err).message || err));
      return null;
    } finally {
      if (on.current) setBusy(false);
    }
  };
  useLayoutEffect(() => {
    on.current = true;
    return () => {
      on.current = false;
      client.current?.close();
    };
  }, []);
  useLayoutEffect(() => {
    if (kind === 'json' && (whole || view === 'tree')) build();
  }, [view === 'tree']);
  useEffect(() => {
    if (view !== 'pretty' || pretty !== null) return;
    (async () => {
      if (source.size > prettyMost) return;
      if (kind === 'xml') {
        const lines = prettyXML(new TextDecoder().decode(whole ? head : await source.read(0, source.size)));
        if (!on.current) return;
        if (lines !== null) return setPretty(lines);
        setFailed(bodyWords.notXML);
        return setBroken('pretty');
      }
      const built = await build();
      if (!built) return;
      const { text } = await built.client.ask('pretty');
      if (on.current) setPretty(text);
    })().catch((err) => {
      if (!on.current) return;
      setFailed(String(err.message || err));
      setBroken('pretty');
    });
  }, [view, tree]);

  const odd = kind === 'binary' ? notTextAt(head) : -1;
  const format = kind === 'binary' || kind === 'image' ? formatOf(head) : '';
  const pick = (/** @type {keyof typeof bodyWords.views} */ x) => {
    if (x === 'preview') setDrawn(true);
    setParams({ view: x === usual ? null : x }, false);
  };

  return html`
    <div class="body-bar">
      <div class="views" role="group" aria-label=${bodyWords.label}>${names.map((x) => html`<button type="button" class="btn quiet small" aria-pressed=${x === view} onClick=${() => pick(x)}>${bodyWords.views[x]}</button>`)}</div>
      <span class="muted">${format ? format + ' · ' : ''}${bytes(source.size)}</span>
      <span class="body-acts">${!whole && kind === 'json' && view !== 'tree' && source.size <= treeMost ? html`<button type="button" class="btn small" disabled=${busy} onClick=${() => pick('tree')}>${busy ? bodyWords.building : bodyWords.openTree}</button>` : null}
      ${!whole && curl ? html`<button type="button" class="btn quiet small" onClick=${curl}>${bodyWords.curlFile}</button>` : null}
      <a class="btn quiet small" href=${address} download=${name}><${Icon} name="download" />${bodyWords.download}</a></span>
    </div>
    ${fault && (view === 'text' || view === 'tree' || view === 'pretty') ? html`<p class="note warn" role="status">${bodyWords.badJSON(fault.line, fault.column, bodyWords.jsonErrors[fault.what] || fault.what)}</p>` : null}
    ${kind === 'binary' && view !== 'preview' && saidText.test(type) && odd >= 0 ? html`<p class="note warn">${bodyWords.notText(visible(type.split(';')[0]), odd)}</p>` : null}
    ${failed ? html`<p class="note bad">${failed}</p>` : null}
    ${view === 'tree' ? (source.size > treeMost ? html`<p class="note">${bodyWords.treeTooBig(source.size)}</p>`
      : tree ? html`<${TreeView} client=${tree.client} count=${tree.count} shown=${tree.shown} most=${tall} field=${field} />` : html`<p class="muted" role="status" aria-busy="true">${bodyWords.building}</p>`) : null}
    ${view === 'pretty' ? (source.size > prettyMost ? html`<p class="note">${bodyWords.prettyTooBig}</p>` : pretty !== null ? html`<${ShortText} text=${pretty} most=${tall} json=${kind === 'json'} />` : html`<p class="muted" role="status" aria-busy="true">${bodyWords.building}</p>`) : null}
    ${view === 'text' ? html`<${TextView} source=${source} most=${tall} json=${kind === 'json' || /json/i.test(type)} goto=${fault?.line || 0} />` : null}
    ${view === 'hex' ? html`<${Hex} source=${source} most=${tall} />` : null}
    ${view === 'form' ? html`<${Form} source=${source} head=${head} whole=${whole} kind=${kind} type=${type} field=${field} />` : null}
    ${view !== 'preview' ? null : markup ? html`<${Markup} size=${source.size} address=${preview} as=${markup} />` : html`<${Preview} source=${source} type=${image} />`}`;
}

/** @param {{source: Source, head: Uint8Array, whole: boolean, kind: string, type: string, field: string}} p */
function Form({ source, head, whole, kind, type, field }) {
  const [data, setData] = useState(whole ? head : null);
  useEffect(() => {
    if (!data && source.size <= formMost) source.read(0, source.size).then(setData, () => {});
  }, []);
  if (!data) return source.size > formMost ? html`<p class="note">${bodyWords.firstOf(0, source.size)}</p>` : html`<p class="note" role="status" aria-busy="true">${bodyWords.building}</p>`;
  if (kind === 'form') return html`<${Pairs} items=${pairs(new TextDecoder().decode(data))} label=${bodyWords.views.form} field=${field} />`;
  return html`<div>${multipart(data, boundaryOf(type)).map((p, i) => {
    const part = data.subarray(p.from, p.to);
    const what = kindOfBody(part.subarray(0, 4096), part.length <= 4096, '');
    return html`<section class="part" aria-label=${bodyWords.part(i + 1)}><p><b class="iso">${visible(partName(p.head)) || bodyWords.part(i + 1)}</b> <span class="muted">${part.length > 4000 && what !== 'image' && what !== 'binary' ? bodyWords.firstOf(4000, part.length) : bytes(part.length)}</span></p>
      <pre class="iso muted">${visibleText(p.head.replace(/\r\n/g, '\n'))}</pre>
      ${what === 'image' ? html`<${Preview} source=${Source.of(part)} type=${imageType(part)} />` : null}
      ${what === 'image' || what === 'binary' ? html`<${Hex} source=${Source.of(part)} most=${160} find=${false} />` : part.length ? html`<pre class="iso">${visibleText(new TextDecoder().decode(part.subarray(0, 4000)))}</pre>` : html`<p class="muted">${bodyWords.empty}</p>`}</section>`;
  })}</div>`;
}

/** @param {{source: Source, type: string}} p */
function Preview({ source, type }) {
  const [address, setAddress] = useState('');
  useEffect(() => {
    if (source.size > previewMost) return;
    let on = true;
    source.read(0, source.size).then((b) => {
      const reader = new FileReader();
      reader.onload = () => on && setAddress(String(reader.result));
      reader.readAsDataURL(new Blob([/** @type {any} */ (b)], { type }));
    }, () => {});
    return () => {
      on = false;
    };
  }, []);
  if (source.size > previewMost) return html`<p class="note">${bodyWords.previewTooBig}</p>`;
  return html`<div class="preview">${address ? html`<img src=${address} alt=${bodyWords.previewLabel} />` : null}</div><p class="muted">${bodyWords.preview}</p>`;
}
