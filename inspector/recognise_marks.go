package inspector

type role uint8

const (
	markSign     role = iota // the line is only there to be recognised by
	markEvent                // holds the name of the event type
	markDelivery             // holds the provider's id of the event or delivery
)

// A line that several providers send gives way to one that only one sends.
const (
	weak   = 1
	strong = 2
)

type mark struct {
	provider string
	role     role
	rank     int
}

// marks are header names, in lower case, that tell a provider. Sources: for
// webconnex, site-stacker and svix the providers' published guides; for the
// others the verification code or reference page of the provider, as far as a
// name is published there.
var marks = map[string]mark{
	"x-webconnex-event":     {"webconnex", markEvent, strong},
	"x-webconnex-delivery":  {"webconnex", markDelivery, strong},
	"x-webconnex-signature": {"webconnex", markSign, strong},

	"sitestacker-event":     {"site-stacker", markEvent, strong},
	"sitestacker-delivery":  {"site-stacker", markDelivery, strong},
	"sitestacker-signature": {"site-stacker", markSign, strong},

	"svix-id":           {"svix", markDelivery, strong},
	"svix-timestamp":    {"svix", markSign, strong},
	"svix-signature":    {"svix", markSign, strong},
	"webhook-id":        {"standard-webhooks", markDelivery, weak},
	"webhook-timestamp": {"standard-webhooks", markSign, weak},
	"webhook-signature": {"standard-webhooks", markSign, weak},

	"stripe-signature": {"stripe", markSign, strong},

	"x-github-event":    {"github", markEvent, strong},
	"x-github-delivery": {"github", markDelivery, strong},

	"x-gitlab-event":      {"gitlab", markEvent, strong},
	"x-gitlab-event-uuid": {"gitlab", markDelivery, strong},
	"x-gitlab-token":      {"gitlab", markSign, strong},

	"x-gitea-event":      {"gitea", markEvent, strong + 1},
	"x-gitea-delivery":   {"gitea", markDelivery, strong + 1},
	"x-forgejo-event":    {"forgejo", markEvent, strong + 2},
	"x-forgejo-delivery": {"forgejo", markDelivery, strong + 2},
	"x-gogs-event":       {"gogs", markEvent, strong},
	"x-gogs-delivery":    {"gogs", markDelivery, strong},

	"x-event-key":    {"bitbucket", markEvent, strong},
	"x-hook-uuid":    {"bitbucket", markSign, strong},
	"x-request-uuid": {"bitbucket", markDelivery, weak},

	"x-shopify-topic":       {"shopify", markEvent, strong},
	"x-shopify-webhook-id":  {"shopify", markDelivery, strong},
	"x-shopify-hmac-sha256": {"shopify", markSign, strong},
	"shopify-hmac-sha256":   {"shopify", markSign, strong},

	"x-slack-signature":         {"slack", markSign, strong},
	"x-slack-request-timestamp": {"slack", markSign, strong},

	"x-twilio-signature":                     {"twilio", markSign, strong},
	"i-twilio-idempotency-token":             {"twilio", markDelivery, strong},
	"x-twilio-email-event-webhook-signature": {"sendgrid", markSign, strong},

	"twitch-eventsub-subscription-type": {"twitch", markEvent, strong},
	"twitch-eventsub-message-id":        {"twitch", markDelivery, strong},
	"twitch-eventsub-message-signature": {"twitch", markSign, strong},

	"x-signature-ed25519":           {"discord", markSign, strong},
	"x-square-hmacsha256-signature": {"square", markSign, strong},
	"paypal-transmission-sig":       {"paypal", markSign, strong},
	"x-zm-signature":                {"zoom", markSign, strong},
	"x-hubspot-signature":           {"hubspot", markSign, strong},
	"x-hubspot-signature-v3":        {"hubspot", markSign, strong},
	"linear-event":                  {"linear", markEvent, strong},
	"linear-delivery":               {"linear", markDelivery, strong},
	"linear-signature":              {"linear", markSign, strong},
	"x-mandrill-signature":          {"mandrill", markSign, strong},
	"paddle-signature":              {"paddle", markSign, strong},
	"x-zendesk-webhook-signature":   {"zendesk", markSign, strong},
	"x-docusign-signature-1":        {"docusign", markSign, strong},
	"x-dropbox-signature":           {"dropbox", markSign, strong},
	"box-delivery-id":               {"box", markDelivery, strong},
	"box-signature-primary":         {"box", markSign, strong},
	"x-hook-signature":              {"asana", markSign, weak},
	"x-trello-webhook":              {"trello", markSign, strong},
	"typeform-signature":            {"typeform", markSign, strong},
	"calendly-webhook-signature":    {"calendly", markSign, strong},
	"x-wc-webhook-topic":            {"woocommerce", markEvent, strong},
	"x-wc-webhook-delivery-id":      {"woocommerce", markDelivery, strong},
	"x-wc-webhook-signature":        {"woocommerce", markSign, strong},
	"x-cc-webhook-signature":        {"coinbase-commerce", markSign, strong},
	"plaid-verification":            {"plaid", markSign, strong},
	"x-xero-signature":              {"xero", markSign, strong},
	"sentry-hook-resource":          {"sentry", markEvent, strong},
	"sentry-hook-signature":         {"sentry", markSign, strong},
	"x-vercel-signature":            {"vercel", markSign, strong},
	"circleci-event-type":           {"circleci", markEvent, strong},
	"circleci-signature":            {"circleci", markSign, strong},
	"x-pagerduty-signature":         {"pagerduty", markSign, strong},
	"x-ld-signature":                {"launchdarkly", markSign, strong},
	"x-contentful-topic":            {"contentful", markEvent, strong},
	"x-contentful-signature":        {"contentful", markSign, strong},
	"x-webflow-signature":           {"webflow", markSign, strong},
	"x-amz-sns-message-type":        {"aws.sns", markEvent, strong},
	"x-amz-sns-message-id":          {"aws.sns", markDelivery, strong},
	"finch-signature":               {"finch", markSign, strong},
	"finch-event-id":                {"finch", markDelivery, strong},
	"x-notion-signature":            {"notion", markSign, strong},
	"x-razorpay-signature":          {"razorpay", markSign, strong},
	"x-razorpay-event-id":           {"razorpay", markDelivery, strong},
	"mux-signature":                 {"mux", markSign, strong},
	"workos-signature":              {"workos", markSign, strong},
	"elevenlabs-signature":          {"elevenlabs", markSign, strong},
	"telnyx-signature-ed25519":      {"telnyx", markSign, strong},
	"x-line-signature":              {"line", markSign, strong},
}

// longestMark is the length of the longest name in marks.
var longestMark = func() (n int) {
	for name := range marks {
		n = max(n, len(name))
	}
	return n
}()

// stockcrowdEvents are the wire names that Stockcrowd publishes in its help
// article "Webhooks (Events) in Stockcrowd"; their records begin with a field
// named EVENT.
var stockcrowdEvents = map[string]bool{
	"INVERSOR_CREATED": true, "INVERSOR_PAYMENT_CREATED": true, "INVERSOR_PAYMENT_SUCCEEDED": true,
	"RECOMPENSA_SOLD": true, "BLACKBAUD_TOKENIZATION": true, "SIGNATURE_CREATED": true, "CAMPAIGN_ACTIVATED": true,
	"INVERSOR_PAYMENT_REFUND": true, "INVERSOR_PAYMENT_SUBSCRIPTION_CANCELLED": true,
	"INVERSOR_PAYMENT_SUBSCRIPTION_CHANGED": true, "RECURRING_CHARGE_CREATED": true,
	"INVERSOR_PAYMENT_SUBSCRIPTION_FAILED": true, "P2P_CAMPAIGN_CREATED": true, "P2P_CAMPAIGN_UPDATED": true,
	"P2P_CAMPAIGN_APPROVED": true, "INVERSOR_PAYMENT_ABANDONED": true,
}

// lookupMark finds a header name in marks, in any case.
func lookupMark(name string) (mark, bool) {
	var buf [64]byte
	if len(name) < len("svix-id") || len(name) > longestMark {
		return mark{}, false
	}
	for i := range len(name) {
		c := name[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		buf[i] = c
	}
	m, ok := marks[string(buf[:len(name)])]
	return m, ok
}
