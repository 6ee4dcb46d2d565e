// What of a page is still in English while another language is shown. english and
// shown are lists of texts, in which § stands for what is filled in.
/** @param {string[]} english @param {string[]} shown @returns {string[]} */
function leftInEnglish(english, shown) {
  const same = new Set(shown);
  const plain = new Set(english.filter((x) => !x.includes('§') && !same.has(x)));
  const pattern = (x) => new RegExp('^' + x.split('§').map((p) => p.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')).join('.+?') + '$', 's');
  const theirs = shown.filter((x) => x.includes('§')).map(pattern);
  const filled = english.filter((x) => x.includes('§') && !same.has(x) && /\p{L}{3}/u.test(x)).map(pattern);
  const wrong = (text) => plain.has(text) || (filled.some((f) => f.test(text)) && !theirs.some((f) => f.test(text)));
  const out = new Set();
  const look = (text, where) => {
    const s = text?.trim();
    if (s && wrong(s)) out.add(`${where}: ${s.slice(0, 100)}`);
  };
  // What was captured or is typed is the same in every language.
  const foreign = 'code, pre, kbd, script, style, .iso, .mono, [role="tree"], .hex, textarea, noscript, option, [lang]:not(html)';
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n = walker.nextNode(); n; n = walker.nextNode()) if (!n.parentElement.closest(foreign)) look(n.data, n.parentElement.tagName.toLowerCase() + (n.parentElement.className && '.' + n.parentElement.className));
  for (const e of document.querySelectorAll('[aria-label], [title], [placeholder], [data-word]')) for (const a of ['aria-label', 'title', 'placeholder', 'data-word']) look(e.getAttribute(a) ?? '', a);
  look(document.title, 'title of the page');
  return [...out];
}

/** Texts of all topics, in the language of the page. @param {string[]} files @returns {Promise<string[]>} */
async function textsOf(files) {
  const out = new Set();
  const add = (v) => {
    if (typeof v === 'string') out.add(v.trim());
    else if (typeof v === 'function') {
      for (const make of [() => '§', () => 1, () => 22, () => 0]) {
        try {
          const s = String(v(...Array.from({ length: v.length }, make)));
          out.add(s.replace(/NaN|\d+/g, '§').replace(/§[.,]§/g, '§').trim());
        } catch { /* it takes something else */ }
      }
    } else if (v && typeof v === 'object') Object.values(v).forEach(add);
  };
  for (const f of files) Object.values(await import('/static/i18n/' + f)).forEach(add);
  out.delete('');
  return [...out];
}
