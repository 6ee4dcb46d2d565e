// @ts-check
// How two bodies differ.
import { html, useState } from '../html.js';
import { compare as compareWords } from '../i18n/en-compare.js';
import { Hidden } from '../body/body.js';
import { Changes, Lines, Ranges } from './changes.js';

/** @param {{c: import('../types.js').Comparison, ignore: (name: string) => void}} p */
export function BodyDiff({ c, ignore }) {
  const b = c.body;
  const w = compareWords;
  const [open, setOpen] = useState(false);
  const whole = (b.kind === 'text' || b.kind === 'binary') && c.within.length > 0; // what differs is not told value by value
  return html`${b.cut ? html`<p class="note warn">${w.cut}</p>` : null}
    ${b.kind === 'same' ? html`<p class="muted">${w.same}</p>`
    : b.kind === 'json' ? (b.changes?.length ? html`<${Changes} items=${b.changes} label=${w.body} ignore=${ignore} />${b.count > b.changes.length ? html`<p class="muted">${w.more(b.changes.length, b.count)}</p>` : null}` : html`<p class="muted">${w.sameValues}</p>`)
    : whole && !open ? html`<${Hidden} names=${c.within} open=${false} toggle=${() => setOpen(true)} />`
    : b.kind === 'text' ? html`<${Lines} text=${b.unified || ''} />`
    : html`<${Ranges} ranges=${b.ranges || []} />`}`;
}
