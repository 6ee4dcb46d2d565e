// @ts-check
// Bytes on the server, fetched in pieces when they are looked at.
import { fetchBytes, Problem } from '../api.js';

const piece = 65_536;
const keptPieces = 64;

/** What an answer says is hidden in it. @param {Response} res */
export const hiddenIn = (res) => (res.headers.get('Boathook-Hidden') || '').split(',').filter(Boolean).map((x) => decodeURIComponent(x.replace(/\+/g, ' ')));

export class Source {
  /** @param {number} size in bytes @param {string} url @param {Uint8Array|null} [all] the bytes, when they are here already */
  constructor(size, url, all = null) {
    this.size = size;
    this.url = url;
    this.all = all;
    /** @type {Map<number, Promise<Uint8Array>>} */
    this.pieces = new Map();
    /** What is hidden in it, by name. @type {string[]} */
    this.hidden = [];
    /** Pieces that have arrived. @type {Map<number, Uint8Array>} */
    this.here = new Map();
  }

  /** @param {string} url */
  static async open(url) {
    const res = await fetchBytes(url, { method: 'HEAD' });
    const source = new Source(Number(res.headers.get('Content-Length') || 0), url);
    source.hidden = hiddenIn(res);
    return source;
  }

  /** @param {Uint8Array} bytes */
  static of(bytes) {
    return new Source(bytes.length, '', bytes);
  }

  /** @param {number} from @param {number} to exclusive @returns {Promise<Uint8Array>} */
  async read(from, to) {
    to = Math.min(to, this.size);
    if (from >= to) return new Uint8Array();
    if (this.all) return this.all.subarray(from, to);
    const res = await fetchBytes(this.url, { headers: { Range: `bytes=${from}-${to - 1}` } });
    this.hidden = hiddenIn(res);
    if (res.status === 206) return new Uint8Array(await res.arrayBuffer());
    if (this.size > 64_000_000) throw new Problem(res.status, { title: 'no ranges' });
    this.all = new Uint8Array(await res.arrayBuffer());
    return this.all.subarray(from, to);
  }

  /**
   * Bytes of a short range if they are here; else undefined, and `later` is called once they are.
   * @param {number} from @param {number} to within one piece @param {() => void} later
   */
  peek(from, to, later) {
    if (this.all) return this.all.subarray(from, to);
    const p = Math.floor(from / piece);
    const bytes = this.here.get(p);
    if (bytes) return bytes.subarray(from - p * piece, to - p * piece);
    if (!this.pieces.has(p)) {
      const wanted = this.read(p * piece, (p + 1) * piece);
      this.pieces.set(p, wanted);
      wanted.then((b) => {
        this.here.set(p, b);
        if (this.here.size > keptPieces) {
          const oldest = /** @type {number} */ (this.here.keys().next().value);
          this.here.delete(oldest);
          this.pieces.delete(oldest);
        }
        later();
      }, () => this.pieces.delete(p));
    }
    return undefined;
  }
}
