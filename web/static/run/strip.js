// @ts-check
// Runs that go on, under every page.
import { html, signal, useEffect } from '../html.js';
import { run as runWords } from '../i18n/en-run.js';
import { place, url } from '../router.js';
import { Icon } from '../components/icons.js';
import { runs } from './start.js';
import { ended, over, watchRuns } from './watch.js';
import { Bar, Buttons, Numbers } from './parts.js';
import { Said } from '../said.js';

/** Ids of runs that were put away. @type {{value: Set<string>}} */
const away = signal(new Set());
/** How long a run that ended stays, in ms. */
const stays = 30_000;

export function RunStrip() {
  useEffect(() => {
    watchRuns();
  }, []);
  const { page, rest } = place.value;
  if (page === 'runs' && !rest[0]) return null;
  const now = Date.now();
  const shown = runs.value.filter((r) => !away.value.has(r.id) && rest[0] !== r.id && (!over(r) || now - (ended.get(r.id) || 0) < stays)).slice(0, 2);
  if (!shown.length) return null;
  return html`<section class="runs-strip" aria-label=${runWords.title}>${shown.map((r) => html`<div class="run-line" key=${r.id}>
    <a href=${url('runs', [r.id])}><b>${r.id}</b></a><span class="cut iso grow"><${Said} text=${r.text} /></span>
    <${Bar} r=${r} /><${Numbers} r=${r} /><${Buttons} r=${r} small />
    <button type="button" class="btn quiet small" aria-label=${`${runWords.hide} ${r.id}`} title=${runWords.hide} onClick=${() => { away.value = new Set([...away.value, r.id]); }}><${Icon} name="close" /></button></div>`)}</section>`;
}
