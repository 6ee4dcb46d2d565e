// @ts-check
// The way to a value of JSON, as other tools write it.

/** @typedef {(string|number)[]} Steps keys and places in lists */

const plain = /^[A-Za-z_]\w*$/;

/** "$.items[0]['two words']", as RFC 9535 has it. @param {Steps} steps */
export const jsonPath = (steps) => '$' + steps.map((x) => (typeof x === 'number' ? `[${x}]` : plain.test(x) ? '.' + x : `['${JSON.stringify(x).slice(1, -1).replace(/\\"/g, '"').replace(/'/g, "\\'")}']`)).join('');

/** '.items[0]["two words"]' @param {Steps} steps */
export const jqPath = (steps) => {
  const all = steps.map((x) => (typeof x === 'number' ? `[${x}]` : plain.test(x) ? '.' + x : `[${JSON.stringify(x)}]`)).join('');
  return all.startsWith('.') ? all : '.' + all;
};
