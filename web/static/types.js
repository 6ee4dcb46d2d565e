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
 * @property {string} [channel]
 * @property {string} [run] id of the run that made it
 * @property {string} [scheme]
 * @property {number} duration_ms
 * @property {number} size bytes of the request body
 * @property {number} response_size
 * @property {number} tries
 * @property {number} [max_tries]
 * @property {string[]} [flags]
 * @property {string[]} [tags]
 * @property {string} [trashed] since when it is in the trash
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
 * @property {string[]} [secrets] names of header lines, and "?" query parameters, that carry a credential
 *
 * @typedef {{at: string, under_way: boolean, try: number, waits: string}} NextTry try counts from 0; waits says what for, beside the time
 *
 * @typedef {Row & {attempts: Attempt[], next?: NextTry|null}} Delivery
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
 * @property {string} [scheme] "": the headers tell; "none": not checked; else the id of a scheme
 * @property {Secret[]} [secrets]
 * @property {string} [url_base] address as the sender has it
 * @property {Record<string, string>} [context] values that a scheme needs besides the request
 * @property {number} [tolerance_s] 0: as the scheme says
 * @property {'auto'|'off'|string[]} [challenges]
 * @property {string} [challenge_token]
 */

/**
 * A secret. Its value is only ever sent, except once after it was generated.
 * @typedef {object} Secret
 * @property {string} [id] none until it is stored
 * @property {string} name
 * @property {string} [value]
 * @property {boolean} [generate]
 * @property {string} [hint] its last four characters, where that is safe
 * @property {string} [added]
 * @property {string|null} [until] it no longer counts after this
 * @property {string} [public] key that verifies, of one that was generated to sign
 * @property {string} [locked] why its value cannot be used
 */

/**
 * @typedef {{step: string, state: 'ok'|'failed'|'skipped'|'proved'|'shown'|'likely'|'ruled-out', cause?: string, text: string}} Finding
 *
 * What is known of a signature.
 * @typedef {object} Check
 * @property {string} verdict
 * @property {string} scheme
 * @property {string} scheme_name
 * @property {string} algorithm
 * @property {string} header
 * @property {string} secret which one counted, in words
 * @property {string} cause
 * @property {string} cause_title
 * @property {Finding[]} findings
 * @property {number} tried
 * @property {number} ms
 * @property {boolean} complete
 * @property {string|null} [signed_at]
 * @property {number} [age_s]
 * @property {string} received
 * @property {{base64: string, size: number, truncated: boolean}|null} [signed]
 * @property {string} covers
 * @property {string[]|null} [unconfirmed]
 * @property {string} url
 * @property {{verdict: string, scheme: string, cause: string}|null} [captured]
 * @property {{delivery: string, first_changed: number, sent_hex: string, received_hex: string, text: string}|null} [sent]
 *
 * @typedef {object} SavedFilter
 * @property {string} name @property {number} [rev]
 * @property {string} q @property {string} cols @property {string} sort @property {string} group
 *
 * @typedef {object} Program
 * @property {string} language @property {string} code
 * @property {string} file that it reads the body from, "" if it stands in it
 * @property {{name: string, header: string}[]} needs environment variables to set first
 * @property {{code: string, text: string}[]} notes in what it differs from what was recorded
 * @property {{scheme: string, able: boolean, now: boolean, why: string, command: string}} signing
 * @property {string} to scheme and host
 *
 * @typedef {{scheme?: string, secrets?: string[], url?: string, context?: Record<string, string>, got?: string, attempt?: number}} CheckInput
 *
 * @typedef {object} SchemeBrief
 * @property {string} id
 * @property {string} name
 * @property {string} provider
 * @property {string} algorithm
 * @property {string} encoding
 * @property {string} header
 * @property {string} content
 * @property {string} secret_form
 * @property {string} source
 * @property {string[]|null} [unconfirmed]
 * @property {boolean} custom
 * @property {number} [rev]
 *
 * @typedef {object} SchemeTrial
 * @property {boolean} ok
 * @property {{field: string, text: string, line: number, column: number}|null} error
 * @property {Header[]|null} headers
 * @property {string} verdict
 */

/**
 * Counts of deliveries, as they are now.
 * @typedef {object} Tally
 * @property {number} in @property {number} out
 * @property {number} 1xx @property {number} 2xx @property {number} 3xx @property {number} 4xx @property {number} 5xx
 * @property {number} none no answer
 * @property {number} pending no outcome yet, or a further try to come
 * @property {number} failed
 * @property {number} valid @property {number} invalid @property {number} missing @property {number} stale @property {number} unchecked
 * @property {number} p50_ms @property {number} p90_ms @property {number} p95_ms @property {number} p99_ms @property {number} max_ms
 *
 * @typedef {object} Activity
 * @property {string} from @property {string} to @property {number} step_s @property {string} by
 * @property {boolean} complete @property {number} scanned
 * @property {(Tally & {t: string})[]} buckets
 * @property {(Tally & {name: string, next: string|null})[]} groups
 * @property {Tally} total
 */

/**
 * @typedef {{op: 'added'|'removed'|'changed'|'spelled'|'moved', path: string, a: string, b: string, hidden?: boolean}} Change
 * @typedef {{at: number, a: string, b: string, len_a: number, len_b: number}} Range base64 of at most 64 bytes each
 *
 * @typedef {object} Comparison
 * @property {{row: Row, k: number}} a @property {{row: Row, k: number}} b
 * @property {'request'|'response'} part
 * @property {string[]} within what is hidden in the bodies
 * @property {boolean} equal @property {number} ignored
 * @property {Change[]} head
 * @property {{kind: 'same'|'json'|'text'|'binary', changes: Change[]|null, count: number, patch?: any[], unified?: string, ranges?: Range[], size_a: number, size_b: number, cut: boolean}} body
 *
 * @typedef {object} Run
 * @property {string} id @property {string} kind
 * @property {'running'|'paused'|'done'|'cancelled'|'failed'|'interrupted'} state
 * @property {string} created @property {string} [started] @property {string} [ended]
 * @property {string} text @property {number} total @property {number} done
 * @property {number} ok @property {number} failed @property {number} skipped
 * @property {Record<string, number>} [outcomes]
 * @property {number} [rate] @property {number|null} [eta_s]
 * @property {Record<string, number>} [latency]
 * @property {any} [spec] @property {string} [q] @property {string} [error]
 * @property {string[]} [notes] @property {string} [of]
 */
export {};
