package config

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/boathook/boathook/proxy"
)

// Sending is what a file says about sending. What it is silent about stays as it is
// stored.
type Sending struct {
	Place
	enabled *bool
	allow   []string // nil: not said
	cap     *float64
	retry   *proxy.RetrySetting
}

// Sending are the sections of the files, the stronger last.
func (v *Values) Sending() []Sending { return v.sending }

// Apply changes v as the file says.
func (s *Sending) Apply(v *proxy.SettingsValues) {
	if s.enabled != nil {
		v.Sending = *s.enabled
	}
	if s.allow != nil {
		v.Allow = s.allow
	}
	if s.cap != nil {
		v.Cap = *s.cap
	}
	if s.retry != nil {
		v.Retry = *s.retry
	}
}

func readSending(n *node) (Sending, error) {
	s := Sending{Place: Place{File: n.file, Line: n.line, section: "sending", key: entry{line: n.line, col: n.col, value: n}}}
	err := n.each("sending", []string{"enabled", "allow", "cap", "retry"}, func(name string, v *node) (err error) {
		switch at := "sending." + name; name {
		case "enabled":
			var on bool
			on, err = v.bool(at)
			s.enabled = &on
		case "allow":
			// They are stored in order, and what is wrong is named by its place in it.
			slices.SortFunc(v.items, func(a, b *node) int { return strings.Compare(a.text, b.text) })
			s.allow, err = v.strings(at)
		case "cap":
			var perSecond float64
			perSecond, err = Rate(v.text)
			s.cap, err = &perSecond, v.checked(at, func(string) error { return err })
		case "retry":
			s.retry, err = readRetry(at, v)
		}
		return err
	})
	return s, err
}

// readRetry reads a rule, or the list of its delays.
func readRetry(at string, v *node) (*proxy.RetrySetting, error) {
	delays, err := v.strings(at)
	if err != nil {
		return nil, err
	}
	retry, err := proxy.ReadRetry(strings.Join(delays, ","))
	if invalid := (*proxy.InvalidError)(nil); errors.As(err, &invalid) {
		return nil, v.errorf(invalid.Hint, at+": "+invalid.Text)
	}
	return &retry, err
}

// Rate reads a number per second: 100, 100/s or 0.5.
func Rate(text string) (float64, error) {
	n, err := strconv.ParseFloat(strings.TrimSuffix(text, "/s"), 64)
	if err != nil || !(n >= 0) || n > 1e9 {
		return 0, fmt.Errorf("want a number per second such as 100 or 100/s, got %q", clip(text))
	}
	return n, nil
}
