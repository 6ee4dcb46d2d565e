// @ts-check
// What is hidden, by its name. The words are the server's, and so are the rules: a test
// compares the two.

/** @typedef {{headers: string[], secret: string[], last: string[], key: string[], parameter: string[], not: string[]}} Names */
/** @typedef {{rev: number, entries: string[], fixed: string, names: Names, most: number}} Mask */
/** @typedef {{text: string, line: (name: string) => boolean, parameter: (name: string) => boolean}} Rules text: the list, to tell it from others */

/** The words of a name, in small letters. @param {string} name */
function words(name) {
  const list = [];
  let word = '';
  let small = false;
  for (const c of name) {
    const letter = /[\p{L}\p{Nd}]/u.test(c);
    if (word && (!letter || (small && /\p{Lu}/u.test(c)))) {
      list.push(word.toLowerCase());
      word = '';
    }
    if (letter) word += c;
    small = /\p{Ll}/u.test(c);
  }
  if (word) list.push(word.toLowerCase());
  return list;
}

/** @param {Names} n @param {string[]} w @param {boolean} parameter */
function tells(n, w, parameter) {
  const last = w.at(-1);
  if (!last || n.not.includes(last) || (!parameter && w.includes('signature'))) return false;
  if (w.some((x, i) => n.secret.includes(x) || (x === 'key' && i > 0 && n.key.includes(w[i - 1])))) return true;
  const rest = w.filter((x) => x !== 'x');
  return n.last.includes(last) || (rest.length === 1 && (rest[0] === 'key' || rest[0] === 'sid')) || (parameter && n.parameter.includes(last));
}

/** @param {Mask} mask @returns {Rules} */
export function rulesOf({ entries, names }) {
  /** Names that are listed: true is hidden. @param {string} kind @returns {Map<string, boolean>} */
  const listed = (kind) => new Map(entries.flatMap((x) => {
    const plain = x.replace(/^-/, '');
    return plain.startsWith(kind) ? [[plain.slice(kind.length), plain === x]] : [];
  }));
  const lines = listed('header.');
  const parameters = listed('query.');
  const byName = !entries.includes('-defaults');
  return {
    text: entries.join('\n'),
    line(name) {
      const plain = name.trim();
      const low = plain.toLowerCase();
      return lines.get(low) ?? (byName && (names.headers.includes(low) || tells(names, words(plain), false)));
    },
    parameter: (name) => parameters.get(name) ?? (byName && tells(names, words(name), true)),
  };
}
