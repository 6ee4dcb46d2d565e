// @ts-check
// Where the detail stands by the list: the choice, as entries of menus.
import { t } from '../i18n/index.js';
import { beside, canBelow, detailSide, layout } from '../state.js';

/** The other places there are. @returns {{text: string, run: () => void}[]} */
export function otherSide() {
  const wide = layout.value === 'wide';
  /** Where there is no room beside the list, that choice leads to its place. @type {[string, string, string][]} */
  const places = [['right', 'right', t.detail.split], ['below', 'below', t.detail.below], ['', wide ? 'over' : 'right', t.detail.over]];
  return places.filter(([at]) => at !== beside.value && (at !== 'right' || wide) && (at !== 'below' || canBelow.value))
    .map(([, choice, text]) => ({ text, run: () => { detailSide.value = choice; } }));
}
