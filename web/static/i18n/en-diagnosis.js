// @ts-check
// English words for what a check of a signature found: verdict, cause, what to do.
import { words } from './language.js';

export const diagnosis = words('diagnosis', {
  /** @type {Record<string, string>} */
  title: {
    valid: 'The signature is valid', invalid: 'The signature does not match', missing: 'There is no signature',
    stale: 'Genuine, but outside its time window', unchecked: 'The signature is not checked',
  },
  /** What a cause is called in a few words. @type {Record<string, string>} */
  causes: { reserialized: 're-serialised JSON', 'secret-whitespace': 'white space in the secret', 'secret-encoding': 'secret decoded wrongly', 'other-secret': 'another secret', 'other-scheme': 'another scheme', encoding: 'digest written in another form', version: 'signature of another version', stale: 'timestamp outside the window', url: 'another URL', 'trailing-newline': 'line ends or white space around the body', compressed: 'compressed body', 'base64-body': 'base64 around the body', charset: 'character set changed', 'form-reencoded': 'form parsed and written anew', 'timestamp-unit': 'timestamp in another unit or form', template: 'other parts or order signed', 'wrong-hash': 'another hash', truncated: 'body not whole', 'header-missing': 'signature header missing', 'header-name': 'header renamed', 'header-joined': 'several headers joined', 'header-value': 'header with another value', malformed: 'signature cannot be read', 'key-type': 'key of another kind', 'secret-missing': 'no secret', comparison: 'only the comparison is wrong', unknown: 'cause not found' },
  /** What to do about a cause. @type {Record<string, string>} */
  fixes: {
    reserialized: 'Check the raw bytes before any JSON decoding, and let nothing in between parse the body.',
    'secret-whitespace': 'Take the white space out of the secret: often a line end at the end of a file or an environment variable.',
    'secret-encoding': 'Give the secret in the form the scheme takes, with its prefix and undecoded.',
    'other-secret': 'Take the secret of exactly this endpoint from the provider, and set it here and in your app.',
    'other-scheme': 'Choose the scheme that was found.',
    encoding: 'Compare decoded bytes, not texts: hex and base64 of one digest look different.',
    version: 'Look at every entry of the header and take those of the scheme’s version.',
    stale: 'Set the clock, or send it anew: a replayed request has to be signed again.',
    url: 'Set the public address as the sender knows it.',
    'trailing-newline': 'Take the body as it is: no trimming, no line end added.',
    compressed: 'Check the body in the form that was signed: before or after decompression.',
    'base64-body': 'Decode the base64 of the gateway first, then check.',
    charset: 'Check bytes, never text that was decoded and encoded again.',
    'form-reencoded': 'Check the raw form as it came, not its parsed fields.',
    'timestamp-unit': 'Use the text of the timestamp header as it is.',
    template: 'Put the signed content together as the scheme says: see the code below.',
    'wrong-hash': 'Use the hash function of the scheme: see the code below.',
    truncated: 'Raise the body limit where it is cut, and read the body once.',
    'header-missing': 'Set the secret at the sender; if it is set there, look for a proxy that drops the header.',
    'header-name': 'Let the proxy pass the header under its own name.',
    'header-joined': 'Let the proxy pass headers one by one.',
    'header-value': 'Send the header with the value the scheme fixes.',
    malformed: 'Look at the header under Request: something wrote another form into it.',
    'key-type': 'Set a key of the kind the scheme uses.',
    'secret-missing': 'Set the secret of the sender below.',
    comparison: 'Compare decoded bytes, with a function that takes constant time.',
    unknown: 'Try the secret of the sender here, or look for what rewrites the body on the way.',
  },
});
