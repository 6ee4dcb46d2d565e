// @ts-check
// One delivery on a page of its own: /d/{id|n}[/{tab}].
import { html } from '../html.js';
import { place, go, back, url, setParams } from '../router.js';
import { lazy } from '../components/lazy.js';

const Detail = lazy(() => import('../detail/detail.js').then((m) => m.Detail), true);

export function DeliveryPage() {
  const { rest, params } = place.value;
  const which = rest[0] || '';
  return html`<section class="detail-page" id="content" tabindex="-1"><${Detail} which=${which} tab=${rest[1] || 'overview'} attempt=${params.attempt || ''} page
    setTab=${(/** @type {string} */ tab) => go(url('d', tab === 'overview' ? [which] : [which, tab], { attempt: params.attempt }))}
    setAttempt=${(/** @type {number} */ k) => setParams({ attempt: k || null }, false)}
    close=${() => back('/live')} /></section>`;
}
