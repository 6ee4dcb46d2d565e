// @ts-check
/**
 * Cuts text into the rows a view draws: one for each line, clipped at `clip`
 * characters unless the line is opened; then one for each `clip` characters.
 * @param {string} text @param {number} clip @param {Set<number>} opened numbers of lines, from 1
 * @returns {{from: Float64Array, to: Float64Array, line: Float64Array, rest: Float64Array, count: number}}
 *   offsets of each row, its line number (0: goes on a line), and how many characters are clipped
 */
export function layoutLines(text, clip, opened) {
  let room = 1024;
  let from = new Float64Array(room);
  let to = new Float64Array(room);
  let line = new Float64Array(room);
  let rest = new Float64Array(room);
  let count = 0;
  /** @param {number} f @param {number} e @param {number} l @param {number} r */
  const add = (f, e, l, r) => {
    if (count === room) {
      room *= 2;
      [from, to, line, rest] = [from, to, line, rest].map((a) => {
        const b = new Float64Array(room);
        b.set(a);
        return b;
      });
    }
    from[count] = f;
    to[count] = e;
    line[count] = l;
    rest[count] = r;
    count++;
  };
  let start = 0;
  for (let n = 1; ; n++) {
    const nl = text.indexOf('\n', start);
    const stop = nl < 0 ? text.length : nl;
    const end = stop > start && text.charCodeAt(stop - 1) === 13 ? stop - 1 : stop;
    if (end - start <= clip) add(start, end, n, 0);
    else if (!opened.has(n)) add(start, start + clip, n, end - start - clip);
    else for (let f = start; f < end; f += clip) add(f, Math.min(end, f + clip), f === start ? n : 0, 0);
    if (nl < 0) break;
    start = nl + 1;
    if (start === text.length) break;
  }
  return { from, to, line, rest, count };
}

/**
 * Pieces of a line of JSON, for colouring.
 * @param {string} s @returns {{kind: ''|'k'|'s'|'d'|'w'|'p', text: string}[]}
 */
export function jsonPieces(s) {
  /** @type {{kind: any, text: string}[]} */
  const out = [];
  const re = /("(?:[^"\\]|\\.)*"?)(\s*:)?|(-?\d[\d.eE+-]*)|(\btrue\b|\bfalse\b|\bnull\b)|([{}[\],:]+)/g;
  let at = 0;
  for (let m = re.exec(s); m; m = re.exec(s)) {
    if (m.index > at) out.push({ kind: '', text: s.slice(at, m.index) });
    if (m[1] !== undefined) {
      out.push({ kind: m[2] ? 'k' : 's', text: m[1] });
      if (m[2]) out.push({ kind: 'p', text: m[2] });
    } else if (m[3]) out.push({ kind: 'd', text: m[3] });
    else if (m[4]) out.push({ kind: 'w', text: m[4] });
    else out.push({ kind: 'p', text: m[5] });
    at = m.index + m[0].length;
  }
  if (at < s.length) out.push({ kind: '', text: s.slice(at) });
  return out;
}
