// @ts-check
// Draws a figure with uPlot, in the colours of the page.
import { tickOf } from './time.js';

/** @typedef {import('../types.js').Activity} Activity */
/** @typedef {import('./figures.js').Figure} Figure */
/** @typedef {import('./figures.js').Series} Series */

/**
 * @typedef {object} Plot
 * @property {(report: Activity) => void} show
 * @property {(i: number, from: number) => void} point puts the cursor on a step and marks
 *   the steps from another one to it; -1 for none
 * @property {() => void} end
 */

const height = 168;

/**
 * @param {HTMLElement} box @param {Figure} figure @param {Series[]} series
 * @param {{moved: (i: number) => void, chosen: (from: number, to: number) => void}} o moved gets the
 *   step under the cursor, -1 for none; chosen a range in ms
 * @returns {Promise<Plot>}
 */
export async function plot(box, figure, series, o) {
  /** @type {any} */
  const uPlot = (await import('../lib/uplot.js')).default;
  const tokens = getComputedStyle(document.documentElement);
  const token = (/** @type {string} */ name) => tokens.getPropertyValue(name).trim();
  const stack = figure.kind === 'stack';
  // The tallest column of a stack is drawn first, those it holds over it.
  const order = stack ? [...series].reverse() : series;
  let range = [0, 1];
  let step = 1;
  const font = '12px system-ui, sans-serif';
  const line = { stroke: token('--muted'), font, ticks: { show: false }, grid: { stroke: token('--hair'), width: 1 } };
  const u = new uPlot({
    width: Math.max(120, box.clientWidth), height, legend: { show: false }, padding: [8, 18, 0, 0],
    cursor: {
      y: false, points: { show: !stack, size: 7 },
      drag: { x: true, y: false, setScale: false, dist: 4 },
      // One time for all charts; what is chosen concerns one.
      sync: { key: 'activity', filters: { pub: (/** @type {string} */ type) => type === 'mousemove' || type === 'mouseleave' } },
    },
    scales: {
      x: { time: true, range: () => range },
      y: figure.log ? { distr: 3, range: logRange } : { range: (/** @type {any} */ _, /** @type {number} */ __, /** @type {number} */ max) => [0, max > 0 ? max * 1.08 : 1] },
    },
    axes: [
      { ...line, grid: { show: false }, size: 24, gap: 4, space: 64, values: (/** @type {any} */ _, /** @type {number[]} */ at, /** @type {any} */ __, /** @type {any} */ ___, /** @type {number} */ apart) => at.map((s) => tickOf(s, apart)) },
      {
        ...line, size: figure.log || figure.id === 'rate' ? 56 : 44, gap: 6, space: 34,
        values: (/** @type {any} */ _, /** @type {(number|null)[]} */ at) => at.map((v) => (v === null || (stack && v % 1) ? '' : figure.write(v))),
        ...(figure.log ? { filter: decades, grid: { ...line.grid, filter: decades } } : {}),
      },
    ],
    series: [{}, ...order.map((s, i) => ({
      label: s.name, stroke: token(s.colour), width: stack ? 0 : 1.75, dash: s.dash,
      fill: stack ? token(s.colour) : figure.log || i ? undefined : token(s.colour) + '18',
      ...(stack ? { paths: uPlot.paths.bars({ size: [0.84, 28] }), points: { show: false } } : { points: { show: figure.log ? alone : false, size: 4, fill: token(s.colour) } }),
    }))],
    hooks: {
      setCursor: [(/** @type {any} */ p) => o.moved(p.cursor.idx ?? -1)],
      setSelect: [(/** @type {any} */ p) => {
        const { left, width } = p.select;
        if (width < 2) return;
        p.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
        o.chosen(Math.floor(p.posToVal(left, 'x')) * 1000, Math.ceil(p.posToVal(left + width, 'x')) * 1000);
      }],
    },
  }, [[], ...order.map(() => [])], box);

  const watch = new ResizeObserver(() => u.setSize({ width: Math.max(120, box.clientWidth), height }));
  watch.observe(box);
  return {
    show(report) {
      step = report.step_s;
      range = [Date.parse(report.from) / 1000, Date.parse(report.to) / 1000];
      const at = report.buckets.map((b) => Date.parse(b.t) / 1000 + step / 2);
      let ys = series.map((s) => report.buckets.map((b) => s.value(b, step)));
      if (stack) {
        for (let i = 1; i < ys.length; i++) ys[i] = ys[i].map((v, k) => (v || 0) + (ys[i - 1][k] || 0));
        ys = ys.reverse();
      }
      u.setData([at, ...ys]);
    },
    point(i, from) {
      const x = (/** @type {number} */ k, /** @type {number} */ half) => u.valToPos(u.data[0][k] + half * step / 2, 'x');
      if (i < 0) u.setCursor({ left: -10, top: -10 });
      else u.setCursor({ left: x(i, 0), top: u.bbox.height / 2 / devicePixelRatio });
      const left = i < 0 || from < 0 ? 0 : x(Math.min(i, from), -1);
      const width = i < 0 || from < 0 ? 0 : x(Math.max(i, from), 1) - left;
      u.setSelect({ left, width, top: 0, height: u.bbox.height / devicePixelRatio }, false);
    },
    end() {
      watch.disconnect();
      u.destroy();
    },
  };
}

/** Whole powers of ten around what there is. @param {any} _ @param {number|null} min @param {number|null} max */
function logRange(_, min, max) {
  const low = min && min > 0 ? min : 1;
  const high = max && max > 0 ? max : 100;
  const from = 10 ** Math.floor(Math.log10(low));
  return [from, Math.max(from * 10, 10 ** Math.ceil(Math.log10(high)))];
}

/** The powers of ten among the places of an axis. @param {any} _ @param {number[]} at */
const decades = (_, at) => at.map((v) => (Math.abs(Math.log10(v) - Math.round(Math.log10(v))) < 1e-9 ? v : null));

/** A step between two empty ones has no line: it gets a dot. @param {any} u @param {number} si */
function alone(u, si) {
  const y = u.data[si];
  return y.filter((/** @type {number|null} */ v) => v !== null).length <= 60 || y.some((/** @type {number|null} */ v, /** @type {number} */ i) => v !== null && (y[i - 1] ?? null) === null && (y[i + 1] ?? null) === null);
}
