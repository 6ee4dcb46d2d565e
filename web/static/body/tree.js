// @ts-check
// The JSON tree: rows come from a worker, only those on screen are drawn.
import { html, useCallback, useEffect, useRef, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { body as bodyWords } from '../i18n/en-body.js';
import { visible } from '../format.js';
import { Virtual } from '../components/virtual.js';
import { Icon } from '../components/icons.js';
import { copyText } from '../components/copy.js';
import { say, toast } from '../components/notices.js';
import { addTerm, quoted } from '../list/filter.js';
import { params, place } from '../router.js';

/** @typedef {import('./tree-client.js').TreeClient} TreeClient */

const deepest = 40;

/**
 * @param {{client: TreeClient, count: number, shown: number, most?: number, filterable: boolean}} p
 *   filterable: paths of this body can be used in the filter
 */
export function TreeView({ client, shown: firstShown, most, filterable }) {
  const [shown, setShown] = useState(firstShown);
  const [rows, setRows] = useState(/** @type {Map<number, any>} */ (new Map()));
  const [at, setAt] = useState(0);
  const [words, setWords] = useState('');
  const [hits, setHits] = useState(/** @type {number[]} */ ([]));
  const [hit, setHit] = useState(-1);
  const [path, setPath] = useState('');
  const range = useRef({ first: 0, last: 60 });
  const handle = useRef(/** @type {import('../components/virtual.js').VirtualHandle|null} */ (null));
  const find = useRef(/** @type {HTMLInputElement|null} */ (null));
  const box = useRef(/** @type {HTMLElement|null} */ (null));
  const generation = useRef(0);

  const load = useCallback(async () => {
    const mine = ++generation.current;
    const { first, last } = range.current;
    const got = await client.ask('rows', { from: first, to: last }).catch(() => null);
    if (!got || mine !== generation.current) return;
    setRows(new Map(got.rows.map((/** @type {any} */ r, /** @type {number} */ k) => [Math.max(0, first) + k, r])));
  }, [client]);
  const onRange = useCallback((/** @type {number} */ first, /** @type {number} */ last) => {
    range.current = { first, last };
    load();
  }, [load]);
  useEffect(() => {
    load();
  }, [shown]);

  const changed = (/** @type {{shown: number}} */ r) => {
    setShown(r.shown);
    if (r.shown === shown) load();
  };
  const select = (/** @type {number} */ r) => {
    const to = Math.max(0, Math.min(shown - 1, r));
    setAt(to);
    handle.current?.reveal(to);
  };
  const current = rows.get(at);
  useEffect(() => {
    if (!current) return;
    let on = true;
    client.ask('path', { i: current.i }).then((r) => on && setPath(r.path), () => {});
    return () => {
      on = false;
    };
  }, [current?.i]);

  const fold = async (/** @type {any} */ r, /** @type {boolean} */ open) => changed(await client.ask('fold', { i: r.i, open }));
  const search = async (/** @type {string} */ w) => {
    setWords(w);
    const { hits: found } = await client.ask('search', { words: w });
    setHits(found);
    setHit(-1);
    if (found.length) go(0, found);
  };
  const go = async (/** @type {number} */ k, list = hits) => {
    if (!list.length) return;
    const next = (k + list.length) % list.length;
    setHit(next);
    const r = await client.ask('reveal', { i: list[next] });
    setShown(r.shown);
    setAt(r.row);
    requestAnimationFrame(() => handle.current?.reveal(r.row));
    load();
  };

  const copyValue = async (/** @type {any} */ r) => {
    const { value } = await client.ask('value', { i: r.i });
    if (await copyText(value)) say(t.copied);
  };
  const copyPath = async (/** @type {any} */ r) => {
    const got = await client.ask('path', { i: r.i });
    if (await copyText(got.path)) say(t.copied);
  };
  const filterBy = async (/** @type {any} */ r) => {
    const [{ path: p }, { value, kind }] = await Promise.all([client.ask('path', { i: r.i }), client.ask('value', { i: r.i })]);
    if (value.length > 200) {
      toast(bodyWords.clipped(value.length));
      return;
    }
    addTerm(`body.${p.replace(/\[\d+\]/g, '[*]')}:${kind === 2 ? quoted(value) : value}`);
  };
  const usable = (/** @type {any} */ r) => filterable && place.value.page === 'live' && r.kind > 1 && r.kind < 7 && r.depth > 0;

  const onKeyDown = async (/** @type {KeyboardEvent} */ e) => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const r = current;
    const page = handle.current?.page() || 10;
    switch (e.key) {
      case 'ArrowDown': select(at + 1); break;
      case 'ArrowUp': select(at - 1); break;
      case 'PageDown': select(at + page); break;
      case 'PageUp': select(at - page); break;
      case 'Home': select(0); break;
      case 'End': select(shown - 1); break;
      case 'ArrowRight':
        if (r && r.kind <= 1 && r.children && !r.open) await fold(r, true);
        else select(at + 1);
        break;
      case 'ArrowLeft':
        if (r && r.kind <= 1 && r.open && r.children) await fold(r, false);
        else if (r) {
          const up = await client.ask('up', { i: r.i });
          if (up.row >= 0) select(up.row);
        }
        break;
      case 'Enter': case ' ':
        if (r && r.kind <= 1) await fold(r, !r.open);
        break;
      case '*': if (r) changed(await client.ask('level', { i: r.i })); break;
      case '/': find.current?.focus(); break;
      case 'n': go(hit + 1); break;
      case 'N': go(hit - 1); break;
      default: return;
    }
    e.preventDefault();
    e.stopPropagation();
  };

  // ?path= brings a value into view when a link names one.
  useEffect(() => {
    const wanted = params.value.path;
    if (!wanted) return;
    const last = wanted.split(/[.[\]"]+/).filter((x) => x && !/^\d+$/.test(x)).pop();
    if (!last) return;
    (async () => {
      const { hits: found } = await client.ask('search', { words: '"' + last + '"' });
      for (const i of found.slice(0, 500)) {
        if ((await client.ask('path', { i })).path !== wanted) continue;
        const r = await client.ask('reveal', { i });
        setShown(r.shown);
        setAt(r.row);
        requestAnimationFrame(() => handle.current?.reveal(r.row));
        return;
      }
    })().catch(() => {});
  }, []);

  const draw = (/** @type {number} */ n) => {
    const r = rows.get(n);
    if (!r) return html`<div class="tree-row"></div>`;
    const on = n === at;
    const leaf = r.kind > 1 || !r.children;
    return html`<div class=${'tree-row' + (on ? ' on' : '') + (hits[hit] === r.i ? ' hit' : '')} role="treeitem" id=${'tree-' + n} aria-level=${r.depth + 1} aria-selected=${on}
        aria-expanded=${leaf ? undefined : r.open} style=${{ paddingLeft: 4 + Math.min(r.depth, deepest) * 16 + 'px' }} onClick=${() => { setAt(n); /** @type {HTMLElement|null|undefined} */ (box.current?.querySelector('[role="tree"]'))?.focus(); }}>
      <button type="button" class="twist" tabindex="-1" aria-hidden="true" disabled=${leaf} onClick=${(/** @type {Event} */ e) => { e.stopPropagation(); setAt(n); fold(r, !r.open); }}><${Icon} name=${r.open ? 'down' : 'right'} /></button>
      ${r.depth > deepest ? html`<span class="level">${bodyWords.deep(r.depth)}</span>` : null}
      <span class="tree-text iso">${r.key !== null ? html`<span class="k">${visible(r.key)}</span><span class="p">: </span>` : r.index >= 0 ? html`<span class="p">${r.index}: </span>` : null}${valueOf(r)}</span>
      ${r.dup ? html`<span class="dup">${bodyWords.duplicate}</span>` : null}
      <span class="tree-acts"><button type="button" class="btn quiet" tabindex="-1" onClick=${() => copyValue(r)}>${bodyWords.copyValue}</button>
        <button type="button" class="btn quiet" tabindex="-1" onClick=${() => copyPath(r)}>${bodyWords.copyPath}</button>
        ${usable(r) ? html`<button type="button" class="btn quiet" tabindex="-1" onClick=${() => filterBy(r)}>${bodyWords.filterBy}</button>` : null}</span>
    </div>`;
  };

  return html`<div class="body" ref=${box} onKeyDown=${onKeyDown}>
    <div class="body-bar">
      <div class="tree-find"><input class="input" ref=${find} type="text" placeholder=${bodyWords.search} aria-label=${bodyWords.search} value=${words} spellcheck=${false}
        onInput=${(/** @type {any} */ e) => search(e.target.value)} onKeyDown=${(/** @type {KeyboardEvent} */ e) => {
    if (e.key === 'Enter') go(hit + (e.shiftKey ? -1 : 1));
    if (e.key === 'Escape') /** @type {HTMLElement|null} */ (box.current?.querySelector('[role="tree"]'))?.focus();
    e.stopPropagation();
  }} />
      ${words ? html`<span class="muted" role="status">${bodyWords.found(hit + 1, hits.length)}</span>
        <button type="button" class="btn quiet small" aria-label=${bodyWords.searchPrevious} onClick=${() => go(hit - 1)}><${Icon} name="up" /></button>
        <button type="button" class="btn quiet small" aria-label=${bodyWords.searchNext} onClick=${() => go(hit + 1)}><${Icon} name="down" /></button>` : null}</div>
      <button type="button" class="btn quiet small" onClick=${async () => changed(await client.ask('foldAll', { open: true }))}>${bodyWords.expandAll}</button>
      <button type="button" class="btn quiet small" onClick=${async () => { setAt(0); changed(await client.ask('foldAll', { open: false })); }}>${bodyWords.collapseAll}</button>
    </div>
    <${Virtual} count=${shown} height=${24} row=${draw} handle=${handle} onRange=${onRange} most=${most}
      attrs=${{ role: 'tree', 'aria-label': bodyWords.treeLabel, 'aria-activedescendant': rows.has(at) ? 'tree-' + at : undefined }} />
    <p class="tree-path"><span class="iso">${visible(path.slice(0, 2000)) || '\u00a0'}</span></p>
  </div>`;
}

/** @param {any} r */
function valueOf(r) {
  if (r.kind === 0) return html`<span class="p">${r.children ? (r.open ? '{' : '{ ' + bodyWords.keys(r.children) + ' }') : '{}'}</span>`;
  if (r.kind === 1) return html`<span class="p">${r.children ? (r.open ? '[' : '[ ' + bodyWords.items(r.children) + ' ]') : '[]'}</span>`;
  const cls = r.kind === 2 ? 's' : r.kind === 3 ? 'd' : r.kind === 7 ? 'server' : 'w';
  return html`<span class=${cls}>${visible(r.text)}</span>`;
}

