// @ts-check
// The page begins when the words of its language are there.
import { ready } from './i18n/language.js';

ready.then(() => import('./main.js'));
