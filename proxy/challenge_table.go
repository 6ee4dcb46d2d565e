package proxy

// challenge is a handshake by which a provider makes sure of an inbox before it
// sends there: what it asks, and what it wants to be answered.
//
// The request is recognised by its method and by what else is set of header, query
// and json. What it asks to have back, echo, is named by its place: "header:NAME",
// "query:NAME" or "json:PATH".
type challenge struct {
	id       string
	provider string // name for a person
	of       string // id of the provider in schemes, "" if there is none
	what     string // its name with the provider, ends "answered as …"
	text     string // what is asked and answered, one sentence
	source   string // "" is the provider's documentation; otherwise what is not confirmed

	method string
	header string // must be there
	equals string // value that header must have, "" for any
	query  string // parameter that must be there
	mode   string // NAME=VALUE that must be in the query, "" for none
	json   string // path that must be in the body
	value  string // text or number that json must be, "[]" for an empty list, "" for anything
	bare   string // header that must not be there

	certain bool // told from everything else without knowing the provider
	echo    string
	signed  bool // a wrong signature is refused with 401
	checked bool // only answered where a signature could be checked
	keyed   bool // the answer needs a secret
	token   bool // query parameter hub.verify_token must be the inbox's token, or it is refused with 403
	learn   bool // what is echoed is kept as the inbox's secret

	kind    string // Content-Type of the answer, "" for no body
	body    string // see fillChallenge
	reflect string // header of the answer that carries what is asked back
	note    string // for a person, about what is left to do
}

const (
	kindText = "text/plain; charset=utf-8"
	kindJSON = "application/json"
)

// challenges are all handshakes that can be answered, ordered by id.
var challenges = []challenge{
	{
		id: "adobe-sign", provider: "Adobe Sign", what: "Adobe Sign's verification of intent",
		text:   "A GET with X-AdobeSign-ClientId is answered with the same header.",
		source: "not read in Adobe's documentation",
		method: "GET", header: "X-AdobeSign-ClientId", certain: true, echo: "header:X-AdobeSign-ClientId",
		kind: kindJSON, body: `{"xAdobeSignClientId":{x.json}}`, reflect: "X-AdobeSign-ClientId",
	},
	{
		id: "asana", provider: "Asana", of: "asana", what: "Asana's handshake",
		text:   "A POST with X-Hook-Secret is answered with the same header, and the secret is kept if the inbox has none.",
		method: "POST", header: "X-Hook-Secret", bare: "X-Hook-Signature", echo: "header:X-Hook-Secret", learn: true, reflect: "X-Hook-Secret",
	},
	{
		id: "aws-sns", provider: "AWS SNS", of: "aws", what: "an SNS subscription confirmation",
		text:   "A SubscriptionConfirmation is answered with 200; its SubscribeURL is shown, not fetched.",
		method: "POST", header: "x-amz-sns-message-type", equals: "SubscriptionConfirmation", certain: true, echo: "json:SubscribeURL",
		note: "to confirm the subscription, open its SubscribeURL yourself: {x}",
	},
	{
		id: "discord", provider: "Discord", of: "discord", what: "Discord's PING",
		text:   `A POST of {"type":1} is answered {"type":1}, a wrong signature with 401.`,
		method: "POST", header: "X-Signature-Ed25519", json: "type", value: "1", certain: true, signed: true,
		kind: kindJSON, body: `{"type":1}`,
	},
	{
		id: "dropbox", provider: "Dropbox", of: "dropbox", what: "Dropbox's verification request",
		text:   "A GET with the parameter challenge is answered with its value.",
		method: "GET", query: "challenge", echo: "query:challenge", kind: kindText, body: "{x}",
	},
	{
		id: "meta", provider: "Meta, WhatsApp, Instagram", of: "meta", what: "Meta's verification request",
		text:   "A GET with hub.mode=subscribe is answered with hub.challenge if hub.verify_token is the token of the inbox, else with 403.",
		method: "GET", query: "hub.challenge", mode: "hub.mode=subscribe", token: true, echo: "query:hub.challenge", kind: kindText, body: "{x}",
	},
	{
		id: "microsoft-graph", provider: "Microsoft Graph", what: "Microsoft Graph's validation request",
		text:   "A POST with the parameter validationToken is answered with its value.",
		method: "POST", query: "validationToken", echo: "query:validationToken", kind: kindText, body: "{x}",
	},
	{
		id: "monday", provider: "monday.com", of: "monday", what: "monday.com's challenge",
		text:   "A POST of a challenge in JSON is answered with the same JSON.",
		method: "POST", json: "challenge", echo: "json:challenge", kind: kindJSON, body: `{"challenge":{x.json}}`,
	},
	{
		id: "notion", provider: "Notion", of: "notion", what: "Notion's verification request",
		text:   "A POST of a verification_token without a signature is answered with 200; the token is in the body, to be pasted into Notion.",
		method: "POST", json: "verification_token", bare: "X-Notion-Signature",
		note: "the verification_token of the body has to be pasted into Notion, and is the secret from then on",
	},
	{
		id: "nylas", provider: "Nylas", what: "Nylas's challenge",
		text:   "A GET with the parameter challenge is answered with its value.",
		source: "not read in Nylas's documentation",
		method: "GET", query: "challenge", echo: "query:challenge", kind: kindText, body: "{x}",
	},
	{
		id: "okta", provider: "Okta", of: "okta", what: "Okta's verification request",
		text:   "A GET with X-Okta-Verification-Challenge is answered with its value in JSON.",
		method: "GET", header: "X-Okta-Verification-Challenge", certain: true, echo: "header:X-Okta-Verification-Challenge",
		kind: kindJSON, body: `{"verification":{x.json}}`,
	},
	{
		id: "slack", provider: "Slack", of: "slack", what: "Slack's url_verification",
		text:   "A POST of the type url_verification is answered with its challenge.",
		method: "POST", header: "X-Slack-Signature", json: "type", value: "url_verification", certain: true, signed: true,
		echo: "json:challenge", kind: kindText, body: "{x}",
	},
	{
		id: "trello", provider: "Trello", of: "trello", what: "Trello's HEAD request",
		text:   "A HEAD request is answered with 200.",
		method: "HEAD",
	},
	{
		id: "twitch", provider: "Twitch", of: "twitch", what: "Twitch's callback verification",
		text:   "A POST of webhook_callback_verification is answered with its challenge.",
		method: "POST", header: "Twitch-Eventsub-Message-Type", equals: "webhook_callback_verification", certain: true, signed: true,
		echo: "json:challenge", kind: "text/plain", body: "{x}",
	},
	{
		id: "x", provider: "X (Twitter)", of: "x-twitter", what: "X's challenge-response check",
		text:   "A GET with crc_token is answered with its HMAC-SHA256 under the secret.",
		method: "GET", query: "crc_token", echo: "query:crc_token", keyed: true,
		kind: kindJSON, body: `{"response_token":"sha256={x.hmac.base64}"}`,
	},
	{
		id: "xero", provider: "Xero", of: "xero", what: "Xero's intent to receive",
		text:   "A POST of no events is answered with 200 if it is signed rightly, else with 401.",
		method: "POST", header: "x-xero-signature", json: "events", value: "[]", certain: true, signed: true, checked: true,
	},
	{
		id: "zoom", provider: "Zoom", of: "zoom", what: "Zoom's endpoint.url_validation",
		text:   "A POST of endpoint.url_validation is answered with its plainToken and the HMAC-SHA256 of it under the secret.",
		method: "POST", header: "x-zm-signature", json: "event", value: "endpoint.url_validation", certain: true, signed: true, keyed: true,
		echo: "json:payload.plainToken", kind: kindJSON, body: `{"plainToken":{x.json},"encryptedToken":"{x.hmac.hex}"}`,
	},
}

// Challenge is a handshake that an inbox can answer, for a person to choose.
type Challenge struct {
	ID       string `json:"id"`
	Provider string `json:"provider"`
	Text     string `json:"text"`
	// Certain: it is answered by inboxes that are set to "auto" whatever their
	// scheme; others only where the scheme is the provider's.
	Certain     bool   `json:"certain"`
	Unconfirmed string `json:"unconfirmed"` // what is not confirmed, "" if all is
}

// AllChallenges lists the handshakes that an inbox can answer.
func AllChallenges() []Challenge {
	out := make([]Challenge, len(challenges))
	for i, c := range challenges {
		out[i] = Challenge{ID: c.id, Provider: c.provider, Text: c.text, Certain: c.certain, Unconfirmed: c.source}
	}
	return out
}
