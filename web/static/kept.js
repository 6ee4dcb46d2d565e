// @ts-check
// Choices that this browser keeps.
import { effect, signal } from './html.js';

/**
 * A choice that outlives the page. Where storage is denied it lives as long as the page.
 * @param {string} name @param {string} fallback
 */
export function kept(name, fallback) {
  let first = fallback;
  try {
    first = localStorage.getItem('boathook.' + name) ?? fallback;
  } catch {
    // Storage may be switched off.
  }
  const s = signal(first);
  effect(() => {
    try {
      localStorage.setItem('boathook.' + name, s.value);
    } catch {
      // As above.
    }
  });
  return s;
}
