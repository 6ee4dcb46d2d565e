// @ts-check
// One delivery: header from the row at once, the rest when it has come.
import { html, useEffect, useLayoutEffect, useRef, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { api, Problem } from '../api.js';
import { sync, beside, layout } from '../state.js';
import { url, go } from '../router.js';
import { outcomeOf, shapes, titleOf, verdictOf, verdictWords } from '../outcome.js';
import { bytes, duration, moment, timeOrDay, visible } from '../format.js';
import { Icon } from '../components/icons.js';
import { listHandle } from '../list/list.js';
import { triesOf } from '../list/cells.js';
import { cache, cacheMost, handle, opened, stale } from './open.js';
import { Tabs, tabs } from './tabs.js';
import { lazy, Waiting } from '../components/lazy.js';
import { styled } from '../components/style.js';
import { Trouble } from '../components/trouble.js';

/** @typedef {import('../types.js').Delivery} Delivery */

const Overview = lazy(() => import('./overview.js').then((m) => m.Overview), true);
const Actions = lazy(() => import('./actions.js').then((m) => m.Actions));
const MessageTab = lazy(() => import('./message.js').then((m) => m.MessageTab), true);
const SignatureTab = lazy(() => import('../sign/tab.js').then((m) => m.SignatureTab), true);
const Attempts = lazy(() => styled(import('./attempts.js'), 'Attempts', 'tabs'), true);
const Missing = lazy(() => import('./missing.js').then((m) => m.Missing));
const TrashNote = lazy(() => import('../list/trash.js').then((m) => m.TrashNote), 'aside');
const Code = lazy(() => styled(import('./code.js'), 'Code', 'tabs'), true);
const Raw = lazy(() => import('./raw.js').then((m) => m.Raw), true);
const DiffTab = lazy(() => styled(import('./diff.js'), 'DiffTab', 'compare', 'tabs'), true);

/** Whoever goes on within this time passes by what is open, in ms. */
const passing = 150;
/** When another delivery was opened last. */
let passed = -passing;

/** @param {string} which */
function useDelivery(which) {
  const [state, setState] = useState(/** @type {{which: string, d: Delivery|null, problem: Problem|null}} */ ({ which, d: cache.get(which) || null, problem: null }));
  const now = state.which === which ? state : { which, d: cache.get(which) || null, problem: null };
  const [again, setAgain] = useState(0);
  const change = stale.value;
  const mine = change.at && now.d && (change.id === now.d.id) ? change.at : 0;

  // Not only after the next frame: somebody waits for the answer.
  useLayoutEffect(() => {
    const ctl = new AbortController();
    const fetch = async () => {
      try {
        const d = await api.delivery(which, ctl.signal);
        if (ctl.signal.aborted) return;
        cache.delete(which);
        cache.set(which, d);
        if (cache.size > cacheMost) cache.delete(/** @type {string} */ (cache.keys().next().value));
        setState({ which, d, problem: null });
      } catch (err) {
        if (ctl.signal.aborted) return;
        const problem = err instanceof Problem ? err : new Problem(0, { title: String(err) });
        setState((s) => ({ which, d: s.which === which ? s.d : null, problem }));
      }
    };
    // Holding an arrow key passes many rows; of those only the one it rests on is fetched.
    const pause = !now.d && state.which !== which && performance.now() - passed < passing ? 60 : 0;
    if (state.which !== which) passed = performance.now();
    const timer = pause ? setTimeout(fetch, pause) : 0;
    if (!pause) fetch();
    return () => {
      ctl.abort();
      clearTimeout(timer);
    };
  }, [which, mine, again]);
  // A try that is to come changes it, also where no feed tells.
  useEffect(() => {
    const next = state.which === which ? state.d?.next : null;
    if (!next || document.hidden) return;
    const till = next.under_way ? 0 : Date.parse(next.at) - Date.now();
    const timer = setTimeout(() => setAgain((n) => n + 1), state.problem ? 5000 : Math.min(30_000, till > 0 ? till + 250 : 1000));
    return () => clearTimeout(timer);
  }, [state]);
  return { ...now, retry: () => setAgain(again + 1) };
}

/**
 * @param {object} p
 * @param {number|string} p.which id or running number
 * @param {string} p.tab @param {(tab: string) => void} p.setTab
 * @param {string} p.attempt number of the attempt shown, "" for the first
 * @param {(k: number) => void} p.setAttempt
 * @param {() => void} p.close @param {boolean} [p.page] it has a page of its own
 */
export function Detail({ which, tab, setTab, attempt, setAttempt, close, page = false }) {
  const { d, problem, retry } = useDelivery(String(which));
  sync.version.value;
  const n = Number(which);
  const i = n ? sync.rows.position(n) : -1;
  const row = d || (n && i < sync.rows.length && sync.rows.numberAt(i) === n ? sync.rows.at(i) : n ? null : sync.rows.get(String(which)));
  const panel = useRef(/** @type {HTMLElement|null} */ (null));
  const shownTab = tabs.includes(/** @type {any} */ (tab)) ? tab : 'overview';

  useEffect(() => {
    opened.value = row;
  }, [row?.id, d]);
  useEffect(() => () => {
    opened.value = null;
    handle(null);
  }, []);
  useEffect(() => {
    if (panel.current) panel.current.scrollTop = 0;
  }, [which, shownTab]);
  // In place of the list the focus goes with it; beside the list it stays there, and where
  // nothing was pressed yet it is nobody's.
  useEffect(() => {
    if ((!beside.value || page) && navigator.userActivation?.hasBeenActive !== false) panel.current?.focus();
  }, []);

  const step = (/** @type {number} */ by) => {
    if (page) return;
    listHandle?.move(by);
  };
  const remove = async () => {
    if (!row || row.flags?.includes('trashed')) return;
    const { discard } = await import('../list/remove.js');
    discard({ ids: [row.id] }, [row.id]);
    close();
  };
  const copyWhat = async (/** @type {string} */ what) => {
    if (d) (await import('./copying.js')).copyOf(d, what);
  };
  const full = () => row && go(page ? url('live', [], { sel: row.n, tab: shownTab === 'overview' ? null : shownTab }) : url('d', [String(row.n), ...(shownTab === 'overview' ? [] : [shownTab])]));
  handle({ copy: copyWhat, remove, step, full });

  if (!row) {
    const missing = problem?.status === 404;
    const near = beside.value && !page;
    return html`<div class="detail">${near ? null : html`<h1 class="sr">${t.detail.title(visible(String(which)))}</h1>`}<div class="detail-head"><div class="detail-title">${near ? null : html`<button type="button" class="btn quiet" aria-label=${t.detail.back} onClick=${close}><${Icon} name="back" /></button>`}<h2 class="grow">${missing ? t.detail.never : problem ? t.error.detail : t.detail.loading}</h2>${near ? html`<button type="button" class="btn quiet" aria-label=${t.detail.closeIt} onClick=${close}><${Icon} name="close" /></button>` : null}</div>${missing ? null : html`<p class="detail-sum"></p>`}</div>
      <div class="tab-panel" ref=${panel} tabindex="-1">${missing ? html`<${Missing} which=${String(which)} />` : problem ? html`<${Trouble} problem=${problem} retry=${retry} />` : html`<${Waiting} />`}</div></div>`;
  }
  const { kind, word } = outcomeOf(row);
  const verdict = verdictOf(row.verdict);
  const gone = problem?.status === 404;
  const over = !beside.value;
  const below = beside.value === 'below';
  const place = page ? (below ? t.detail.below : t.detail.split) : t.detail.full;
  const narrow = layout.value === 'narrow';
  const where = html`<span class="detail-where grow muted cut iso">${row.dir === 'out' ? '→' : '←'} ${row.dir === 'out' ? t.detail.out : t.detail.in} ${visible([row.inbox || row.endpoint, row.provider].filter(Boolean).join(' · '))}</span>`;
  const at = typeof row.at === 'number' ? row.at : Date.parse(row.at);

  return html`<article class="detail" aria-busy=${!d && !problem}>
    ${over || page ? html`<h1 class="sr">${t.detail.title(row.n)}</h1>` : null}
    <header class="detail-head">
      <div class="detail-title">
        ${over || page ? html`<button type="button" class="btn quiet" aria-label=${t.detail.back} onClick=${close}><${Icon} name="back" /></button>` : null}
        <h2 class="iso" title=${visible(titleOf(row))}><span class="n">#${row.n}</span> ${visible(titleOf(row))}</h2>
        ${narrow ? html`<span class="grow"></span>` : where}
        ${page ? null : html`<button type="button" class="btn quiet" aria-label=${t.detail.previous} title=${t.detail.previous} onClick=${() => step(-1)}><${Icon} name="up" /></button>
        <button type="button" class="btn quiet" aria-label=${t.detail.next} title=${t.detail.next} onClick=${() => step(1)}><${Icon} name="down" /></button>`}
        <button type="button" class="btn quiet" aria-label=${place} title=${place} onClick=${full}><${Icon} name=${page ? (below ? 'below' : 'split') : 'full'} /></button>
        ${over || page ? null : html`<button type="button" class="btn quiet" aria-label=${t.detail.closeIt} title=${t.detail.closeIt} onClick=${close}><${Icon} name="close" /></button>`}
      </div>
      <p class="detail-sum">
        <span class=${'status ' + kind}><span aria-hidden="true">${shapes[kind]} </span>${word}</span>${(row.flags || []).includes('retrying') ? html`<span class="pending"><span aria-hidden="true">↻ </span>${triesOf(row)}<span class="sr"> ${t.live.retrying}</span></span>` : null}
        <span>${duration(row.duration_ms)}</span><span>${bytes(row.size)}</span>
        ${row.verdict && row.verdict !== 'unchecked' ? html`<span class=${verdict.kind + ' iso verdict'}>${verdict.shape} ${visible(verdictWords(row))}</span>` : null}
        ${narrow ? where : null}<time dateTime=${new Date(at).toISOString()} title=${moment(at)}>${timeOrDay(at)}</time></p>
      <div class="detail-bar"><${Actions} d=${row} whole=${Boolean(d)} gone=${gone} copy=${copyWhat} remove=${remove} /></div>
      <${Tabs} now=${shownTab} set=${setTab} marks=${{
        attempts: d?.attempts?.length ? ` (${d.attempts.length})` : '',
        signature: row.verdict && row.verdict !== 'unchecked' ? html` <span class=${verdict.kind} role="img" aria-label=${verdict.word}>${verdict.shape}</span>` : '',
      }} />
    </header>
    <div class="tab-panel" role="tabpanel" id="tab-panel" aria-labelledby=${'tab-' + shownTab} tabindex="0" ref=${panel}>
      ${gone ? html`<div class="note warn"><b>${t.detail.gone}.</b> ${t.detail.goneText}</div>` : null}
      ${d?.trashed ? html`<${TrashNote} d=${d} />` : null}
      ${d ? html`<${Panel} key=${d.id} d=${d} tab=${shownTab} attempt=${attempt} setAttempt=${setAttempt} setTab=${setTab} />`
        : problem && !gone ? html`<${Trouble} problem=${problem} retry=${retry} />` : gone ? null : html`<${Waiting} />`}
    </div>
  </article>`;
}

/** @param {{d: Delivery, tab: string, attempt: string, setAttempt: (k: number) => void, setTab: (tab: string) => void}} p */
function Panel({ d, tab, attempt, setAttempt, setTab }) {
  const attempts = d.attempts || [];
  // What was sent is shown as the last try was: its outcome is that of the delivery.
  const usual = d.dir === 'out' ? attempts.findLast((a) => a.request || a.response)?.k : attempts[0]?.k;
  const k = attempts.some((a) => String(a.k) === attempt) ? Number(attempt) : usual ?? 0;
  switch (tab) {
    case 'request': return html`<${MessageTab} key=${'q' + k} d=${d} part="request" k=${k} setAttempt=${setAttempt} />`;
    case 'response': return html`<${MessageTab} key=${'s' + k} d=${d} part="response" k=${k} setAttempt=${setAttempt} />`;
    case 'signature': return html`<${SignatureTab} d=${d} />`;
    case 'attempts': return html`<${Attempts} d=${d} show=${(/** @type {string} */ to, /** @type {number} */ n) => { setTab(to); setAttempt(n); }} />`;
    case 'code': return html`<${Code} key=${'c' + k} d=${d} k=${k} />`;
    case 'raw': return html`<${Raw} d=${d} k=${k} setAttempt=${setAttempt} />`;
    case 'diff': return html`<${DiffTab} d=${d} k=${k} />`;
    default: return html`<${Overview} d=${d} setTab=${setTab} />`;
  }
}
