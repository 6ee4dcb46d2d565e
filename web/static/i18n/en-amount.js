// @ts-check
// English words about numbers that are typed.
import { count } from '../format.js';
import { words } from './language.js';

export const amount = words('amount', {
  /** What is needed. @param {boolean} whole @param {number} least @param {number} most Infinity for no bound */
  needed: (whole, least, most) => `${whole ? 'a whole number' : 'a number'}${most < Infinity ? ` from ${count(least)} to ${count(most)}` : least ? `, ${count(least)} or more` : ''} is needed`,
});
