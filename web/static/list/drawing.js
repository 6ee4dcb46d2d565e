// @ts-check
// Draws the lines of the list that are on screen: scrolling comes straight here, and
// writes only to the elements whose line is another one than before.
import { sync } from '../state.js';
import { visibleRows, scaled } from './visible.js';
import { HeadingLine } from './heading.js';
import { RowLine } from './row.js';
import { Pool } from './pool.js';
import { isChosen } from './select.js';
import { want } from './values.js';
import { element } from './elements.js';

/**
 * @typedef {object} Scene what is to be seen
 * @property {import('./lines.js').Lines} now
 * @property {import('./rows.js').Rows} rows of the lines
 * @property {import('./columns.js').Column[]} columns
 * @property {number} height of a line in px
 * @property {number} selected @property {number} active @property {number} base running numbers, 0 for none
 * @property {import('./select.js').Choice} choice
 * @property {any[]} looks what else the text of all rows depends on
 */

/** Time after which a row no longer counts as new, in ms. */
const freshFor = 4000;
/** When a row arrived, for the dot of new rows. @type {Map<string, number>} */
export const arrived = new Map();

// What arrives is noted for the dot of new rows; above 20 rows a second the
// notes are thrown away faster than they would be seen.
setInterval(() => {
  const old = Date.now() - freshFor;
  let dropped = false;
  for (const [id, at] of arrived) {
    if (at < old) {
      arrived.delete(id);
      dropped = true;
    }
  }
  if (dropped) sync.bump();
}, 2000);

export class Drawing {
  /** @param {HTMLElement} home of the lines @param {Scene} scene */
  constructor(home, scene) {
    this.home = home;
    this.scene = scene;
    this.look = 0;
    this.shift = 0;
    this.span = { from: 0, to: 0 };
    /** @type {Pool<RowLine|HeadingLine>} */
    this.pool = new Pool(home, this);
    /** The row the keyboard is on, once it is scrolled out. @type {{line: RowLine, el: HTMLElement}|null} */
    this.kept = null;
  }

  /** @param {Scene} scene */
  set(scene) {
    const was = this.scene;
    this.scene = scene;
    if (scene.columns !== was.columns) {
      this.pool.clear();
      this.keep(-1);
      this.kept = null;
    }
    if (scene.looks.some((x, i) => x !== was.looks[i])) this.look++;
  }

  /**
   * Draws what is to be seen of the list at a place.
   * @param {number} scroll position of the scroll bar in px @param {number} room height of the view in px
   * @returns {{n: number, rest: number}} running number at the top edge, and how much of its row is cut off
   */
  draw(scroll, room) {
    const { now, height, base, active, columns } = this.scene;
    const place = scaled(scroll, room, height, now.count);
    const { first, last } = visibleRows(place.top, room, height, now.count);
    this.shift = place.shift;
    /** @type {number[]} */
    const seen = [];
    for (let i = first; i < last; i++) {
      const n = now.numberAt(i);
      if (n) seen.push(n);
    }
    if (columns.some((c) => c.id === 'waterfall')) this.measure(first, last);
    const at = active ? now.find(active) : -1;
    const out = at >= 0 && (at < first || at >= last);
    if (!out) this.keep(-1);
    this.pool.draw(first, last);
    if (out) this.keep(at);
    want(base ? [...seen, base] : seen);
    const i = Math.floor(place.top / height);
    return i < now.count ? { n: now.numberAt(i), rest: place.top - i * height } : { n: 0, rest: 0 };
  }

  /** Finds the times between which the rows on screen lie. @param {number} first @param {number} last */
  measure(first, last) {
    const { at, duration_ms } = this.scene.rows.numbers;
    const was = this.span;
    this.span = { from: Infinity, to: 0 };
    for (let i = first; i < last; i++) {
      const slot = this.scene.now.slotAt(i);
      if (slot < 0) continue;
      this.span.from = Math.min(this.span.from, at[slot]);
      this.span.to = Math.max(this.span.to, at[slot] + duration_ms[slot]);
    }
    if (was.from !== this.span.from || was.to !== this.span.to) this.look++;
  }

  /** The row the keyboard is on stays in the page when it is scrolled out. @param {number} i its line, -1 for none */
  keep(i) {
    if (i < 0) {
      this.kept?.el.remove();
      return;
    }
    if (!this.kept) {
      this.kept = { line: new RowLine(this.scene.columns), el: element('div', 'sr') };
      this.kept.el.setAttribute('role', 'presentation');
      this.kept.el.append(this.kept.line.el);
    }
    this.show(this.kept.line, i);
    if (!this.kept.el.isConnected) this.home.prepend(this.kept.el);
  }

  /** The line that an element is of. @param {Element} el */
  lineOf(el) {
    const of = el.closest('.tr');
    return this.pool.order.find((line) => line.el === of) || (this.kept?.line.el === of ? this.kept.line : null);
  }

  /** @param {number} i */
  key(i) {
    return this.scene.now.numberAt(i) || String(this.scene.now.groupAt(i)?.key);
  }

  /** @param {number} i */
  heading(i) {
    return !this.scene.now.numberAt(i);
  }

  /** @param {boolean} heading */
  make(heading) {
    return heading ? new HeadingLine() : new RowLine(this.scene.columns);
  }

  /** @param {RowLine|HeadingLine} line @param {number} i */
  show(line, i) {
    const { now, rows, height, selected, active, base, choice } = this.scene;
    const y = i * height + this.shift;
    if (line instanceof HeadingLine) {
      line.show(/** @type {import('./lines.js').Group} */ (now.groupAt(i)), i, y);
      return;
    }
    const slot = now.slotAt(i);
    const written = rows.words.written[slot];
    if (line.slot !== slot || line.written !== written || line.look !== this.look) {
      line.slot = slot;
      line.written = written;
      line.look = this.look;
      line.fill(rows.of(slot), this.span);
    }
    const { n } = line;
    const since = arrived.get(rows.ids[slot]);
    line.place(i, y, n === selected, n === active, isChosen(n, choice), n === base, since !== undefined && Date.now() - since < freshFor);
  }
}
