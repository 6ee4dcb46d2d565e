// @ts-check
// A new endpoint.
import { html, signal, useState } from '../html.js';
import { t } from '../i18n/index.js';
import { endpoints as e } from '../i18n/en-endpoints.js';
import { Problem } from '../api.js';
import { go, place, url } from '../router.js';
import { calls } from '../send/calls.js';
import { Terminal } from '../settings/facts.js';
import { commandOf } from './command.js';
import { Form } from './form.js';
import { newEndpoint } from './model.js';

/** What its making brought: secrets shown once, and the provider's ping. @type {{value: {name: string, secrets: import('../types.js').Secret[], ping: {delivery: string|null, n: number, error: string}|null}|null}} */
export const justMade = signal(null);

export function New() {
  const [x, setX] = useState(() => newEndpoint(place.value.params));
  const [problem, setProblem] = useState(/** @type {Problem|null} */ (null));
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const { name, secrets, ping } = await calls.createEndpoint({ ...x, created: undefined, secrets: x.secrets ?? undefined });
      justMade.value = { name, secrets: (secrets || []).filter((s) => s.value), ping };
      go(url('endpoints', [name]));
    } catch (err) {
      setProblem(/** @type {Problem} */ (err));
    } finally {
      setBusy(false);
    }
  };
  return html`<p><a href="/endpoints">${e.back}</a></p><div class="page-head"><h1>${e.newTitle}</h1></div>
    <${Form} x=${x} set=${(/** @type {any} */ change) => setX((now) => ({ ...now, ...change }))} problem=${problem} save=${save} busy=${busy} dirty end=${html`<a class="btn" href="/endpoints">${t.cancel}</a>`} />
    <${Terminal} commands=${[commandOf(x)]} />`;
}
