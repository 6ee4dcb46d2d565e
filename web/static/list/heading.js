// @ts-check
// The line above the rows of a group.
import { t } from '../i18n/index.js';
import { count, visible } from '../format.js';
import { folded } from './lines.js';
import { attribute, element, sometimes, text } from './elements.js';

export class HeadingLine {
  constructor() {
    const el = element('div', 'tr heading');
    el.setAttribute('role', 'row');
    const cell = element('span');
    cell.setAttribute('role', 'gridcell');
    const button = element('button', 'heading-name');
    button.setAttribute('type', 'button');
    const twist = element('span', 'twist');
    twist.setAttribute('aria-hidden', 'true');
    const name = element('b', 'iso');
    const many = element('span', 'muted');
    const failed = element('span', 'server');
    button.append(twist, name, many);
    cell.append(button);
    el.append(cell);
    this.el = el;
    this.heading = true;
    /** Key of its group. */
    this.group = '';

    this.index = attribute(el, 'aria-rowindex');
    this.open = attribute(button, 'aria-expanded');
    this.twist = text(twist);
    this.name = text(name);
    this.many = text(many);
    this.failed = text(failed);
    this.failing = sometimes(() => failed, (mark) => button.append(mark));
  }

  /** @param {import('./lines.js').Group} group @param {number} index @param {number} y */
  show(group, index, y) {
    const open = !folded.peek().has(group.key);
    this.group = group.key;
    this.el.style.transform = `translateY(${y}px)`;
    this.index(String(index + 2));
    this.open(String(open));
    this.twist(open ? '▾' : '▸');
    this.name(group.name ? visible(group.name) : t.live.noGroup);
    this.many(count(group.count));
    this.failed('■ ' + t.live.failedOf(group.failed));
    this.failing(group.failed > 0);
  }
}
