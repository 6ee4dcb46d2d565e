// @ts-check
// Comparing two deliveries: chosen, pinned, or one after the other.
import { t } from '../i18n/index.js';
import { keysOf } from '../keymap.js';
import { go, url } from '../router.js';
import { toast } from '../components/notices.js';
import { choice } from './select.js';
import { here } from './here.js';
import { pinned } from './head.js';

/** Opens the comparison of two running numbers, the older one first. @param {number} a @param {number} b */
export const compare = (a, b) => go(url('compare', [], { a: Math.min(a, b), b: Math.max(a, b) }));

/** A delivery that waits for another one to be compared with. */
let base = 0;

/** Key c: compares two that are chosen, or one with the row under the keyboard. */
export function compareKey() {
  const some = [...choice.peek().some.keys()];
  if (some.length === 2) compare(some[0], some[1]);
  else compareOne(here()?.n || 0);
}

/** Compares one with a chosen, pinned or remembered one; else remembers it. @param {number} one */
export function compareOne(one) {
  const some = [...choice.peek().some.keys()];
  if (some.length === 1 && one && one !== some[0]) compare(some[0], one);
  else if (pinned() && one && one !== pinned()) compare(pinned(), one);
  else if (base && one && one !== base) {
    compare(base, one);
    base = 0;
  } else if (one) {
    base = one;
    toast(t.select.compareNext(one, keysOf('c')));
  }
}
