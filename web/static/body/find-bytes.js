// @ts-check
// Finds bytes in what may be too large to be held: text, or bytes written in hex.

/** @typedef {import('./source.js').Source} Source */
/** @typedef {{from: number, to: number}} Span of bytes, to exclusive */

const piece = 1_000_000;
const most = 10_000;

/** Bytes as they are written: "7b 22", "0x7b22", "7B:22"; null if it is something else. @param {string} text */
export function hexOf(text) {
  const bare = text.trim().replace(/^0x/i, '').replace(/[\s:,-]+/g, '');
  return /^([0-9a-f]{2})+$/i.test(bare) ? Uint8Array.from(bare.match(/../g) || [], (x) => parseInt(x, 16)) : null;
}

/** Bytes as they are written: "7b 22". @param {Uint8Array} b */
export const asHex = (b) => Array.from(b, (x) => x.toString(16).padStart(2, '0')).join(' ');

/** Where bytes stand in others, from a place on. @param {Uint8Array} data @param {Uint8Array} what @param {number} from */
function indexOf(data, what, from) {
  for (let i = data.indexOf(what[0], from); i >= 0 && i + what.length <= data.length; i = data.indexOf(what[0], i + 1)) {
    let k = 1;
    while (k < what.length && data[i + k] === what[k]) k++;
    if (k === what.length) return i;
  }
  return -1;
}

/**
 * All places of a text, or of the bytes it writes, in order; it ends when it is aborted.
 * @param {Source} source @param {string} text @param {AbortSignal} signal
 * @param {(found: Span[]) => void} some is told what there is so far
 */
export async function findBytes(source, text, signal, some) {
  const wanted = [new TextEncoder().encode(text), hexOf(text)].filter((x) => x && x.length).map((x) => /** @type {Uint8Array} */ (x));
  const longest = Math.max(0, ...wanted.map((x) => x.length));
  /** @type {Span[]} */
  let all = [];
  for (let at = 0; longest && at < source.size && all.length < most; at += piece) {
    // What begins in this piece may end in the next one.
    const data = await source.read(at, at + piece + longest - 1);
    if (signal.aborted) return;
    /** @type {Span[]} */
    const here = [];
    for (const what of wanted) {
      for (let i = indexOf(data, what, 0); i >= 0 && i < piece && here.length < most; i = indexOf(data, what, i + 1)) here.push({ from: at + i, to: at + i + what.length });
    }
    if (here.length) all = [...all, ...here.sort((a, b) => a.from - b.from)].slice(0, most);
    if (here.length) some(all);
  }
  some(all);
}
