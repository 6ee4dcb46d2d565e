// @ts-check
// In place of a delivery that is not there.
import { html } from '../html.js';
import { t } from '../i18n/index.js';
import { gone as words } from '../i18n/en-gone.js';
import { server } from '../state.js';
import { bytes, count as number, span, visible } from '../format.js';
import { said } from '../said.js';

/** Why it is not there, as far as the store can tell. @param {{which: string}} p */
export function Missing({ which }) {
  const st = server.value?.store;
  const n = Number(which);
  let why = words.never;
  if (st && n) {
    const loss = (st.losses || []).find((/** @type {any} */ l) => n >= l.first_n && n <= l.last_n);
    const r = server.value.retention || {};
    const keep = t.store.keep({ count: r.count ? number(r.count) : '', bytes: r.bytes ? bytes(r.bytes) : '', age: r.age_s ? span(r.age_s) : '' });
    if (n > st.last_n) why = st.last_n ? words.notYet(st.last_n) : words.emptyStore;
    else if (loss) why = words.lost(visible(said(loss.reason)));
    else if (st.first_n && n < st.first_n) why = words.expired(st.first_n, keep);
    else why = words.deleted;
  }
  return html`<p>${why}</p><p><a class="btn" href="/live">${words.toList}</a></p>`;
}
