// @ts-check
// English words about bodies.
import { bytes, count, plural } from '../format.js';
import { words } from './language.js';

export const body = words('body', {
  none: 'No body',
  views: { tree: 'Tree', pretty: 'Pretty', text: 'Text', form: 'Form', preview: 'Preview', hex: 'Hex' },
  label: 'View of the body',
  decoded: 'Decoded',
  /** @param {string} coding */ asSent: (coding) => `As sent (${coding})`,
  truncated: 'Only the beginning could be decoded.',
  download: 'Download',
  /** @param {number} n @param {number} of */ firstOf: (n, of) => `First ${bytes(n)} of ${bytes(of)}`,
  openTree: 'Open as tree', loadAll: 'Load all text',
  /** @param {number} n */ loadMore: (n) => `Load ${bytes(n)} more`,
  /** @param {number} n */ treeTooBig: (n) => `The tree is not built above 50 MB: this body has ${bytes(n)}, and parsing it would take more memory than a page should. Text and hex show all of it.`,
  /** @param {number} n */ textTooBig: (n) => `Text is loaded up to 64 MB. Download the ${bytes(n)} to see the rest.`,
  /** @param {number} n */ clipped: (n) => `show ${bytes(n)} more`,
  /** @param {number} line @param {number} column @param {string} what */ badJSON: (line, column, what) => `Not valid JSON: line ${line}, column ${column}: ${what}`,
  /** @type {Record<string, string>} */
  jsonErrors: {
    'trailing comma': 'trailing comma', 'missing comma': 'a comma is missing', 'missing colon': 'a colon is missing', 'missing value': 'a value is missing',
    'unexpected': 'something unexpected', 'unclosed': 'an object or array is not closed', 'unclosed string': 'a text is not closed', 'bad escape': 'an escape that JSON does not have',
    'control character': 'a control character inside a text', 'bad number': 'a number JSON does not allow', 'bad word': 'a word JSON does not have', 'after the end': 'something follows after the end', 'empty': 'there is nothing', 'key': 'a key has to be a text in double quotes', 'mismatch': 'a closing bracket of the other kind', 'too many': 'more values than can be shown',
  },
  search: 'Search keys and values',
  /** @param {number} i @param {number} n */ found: (i, n) => (n ? `${count(i)} of ${count(n)}` : 'nothing found'),
  searchNext: 'Next match', searchPrevious: 'Previous match',
  expandAll: 'Expand all', collapseAll: 'Collapse all', wrap: 'Wrap lines',
  copyValue: 'Copy value', copyPath: 'Copy path', filterBy: 'Filter by this',
  duplicate: 'duplicate key',
  /** @param {number} n */ items: (n) => plural(n, 'item', 'items'),
  /** @param {number} n */ keys: (n) => plural(n, 'key', 'keys'),
  /** @param {number} n */ deep: (n) => `level ${count(n)}`,
  treeLabel: 'JSON tree', hexLabel: 'Bytes', textLabel: 'Text',
  /** @param {number} n */ part: (n) => `Part ${n}`,
  notUTF8: 'These bytes are not UTF-8; what could not be read is shown as �.',
  previewLabel: 'Preview of the image', previewTooBig: 'The preview is shown for images up to 2 MB.',
  preview: 'The bytes are drawn as an image and nothing else.',
  markup: {
    lead: { html: 'Shown as a page in a sealed frame: scripts, links, forms and remote pictures are off.', svg: 'Drawn as an image: scripts and remote pictures are off.' },
    title: 'Preview of the body', tooBig: 'The preview is shown for bodies up to 2 MB.', broken: 'This is not well-formed SVG, so it cannot be drawn.',
  },
  building: 'Building the tree…', offset: 'Offset', bytes: 'Bytes',
  prettyTooBig: 'Pretty is made for bodies up to 2 MB; the tree shows larger ones.',
  all: 'all',
  /** @param {string} type @param {number} at */ notText: (type, at) => `Announced as ${type}, but byte ${at} is not text in UTF-8.`,
  /** @param {string} why */ notDecoded: (why) => `It is shown as it was sent: ${why}.`,
  notXML: 'Not well-formed XML: a tag is not closed, or closed twice.',
  empty: 'empty',
  hidden: 'Hidden:', shown: 'Everything is shown.', hiddenWhole: 'It is too large to hide values in it, so nothing is shown until you ask for it.',
});
