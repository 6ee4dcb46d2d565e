// @ts-check
// XML with a line for each element. Nothing is resolved or left out but white space
// between tags.

/**
 * Where what begins at `i` ends, -1 if it does not. Only a DOCTYPE has declarations in it.
 * @param {string} s @param {number} i
 */
function endOf(s, i, doctype = s.startsWith('<!DOCTYPE', i)) {
  for (const [open, close] of [['<!--', '-->'], ['<![CDATA[', ']]>'], ['<?', '?>']]) {
    if (!s.startsWith(open, i)) continue;
    const end = s.indexOf(close, i + open.length);
    return end < 0 ? -1 : end + close.length;
  }
  let quote = '';
  let inside = false; // of the brackets of a DOCTYPE
  for (let k = i + 1; k < s.length; k++) {
    const c = s[k];
    if (quote) quote = c === quote ? '' : quote;
    else if (c === '"' || c === "'") quote = c;
    else if (doctype && (c === '[' || c === ']')) inside = c === '[';
    else if (c === '>' && !inside) return k + 1;
    else if (c === '<') {
      const end = inside ? endOf(s, k, false) : -1;
      if (end < 0) return -1;
      k = end - 1;
    }
  }
  return -1;
}

const deepest = 60; // levels that are still indented

/** @param {string} s @returns {string|null} null if tags do not close as they should */
export function prettyXML(s) {
  /** @type {string[]} */
  const lines = [];
  /** @type {string[]} names of the elements that are open */
  const open = [];
  let joins = false; // the last line is the begin of an element that holds text only
  const put = (/** @type {string} */ text) => lines.push('  '.repeat(Math.min(open.length, deepest)) + text);
  for (let i = 0; i < s.length;) {
    if (s[i] !== '<') {
      const next = s.indexOf('<', i);
      const text = s.slice(i, next < 0 ? s.length : next).trim();
      i = next < 0 ? s.length : next;
      if (!text) continue;
      if (joins) lines[lines.length - 1] += text;
      else put(text);
      continue;
    }
    const end = endOf(s, i);
    if (end < 0) return null;
    const tag = s.slice(i, end);
    i = end;
    if (tag.startsWith('</')) {
      if (open.pop() !== tag.slice(2, -1).trim()) return null;
      if (joins) lines[lines.length - 1] += tag;
      else put(tag);
      joins = false;
    } else {
      put(tag);
      joins = !/^<[!?]|\/>$/.test(tag);
      if (joins) open.push(/^<([^\s/>]*)/.exec(tag)?.[1] || '');
    }
  }
  return open.length ? null : lines.join('\n');
}
