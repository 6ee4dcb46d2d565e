// @ts-check
// One socket of the feed. It delivers frames and says when it ended; what to
// do about a gap is decided by whoever keeps the list.
import { api } from './api.js';

/** @typedef {import('./types.js').Frame} Frame */

// A socket that says nothing at all for this long is given up: a stalled
// connection looks open for many minutes otherwise.
const helloTimeout = 8000;

/**
 * @param {{after: string, q: string, frame: (f: Frame) => void, open: () => void, end: () => void}} o
 * @returns {() => void} closes the socket without calling end
 */
export function openFeed({ after, q, frame, open, end }) {
  let done = false;
  const socket = new WebSocket(api.feedURL());
  const timer = setTimeout(finish, helloTimeout);

  function finish() {
    if (done) return;
    done = true;
    clearTimeout(timer);
    socket.close();
    end();
  }

  socket.onopen = () => {
    clearTimeout(timer);
    if (done) return;
    socket.send(JSON.stringify({ after, q }));
    open();
  };
  socket.onmessage = (e) => {
    if (done) return;
    try {
      frame(JSON.parse(e.data));
    } catch {
      finish();
    }
  };
  socket.onclose = finish;
  socket.onerror = finish;

  return () => {
    done = true;
    clearTimeout(timer);
    socket.close();
  };
}

/**
 * Milliseconds to wait before a try: 250 ms doubling up to 8 s, with jitter.
 * @param {number} tries failed so far, from 1 @param {number} [random] in [0, 1)
 */
export function backoff(tries, random = Math.random()) {
  const full = Math.min(8000, 250 * 2 ** (tries - 1));
  return Math.round(full * (0.75 + random / 2));
}
