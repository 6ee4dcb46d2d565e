// @ts-check
/**
 * @typedef {{topic: string, text: string, source?: string, documented: boolean}} Fact
 *
 * @typedef {object} Provider
 * @property {string} id
 * @property {string} name
 * @property {string[]} aliases
 * @property {string} description
 * @property {string} docs
 * @property {string} scheme "" if it does not sign
 * @property {number} events
 * @property {Fact[]} facts
 * @property {string} retry
 * @property {boolean} retry_known false: the rule of the settings counts
 * @property {string} resend
 * @property {string[]} formats
 * @property {boolean} custom
 *
 * @typedef {object} EventSummary
 * @property {string} id provider/name
 * @property {string} name
 * @property {string} subscription
 * @property {string} description
 * @property {string} group
 * @property {string[]} variants
 * @property {number} subscribers
 * @property {boolean} documented
 * @property {boolean} deprecated
 *
 * What the catalogue says of the wire; only what the page looks at.
 * @typedef {object} Definition
 * @property {{name?: string, value?: string, when?: string, slot?: string}[]} headers
 * @property {{delays?: string[], preset?: string, jitter?: number}} retry
 * @property {{after: string, failures?: number}} [disable]
 * @property {{event: string, on_create?: boolean}} [ping]
 * @property {boolean} [channels]
 * @property {string} [wildcard]
 * @property {Record<string, string>} [meta]
 * @property {string} [event_names] pattern of names that a user may choose
 * @property {string[]} success
 * @property {number} timeout_s
 *
 * @typedef {Provider & {event_types: EventSummary[], definition: Definition}} ProviderDetail
 *
 * @typedef {object} Field
 * @property {string} name dotted path, [] for the items of a list
 * @property {string} type
 * @property {boolean} [required]
 * @property {any} [example]
 * @property {any[]} [enum]
 * @property {string} [format]
 * @property {string} [description]
 * @property {boolean} [custom]
 * @property {string} [source]
 * @property {number} [max_length] in characters
 * @property {boolean} [from_sample] seen in the sample, not described
 *
 * @typedef {EventSummary & {provider: string, fields: Field[], schema: any, samples: {variant: string, source?: string, generated: boolean, description?: string}[], source: string}} EventDetail
 *
 * @typedef {{path: string, kind: string, text: string, line?: number, column?: number}} Fault
 * @typedef {{endpoint: string, kind: string, url: string, on: boolean, events: string[], note: string}} Subscriber
 *
 * @typedef {object} EventInput
 * @property {string} type
 * @property {string[]} [to]
 * @property {string[]} [set]
 * @property {string} [variant]
 * @property {string} [body]
 * @property {string} [from]
 * @property {string[]} [channels]
 * @property {string} [campaign]
 * @property {string} [form]
 * @property {boolean} [offline]
 * @property {boolean} [crm]
 * @property {string} [request_id]
 * @property {string[]} [chaos]
 * @property {number} [count]
 * @property {number} [every_ms]
 * @property {number} [delay_ms]
 * @property {number} [seed]
 * @property {boolean} [dry_run]
 *
 * @typedef {object} PlanItem
 * @property {string} endpoint
 * @property {string} url
 * @property {boolean} matched
 * @property {string} reason
 * @property {string} method
 * @property {{at_s: number, ours_s: number, text: string}[]} tries
 * @property {import('../types.js').Header[]} headers
 * @property {string} signature id of the scheme, "" if it is not signed
 * @property {number} size
 * @property {string[]} notes
 *
 * @typedef {{event_id: string, deliveries: import('../types.js').Row[], total: number, plan: PlanItem[]}} Sent
 *
 * @typedef {object} Endpoint
 * @property {string} name
 * @property {number} rev
 * @property {boolean} on
 * @property {'url'|'email'} kind
 * @property {string} url
 * @property {string} method
 * @property {string} provider
 * @property {string} note
 * @property {string[]} events
 * @property {string[]} channels
 * @property {{kind: 'campaign'|'form', only: string[], except: string[]}|null} scope
 * @property {string} skip
 * @property {string} format
 * @property {{kind: string, name: string, secret: import('../types.js').Secret|null}} auth
 * @property {string} app_key
 * @property {string} app_token
 * @property {import('../types.js').Header[]} headers
 * @property {string} scheme
 * @property {import('../types.js').Secret[]|null} secrets null on creation: one is made
 * @property {Record<string, string>} context
 * @property {Retry} retry
 * @property {number} speed
 * @property {number} timeout_ms
 * @property {string[]} success
 * @property {number} concurrency
 * @property {boolean} ordered
 * @property {number} rate
 * @property {boolean} insecure
 * @property {{to: string[], from: string, subject: string, smtp: Smtp|null}|null} email
 * @property {{at: string, reason: string}|null} disabled
 * @property {string} created
 *
 * @typedef {{host: string, port: number, tls: string, user: string, password: import('../types.js').Secret|null}} Smtp
 *
 * @typedef {{preset: string, delays: string[], jitter: number}} Retry
 *
 * @typedef {{rev: number, sending: boolean, allow: string[], cap: number, retry: Retry}} Settings
 *
 * @typedef {{name: string, out: number, '2xx': number, failed: number, pending: number, p50_ms: number, p95_ms: number, p99_ms: number, next?: string|null}} Group
 *
 * @typedef {object} Activity
 * @property {number} step_s
 * @property {boolean} complete
 * @property {any[]} buckets
 * @property {Group[]} groups
 */
export {};
