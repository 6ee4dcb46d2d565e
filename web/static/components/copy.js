// @ts-check
import { html, useRef, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { say, toast } from './notices.js';
import { Icon } from './icons.js';

/**
 * Puts text on the clipboard. Pages on plain http outside of this machine may
 * not; then the text is left selected in a box.
 * @param {string} text @returns {Promise<boolean>} false: the box is shown
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyByHand(text);
  }
}

/** @param {string} text */
function copyByHand(text) {
  const box = document.createElement('textarea');
  box.value = text;
  box.className = 'sr';
  document.body.append(box);
  box.select();
  let done = false;
  try {
    done = document.execCommand('copy');
  } catch {
    // Left to the person.
  }
  if (done) {
    box.remove();
    return true;
  }
  box.className = 'copy-box';
  box.setAttribute('aria-label', t.copyByHand);
  box.addEventListener('blur', () => box.remove());
  box.select();
  toast(t.copyByHand);
  return false;
}

/**
 * A copy button. Its label turns to "Copied".
 * @param {{text: string|(() => string|Promise<string>), what?: string, words?: boolean, label?: string, class?: string}} p
 */
export function Copy({ text, what = '', words = false, label = t.copy, class: extra = '' }) {
  const [done, setDone] = useState(false);
  const timer = useRef(0);
  const copy = async (/** @type {Event} */ e) => {
    e.stopPropagation();
    const s = typeof text === 'function' ? await text() : text;
    if (!(await copyText(s))) return;
    setDone(true);
    say(t.copied);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setDone(false), 1600);
  };
  return html`<button type="button" class=${`btn small ${words ? '' : 'quiet'} copy${done ? ' copied' : ''} ${extra}`} onClick=${copy} aria-label=${done ? t.copied : what ? t.copyOf(what) : label} title=${done ? t.copied : what ? t.copyOf(what) : label}>
    <${Icon} name=${done ? 'check' : 'copy'} />${words ? html`<span>${done ? t.copied : label}</span>` : null}
  </button>`;
}
