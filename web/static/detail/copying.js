// @ts-check
// What can be copied of a delivery, by the letter that copies it.
import { t } from '../i18n/index.js';
import { api, fetchBytes } from '../api.js';
import { url } from '../router.js';
import { textOf } from '../format.js';
import { copyText } from '../components/copy.js';
import { toast, toastFailure } from '../components/notices.js';
import { fromBase64 } from '../sign/bytes.js';
import { headersText } from './curl.js';
import { cache } from './open.js';
import { reportOf } from './report.js';
import { withoutSecrets } from './secrets.js';

/** @typedef {import('../types.js').Delivery} Delivery */

const bodyMost = 4_000_000;

/** @param {string} text @param {string} name what it is */
async function put(text, name) {
  if (await copyText(text)) toast(t.copiedWhat.done(name));
}

/** @type {Record<string, (d: Delivery) => any>} */
const ways = {
  c: async (d) => put((await api.program(d.id, { language: 'curl' })).code, t.copiedWhat.curl),
  h(d) {
    const a = d.attempts[0];
    if (a?.request) put(headersText(a.request, a.secrets), t.copiedWhat.headers);
  },
  j(d) {
    const { attempts, next, ...line } = d;
    put(JSON.stringify({ ...line, target: withoutSecrets(line.target) }, null, 2), t.copiedWhat.row);
  },
  m: async (d) => put(await reportOf(d), t.copiedWhat.report),
  l: (d) => put(location.origin + url('d', [d.id]), t.copiedWhat.link),
  p: (d) => put(withoutSecrets(d.target), t.copiedWhat.path),
  async u(d) {
    const inbox = d.inbox ? await api.inbox(d.inbox).catch(() => null) : null;
    put(inbox?.url || withoutSecrets(d.target), t.copiedWhat.url);
  },
  async s(d) {
    const { signed } = await api.signature(d.id);
    const text = signed && !signed.truncated ? textOf(fromBase64(signed.base64), false) : null;
    if (text !== null) put(text, t.copiedWhat.signed);
    else toast(!signed ? t.copiedWhat.noSigned : signed.truncated ? t.copiedWhat.bodyBig : t.copiedWhat.bodyBinary);
  },
  async b(d) {
    const first = d.attempts[0]?.request;
    if (!first) return;
    if (first.size > bodyMost) return toast(t.copiedWhat.bodyBig);
    const data = first.size ? new Uint8Array(await (await fetchBytes(api.bodyURL(d.id, 0, 'request', true))).arrayBuffer()) : new Uint8Array();
    const text = textOf(data, false);
    if (text !== null) put(text, t.copiedWhat.body);
    else toast(t.copiedWhat.bodyBinary);
  },
};

/** @param {Delivery} d @param {string} what "c" for curl, "b" for the body … */
export const copyOf = (d, what) => Promise.resolve(ways[what]?.(d)).catch((err) => toastFailure(err.message));

/** The same of a row whose delivery is not open. @param {{id: string, n: number}} row @param {string} what */
export const copyOfRow = (row, what) => (cache.has(String(row.n)) ? Promise.resolve(cache.get(String(row.n))) : api.delivery(row.id)).then((d) => copyOf(/** @type {Delivery} */ (d), what), (err) => toastFailure(err.message));
