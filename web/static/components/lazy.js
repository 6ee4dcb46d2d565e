// @ts-check
// Parts of the page that are fetched when they are first shown, or when the
// browser has nothing else to do: what is seen first comes first.
import { html, useEffect, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { Problem } from '../api.js';
import { Trouble } from './trouble.js';
import { common } from './style.js';

/** After how long a part that did not come is asked for again, in ms. */
const again = 3000;

/** @type {(() => Promise<void>)[]} */
const waiting = [];

/** Lines where text will stand; nothing for so short a time that it would only flash. */
export function Waiting() {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 150);
    return () => clearTimeout(timer);
  }, []);
  return slow ? html`<div class="waiting" role="status" aria-busy="true"><span class="sr">${t.loading}</span><i></i><i></i><i></i></div>` : null;
}

/**
 * A view whose module is fetched later.
 * @param {() => Promise<any>} load resolves to the view
 * @param {boolean|'aside'} [fills] it fills a page or a panel, which must not stay empty meanwhile;
 * 'aside': nobody asked for it, so nobody is told that it has not come
 */
export function lazy(load, fills = false) {
  /** @type {any} */
  let View = null;
  const get = async () => {
    View ||= (await Promise.all([common(), load()]))[1];
  };
  waiting.push(get);
  return function Lazy(/** @type {any} */ props) {
    const [there, setThere] = useState(Boolean(View));
    const [problem, setProblem] = useState(/** @type {Problem|null} */ (null));
    const begin = () => get().then(() => setThere(true), () => setProblem(new Problem(0, { title: t.error.unreachable })));
    useEffect(() => {
      if (!there) begin();
    }, []);
    // It comes by itself once there is an answer again.
    useEffect(() => {
      if (!problem || there) return;
      const timer = setTimeout(begin, again);
      return () => clearTimeout(timer);
    }, [problem, there]);
    if (View) return html`<${View} ...${props} />`;
    return problem && fills !== 'aside' ? html`<${Trouble} problem=${problem} retry=${begin} />` : fills === true ? html`<${Waiting} />` : null;
  };
}

/** Fetches one part after the other, so that they are there also when the server is not. */
export async function fetchRest() {
  for (const get of waiting) await get().catch(() => {}); // it is tried again when it is shown
}
