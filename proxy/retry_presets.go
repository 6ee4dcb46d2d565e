package proxy

import (
	"slices"
	"strings"
	"time"

	"github.com/boathook/boathook/inspector"
)

// RetryPresets are the rules that can be chosen by name, with where they were
// read. What a provider of the catalogue says about itself counts before them.
func RetryPresets() []RetryRule {
	const hour = time.Hour
	return []RetryRule{
		{Preset: "none", Source: "a rule of nobody's; GitHub does not send a failed delivery again, and Webconnex documents no retry"},
		{
			Preset: "10x1m", Delays: every(time.Minute, 10),
			Source:   "Site Stacker documentation, Webhooks, Failed Deliveries: retried 10 times at 1 minute intervals",
			Inferred: "that the first request is not one of the ten, so that there are 11 at most",
		},
		{
			Preset: "3x24h", Delays: every(24*hour, 2),
			Source:   "Stockcrowd help centre, Webhooks (Events) in Stockcrowd, 6.3: retry every 24 hours for a total of three attempts",
			Inferred: "that the first request is one of the three",
		},
		{
			Preset: "svix",
			Delays: []time.Duration{
				5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * hour, 5 * hour, 10 * hour, 10 * hour,
			},
			Jitter: 0.2, RetryAfter: RetryAfterClamp, MinAfter429: time.Minute,
			Stop:   inspector.Field{Name: "webhook-delivery", Value: "abort-message"},
			Source: "docs.svix.com/retries; svix/svix-webhooks worker.rs and config.default.toml",
		},
		{
			Preset: "stripe",
			Delays: []time.Duration{
				5 * time.Minute, 30 * time.Minute, 2 * hour, 5 * hour, 10 * hour, 12 * hour, 12 * hour, 12 * hour, 12 * hour,
			},
			Source:   "docs.stripe.com/webhooks: up to three days with an exponential back off",
			Inferred: "the single delays, which Stripe does not publish",
		},
		{
			Preset: "shopify",
			Delays: []time.Duration{
				time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 15 * time.Minute, 30 * time.Minute, hour, 2 * hour,
			},
			Source:   "shopify.dev, Webhooks, Troubleshooting: 8 retries over the next 4 hours",
			Inferred: "the single delays, which Shopify does not publish",
		},
	}
}

// retryAliases are other names of the presets.
var retryAliases = map[string]string{
	"site-stacker": "10x1m", "sitestacker": "10x1m", "stockcrowd": "3x24h",
	"github": "none", "webconnex": "none", "never": "none",
}

// retryPreset finds a preset by its name.
func retryPreset(name string) (RetryRule, bool) {
	name = strings.ToLower(strings.TrimSpace(name))
	if other, ok := retryAliases[name]; ok {
		name = other
	}
	all := RetryPresets()
	i := slices.IndexFunc(all, func(r RetryRule) bool { return r.Preset == name })
	if i < 0 {
		return RetryRule{}, false
	}
	return all[i], true
}

// every is the same delay n times.
func every(d time.Duration, n int) []time.Duration { return slices.Repeat([]time.Duration{d}, n) }
