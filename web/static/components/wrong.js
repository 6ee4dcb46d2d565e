// @ts-check
// Marks what the server refused in a form where it stands.
import { useEffect } from '../html.js';

/**
 * The field with the server's name for it in data-field is marked and has the focus
 * until it is tried again; what is wrong is told by the element with the id.
 * @param {{current: HTMLElement|null}} form @param {import('../api.js').Problem|null} problem @param {string} id
 */
export function useWrong(form, problem, id) {
  useEffect(() => {
    const find = (/** @type {string} */ name) => form.current?.querySelector(`[data-field="${CSS.escape(name)}"]`);
    const field = problem?.field && (find(problem.field) || find(problem.field.replace(/\[\d+\].*$/, '')));
    if (!(field instanceof HTMLElement)) return;
    field.setAttribute('aria-invalid', 'true');
    field.setAttribute('aria-describedby', id);
    field.focus();
    return () => {
      field.removeAttribute('aria-invalid');
      field.removeAttribute('aria-describedby');
    };
  }, [problem]);
}
