// @ts-check
// The retry rule that counts for an endpoint, and when it is tried by it.
import { signal, useEffect } from '../html.js';
import { calls } from '../send/calls.js';
import { askProvider, details } from '../send/catalog.js';
import { planOf, presetOf } from './model.js';

/** @typedef {import('../send/types.js').Retry} Retry */
/** @typedef {import('../send/types.js').ProviderDetail} ProviderDetail */

/** The rule where neither an endpoint nor its provider has one, null until it has come. @type {{value: Retry|null}} */
const fallback = signal(null);

/**
 * The plan of {@link planOf} by the rule that counts.
 * @param {Retry} retry @param {ProviderDetail|undefined} p the provider, undefined if it is not known yet or several are
 * @param {boolean} [none] there is no provider
 */
export function usePlan(retry, p, none = false) {
  const left = (retry.preset || 'provider') === 'provider' && (p ? !p.retry_known : none);
  const rule = (left && fallback.value) || retry;
  const of = presetOf[rule.preset];
  useEffect(() => {
    if (left) calls.settings().then((v) => (fallback.value = v.retry), () => {}); // the provider's is shown, which is none
  }, [left]);
  useEffect(() => {
    if (of) askProvider(of).catch(() => {}); // the plan is left out then
  }, [of]);
  return planOf(rule, of ? details.value[of] : p);
}
