// @ts-check
// Parts of the page that are fetched when they are first shown, or when the
// browser has nothing else to do: what is seen first comes first.
import { html, useEffect, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { Problem } from '../api.js';
import { Trouble } from './trouble.js';

/** @type {(() => Promise<void>)[]} */
const waiting = [];

/**
 * A view whose module is fetched later.
 * @param {() => Promise<any>} load resolves to the view
 */
export function lazy(load) {
  /** @type {any} */
  let View = null;
  const get = async () => {
    View ||= await load();
  };
  waiting.push(get);
  return function Lazy(/** @type {any} */ props) {
    const [there, setThere] = useState(Boolean(View));
    const [problem, setProblem] = useState(/** @type {Problem|null} */ (null));
    const begin = () => {
      setProblem(null);
      get().then(() => setThere(true), () => setProblem(new Problem(0, { title: t.error.unreachable })));
    };
    useEffect(() => {
      if (!there) begin();
    }, []);
    if (View) return html`<${View} ...${props} />`;
    return problem ? html`<${Trouble} problem=${problem} retry=${begin} />` : null;
  };
}

/** Fetches one part after the other, so that they are there also when the server is not. */
export async function fetchRest() {
  for (const get of waiting) await get().catch(() => {}); // it is tried again when it is shown
}
