// @ts-check
// Text of any length: read in ranges, lines clipped, only the rows on screen drawn.
import { html, useEffect, useMemo, useRef, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { body as bodyWords } from '../i18n/en-body.js';
import { visibleText } from '../format.js';
import { Virtual } from '../components/virtual.js';
import { layoutLines, jsonPieces } from './lines.js';

/** @typedef {import('./source.js').Source} Source */

const opensAtOnce = 1_000_000;
const firstBytes = 65_536;
const moreBytes = 1_000_000;
const mostBytes = 64_000_000;
const clip = 2000;

/**
 * @param {object} p
 * @param {Source} p.source @param {number} [p.most] px the view may grow to
 * @param {boolean} [p.json] colour it @param {number} [p.goto] line to show first
 */
export function TextView({ source, most, json = false, goto = 0 }) {
  const [text, setText] = useState('');
  const [loaded, setLoaded] = useState(0);
  const [busy, setBusy] = useState(true);
  const [failed, setFailed] = useState('');
  const [opened, setOpened] = useState(/** @type {Set<number>} */ (new Set()));
  const decoder = useRef(new TextDecoder());
  const on = useRef(true);
  const handle = useRef(/** @type {import('../components/virtual.js').VirtualHandle|null} */ (null));
  const end = Math.min(source.size, mostBytes);

  const load = async (/** @type {number} */ upTo) => {
    setBusy(true);
    setFailed('');
    let at = loaded;
    let all = text;
    try {
      while (at < upTo) {
        const step = Math.min(upTo, at + moreBytes);
        const data = await source.read(at, step);
        if (!on.current) return;
        if (!data.length) break;
        at += data.length;
        all += decoder.current.decode(data, { stream: at < source.size });
        setText(all);
        setLoaded(at);
      }
    } catch (err) {
      if (on.current) setFailed(/** @type {Error} */ (err).message);
    }
    if (on.current) setBusy(false);
  };
  useEffect(() => {
    on.current = true;
    load(source.size <= opensAtOnce ? source.size : firstBytes);
    return () => {
      on.current = false;
    };
  }, []);

  const rows = useMemo(() => layoutLines(text, clip, opened), [text, opened]);
  useEffect(() => {
    if (goto && rows.count >= goto) handle.current?.reveal(goto - 1);
  }, [goto, rows.count > 1]);
  const row = (/** @type {number} */ i) => lineRow(text, rows, i, json, (line) => setOpened(new Set(opened).add(line)));
  return html`
    ${failed ? html`<p class="note bad">${t.error.body}: ${failed}</p>` : null}
    ${text.includes('\ufffd') ? html`<p class="muted">${bodyWords.notUTF8}</p>` : null}
    <${Virtual} count=${rows.count} height=${18} row=${row} most=${most} handle=${handle} attrs=${{ role: 'region', 'aria-label': bodyWords.textLabel, 'aria-busy': busy }} />
    ${loaded < source.size ? html`<div class="row-gap"><span class="muted">${bodyWords.firstOf(loaded, source.size)}</span>
      ${loaded < end ? html`<button type="button" class="btn small" disabled=${busy} onClick=${() => load(Math.min(end, loaded + moreBytes))}>${bodyWords.loadMore(Math.min(moreBytes, end - loaded))}</button>
      <button type="button" class="btn small" disabled=${busy} onClick=${() => load(end)}>${bodyWords.loadAll}</button>` : busy ? null : html`<span>${bodyWords.textTooBig(source.size)}</span>`}</div>` : null}`;
}

/**
 * @param {string} text @param {ReturnType<typeof layoutLines>} rows @param {number} i @param {boolean} json
 * @param {(line: number) => void} open shows a clipped line in full
 */
function lineRow(text, rows, i, json, open) {
  const s = visibleText(text.slice(rows.from[i], rows.to[i]));
  return html`<div class="line"><span class="ln">${rows.line[i] || ''}</span><span class="txt iso">${json ? jsonPieces(s).map((p) => (p.kind ? html`<span class=${p.kind}>${p.text}</span>` : p.text)) : s}</span>
    ${rows.rest[i] ? html`<button type="button" class="btn" onClick=${() => open(rows.line[i])}>${bodyWords.clipped(rows.rest[i])}</button>` : null}</div>`;
}

/** The same for text that is here already. @param {{text: string, most?: number, json?: boolean}} p */
export function ShortText({ text, most, json = false }) {
  const [opened, setOpened] = useState(/** @type {Set<number>} */ (new Set()));
  const rows = useMemo(() => layoutLines(text, clip, opened), [text, opened]);
  const row = (/** @type {number} */ i) => lineRow(text, rows, i, json, (line) => setOpened(new Set(opened).add(line)));
  return html`<${Virtual} count=${rows.count} height=${18} row=${row} most=${most} attrs=${{ role: 'region', 'aria-label': bodyWords.textLabel }} />`;
}
