// @ts-check
// Settings › General: how the page looks and speaks in this browser.
import { html } from '../html.js';
import { t } from '../i18n/index.js';
import { settings as words } from '../i18n/en-settings.js';
import { language, languages, setLanguage, setting } from '../i18n/language.js';
import { density, detailSide, theme } from '../state.js';
import { moment, timeOrDay, times } from '../format.js';
import { Choice, put } from './choice.js';

/** Name of a language in itself: "English", "Español". @param {string} code */
function nameOf(code) {
  const name = new Intl.DisplayNames(code, { type: 'language' }).of(code) || code;
  return name[0].toLocaleUpperCase(code) + name.slice(1);
}

const opened = Date.now() - 754_321;

export function GeneralSection() {
  return html`<section class="section"><h2>${words.sections.general}</h2>
    <${Choice} label=${words.language} name="language" value=${setting()} options=${[['system', words.languageSystem], ...languages.map((code) => [code, nameOf(code)])]} set=${setLanguage} hint=${language === 'en' ? '' : words.languageHint} />
    <${Choice} label=${t.theme.label} name="theme" value=${theme.value} options=${[['system', t.theme.system], ['light', t.theme.light], ['dark', t.theme.dark]]} set=${put(theme)} />
    <${Choice} label=${t.density.label} name="density" value=${density.value} options=${[['comfortable', t.density.comfortable], ['compact', t.density.compact]]} set=${put(density)} hint=${words.densityHint} />
    <${Choice} label=${words.detail} name="detail" value=${detailSide.value} options=${[['right', words.detailRight], ['below', words.detailBelow], ['over', words.detailOver]]} set=${put(detailSide)} hint=${words.detailHint} />
    <${Choice} label=${words.times} name="times" value=${times.value} options=${[['local', words.timesLocal], ['utc', 'UTC'], ['relative', words.timesRelative]]} set=${put(times)}
      hint=${html`${words.timesExample} <b class="num">${timeOrDay(opened)}</b> · ${moment(opened)}`} />
  </section>`;
}
