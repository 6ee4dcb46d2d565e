// @ts-check
// Deliveries as a file.
import { t } from '../i18n/index.js';
import { api } from '../api.js';

/** Formats to choose from. @param {string} q filter of what is exported, "" if one cannot say it @param {() => void} [cannot] */
export const exportItems = (q, cannot) => /** @type {const} */ (['jsonl', 'har', 'sh', 'postman', 'curl', 'zip']).map((format) => ({
  text: t.select.formats[format], hint: t.select.ends[format],
  run() {
    if (!q) return cannot?.();
    const a = document.createElement('a');
    a.href = api.exportURL(q, format);
    a.download = '';
    a.click();
  },
}));
