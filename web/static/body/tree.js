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
import { menu as menuWords } from '../i18n/en-menu.js';
import { below, openMenu } from '../components/menu-at.js';
import { ignoreMore } from '../compare/marks.js';
import { fieldOf, termOf, valueItems } from '../detail/value.js';
import { filterBy } from '../sign/filter.js';
import { params, place, setParams } from '../router.js';
import { jqPath, jsonPath } from './paths.js';

/** @typedef {import('./tree-client.js').TreeClient} TreeClient */

const deepest = 40;
/** How long the tree rests on a value before the address names it, in ms. */
const rest = 300;

/**
 * @param {{client: TreeClient, count: number, shown: number, most?: number, field: string}} p
 *   field: what this body is in a filter, "" if it is nothing there
 */
export function TreeView({ client, shown: firstShown, most, field }) {
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
  const naming = useRef(0);

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
  /** Somebody is on a row: the address leads back to it. @param {number} to */
  const be = (to) => {
    setAt(to);
    if (place.value.page !== 'live' && place.value.page !== 'd') return;
    clearTimeout(naming.current);
    naming.current = setTimeout(async () => {
      const r = here.current;
      const got = r && (await client.ask('path', { i: r.i }).catch(() => null));
      if (got && here.current === r && box.current) setParams({ path: got.path || null });
    }, rest);
  };
  const select = (/** @type {number} */ r) => {
    const to = Math.max(0, Math.min(shown - 1, r));
    be(to);
    handle.current?.reveal(to);
  };
  const current = rows.get(at);
  const here = useRef(current);
  here.current = current;
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
    be(r.row);
    requestAnimationFrame(() => handle.current?.reveal(r.row));
    load();
  };

  const focusTree = () => /** @type {HTMLElement|null|undefined} */ (box.current?.querySelector('[role="tree"]'))?.focus({ preventScroll: true });
  const copyValue = async (/** @type {any} */ r) => {
    const { value } = await client.ask('value', { i: r.i });
    if (await copyText(value)) say(t.copied);
  };
  const copyPath = async (/** @type {any} */ r, write = (/** @type {any} */ got) => got.path) => {
    if (await copyText(write(await client.ask('path', { i: r.i })))) say(t.copied);
  };
  /** What a value is in a filter: "" where nothing finds it. @param {any} r */
  const found = async (r) => {
    const [{ path: p, steps }, { value }] = await Promise.all([client.ask('path', { i: r.i }), client.ask('value', { i: r.i })]);
    return { path: p, steps, term: usable(r) ? termOf(fieldOf(field, steps, true), value, r.kind === 2) : '' };
  };
  const filterByIt = async (/** @type {any} */ r) => {
    const { term } = await found(r);
    if (term) filterBy(term);
    else toast(bodyWords.noTerm);
  };
  /** Whether a value can be found by a filter: one of a list at the top, and one in a list of lists, cannot. @param {any} r */
  const usable = (r) => field && r.kind > 1 && r.kind < 7 && r.depth > 0;
  /** All there is to do with a value. @param {any} r @param {{x: number, y: number}} [where] */
  const menu = async (r, where) => {
    const row = document.getElementById('tree-' + at)?.querySelector('.tree-text');
    const { path: p, steps, term } = await found(r);
    const name = steps.map((/** @type {string|number} */ x) => (typeof x === 'number' ? '[*]' : /[.[\]* ]|^$/.test(x) ? `[${JSON.stringify(x)}]` : '.' + x)).join('').replace(/^\./, '');
    focusTree();
    openMenu({
      label: menuWords.more(visible(p.slice(0, 200)) || '$'), ...(where || (row ? below(row) : { x: 0, y: 0 })),
      items: [
        { text: bodyWords.copyValue, run: () => copyValue(r) },
        { text: bodyWords.copyPath, run: () => copyPath(r) },
        { text: menuWords.jsonPath, run: () => copyPath(r, (got) => jsonPath(got.steps)) },
        { text: menuWords.jq, run: () => copyPath(r, (got) => jqPath(got.steps)) },
        ...valueItems({ term, column: usable(r) ? fieldOf(field, steps, false) : '' }),
        ...(name ? [{ text: menuWords.ignore, apart: true, run: () => { ignoreMore(name); toast(menuWords.ignored(visible(name))); } }] : []),
      ],
    });
  };

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
        else if (r) menu(r);
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

  // ?path= brings a value into view when a link, or Back, names one.
  const wanted = params.value.path || '';
  useEffect(() => {
    if (!wanted || (current && wanted === path)) return;
    client.ask('find', { path: wanted }).then((r) => {
      if (r.row < 0) return;
      setShown(r.shown);
      setAt(r.row);
      load();
      requestAnimationFrame(() => handle.current?.reveal(r.row));
    }, () => {});
  }, [wanted]);
  useEffect(() => () => clearTimeout(naming.current), []);

  const draw = (/** @type {number} */ n) => {
    const r = rows.get(n);
    if (!r) return html`<div class="tree-row"></div>`;
    const on = n === at;
    const leaf = r.kind > 1 || !r.children;
    return html`<div class=${'tree-row' + (on ? ' on' : '') + (hits[hit] === r.i ? ' hit' : '')} role="treeitem" id=${'tree-' + n} aria-level=${r.depth + 1} aria-selected=${on}
        aria-expanded=${leaf ? undefined : r.open} style=${{ paddingLeft: 4 + Math.min(r.depth, deepest) * 16 + 'px' }} onClick=${() => { be(n); focusTree(); }}>
      <button type="button" class="twist" tabindex="-1" aria-hidden="true" disabled=${leaf} onClick=${(/** @type {Event} */ e) => { e.stopPropagation(); be(n); fold(r, !r.open); }}><${Icon} name=${r.open ? 'down' : 'right'} /></button>
      ${r.depth > deepest ? html`<span class="level">${bodyWords.deep(r.depth)}</span>` : null}
      <span class="tree-text iso">${r.key !== null ? html`<span class="k">${visible(r.key)}</span><span class="p">: </span>` : r.index >= 0 ? html`<span class="p">${r.index}: </span>` : null}${valueOf(r)}</span>
      ${r.dup ? html`<span class="dup">${bodyWords.duplicate}</span>` : null}
      <span class="tree-acts"><button type="button" class="btn quiet" tabindex="-1" onClick=${() => copyValue(r)}>${bodyWords.copyValue}</button>
        <button type="button" class="btn quiet" tabindex="-1" onClick=${() => copyPath(r)}>${bodyWords.copyPath}</button>
        ${usable(r) ? html`<button type="button" class="btn quiet" tabindex="-1" onClick=${() => filterByIt(r)}>${bodyWords.filterBy}</button>` : null}
        <button type="button" class="btn quiet" tabindex="-1" aria-haspopup="menu" aria-label=${menuWords.more(visible(r.key ?? String(r.index)))} onClick=${(/** @type {any} */ e) => { setAt(n); menu(r, below(e.currentTarget)); }}><${Icon} name="more" /></button></span>
    </div>`;
  };

  const onContextMenu = (/** @type {MouseEvent} */ e) => {
    const byKey = e.button !== 2;
    const el = /** @type {HTMLElement} */ (e.target).closest('.tree-row');
    const n = byKey ? at : Number(el?.id.slice(5) || NaN);
    if (!rows.has(n) || e.shiftKey || getSelection()?.type === 'Range') return;
    e.preventDefault();
    setAt(n);
    menu(rows.get(n), byKey ? undefined : { x: e.clientX, y: e.clientY });
  };
  const onFilter = (/** @type {Event} */ e) => {
    if (!current || !usable(current)) return;
    e.preventDefault();
    filterByIt(current);
  };

  return html`<div class="body" ref=${box} onKeyDown=${onKeyDown} onContextMenu=${onContextMenu} onfilterby=${onFilter}>
    <div class="body-bar">
      <div class="tree-find"><input class="input" ref=${find} type="text" placeholder=${bodyWords.search} aria-label=${bodyWords.search} value=${words} spellcheck=${false}
        onInput=${(/** @type {any} */ e) => search(e.target.value)} onKeyDown=${(/** @type {KeyboardEvent} */ e) => {
    if (e.key === 'Enter') go(hit + (e.shiftKey ? -1 : 1));
    if (e.key === 'Escape') focusTree();
    e.stopPropagation();
  }} />
      ${words ? html`<span class="muted" role="status">${bodyWords.found(hit + 1, hits.length)}</span>
        <button type="button" class="btn quiet small" aria-label=${bodyWords.searchPrevious} onClick=${() => go(hit - 1)}><${Icon} name="up" /></button>
        <button type="button" class="btn quiet small" aria-label=${bodyWords.searchNext} onClick=${() => go(hit + 1)}><${Icon} name="down" /></button>` : null}</div>
      <span class="body-acts"><button type="button" class="btn quiet small" onClick=${async () => changed(await client.ask('foldAll', { open: true }))}>${bodyWords.expandAll}</button>
      <button type="button" class="btn quiet small" onClick=${async () => { setAt(0); changed(await client.ask('foldAll', { open: false })); }}>${bodyWords.collapseAll}</button></span>
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

