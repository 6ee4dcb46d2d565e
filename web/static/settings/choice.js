// @ts-check
// A setting that is one of a few.
import { html } from '../html.js';

/** What takes a choice into a signal. @param {{value: string}} signal @returns {(v: string) => void} */
export const put = (signal) => (v) => {
  signal.value = v;
};

/**
 * One of a few.
 * @param {{label: string, name: string, value: string, options: [string, string][], set: (v: string) => void, hint?: any}} p
 */
export function Choice({ label, name, value, options, set, hint }) {
  return html`<div class="field" role="radiogroup" aria-label=${label}><span class="choice-label">${label}</span><div><div class="segmented">${options.map(([v, text]) => html`<label><input type="radio" name=${name} value=${v} checked=${v === value} onChange=${() => set(v)} />${text}</label>`)}</div></div>
    ${hint ? html`<p class="muted">${hint}</p>` : null}</div>`;
}
