// @ts-check
// Style sheets of pages that are fetched when they are first shown.

/** @type {Map<string, Promise<void>>} */
const asked = new Map();

/**
 * Applies a style sheet, once. It resolves when it is there, so that nothing is
 * drawn without it.
 * @param {string} name of a file in css/, without its end
 */
export function style(name) {
  let there = asked.get(name);
  if (!there) {
    there = new Promise((done, fail) => {
      const link = document.createElement('link');
      link.rel = 'stylesheet';
      link.href = `/static/css/${name}.css`;
      link.onload = () => done();
      link.onerror = () => {
        link.remove();
        asked.delete(name);
        fail(new Error(name));
      };
      document.head.append(link);
    });
    asked.set(name, there);
  }
  return there;
}

/** The sheets that parts besides the list share. They stand before those of a single part. */
export const common = () => Promise.all(['body', 'sign', 'pages'].map(style));

/**
 * A view and its style sheets.
 * @param {Promise<any>} module @param {string} view name of the export @param {string[]} sheets
 */
export const styled = (module, view, ...sheets) => Promise.all([module, ...sheets.map(style)]).then(([m]) => m[view]);
