// @ts-check
// One set of 16 px stroke icons. They never stand without a word or a name.
import { html } from '../html.js';

/** @type {Record<string, string[]>} */
const paths = {
  hook: ['M2.5 14.5 10 5', 'm8.6 3.6 3.6 2.8', 'M10 5c1.8-2.6 4.8-1.6 4.2 1-.3 1.3-1.6 1.9-2.8 1.4'],
  live: ['M1.5 8h3l2-5 3 10 2-5h3'],
  endpoints: ['M2 8h5', 'M7 8c3 0 2.5-4.5 5-4.5M7 8c3 0 2.5 4.5 5 4.5M7 8h5', 'M12 3.5h2M12 8h2M12 12.5h2'],
  star: ['m8 1.8 1.9 4 4.3.5-3.2 3 .9 4.3L8 11.5l-3.9 2.1.9-4.3-3.2-3 4.3-.5z'],
  undo: ['M3 6h6.5a3.5 3.5 0 0 1 0 7H6', 'M6 3 3 6l3 3'],
  dice: ['M2.5 2.5h11v11h-11z', 'M5.5 5.5h.1M10.5 5.5h.1M8 8h.1M5.5 10.5h.1M10.5 10.5h.1'],
  inboxes: ['M2 9.5 4 3h8l2 6.5V13H2z', 'M2 9.5h3.5L6.5 11h3l1-1.5H14'],
  recordings: ['M8 14a6 6 0 1 0 0-12 6 6 0 0 0 0 12Z', 'M8 10.3a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6Z'],
  activity: ['M2 13.5h12', 'M4 11V8M8 11V3M12 11V6'],
  replay: ['M13 8a5 5 0 1 1-1.6-3.7', 'M13.5 1.8v3.4h-3.4'],
  compare: ['M2.5 3.5h4v9h-4zM9.5 3.5h4v9h-4z', 'M8 1.5v13'],
  swap: ['M2.5 5.5h10M10 3l2.5 2.5L10 8M13.5 10.5h-10M6 8l-2.5 2.5L6 13'],
  settings: ['M2 4.5h6M12 4.5h2M2 11.5h2M8 11.5h6', 'M10 2.8v3.4M6 9.8v3.4'],
  help: ['M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13Z', 'M6.2 6.2c.2-2.2 3.7-2.2 3.7.1 0 1.5-1.9 1.5-1.9 3', 'M8 11.6v.1'],
  theme: ['M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13Z', 'M8 1.5v13', 'M10.5 3v10M13 5v6'],
  search: ['M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Z', 'm10.7 10.7 3.8 3.8'],
  close: ['m3.5 3.5 9 9M12.5 3.5l-9 9'],
  copy: ['M5.5 5.5h8v8h-8z', 'M3.5 10.5h-1v-8h8v1'],
  check: ['m3 8.5 3.5 3.5L13 4.5'],
  more: ['M3 8h.1M8 8h.1M13 8h.1'],
  back: ['M10 3 5 8l5 5'],
  forward: ['m6 3 5 5-5 5'],
  full: ['M9.5 2.5h4v4M6.5 13.5h-4v-4', 'm13.5 2.5-5 5M2.5 13.5l5-5'],
  split: ['M2 3h12v10H2zM9 3v10'],
  below: ['M2 3h12v10H2zM2 8.5h12'],
  follow: ['M8 2.5v8', 'M4.5 7 8 10.5 11.5 7', 'M3 13.5h10'],
  pause: ['M5.5 3.5v9M10.5 3.5v9'],
  play: ['M5 3.5v9l7-4.5z'],
  down: ['m4 6 4 4 4-4'],
  right: ['m6 4 4 4-4 4'],
  up: ['m4 10 4-4 4 4'],
  download: ['M8 2.5v8M4.5 7.5 8 11l3.5-3.5M2.5 13.5h11'],
  eye: ['M1.5 8s2.5-4.5 6.5-4.5S14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8Z', 'M8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z'],
  trash: ['M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.6 9h6.8l.6-9M6.7 7v4M9.3 7v4'],
  plus: ['M8 3v10M3 8h10'],
  columns: ['M2 3h12v10H2zM6 3v10M10 3v10'],
  bookmark: ['M4 2h8v12l-4-3-4 3z'],
  pin: ['M8 10v4.5M5 2h6l-1 4.5 2 3.5H4l2-3.5z'],
  send: ['M14 2 7.5 8.5M14 2 9.8 14l-2.3-5.5L2 6.2z'],
  command: ['M3 4.5 6.5 8 3 11.5M8.5 12H13'],
};

/** @param {{name: string}} p */
export function Icon({ name }) {
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">${paths[name].map((d) => html`<path d=${d} />`)}</svg>`;
}
