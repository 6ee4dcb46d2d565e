// @ts-check
import { operations } from './tree-ops.js';

/** What has no more bytes is parsed sooner than a worker begins. */
const small = 200_000;

/** A tree that lives in the page. */
class Here {
  ops = operations();

  /** @param {string} op @param {Record<string, any>} [args] @returns {Promise<any>} */
  async ask(op, args = {}) {
    return this.ops[op](args);
  }

  close() {}
}

/** A tree that lives in a worker. */
class Away {
  constructor() {
    this.worker = new Worker(new URL('./json-worker.js', import.meta.url), { type: 'module' });
    this.seq = 0;
    /** @type {Map<number, {done: (v: any) => void, fail: (e: Error) => void}>} */
    this.waiting = new Map();
    this.worker.onmessage = (e) => {
      const w = this.waiting.get(e.data.seq);
      this.waiting.delete(e.data.seq);
      if (e.data.error) w?.fail(new Error(e.data.error));
      else w?.done(e.data);
    };
    this.worker.onerror = (e) => {
      e.preventDefault();
      for (const w of this.waiting.values()) w.fail(new Error(e.message || 'worker failed'));
      this.waiting.clear();
    };
  }

  /** @param {string} op @param {Record<string, any>} [args] @param {Transferable[]} [give] @returns {Promise<any>} */
  ask(op, args = {}, give = []) {
    const seq = ++this.seq;
    return new Promise((done, fail) => {
      this.waiting.set(seq, { done, fail });
      this.worker.postMessage({ op, seq, ...args }, give);
    });
  }

  close() {
    this.worker.terminate();
    this.waiting.clear();
  }
}

/** @typedef {Here|Away} TreeClient */

/** A tree; small ones are in the page. @param {number} size of what it is parsed from, in bytes @returns {TreeClient} */
export const newTree = (size) => (size <= small ? new Here() : new Away());
