// What is wrong with a language of the page: words that are missing, left over, empty
// or left in English, and functions that take or give something else than in English.

/**
 * Keys that an object has twice: the later one hides the earlier one without a word.
 * @param {string} source of a module @returns {string[]}
 */
export function twice(source) {
  // Texts and comments become blanks of the same length, but for names in quotes.
  const bare = source.replace(/\/\*.*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\$]|\\.|\$(?!\{)|\$\{(?:[^{}`]|`[^`]*`|\{[^{}]*\})*\})*`/gs, (x, at) => (x[0] === "'" && /^\s*:/.test(source.slice(at + x.length)) ? x : ' '.repeat(x.length)));
  const out = [];
  /** @type {Set<string>[]} */
  const open = [];
  for (const [, brace, key] of bare.matchAll(/([{}])|(?<=[{,]\s*)('[^']*'|[\w$]+)(?=\s*:)/g)) {
    if (brace === '{') open.push(new Set());
    else if (brace === '}') open.pop();
    else if (open.at(-1)?.has(key)) out.push(key);
    else open.at(-1)?.add(key);
  }
  return out;
}

/** A text that shows where it went. @param {number} i */
const mark = (i) => `§${i}`;
const marks = /§[\w]+/g;
const codelike = /[{}<>=*_/@\\]|:\S|\.[a-z*]|^[A-Z\d][A-Z\d./-]*$/;
/** What numbers are followed by, or given as. */
const units = /^(\+?NaN|ms|min|kB|MB|GB)$/;

/** Whether a text has words that ought to differ between languages. @param {string} s @param {string[]} same */
function wordy(s, same) {
  if (same.includes(s.trim())) return false;
  return s.replace(marks, '').split(/\s+/).some((w) => !codelike.test(w) && !units.test(w) && /\p{L}{2}/u.test(w));
}

/** What functions are called with: numbers of both forms, texts, objects. @type {((i: number) => any)[]} */
const probes = [() => 1, (i) => 20 + i, () => 0, mark, (i) => [mark(i), ''], () => new Proxy({}, { get: (_, k) => (typeof k === 'string' ? mark(`o${k}`) : undefined) })];

/** @param {Function} f @param {Function} make */
function call(f, make) {
  try {
    return String(f(...Array.from({ length: f.length }, (_, i) => make(i + 1))));
  } catch {
    return null;
  }
}

/** @param {string} s */
const digits = (s) => s.match(/\d+/g) || [];
/** @param {string} s */
const noDigits = (s) => s.replace(/[\d.,]+/g, '');

/**
 * @param {any} en @param {any} other @param {string} path @param {string[]} same texts that may be the same in both
 * @returns {string[]} what is wrong
 */
export function faults(en, other, path, same) {
  if (other === undefined) return [`${path} is missing`];
  if (typeof en !== typeof other || Array.isArray(en) !== Array.isArray(other)) return [`${path} is of another kind than in English`];
  if (typeof en === 'string') return textFaults(en, other, path, same);
  if (typeof en === 'function') return callFaults(en, other, path, same);
  if (typeof en !== 'object' || en === null) return [`${path} is neither text, function nor group`];
  return [
    ...Object.keys(other).filter((k) => !(k in en)).map((k) => `${path}.${k} is not there in English`),
    ...Object.keys(en).flatMap((k) => faults(en[k], other[k], `${path}.${k}`, same)),
  ];
}

/** @param {string} en @param {string} other @param {string} path @param {string[]} same */
function textFaults(en, other, path, same) {
  if (en.trim() && !other.trim()) return [`${path} is empty`];
  if (en === other && wordy(en, same)) return [`${path} is left in English: ${en}`];
  return (en.match(/\{\{.*?\}\}|§\w+/g) || []).filter((x) => !other.includes(x)).map((x) => `${path} lacks ${x}: ${other}`);
}

/** @param {Function} en @param {Function} other @param {string} path @param {string[]} same */
function callFaults(en, other, path, same) {
  if (en.length !== other.length) return [`${path} takes ${other.length} values, in English ${en.length}`];
  const out = [];
  let tried = 0;
  for (const make of probes) {
    const a = call(en, make);
    if (a === null) continue;
    tried++;
    const b = call(other, make);
    if (b === null) {
      out.push(`${path} fails where English does not`);
      continue;
    }
    out.push(...textFaults(a, b, path, same));
    if (make === probes[1]) out.push(...digits(a).filter((n) => !digits(b).includes(n)).map((n) => `${path} lacks the number ${n}: ${b}`));
  }
  if (!tried) out.push(`${path} cannot be tried`);
  const [one, many] = probes;
  if (noDigits(call(en, one) ?? '') !== noDigits(call(en, many) ?? '') && noDigits(call(other, one) ?? '') === noDigits(call(other, many) ?? '')) {
    out.push(`${path} has one form for one and many: ${call(other, many)}`);
  }
  return out;
}

/**
 * @param {string} base address of the page's files, with a slash at the end
 * @param {string[]} files English files, such as "en-send.js" @param {string} code of the language
 */
export async function check(base, files, code) {
  /** @type {Record<string, any>} */
  const english = {};
  for (const f of files) Object.assign(english, await import(`${base}i18n/${f}`));
  const { default: other, same = [] } = await import(`${base}i18n/${code}.js`);
  return [...new Set(faults(english, other, code, same))];
}

/**
 * Words that a module of the page asks for and that there are not, such as t.nav.nothing.
 * @param {string} source @param {Record<string, any>} words by the name they are exported by, t among them
 */
export function unknown(source, words) {
  const out = [];
  for (const [, names] of source.matchAll(/^import \{ ([^}]*) \} from '[^']*i18n\/(?:index|en[\w-]*)\.js';/gm)) {
    for (const item of names.split(',')) {
      const [name, alias = name] = item.trim().split(' as ');
      for (const [use, chain] of source.matchAll(new RegExp(`(?<![-.//\\w$])${alias.replace('$', '\\$')}((?:\\.\\w+)+)`, 'g'))) {
        let at = words[name];
        for (const key of chain.slice(1).split('.')) {
          if (typeof at === 'string' || typeof at === 'function') break;
          at = at?.[key];
        }
        if (at === undefined) out.push(use);
      }
    }
  }
  return [...new Set(out)];
}

/** @param {string[]} files of words @param {(name: string) => Promise<string>} read */
export async function checkTwice(files, read) {
  const out = [];
  for (const f of files) out.push(...twice(await read(`i18n/${f}`)).map((key) => `i18n/${f} has ${key} twice in one group`));
  return out;
}

/** @param {string} base @param {string[]} files English files @param {string[]} modules of the page, below base @param {(name: string) => Promise<string>} read */
export async function checkUses(base, files, modules, read) {
  /** @type {Record<string, any>} */
  const words = { t: (await import(`${base}i18n/index.js`)).t };
  for (const f of files) Object.assign(words, await import(`${base}i18n/${f}`));
  const out = [];
  for (const m of modules) out.push(...unknown(await read(m), words).map((use) => `${m} uses ${use}, which is not there`));
  return out;
}

/**
 * Ids that groups of words lack.
 * @param {string} base @param {string[]} files English files @param {string} code of the language @param {Record<string, string[]>} groups ids by the name of their group, such as "page.failures"
 */
export async function lacking(base, files, code, groups) {
  /** @type {Record<string, any>} */
  const words = {};
  if (code === 'en') for (const f of files) Object.assign(words, await import(`${base}i18n/${f}`));
  else Object.assign(words, (await import(`${base}i18n/${code}.js`)).default);
  return Object.entries(groups).flatMap(([name, ids]) => {
    const group = name.split('.').reduce((x, key) => x?.[key], words);
    return ids.filter((id) => !group?.[id]).map((id) => `${name}.${id}`);
  });
}
