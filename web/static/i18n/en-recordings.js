// @ts-check
// English words of the page Recordings.
import { count, plural } from '../format.js';
import { words } from './language.js';

export const recordings = words('recordings', {
  title: 'Recordings', lead: 'A recording is a named set of deliveries to replay: recorded from now on, chosen in Live, or imported from a file.',
  name: 'Name', nameHint: 'Letters, digits and . _ : / @ + -', inbox: 'From', every: 'every inbox', now: 'Record now', begun: 'Recording', stop: 'Stop', /** @param {string} name */ stopOf: (name) => `Stop recording ${name}`, /** @param {number} n */ others: (n) => `${count(n)} more`,
  import: 'Import a file…', importHint: 'JSON Lines, HAR, curl or raw HTTP, also dropped here', importing: 'Importing', drop: 'Drop the file to import it as a recording',
  tooLarge: 'This file is too large for the page. In a terminal:',
  /** @param {number} n @param {number} skipped @param {number} failed */
  imported: (n, skipped, failed) => [`${plural(n, 'delivery', 'deliveries')} imported`, skipped && `${count(skipped)} were there already`, failed && `${count(failed)} could not be read`].filter(Boolean).join(', '),
  none: 'There is no recording yet.', noneNext: 'Record what arrives now, or choose deliveries in Live and add them to one.',
  /** @param {number} n */ size: (n) => plural(n, 'delivery', 'deliveries'), empty: 'empty',
  from: 'first', to: 'last', lastRun: 'Last replay',
  open: 'Open in Live', replay: 'Replay…', export: 'Export', remove: 'Delete with its deliveries', dissolve: 'Take apart: keep the deliveries', more: 'More actions',
  /** @param {number} n */ kept: (n) => plural(n, 'delivery stays: another recording holds it too', 'deliveries stay: another recording holds them too'),
  /** @param {string} name */ dissolved: (name) => `${name} is taken apart. Its deliveries are kept.`,
  /** @param {string} name */ moreOf: (name) => `More actions for ${name}`,
  /** @param {string} inbox */ recording: (inbox) => `recording ${inbox}`, note: 'Note', noteHint: 'What it is for, what to look at',
  expect: 'Expectation', expectHint: 'A filter that each delivery of a replay has to match: status:2xx dur:<500ms resp.body.ok:true. Empty: it did not fail.',
  save: 'Save', saved: 'Saved', unsaved: 'Not saved yet', back: 'All recordings', missing: 'There is no such recording', facts: 'Figures',
  checked: 'What the last replay came to', passed: 'as expected', failed: 'not as expected', pending: 'Not replayed yet. Replay all of it to see how many come out as expected.',
  junit: 'Results as JUnit XML', result: 'Result', event: 'Event', outcome: 'Outcome',
  /** @param {number} shown @param {number} n */ someResults: (shown, n) => `${count(shown)} of ${count(n)} are shown, those not as expected first.`,
  add: 'Add to recording…', addName: 'Name of a recording, new or not', addYes: 'Add',
  /** @param {number} n @param {string} name */ added: (n, name) => `${plural(n, 'delivery', 'deliveries')} added to ${name}`,
  conflict: 'Somebody else changed this recording in the meantime.', reload: 'Load what is stored',
});
