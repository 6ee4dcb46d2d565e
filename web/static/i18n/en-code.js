// @ts-check
// English words of the tab Code.
import { words } from './language.js';
export const code = words('code', {
  label: 'Language', names: { curl: 'curl', httpie: 'HTTPie', go: 'Go', python: 'Python', fetch: 'fetch', raw: 'Raw HTTP' },
  /** @param {string} name */ of: (name) => `Request as ${name}`,
  env: 'Credentials from the environment', file: 'Body as a file', download: 'Download the body',
  /** @param {string} names */ set: (names) => `Set these first: ${names}`,
  none: 'There is no request to write as code.',
  sign: 'Sign when it runs', to: 'Send to', rawSign: 'Raw HTTP computes nothing, so it has the recorded signature.',
  unable: 'It cannot sign when it runs:', noScheme: 'no scheme is known for this delivery.',
  /** @param {string} scheme */ noRecipe: (scheme) => `the scheme ${scheme} cannot be written in a few lines.`, instead: 'This does:',
  differs: 'What differs from what was recorded',
  /** @type {Record<string, (tool: string) => string>} */
  notes: {
    order: (tool) => `${tool} writes some header lines in an order of its own.`, adds: (tool) => `${tool} adds header lines of its own.`,
    address: (tool) => `${tool} writes the address in its own way.`, value: (tool) => `${tool} cannot send everything as it was.`, length: (tool) => `${tool} frames a body of no bytes in its own way.`,
    chunks: () => 'The sizes of the chunks are those that the client chooses.', trailers: () => 'The trailers after the last chunk are left out.',
    spacing: () => 'One space stands after the colon of a header line.', node: () => 'Written with the HTTP module of Node, because fetch would change the request.',
    file: () => 'The bytes of the file follow the empty line.', bytes: () => 'The head has bytes that are no text; they are in the download of the tab Raw.',
    hidden: () => 'What is hidden in the body stands there as asterisks, so a recorded signature does not fit.',
  },
});
