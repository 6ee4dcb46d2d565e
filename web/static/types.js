// @ts-check
/**
 * A row of the list, as the API and the feed write it.
 * @typedef {object} Row
 * @property {string} id 36 characters, sorts by the time it was made
 * @property {number} n running number
 * @property {string} at RFC 3339, UTC, microseconds
 * @property {'in'|'out'} dir
 * @property {string} event
 * @property {string} provider
 * @property {number} status 0: no answer
 * @property {string} failure class, "" if there was an answer
 * @property {string} verdict
 * @property {string} cause
 * @property {string} method
 * @property {string} target request target as it stood in the start line
 * @property {string} host
 * @property {string} source
 * @property {string} [inbox]
 * @property {string} [endpoint]
 * @property {string} [event_id]
 * @property {string} [scheme]
 * @property {number} duration_ms
 * @property {number} size bytes of the request body
 * @property {number} response_size
 * @property {number} tries
 * @property {number} [max_tries]
 * @property {string[]} [flags]
 * @property {string[]} [tags]
 */

/**
 * @typedef {{name: string, value: string}} Header
 *
 * One HTTP message. `wanted` is the announced length, -1 if none was.
 * @typedef {object} Message
 * @property {string} start start line
 * @property {number} [status]
 * @property {Header[]} headers in order, with case and repeats
 * @property {number} size bytes of the body, freed of chunk framing
 * @property {number} wanted
 * @property {boolean} cut
 * @property {boolean} chunked
 * @property {Header[]} [trailers]
 * @property {string} content_type
 * @property {string} content_encoding
 * @property {string[]} [interim]
 *
 * @typedef {{dns_ms: number, connect_ms: number, tls_ms: number, send_ms: number, wait_ms: number, read_ms: number, total_ms: number}} Timing
 *
 * @typedef {object} Attempt
 * @property {number} k
 * @property {'capture'|'forward'|'send'} kind
 * @property {string} target
 * @property {string} started
 * @property {string} remote
 * @property {boolean} reused
 * @property {boolean} answered
 * @property {Timing} timing
 * @property {{class: string, phase: string, text: string}|null} failure
 * @property {Message|null} request
 * @property {Message|null} response
 * @property {string[]} [dropped]
 * @property {string[]} [notes]
 *
 * @typedef {Row & {attempts: Attempt[]}} Delivery
 */

/**
 * One message of the feed.
 * @typedef {object} Frame
 * @property {string} [from]
 * @property {string} [to]
 * @property {Row[]} [rows]
 * @property {Row[]} [changed]
 * @property {string[]} [gone]
 * @property {string[]} [config]
 * @property {boolean} [lag]
 * @property {boolean} [reset]
 * @property {object} [error]
 */

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {Header[]} [headers]
 * @property {string} [body]
 * @property {string} [body_base64]
 * @property {boolean} [template]
 * @property {number} [delay_ms]
 * @property {string[]} [sequence]
 * @property {string} [fault]
 * @property {number} [error_rate]
 * @property {number} [error_status]
 * @property {number} [seed]
 * @property {any[]} [rules]
 *
 * @typedef {object} Target
 * @property {string} name
 * @property {string} url
 * @property {string} [host]
 * @property {string} [path]
 * @property {number} [timeout_ms]
 * @property {boolean} [insecure]
 *
 * @typedef {object} Inbox
 * @property {string} name
 * @property {number} rev
 * @property {string} url
 * @property {string} token
 * @property {boolean} private
 * @property {string} note
 * @property {Answer} answer
 * @property {Target[]} forward
 * @property {string} answer_from
 */
export {};
