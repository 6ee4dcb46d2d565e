// @ts-check
// Where the detail stands by the list: the choice, as an entry of menus.
import { t } from '../i18n/index.js';
import { beside, canBelow, detailSide, layout } from '../state.js';

/** The other place there is, none where there is no room for another. @returns {{text: string, run: () => void}[]} */
export function otherSide() {
  if (!canBelow.value) return [];
  const below = beside.value === 'below';
  const text = !below ? t.detail.below : layout.value === 'wide' ? t.detail.split : t.detail.over;
  return [{ text, run: () => { detailSide.value = below ? 'right' : 'below'; } }];
}
