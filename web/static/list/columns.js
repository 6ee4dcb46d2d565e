// @ts-check
// Columns of the list: which, in what order, how wide. They stand in the URL as
// cols=n,time,event:220,header.x-id; without it they are as they were left.
import { computed } from '../html.js';
import { t } from '../i18n/index.js';
import { times } from '../format.js';
import { params, setParams } from '../router.js';
import { kept, layout } from '../state.js';

/**
 * @typedef {object} Column
 * @property {string} id a name of `known`, or header.x, body.path, query.a, also after resp.
 * @property {number} px width, 0: as usual
 */

/** Columns made of the row itself: their usual width in px, and by what they sort. */
export const known = /** @type {Record<string, {px: number, grow?: boolean, num?: boolean, sort?: string, down?: boolean}>} */ ({
  n: { px: 56, num: true, sort: 'n', down: true }, time: { px: 96, sort: 'at', down: true }, dir: { px: 14, sort: 'dir' }, event: { px: 120, grow: true, sort: 'event' },
  status: { px: 84, sort: 'status', down: true }, sig: { px: 22, sort: 'verdict' }, dur: { px: 62, num: true, sort: 'duration_ms', down: true }, size: { px: 62, num: true, sort: 'size', down: true },
  try: { px: 36, sort: 'tries', down: true }, where: { px: 88, sort: 'where' },
  method: { px: 60, sort: 'method' }, path: { px: 180, sort: 'target' }, host: { px: 140, sort: 'host' }, provider: { px: 100, sort: 'provider' }, channel: { px: 100, sort: 'channel' },
  id: { px: 150, sort: 'event_id' }, request: { px: 150 }, source: { px: 110, sort: 'source' }, waterfall: { px: 140, sort: 'at', down: true }, tags: { px: 130, sort: 'tags' },
});
export const usual = ['n', 'time', 'dir', 'event', 'status', 'sig', 'dur', 'size', 'try', 'where'];
const own = /^(resp\.)?((header|body|query)\.|body\[)[^,]+$/;
const mostOwn = 12;
export const narrowest = 14;
export const widest = 800;

/** Whether a name is of a value inside of deliveries. @param {string} id */
export const isOwn = (id) => own.test(id) && !known[id];
/** What the API calls a column's value, "" for those of the row. @param {string} id */
export const valueOf = (id) => (id === 'request' ? 'header.request-id' : isOwn(id) ? id : '');
/** Whether rows can be sorted by a column. @param {string} id */
export const sortable = (id) => Boolean(known[id]?.sort || valueOf(id));
/** @param {string} id */
export const labelOf = (id) => (id === 'time' && times.value === 'utc' ? `${t.live.columns.time} UTC` : t.live.columns[/** @type {keyof typeof t.live.columns} */ (id)] || id);
/** @param {Column} c */
export const widthOf = (c) => c.px || known[c.id]?.px || 140;

const left = kept('columns', '');
const asUsual = usual.map((id) => ({ id, px: 0 }));

/** @param {string} text @returns {Column[]} what is no column is left out */
function parseColumns(text) {
  /** @type {Column[]} */
  const out = [];
  let extra = 0;
  for (const part of text.split(',')) {
    const [, id, px] = /^(.*?)(?::(\d+))?$/.exec(part.trim()) || [];
    if (!id || out.some((c) => c.id === id) || (!known[id] && (!own.test(id) || ++extra > mostOwn))) continue;
    out.push({ id, px: px ? Math.max(narrowest, Math.min(widest, Number(px))) : 0 });
  }
  return out;
}

/** @param {Column[]} columns */
const columnsText = (columns) => columns.map((c) => c.id + (c.px ? ':' + c.px : '')).join(',');

/** The columns that are chosen. */
export const chosen = computed(() => {
  const some = parseColumns(params.value.cols ?? left.value);
  return some.length ? some : asUsual;
});
/** Whether they are the usual ones, which make room by themselves where there is little. */
export const isUsual = computed(() => columnsText(chosen.value) === usual.join(','));
/** The columns that are drawn: on a phone rows have two lines of their own. */
export const drawn = computed(() => (layout.value === 'narrow' ? asUsual : chosen.value));

/** @param {Column[]} columns none: the usual ones @param {boolean} [replace] keep no entry in the history */
export function setColumns(columns, replace = false) {
  const text = columnsText(columns.length ? columns : asUsual);
  const plain = text === usual.join(',');
  left.value = plain ? '' : text;
  setParams({ cols: plain ? null : text }, replace);
}

/** Changes the width of a column. @param {string} id @param {number} px */
export const setWidth = (id, px) =>
  setColumns(chosen.value.map((c) => (c.id === id ? { id, px: Math.round(Math.max(narrowest, Math.min(widest, px))) } : c)), true);

/** Adds a column at the end. @param {string} id */
export function addColumn(id) {
  if (chosen.value.some((c) => c.id === id) || (!known[id] && !own.test(id))) return;
  setColumns([...chosen.value, { id, px: 0 }]);
}

/** The tracks of a row, and the least they need, in px. @param {Column[]} columns */
export function tracks(columns) {
  const grows = columns.some((c) => known[c.id]?.grow && !c.px);
  const template = columns.map((c, i) => {
    if (c.id === 'n' && !c.px) return 'var(--n, 6ch)';
    const px = widthOf(c);
    return (known[c.id]?.grow && !c.px) || (!grows && i === columns.length - 1) ? `minmax(${px}px, 1fr)` : px + 'px';
  }).join(' ');
  return { template, least: columns.reduce((sum, c) => sum + widthOf(c) + 10, 58) };
}
