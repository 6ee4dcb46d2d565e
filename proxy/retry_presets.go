package proxy

import (
	"slices"
	"strings"
	"time"

	"github.com/boathook/boathook/catalog"
)

// retryProviders are the presets, by the provider of the catalogue whose rule they
// are.
var retryProviders = []struct{ preset, provider string }{
	{"10x1m", "sitestacker"},
	{"3x24h", "stockcrowd"},
	{"svix", "svix"},
	{"stripe", "stripe"},
	{"shopify", "shopify"},
}

// retryAliases are other names of the presets.
var retryAliases = map[string]string{
	"site-stacker": "10x1m", "sitestacker": "10x1m", "stockcrowd": "3x24h",
	"github": "none", "webconnex": "none", "never": "none",
}

// RetryPresets are the rules that can be chosen by name, as the catalogue has them,
// with where they were read.
func RetryPresets() []RetryRule {
	all := []RetryRule{{
		Preset: "none",
		Source: "a failed try is not made again: GitHub has it so, and Webconnex documents no retry",
	}}
	for _, r := range retryProviders {
		p, ok := catalog.Builtin().Provider(r.provider)
		if !ok {
			continue // a test holds that there are all
		}
		rule := ProviderRetry(p)
		rule.Preset = r.preset
		all = append(all, rule)
	}
	return all
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
