// @ts-check
// English words of the tab Diff and of related deliveries.
import { words } from './language.js';

export const diff = words('diff', {
  against: 'Compare with', other: 'or with', page: 'Open in Compare', sample: 'Sample of the catalogue',
  /** @param {number} a @param {number} b */ tries: (a, b) => `Try ${a} and try ${b}`,
  /** @param {number} n */ before: (n) => `Same event before, #${n}`,
  /** @param {number} n */ base: (n) => `Pinned, #${n}`,
  /** @param {string} name */ heed: (name) => `Count ${name} again`,
  /** @param {string} key */ nothing: (key) => `There is no earlier try and no earlier delivery of this event. Pin another one${key ? ` with ${key}` : ''}, or type its number.`,
  sampleHint: 'Values of a sample are made up: look at what is added or removed. Headers are not compared.',
});

export const related = words('related', {
  title: 'Related', all: 'All in Live', source: 'this is a replay of it', resend: 'resent from this', replay: 'replayed from this', sibling: 'replay of the same', sameID: 'same delivery id',
});
