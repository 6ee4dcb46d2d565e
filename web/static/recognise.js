// @ts-check
// Texts of the server in another language. The server's texts are built in many
// places, hold each other ("secret 1: unusable secret: it is empty"), and some were
// stored long ago. So they carry no ids: a text is recognised by its English form, and
// what the form has places for is taken out of it, and recognised in turn.

/** A part of a text; lang is set where it stays in English. @typedef {{text: string, lang?: 'en'}} Piece */
/** What a text is in the other language, and how many of its letters are known by their form. @typedef {{pieces: Piece[], known: number}} Reading */
/** parts are the words of a form around its places. @typedef {{parts: string[], words: string, letters: number}} Entry */

const place = /\{(\d)\}/;
const sentence = /(?<=[.!?]) (?=\p{Lu})/u;

/** What reading a text may cost: 50 and its length for each part of it; what the server says by itself takes less than half of that. */
const most = 30_000;

/** Whether a text reads as English, not as a name, a value or a list of them. @param {string} s */
const prose = (s) => /\p{L}{2} \p{L}|\p{Ll},? \p{Ll}{2}/u.test(s) && !/^["'`[{<]/.test(s) && !/^[^ ]+(, [^ ]+)*$/.test(s);

/**
 * What stands in the places of a form, null if the text has another one. Where it can be
 * read in several ways, the first places are short, or long. Not by a pattern: what a
 * stranger has sent may stand in the text, and have a pattern try for hours.
 * @param {string[]} parts @param {string} text @param {boolean} long
 */
function places(parts, text, long) {
  const last = parts.length - 1;
  let from = parts[0].length;
  let to = text.length - parts[last].length;
  if (to < from || !text.startsWith(parts[0]) || !text.endsWith(parts[last])) return null;
  /** @type {string[]} */
  const values = [];
  for (let n = 1; n < last; n++) {
    const part = parts[long ? last - n : n];
    const at = long ? text.lastIndexOf(part, to - part.length) : text.indexOf(part, from);
    if (at < from || at + part.length > to) return null;
    if (long) {
      values.unshift(text.slice(at + part.length, to));
      to = at;
    } else {
      values.push(text.slice(from, at));
      from = at + part.length;
    }
  }
  if (long) values.unshift(text.slice(from, to));
  else values.push(text.slice(from, to));
  return values;
}

/** @param {string} s */
const letters = (s) => s.replace(/\{\d\}|\P{L}/gu, '').length;

/** @param {string} s @param {(s: string) => string} change of its first letter */
const first = (s, change) => change(s.charAt(0)) + s.slice(1);

/** @param {string} text @returns {Reading} */
const unknown = (text) => ({ pieces: [{ text, lang: 'en' }], known: 0 });

/** Whether a form begins with a field of a file or a request, which has its name in every language. @param {Entry} entry */
const named = (entry) => !entry.parts[0] && entry.parts[1].startsWith(' must be ');

/** How much of it stays in English. @param {Reading} r */
const left = (r) => r.pieces.reduce((n, p) => n + (p.lang ? p.text.length : 0), 0);

/** The one that knows more, or leaves less; the former if they are alike. @param {Reading|null} a @param {Reading|null} b */
const better = (a, b) => (a && b ? (b.known > a.known || (b.known === a.known && left(b) < left(a)) ? b : a) : a || b);

/**
 * @param {Record<string, string>} table texts by their English forms, with {0}, {1} … in both
 * @returns {(text: string) => Piece[]}
 */
export function recogniser(table) {
  /** @type {Map<string, string>} */
  const plain = new Map();
  /** @type {Entry[]} */
  const entries = [];
  for (const [form, words] of Object.entries(table)) {
    if (!place.test(form)) {
      plain.set(form, words);
      continue;
    }
    entries.push({ parts: form.split(/\{\d\}/), words, letters: letters(form) });
  }
  entries.sort((a, b) => b.letters - a.letters); // of two that know as much the one of more words counts

  /** What was read already, while one text is read. @type {Map<string, Reading|null>} */
  const seen = new Map();
  /** What reading it may still cost; what is not read then stays in English. */
  let effort = 0;

  /** @param {Entry} entry @param {string} text @returns {Reading|null} */
  function fill(entry, text) {
    /** @type {Reading|null} */
    let best = null;
    for (const long of [false, true]) {
      const found = places(entry.parts, text, long);
      if (!found || (named(entry) && found[0].includes(' '))) return null;
      const values = found.map((x, i) => (i || !named(entry) ? read(x) : null) || (prose(x) ? unknown(x) : { pieces: [{ text: x }], known: 0 }));
      // A form of a few letters fits too much: what stands in it must be clear.
      const inner = values.reduce((n, x) => n + x.known, 0);
      if (entry.letters < 8 && ((!entry.letters && !inner) || values.some((x) => !x.known && x.pieces[0].lang))) continue;
      best = better(best, { pieces: entry.words.split(/(\{\d\})/).flatMap((x) => (place.test(x) ? values[Number(x[1])].pieces : [{ text: x }])), known: entry.letters + inner });
    }
    return best;
  }

  /** @param {string} text @returns {Reading|null} */
  function whole(text) {
    const words = plain.get(text);
    if (words !== undefined) return { pieces: [{ text: words }], known: letters(text) };
    return entries.reduce((/** @type {Reading|null} */ best, entry) => better(best, fill(entry, text)), null);
  }

  /** @param {string[]} parts @param {string} between @returns {Reading|null} */
  function joined(parts, between) {
    if (parts.length < 2) return null;
    const all = parts.map((x) => read(x) || unknown(x));
    const known = all.reduce((n, x) => n + x.known, 0);
    return known ? { pieces: all.flatMap((x, i) => (i ? [{ text: between }, ...x.pieces] : x.pieces)), known } : null;
  }

  /** @param {string} text @returns {Reading|null} null if nothing of it is known */
  function read(text) {
    const before = seen.get(text);
    if (before !== undefined) return before;
    if ((effort -= text.length + 50) < 0) return null;
    seen.set(text, null); // what holds itself is not read again
    const bare = text.trim();
    if (bare !== text) {
      const rest = bare ? read(bare) : null;
      const [before = '', after = ''] = text.split(bare || text, 2);
      return rest && { ...rest, pieces: [{ text: before }, ...rest.pieces, { text: after }] };
    }
    let best = whole(text);
    const small = first(text, (x) => x.toLowerCase());
    if (!best && small !== text) {
      const again = whole(small);
      best = again && { ...again, pieces: again.pieces.map((p, i) => (i ? p : { ...p, text: first(p.text, (x) => x.toUpperCase()) })) };
    }
    if (/[^.]\.$/.test(text)) {
      const rest = read(text.slice(0, -1));
      best = better(best, rest && { ...rest, pieces: [...rest.pieces, { text: '.' }] });
    }
    best = better(better(best, joined(text.split(sentence), ' ')), joined(text.split('; '), '; '));
    seen.set(text, best);
    return best;
  }

  return (text) => {
    seen.clear();
    effort = most;
    return (read(text) || unknown(text)).pieces;
  };
}
