// @ts-check
// Asks the server what is hidden, and again when that has changed.
import { effect } from '../html.js';
import { json } from '../api.js';
import { server, sync } from '../state.js';
import { rulesOf } from './rules.js';
import { adopt } from './secrets.js';

/** Of which list of which server the rules are. */
let read = '';
/** How often it was asked for: the last answer counts. */
let asked = 0;

/** Asks for the list, if it is another one than before. @param {{mask: number, started: string}|null} [of] the state of the server, null while it is not known */
async function ask(of) {
  const now = of ? `${of.mask} ${of.started}` : '';
  if (now && now === read) return;
  const turn = ++asked;
  try {
    const list = await json('/settings/mask');
    if (turn !== asked) return;
    adopt(rulesOf(list));
    read = now;
  } catch {
    // It is asked for again when the state of the server is.
  }
}
effect(() => {
  ask(server.value);
});
sync.onconfig.add((/** @type {string[]} */ keys) => {
  if (keys.includes('mask/list')) ask();
});
