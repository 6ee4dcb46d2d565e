// @ts-check
// Lists that are too long to be put on the page in one task, and whose parts all have
// to be there: the next difference, and what the browser finds, may be in any of them.
import { useEffect, useMemo, useState } from '../html.js';

/**
 * Parts of a list: the first at once, each of the others in a task of its own.
 * @template T
 * @param {T[]} items @param {number} size of a part
 * @param {(part: T[], from: number) => any} draw one element @param {any[]} looks what else it is drawn from
 */
export function useGrowing(items, size, draw, looks = []) {
  const [state, setState] = useState({ items, n: 1 });
  const n = state.items === items ? state.n : 1;
  const total = Math.ceil(items.length / size);
  useEffect(() => {
    if (n >= total) return;
    const timer = setTimeout(() => setState({ items, n: n + 1 }));
    return () => clearTimeout(timer);
  }, [items, n]);
  // A part that was drawn is the same object again, which costs nothing.
  const drawn = useMemo(() => /** @type {any[]} */ ([]), [items, ...looks]);
  while (drawn.length < Math.min(n, total)) {
    const from = drawn.length * size;
    drawn.push(draw(items.slice(from, from + size), from));
  }
  return drawn.slice();
}
