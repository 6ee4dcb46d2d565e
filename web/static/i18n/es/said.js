// @ts-check
// Spanish for what the server says by itself: each English form with its Spanish one.
// {0}, {1} … are what the server fills in. A test takes the forms out of the Go code
// and holds that each has its line here; ../../said.js says how a text is recognised.
//
// One line a form, so that the test can read it. Style and glossary: ../es.js. Texts
// begin in small letters where the English ones do: the name of a field may go before.
import advice from './advice.js';
import api from './api.js';
import check from './check.js';
import doctor from './doctor.js';
import events from './events.js';
import fields from './fields.js';
import files from './files.js';
import filters from './filters.js';
import keys from './keys.js';
import sending from './sending.js';
import variations from './variations.js';

/** @type {Record<string, string>} */
export default { ...check, ...variations, ...keys, ...filters, ...fields, ...advice, ...sending, ...api, ...events, ...doctor, ...files };
