package catalog

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// maxDelays bounds what "1000x1m" writes out.
const maxDelays = 1000

// Duration is a time.Duration written as text: 5s, 30m, 2h, 3d.
type Duration time.Duration

// ParseDuration reads a duration of the catalogue. Beyond Go's units it knows d
// for days of 24 hours.
func ParseDuration(text string) (Duration, error) {
	if days, found := strings.CutSuffix(text, "d"); found {
		n, err := strconv.ParseFloat(days, 64)
		if err != nil || n < 0 || n > 3650 {
			return 0, fmt.Errorf("%q is not a number of days", text)
		}
		return Duration(n * 24 * float64(time.Hour)), nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%q is not a duration such as 5s, 30m, 2h or 3d", text)
	}
	return Duration(d), nil
}

// String writes a duration without the zero parts that Go adds: 2h, not 2h0m0s.
func (d Duration) String() string {
	s := time.Duration(d).String()
	if s == "0s" {
		return s
	}
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// UnmarshalYAML reads the text form.
func (d *Duration) UnmarshalYAML(unmarshal func(any) error) error {
	var text string
	if err := unmarshal(&text); err != nil {
		return err
	}
	var err error
	*d, err = ParseDuration(text)
	return err
}

// MarshalJSON writes the text form.
func (d Duration) MarshalJSON() ([]byte, error) { return json.Marshal(d.String()) }

// Delays are the waits of a retry rule. In YAML they are a list of durations, in
// which 10x1m means ten times one minute, or one such text.
type Delays []Duration

// ParseDelays reads the items of a list.
func ParseDelays(items ...string) (Delays, error) {
	var all Delays
	for _, item := range items {
		count, text, repeated := strings.Cut(item, "x")
		n := 1
		if repeated {
			var err error
			if n, err = strconv.Atoi(count); err != nil || n < 1 {
				return nil, fmt.Errorf("%q does not begin with a number of times, as in 10x1m", item)
			}
		} else {
			text = item
		}
		d, err := ParseDuration(text)
		if err != nil {
			return nil, err
		}
		if n > maxDelays-len(all) {
			return nil, fmt.Errorf("more than %d delays", maxDelays)
		}
		for range n {
			all = append(all, d)
		}
	}
	return all, nil
}

// UnmarshalYAML reads a list or one text.
func (d *Delays) UnmarshalYAML(unmarshal func(any) error) error {
	var items []string
	if err := unmarshal(&items); err != nil {
		var one string
		if unmarshal(&one) != nil {
			return err
		}
		items = []string{one}
	}
	var err error
	*d, err = ParseDelays(items...)
	return err
}

// UnmarshalYAML reads "120h failing" or "8 failures" after the word after, and a list
// of status codes after the word status.
func (d *Disable) UnmarshalYAML(unmarshal func(any) error) error {
	var rule struct {
		After  string   `yaml:"after"`
		Status []string `yaml:"status"`
	}
	if err := unmarshal(&rule); err != nil {
		return err
	}
	if d.Status = rule.Status; len(d.Status) > 0 && rule.After == "" {
		return nil
	}
	if count, found := strings.CutSuffix(rule.After, " failures"); found {
		n, err := strconv.Atoi(count)
		if err != nil || n < 1 {
			return fmt.Errorf("%q is not a number of failures", rule.After)
		}
		d.Failures = n
		return nil
	}
	after, err := ParseDuration(strings.TrimSuffix(rule.After, " failing"))
	if err != nil || after == 0 {
		return fmt.Errorf(`%q is neither a time such as "120h failing" nor a count such as "8 failures"`, rule.After)
	}
	d.After = after
	return nil
}
