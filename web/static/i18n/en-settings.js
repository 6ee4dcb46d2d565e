// @ts-check
// English words of the page Settings.
import { words } from './language.js';

export const settings = words('settings', {
  title: 'Settings', appearance: 'Appearance', language: 'Language', languageSystem: 'As the browser',
  keys: 'Single-letter keys', keysHint: 'Shortcuts without Ctrl act only outside of text fields.', keysOn: 'Use single-letter keys',
  notices: 'Spoken notices', noticesOff: 'Off', noticesSummary: 'Summary', noticesFailures: 'Failures only',
  about: 'About', version: 'Version', started: 'Started', page: 'Page', capture: 'Capture', store: 'Store', deliveries: 'Deliveries', onDisk: 'On disk', free: 'Free', kept: 'Kept', sockets: 'Open sockets', malformed: 'Malformed requests refused', pid: 'Process',
  losses: 'Lost', doctor: 'Checks', runDoctor: 'Run the checks', checking: 'Checking…', backup: 'Download a backup',
  /** @type {Record<string, string>} */ states: { ok: 'ok', warn: 'look at this', fail: 'broken' },
});
