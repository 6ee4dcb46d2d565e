// @ts-check
// An endpoint that was deleted can be made again. Its secrets are gone for good: they
// are never in the page.
import { html, signal, useState } from '../html.js';
import { endpoints as e } from '../i18n/en-endpoints.js';
import { visible } from '../format.js';
import { go, url } from '../router.js';
import { Icon } from '../components/icons.js';
import { toast, toastFailure } from '../components/notices.js';
import { t } from '../i18n/index.js';
import { calls } from '../send/calls.js';
import { justMade } from './new.js';

/** The endpoint that was deleted last, until that is undone or another page is looked at. @type {{value: import('../send/types.js').Endpoint|null}} */
export const undo = signal(null);

export function Undo() {
  const x = undo.value;
  const [busy, setBusy] = useState(false);
  if (!x) return null;
  const back = async () => {
    setBusy(true);
    const signs = Boolean(x.secrets?.length);
    const smtp = x.email?.smtp;
    try {
      const made = await calls.createEndpoint({
        ...x, rev: 0, secrets: signs ? undefined : [], auth: x.auth.secret ? { kind: 'none', name: '', secret: null } : x.auth,
        email: smtp?.password ? { ...x.email, smtp: { ...smtp, user: '', password: null } } : x.email,
      });
      undo.value = null;
      justMade.value = { name: made.name, secrets: (made.secrets || []).filter((s) => s.value), ping: made.ping };
      toast(signs ? e.restored(visible(x.name)) : e.restoredPlain(visible(x.name)));
      go(url('endpoints', [made.name]));
    } catch (err) {
      toastFailure(/** @type {Error} */ (err).message);
    } finally {
      setBusy(false);
    }
  };
  return html`<p class="note row-gap" role="status"><span class="iso">${e.removed(visible(x.name))}</span><button type="button" class="btn small" disabled=${busy} onClick=${back}><${Icon} name="undo" />${e.undo}</button><span class="grow"></span>
    <button type="button" class="btn quiet small" aria-label=${t.close} onClick=${() => { undo.value = null; }}><${Icon} name="close" /></button></p>`;
}
