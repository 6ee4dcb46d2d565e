// @ts-check
// The elements of the lines on screen. Each serves again for another line as the view
// moves on, so that scrolling neither makes nor throws away anything.

/** @typedef {{el: HTMLElement, heading: boolean}} Line */

/**
 * @template {Line} L
 * @typedef {object} Source what the lines are
 * @property {(i: number) => number|string} key what a line stands for, wherever it is
 * @property {(i: number) => boolean} heading
 * @property {(heading: boolean) => L} make
 * @property {(line: L, i: number) => void} show
 */

/** As many lines are moved at once; more wait until the view rests. */
const few = 4;
const rest = 100; // ms

/** @template {Line} L */
export class Pool {
  /** @param {HTMLElement} home @param {Source<L>} source */
  constructor(home, source) {
    this.home = home;
    this.source = source;
    /** What is on the page. @type {Map<number|string, L>} */
    this.drawn = new Map();
    /** The lines as their elements follow each other. @type {L[]} */
    this.order = [];
    /** Those that may stand elsewhere than they are seen. @type {Set<L>} */
    this.loose = new Set();
    this.timer = 0;
  }

  /** Draws the lines [first, last). @param {number} first @param {number} last */
  draw(first, last) {
    const { source, drawn, loose } = this;
    /** @type {(L|undefined)[]} */
    const lines = [];
    /** @type {Map<number|string, L>} */
    const next = new Map();
    for (let i = first; i < last; i++) {
      const key = source.key(i);
      const line = drawn.get(key);
      lines.push(line);
      if (!line) continue;
      drawn.delete(key);
      next.set(key, line);
    }
    if (drawn.size) this.unfocus();
    const left = new Set(drawn.values());
    const free = this.order.filter((line) => left.has(line));
    for (let i = first; i < last; i++) {
      if (!lines[i - first]) {
        const heading = source.heading(i);
        const at = free.findIndex((line) => line.heading === heading);
        const line = at < 0 ? this.add(source.make(heading)) : free.splice(at, 1)[0];
        loose.add(line);
        lines[i - first] = line;
        next.set(source.key(i), line);
      }
      source.show(/** @type {L} */ (lines[i - first]), i);
    }
    this.drawn = next;
    for (const line of free) this.drop(line);
    this.arrange(/** @type {L[]} */ (lines));
  }

  /** @param {L} line */
  add(line) {
    this.home.append(line.el);
    this.order.push(line);
    return line;
  }

  /** @param {L} line */
  drop(line) {
    line.el.remove();
    this.loose.delete(line);
    this.order.splice(this.order.indexOf(line), 1);
  }

  /** Throws all away. */
  clear() {
    this.unfocus();
    clearTimeout(this.timer);
    for (const line of this.order) line.el.remove();
    this.drawn.clear();
    this.loose.clear();
    this.order = [];
  }

  /** A line that becomes another one does not take the keyboard along. */
  unfocus() {
    const at = document.activeElement;
    if (!at || at === this.home || !this.home.contains(at)) return;
    for (const line of this.drawn.values()) if (line.el.contains(at)) /** @type {HTMLElement} */ (this.home.parentElement).focus({ preventScroll: true });
  }

  /**
   * Elements are read aloud in the order in which they stand, so that has to be the
   * one that is seen. It costs as much as drawing, so many are moved once the view
   * rests, and then a few in a frame.
   * @param {L[]} lines as they are seen
   */
  arrange(lines) {
    const { order, loose } = this;
    clearTimeout(this.timer);
    if (lines.every((line, i) => line === order[i])) {
      loose.clear();
      return;
    }
    // Others among themselves stand as they stood, unless the list was sorted anew.
    let last = -1;
    for (const line of lines) {
      const place = order.indexOf(line);
      if (place < last) loose.add(line);
      else if (!loose.has(line)) last = place;
    }
    if (loose.size > few) this.timer = setTimeout(() => this.move(lines), rest);
    else this.move(lines);
  }

  /** Moves a few of the loose lines to where they are seen, from the end on. @param {L[]} lines as they are seen */
  move(lines) {
    const { home, order, loose } = this;
    const focus = document.activeElement;
    let left = few;
    for (let i = lines.length - 1; i >= 0 && left > 0; i--) {
      const line = lines[i];
      if (!loose.delete(line)) continue;
      const next = lines[i + 1];
      order.splice(order.indexOf(line), 1);
      order.splice(next ? order.indexOf(next) : order.length, 0, line);
      if (line.el.nextSibling === (next?.el ?? null)) continue;
      home.insertBefore(line.el, next?.el ?? null);
      left--;
    }
    if (focus !== document.activeElement) /** @type {HTMLElement} */ (focus).focus({ preventScroll: true });
    if (loose.size) this.timer = setTimeout(() => this.move(lines), 1);
  }
}
