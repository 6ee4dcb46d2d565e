// @ts-check
// English words of the tab Code.
import { words } from './language.js';
export const code = words('code', {
  label: 'Language', names: { curl: 'curl', httpie: 'HTTPie', go: 'Go', python: 'Python', fetch: 'fetch', raw: 'Raw HTTP' },
  /** @param {string} name */ of: (name) => `Request as ${name}`,
  env: 'Credentials from the environment', file: 'Body as a file', download: 'Download the body',
  /** @param {string} names */ set: (names) => `Set these first: ${names}`,
  binary: 'The body is not text or too long to write here, so it is read from a file.', none: 'There is no request to write as code.',
});
