package proxy

import "strings"

// Values of RetrySetting.Preset that are no rule of ParseRetry.
const (
	retryProvider = "provider"
	retryCustom   = "custom"
)

// retryNone is the preset that never tries again.
const retryNone = "none"

// RetrySetting chooses a retry rule.
type RetrySetting struct {
	// Preset is "provider" (default), "custom", or what [ParseRetry] reads.
	Preset string   `json:"preset"`
	Delays []string `json:"delays"` // for custom: "5s", "5m"
	Jitter float64  `json:"jitter"` // for custom: share of each delay, 0 to 1
}

// ReadRetry is the choice of a rule that [ParseRetry] reads: its preset, or its single
// delays. The error is an [*InvalidError].
func ReadRetry(text string) (RetrySetting, error) {
	rule, err := ParseRetry(text)
	if err != nil {
		return RetrySetting{}, err
	}
	r := RetrySetting{Preset: rule.Preset, Delays: []string{}}
	if rule.Preset == retryCustom {
		for _, d := range rule.Delays {
			r.Delays = append(r.Delays, spell(d))
		}
	}
	return r, nil
}

// String is the choice for a person: the preset, or the delays.
func (r RetrySetting) String() string {
	if r.Preset == retryCustom {
		return strings.Join(r.Delays, ",")
	}
	return r.Preset
}

// provider reports whether the rule is left to the provider.
func (r RetrySetting) provider() bool { return r.Preset == "" || r.Preset == retryProvider }

// rule is the one that is chosen, of a choice that was checked and is not the
// provider's.
func (r RetrySetting) rule() RetryRule {
	rule, err := ParseRetry(r.String())
	if err != nil {
		return RetryRule{}
	}
	if r.Preset == retryCustom {
		rule.Preset, rule.Jitter = retryCustom, r.Jitter
	}
	return rule
}

// plain is a choice that was checked as [ReadRetry] has it.
func (r RetrySetting) plain() RetrySetting {
	plain, err := ReadRetry(r.String())
	if err != nil {
		return r
	}
	if r.Preset == retryCustom && plain.Preset == retryCustom {
		plain.Jitter = r.Jitter
	}
	return plain
}

// check looks for what is wrong with a choice. The error is an [*InvalidError].
func (r RetrySetting) check() error {
	switch {
	case r.provider():
	case r.Preset == retryCustom:
		if len(r.Delays) == 0 {
			return &InvalidError{Field: "retry.delays", Text: "is empty", Hint: `write for example ["5s", "5m"], or set the preset to "none"`}
		}
		if _, err := ParseRetry(r.String()); err != nil {
			return inField("retry.delays", err)
		}
	default:
		if _, err := ParseRetry(r.Preset); err != nil {
			return inField("retry.preset", err)
		}
	}
	return checkNumber("retry.jitter", r.Jitter, 0, 1)
}
