// @ts-check
// How numbers, times and captured text are written.
import { signal } from './html.js';
import { dates, language, numbers } from './i18n/language.js';
import { kept } from './kept.js';

const number = new Intl.NumberFormat(numbers());

/** How times are written: "local", "utc" or "relative". */
export const times = kept('times', 'local');

/** A format in the zone that is chosen. @param {Intl.DateTimeFormatOptions} options @returns {() => Intl.DateTimeFormat} */
export function zoned(options) {
  const local = new Intl.DateTimeFormat(dates(), options);
  const utc = new Intl.DateTimeFormat(dates(), { ...options, timeZone: 'UTC' });
  return () => (times.value === 'utc' ? utc : local);
}
const hands = zoned({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const exact = zoned({ hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3, hourCycle: 'h23' });
const day = zoned({ day: 'numeric', month: 'short' });
const long = zoned({ day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const longest = zoned({ day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3, hourCycle: 'h23' });
const since = new Intl.RelativeTimeFormat(dates(), { style: 'narrow', numeric: 'auto' });
const days = new Intl.NumberFormat(numbers(), { style: 'unit', unit: 'day', unitDisplay: 'long' });
const forms = new Intl.PluralRules(language);

/** 12408 → "12,408" @param {number} n */
export const count = (n) => number.format(n);

/** @type {Intl.NumberFormat[]} */
const decimals = [];

/** 0.25 → "0.3" with one digit, 3 → "3" @param {number} v @param {number} digits most after the point @param {number} [least] */
export function decimal(v, digits, least = 0) {
  return (decimals[digits * 4 + least] ||= new Intl.NumberFormat(numbers(), { maximumFractionDigits: digits, minimumFractionDigits: least })).format(v);
}

/**
 * A number and the word for so many: "1 delivery", "2 deliveries".
 * @param {number} n @param {string} one @param {string} other @param {string} [many] for full millions, where the language has such a form
 */
export function plural(n, one, other, many = other) {
  const form = forms.select(n);
  return `${count(n)} ${form === 'one' ? one : form === 'many' ? many : other}`;
}

/** "10:42:07.318", in Spain "10:42:07,318" @param {number} ms since 1970 */
export const time = (ms) => exact().format(ms);

/** The present, as often as relative times change. */
const present = signal(Date.now());
let ticking = 0;

/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const units = [['day', 86_400], ['hour', 3600], ['minute', 60], ['second', 1]];

/** "now", "5min ago", "yesterday" @param {number} ms */
export function ago(ms) {
  ticking ||= window.setInterval(() => {
    present.value = Date.now();
  }, 5000);
  const s = Math.max(0, (present.value - ms) / 1000);
  const [unit, size] = units.find(([, x]) => s >= x) || units[3];
  return since.format(-Math.floor(s / size), unit);
}

/** The day of a time, in the zone that is chosen. @param {number} ms */
const dayOf = (ms) => (times.value === 'utc' ? String(Math.floor(ms / 86_400_000)) : new Date(ms).toDateString());

/** What times that are shown depend on besides themselves: another value, other texts. */
export function clock() {
  if (times.value === 'relative') ago(0);
  return times.value + (times.value === 'relative' ? present.value : dayOf(Date.now()));
}

/** Whether a time is of this day. @param {number} ms */
const today = (ms) => dayOf(ms) === dayOf(Date.now());

/** Time of day, with the day in front when it is not today; how long ago where that is chosen. @param {number} ms */
export function timeOrDay(ms) {
  if (times.value === 'relative') return ago(ms);
  return today(ms) ? time(ms) : day().format(ms) + ' ' + hands().format(ms).slice(0, 5);
}

/** "22 Nov 2026, 07:01:15", or with its thousandths @param {number} ms @param {boolean} [fine] */
export const moment = (ms, fine) => (fine ? longest : long)().format(ms) + (times.value === 'utc' ? ' UTC' : '');

/** 104 → "104 ms", 0.42 → "0.4 ms", 0.01 → "<0.1 ms", 61000 → "61 s" @param {number} ms */
export function duration(ms) {
  if (ms <= 0) return '0 ms';
  if (ms < 0.05) return `<${decimal(0.1, 1)} ms`;
  if (ms < 10) return decimal(ms, 1) + ' ms';
  if (ms < 1000) return Math.round(ms) + ' ms';
  if (ms < 10_000) return decimal(ms / 1000, 1) + ' s';
  if (ms < 120_000) return Math.round(ms / 1000) + ' s';
  return Math.round(ms / 60_000) + ' min';
}

/** 2114 → "2.1 kB"; decimal units @param {number} n */
export function bytes(n) {
  if (n < 1000) return n + ' B';
  const units = ['kB', 'MB', 'GB', 'TB'];
  let u = -1;
  do {
    n /= 1000;
    u++;
  } while (n >= 999.5 && u < units.length - 1);
  return (n < 9.95 ? decimal(n, 1, 1) : Math.round(n)) + ' ' + units[u];
}

/** Seconds → "30 days", "4 h", "12 min", "8 s" @param {number} s */
export function span(s) {
  if (s >= 172_800) return days.format(Math.round(s / 86_400));
  if (s >= 7200) return Math.round(s / 3600) + ' h';
  if (s >= 120) return Math.round(s / 60) + ' min';
  return Math.round(s) + ' s';
}

// Controls, line separators and marks that reorder text: they could hide or
// disguise what was captured.
const unseen = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
const unseenButBreaks = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** @param {string} c */
function picture(c) {
  const n = c.charCodeAt(0);
  if (n < 0x20) return String.fromCharCode(0x2400 + n);
  if (n === 0x7f) return '\u2421';
  return '\\u' + n.toString(16).padStart(4, '0');
}

/** Captured text on one line: what cannot be seen is written out. @param {string} s */
export const visible = (s) => (unseen.test(s) ? s.replace(unseen, picture) : s);
/** Same, tabs and line ends stay. @param {string} s */
export const visibleText = (s) => s.replace(unseenButBreaks, picture);

/**
 * Text of bytes, null if they are not UTF-8. A piece cut off may end inside a
 * character, which does not count.
 * @param {Uint8Array} bytes @param {boolean} cut
 */
export function textOf(bytes, cut) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: cut });
  } catch {
    return null;
  }
}

/** The path part of a target. @param {string} target */
export function pathOf(target) {
  const q = target.indexOf('?');
  return q < 0 ? target : target.slice(0, q);
}

/**
 * Name and value pairs of a query string or form, in order, repeats kept,
 * `+` and percent escapes undone; what is not valid UTF-8 stays escaped.
 * @param {string} s @returns {{name: string, value: string}[]}
 */
export function pairs(s) {
  return s.split('&').filter((p) => p !== '').map((p) => {
    const i = p.indexOf('=');
    return { name: unescape1(i < 0 ? p : p.slice(0, i)), value: i < 0 ? '' : unescape1(p.slice(i + 1)) };
  });
}

/** @param {string} s */
function unescape1(s) {
  s = s.replace(/\+/g, ' ');
  try {
    return decodeURIComponent(s);
  } catch {
    return s;
  }
}

/** Index in UTF-16 units of a byte offset in UTF-8. @param {string} s @param {number} offset */
export function fromByte(s, offset) {
  let b = 0;
  let i = 0;
  while (i < s.length && b < offset) {
    const c = /** @type {number} */ (s.codePointAt(i));
    b += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    i += c > 0xffff ? 2 : 1;
  }
  return i;
}

/** Byte offset in UTF-8 of an index in UTF-16 units. @param {string} s @param {number} index */
export const toByte = (s, index) => new TextEncoder().encode(s.slice(0, index)).length;
