// @ts-check
// What the bar of a phone has no room for.
import { html } from './html.js';
import { t } from './i18n/index.js';
import { helpOpen, paletteOpen, theme } from './state.js';
import { Icon } from './components/icons.js';
import { Sheet } from './components/overlay.js';

/** @param {{entries: {page: string, icon: string, text: string}[], page: string, close: () => void}} p page is the one that is shown */
export function More({ entries, page, close }) {
  const all = [...entries, { page: 'runs', icon: 'replay', text: t.nav.runs }];
  const open = (/** @type {{value: boolean}} */ what) => {
    close();
    // Once this sheet has given the focus back.
    setTimeout(() => { what.value = true; });
  };
  const themes = /** @type {const} */ (['system', 'light', 'dark']);
  return html`<${Sheet} title=${t.nav.more} close=${close}>
    <nav class="more" aria-label=${t.nav.more}>${all.map((x) => html`<a class="more-item" key=${x.page} href=${'/' + x.page} aria-current=${page === x.page ? 'page' : undefined} onClick=${() => setTimeout(close)}><${Icon} name=${x.icon} />${x.text}</a>`)}</nav>
    <div class="more"><button type="button" class="more-item" onClick=${() => open(paletteOpen)}><${Icon} name="command" />${t.nav.search}</button>
      <button type="button" class="more-item" onClick=${() => open(helpOpen)}><${Icon} name="help" />${t.nav.help}</button></div>
    <div class="more-theme"><span class="muted">${t.theme.label}</span><div class="segmented" role="radiogroup" aria-label=${t.theme.label}>${themes.map((x) => html`<label><input type="radio" name="more-theme" checked=${theme.value === x} onChange=${() => { theme.value = x; }} />${t.theme[x]}</label>`)}</div></div>
  </${Sheet}>`;
}
