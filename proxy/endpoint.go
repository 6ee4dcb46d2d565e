package proxy

import (
	"time"

	"github.com/boathook/boathook/inspector"
)

// Kinds of endpoints.
const (
	KindURL   = "url"
	KindEmail = "email"
)

// Endpoint is a place we send events to, with what it subscribes to and how it is
// sent to.
type Endpoint struct {
	Name string `json:"name"` // [a-z0-9][a-z0-9._-]{0,62}
	Rev  uint64 `json:"rev"`  // grows with every change; 0 before it is stored
	On   bool   `json:"on"`   // whether it is sent to; true unless said otherwise
	Kind string `json:"kind"` // KindURL (default) or KindEmail
	URL  string `json:"url"`  // http or https, for KindURL
	// Method of the requests; "": the provider's.
	Method string `json:"method"`
	// Provider that is imitated, by its id; "": that of each event.
	Provider string `json:"provider"`
	Note     string `json:"note"`

	// Events that it gets: "provider/name", "provider/*" or "*", which include
	// those that are added later. None: no event but what is sent to it by name; or,
	// where Provider is one that has it so (Svix), all of that provider's.
	Events []string `json:"events"`
	// Channels narrow what it gets to events that share one; none: all.
	Channels []string `json:"channels"`
	Scope    *Scope   `json:"scope"` // nil: all campaigns and forms
	// Skip leaves out events that match, in the filter language. What is sent to it
	// by name is not left out.
	Skip string `json:"skip"`

	Format  string            `json:"format"` // "json", "form" or "xml"; "": the provider's
	Auth    Auth              `json:"auth"`
	AppKey  string            `json:"app_key"`   // Webconnex: meta.appKey of the body
	Token   string            `json:"app_token"` // Webconnex: meta.appToken of the body
	Headers []inspector.Field `json:"headers"`   // further header lines, or others instead of the provider's

	Scheme  string   `json:"scheme"`  // "": the provider's; "none"; or the id of a scheme
	Secrets []Secret `json:"secrets"` // the first signs; all live ones where several signatures may stand side by side
	// Context holds values that a scheme needs and the request does not have, such
	// as PayPal's webhook_id.
	Context map[string]string `json:"context"`

	Retry RetrySetting `json:"retry"`
	// Speed of the endpoint's clock, 1 to 1,000,000: at 3600 an hour of the retry
	// rule passes in a second.
	Speed       float64  `json:"speed"`
	TimeoutMS   int      `json:"timeout_ms"`  // of one try, up to 600,000; 0: the provider's
	Success     []string `json:"success"`     // such as "2xx" or "200"; none: the provider's
	Concurrency int      `json:"concurrency"` // first tries at once, 1 to 256
	Ordered     bool     `json:"ordered"`     // one event after the other; a retry holds back those behind it
	Rate        float64  `json:"rate"`        // tries per second; 0: no bound
	Insecure    bool     `json:"insecure"`    // do not check the certificate

	Email    *Email    `json:"email"`    // for KindEmail
	Disabled *Disabled `json:"disabled"` // set by a provider's rule; cleared by switching it on
	Created  time.Time `json:"created"`

	rules *compiled // nil until the endpoint was checked
}

// Scope narrows events to campaigns or forms.
type Scope struct {
	Kind string `json:"kind"` // "campaign" or "form"
	// Only lists the ids that count. If it is empty all count, new ones included,
	// but for those of Except.
	Only   []string `json:"only"`
	Except []string `json:"except"`
}

// Auth is how an endpoint is told who sends.
type Auth struct {
	// Kind is "none", "header" (Name: secret), "query" (?Name=secret), "basic" (Name
	// is the user) or "bearer".
	Kind   string  `json:"kind"`
	Name   string  `json:"name"`
	Secret *Secret `json:"secret"`
}

// Email is where and how an email endpoint sends.
type Email struct {
	To      []string `json:"to"`      // 1 to 50 addresses
	From    string   `json:"from"`    // "": boathook@localhost
	Subject string   `json:"subject"` // template with {{event}}, {{provider}}, {{event_id}}, {{delivery_id}}
	SMTP    *SMTP    `json:"smtp"`    // nil: the message is only recorded
}

// SMTP is a mail server.
type SMTP struct {
	Host     string  `json:"host"`
	Port     int     `json:"port"`     // 0: 587, 465 with tls, 25 with none
	TLS      string  `json:"tls"`      // "starttls" (default), "tls" or "none"
	User     string  `json:"user"`     // "": no authentication
	Password *Secret `json:"password"` // may only be sent without TLS to loopback
}

// Disabled says why an endpoint was switched off by its provider's rule.
type Disabled struct {
	At     time.Time `json:"at"`
	Reason string    `json:"reason"`
}
