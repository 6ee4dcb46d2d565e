// @ts-check
// One row of the list as it stands on the page.
import { t } from '../i18n/index.js';
import { outcomeOf, verdictWords, titleOf } from '../outcome.js';
import { timeOrDay, visible } from '../format.js';
import { atOf, cell } from './cells.js';
import { attribute, classes, element, sometimes } from './elements.js';

/** @typedef {import('../types.js').Row} Row */

/** What a screen reader says of a row. @param {Row} row @param {string} time */
export function spokenRow(row, time) {
  return t.live.spoken([
    row.dir === 'out' ? t.live.sent : t.live.received, visible(titleOf(row)), outcomeOf(row).word, (row.flags || []).includes('retrying') ? t.live.retrying : '',
    row.verdict && row.verdict !== 'unchecked' ? visible(verdictWords(row)) : '', time,
  ]);
}

/** The elements of a row: filled with one delivery after another. */
export class RowLine {
  /** @param {import('./columns.js').Column[]} columns */
  constructor(columns) {
    const el = element('div', 'tr');
    el.setAttribute('role', 'row');
    const check = element('span', 'c-check');
    check.setAttribute('role', 'gridcell');
    this.box = /** @type {HTMLInputElement} */ (element('input'));
    this.box.type = 'checkbox';
    this.box.tabIndex = -1;
    check.append(this.box);
    el.append(check);
    this.cells = columns.map((c) => {
      const span = element('span');
      el.append(span);
      if (c.id === 'n') this.fresh = sometimes(() => element('i', 'dot'), (dot) => span.prepend(dot));
      return cell(c.id, span);
    });
    this.el = el;
    this.heading = false;
    this.n = 0;
    /** What it was filled with: filled anew when that is another one. */
    this.slot = -1;
    this.written = 0;
    this.look = 0;

    this.kind = classes(el);
    this.index = attribute(el, 'aria-rowindex');
    this.selected = attribute(el, 'aria-selected');
    this.label = attribute(el, 'aria-label');
    this.boxLabel = attribute(this.box, 'aria-label');
    this.y = -1;
  }

  /** @param {Row} row @param {import('./cells.js').Span} span */
  fill(row, span) {
    this.n = row.n;
    this.el.id = 'row-' + row.n;
    this.el.dataset.id = row.id;
    this.label(spokenRow(row, timeOrDay(atOf(row))));
    this.boxLabel(t.select.one(row.n));
    for (const fill of this.cells) fill(row, span);
  }

  /**
   * @param {number} index line of the list @param {number} y where it lies, in px
   * @param {boolean} selected @param {boolean} active @param {boolean} chosen @param {boolean} base it is the pinned one @param {boolean} fresh it came just now
   */
  place(index, y, selected, active, chosen, base, fresh) {
    if (y !== this.y) this.el.style.transform = `translateY(${(this.y = y)}px)`;
    this.index(String(index + 2));
    this.kind('tr' + (selected ? ' sel' : '') + (active ? ' active' : '') + (base ? ' base' : '') + (chosen ? ' chosen' : ''));
    this.selected(String(selected));
    this.fresh?.(fresh);
    if (this.box.checked !== chosen) this.box.checked = chosen;
  }
}
