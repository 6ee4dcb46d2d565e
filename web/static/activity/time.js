// @ts-check
// Times of the charts, and ranges of time as filters.
import { times, zoned } from '../format.js';

const hm = zoned({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const hms = zoned({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const day = zoned({ day: 'numeric', month: 'short' });

/** Time of a step: as exact as the step is long. @param {number} ms @param {number} step seconds */
export function clockOf(ms, step) {
  if (step < 60) return hms().format(ms);
  if (step < 300) return hm().format(ms);
  return step < 86_400 ? day().format(ms) + ' ' + hm().format(ms) : day().format(ms);
}

/** What stands under an axis. @param {number} s seconds since 1970 @param {number} apart seconds between two of them */
export function tickOf(s, apart) {
  const ms = s * 1000;
  if (apart >= 86_400) return day().format(ms);
  const at = new Date(ms);
  if (apart >= 3600 && (times.value === 'utc' ? at.getUTCHours() : at.getHours()) === 0) return day().format(ms);
  return (apart < 60 ? hms : hm)().format(ms);
}

/** As fields of the type datetime-local have it: local, to the second. @param {number} ms */
export function localOf(ms) {
  const d = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return d.toISOString().slice(0, 19);
}

/** Time in a filter, UTC. @param {number} ms */
const filterTime = (ms) => new Date(ms).toISOString().replace('.000Z', 'Z');

/** Terms for a range of time. @param {number} from ms @param {number} to ms */
export const rangeTerms = (from, to) => `after:${filterTime(from)} before:${filterTime(to)}`;
