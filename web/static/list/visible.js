// @ts-check
/**
 * Rows [first, last) on screen, with a margin so that scrolling shows no gap. They are
 * as many wherever the view is: an element that leaves at one end serves at the other.
 * @param {number} top scroll position in px @param {number} height of the view in px
 * @param {number} row height of one row in px @param {number} total rows in the list
 */
export function visibleRows(top, height, row, total, margin = 8) {
  const count = Math.ceil(height / row) + 1 + 2 * margin;
  const first = Math.max(0, Math.min(total - count, Math.floor(top / row) - margin));
  return { first, last: Math.min(total, first + count) };
}

/** Browsers draw no element taller than some 17 to 33 million px. */
export const tallest = 8_000_000;

/**
 * Where rows lie when all of them together are taller than may be drawn: the
 * scroll bar then covers more rows per pixel than there are on screen.
 * @param {number} scroll position of the scroll bar in px @param {number} height of the view in px
 * @param {number} row height of one row in px @param {number} total
 * @returns {{canvas: number, top: number, shift: number}} height to draw, position among
 *   the rows in px, and what to add to a row's own position to draw it
 */
export function scaled(scroll, height, row, total) {
  const full = row * total;
  if (full <= tallest) return { canvas: full, top: scroll, shift: 0 };
  const canvas = tallest;
  const top = Math.round((scroll / Math.max(1, canvas - height)) * (full - height));
  return { canvas, top, shift: scroll - top };
}
