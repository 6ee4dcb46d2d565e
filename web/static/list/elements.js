// @ts-check
// Elements that serve again and again. A page is told nothing twice: setting what is
// set already costs as much as setting something new.

/** @param {string} tag @param {string} [name] class */
export function element(tag, name) {
  const el = document.createElement(tag);
  if (name) el.className = name;
  return el;
}

/** Calls set when a value is another one than before. @template T @param {(v: T) => void} set @param {T} now as it stands @returns {(v: T) => void} */
function changes(set, now) {
  return (v) => {
    if (v !== now) set((now = v));
  };
}

/** Writes a text at the end of an element. @param {Element} el */
export function text(el) {
  const node = document.createTextNode('');
  el.append(node);
  return changes((s) => { node.data = s; }, '');
}

/** Sets an attribute, which "" takes away. @param {Element} el @param {string} name */
export const attribute = (el, name) => changes((s) => { if (s) el.setAttribute(name, s); else el.removeAttribute(name); }, '');

/** Sets the classes of an element. @param {Element} el */
export const classes = (el) => changes((s) => { el.className = s; }, '');

/** Puts an element into its place, or takes it away. It is made when it is wanted first. @param {() => Element} make @param {(el: Element) => void} put */
export function sometimes(make, put) {
  /** @type {Element|undefined} */
  let el;
  return changes((wanted) => { if (wanted) put((el ??= make())); else el?.remove(); }, false);
}
