// @ts-check
// A delivery as a bug report takes it: what happened, what was asked, what was
// answered, in Markdown and without credentials.
import { api, fetchBytes } from '../api.js';
import { bytes, duration, textOf } from '../format.js';
import { titleOf, verdictWords, wordOf } from '../outcome.js';
import { headersText } from './curl.js';

/** @typedef {import('../types.js').Delivery} Delivery */

/** Characters of a message that are quoted; more is rarely read. */
const most = 8000;

/** A block of code that no line of the text can end. @param {string} text */
function fenced(text) {
  const fence = '`'.repeat(Math.max(3, ...(text.match(/`+/g) || []).map((x) => x.length + 1)));
  return `${fence}http\n${text.length > most ? text.slice(0, most) + '\n…' : text}\n${fence}`;
}

/** The answer of an attempt: its head, and its body if that is text. @param {Delivery} d @param {Delivery['attempts'][number]} a */
async function answerOf(d, a) {
  const m = a.response;
  if (!m) return a.failure ? `${wordOf(0, a.failure.class)}: ${a.failure.text}` : '';
  const head = `${m.start}\n${headersText(m)}`;
  if (!m.size) return head;
  const body = m.size > 64_000 ? null : textOf(new Uint8Array(await (await fetchBytes(api.bodyURL(d.id, a.k, 'response', true))).arrayBuffer()), true);
  return `${head}\n\n${body ?? `(${bytes(m.size)})`}`;
}

/** @param {Delivery} d */
export async function reportOf(d) {
  const last = d.attempts.findLast((a) => a.response || a.failure);
  const { code } = await api.program(d.id, { language: 'raw' }); // credentials are names of variables in it
  const answer = last ? await answerOf(d, last) : '';
  const facts = [
    `${d.dir === 'out' ? 'sent to' : 'received by'} ${d.endpoint || d.inbox}`, wordOf(d.status, d.failure), duration(d.duration_ms), d.verdict === 'unchecked' ? '' : verdictWords(d), new Date(d.at).toISOString(),
  ];
  return [`**${titleOf(d)} #${d.n}** ${d.provider || ''}`.trim(), facts.filter(Boolean).join(' · '), 'Request', fenced(code.replace(/\r\n/g, '\n')), ...(answer ? ['Answer', fenced(answer)] : [])].join('\n\n') + '\n';
}
