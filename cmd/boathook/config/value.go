package config

import (
	"time"
)

// Level says how strong a source is.
type Level uint8

const (
	FromDefault Level = iota
	FromUser          // the user's config.yaml
	FromProject       // boathook.yaml
	FromEnv
	FromFlag
)

// Value is a setting's value and where it was found.
type Value struct {
	Setting
	Text   []string // one element unless the setting is a list; empty if nothing set it
	Level  Level
	Origin string // "default", "--port", "BOATHOOK_PORT", "boathook.yaml:3"
}

// Values are all settings, resolved and checked.
type Values struct {
	byFlag  map[string]Value
	Files   []string // the files that were read, the stronger last
	Notices []string // what is unwise but no error

	inboxes   []Inbox
	schemes   []Scheme
	endpoints []Endpoint
	sending   []Sending // the stronger file last
}

// All lists the values in the order of [Settings].
func (v *Values) All() []Value {
	var all []Value
	for _, s := range Settings {
		all = append(all, v.byFlag[s.Flag])
	}
	return all
}

// Value is the setting that belongs to a flag.
func (v *Values) Value(flag string) Value { return v.byFlag[flag] }

// Text is the value of a setting that is no list, "" if nothing set it.
func (v *Values) Text(flag string) string {
	if t := v.byFlag[flag].Text; len(t) > 0 {
		return t[len(t)-1]
	}
	return ""
}

// On is the value of a setting that is true or false.
func (v *Values) On(flag string) bool { return v.Text(flag) == "true" }

// List is the value of a setting that is a list.
func (v *Values) List(flag string) []string { return v.byFlag[flag].Text }

// Count, Size and Age read values that were checked when they were loaded.
func (v *Values) Count(flag string) int {
	n, _ := ParseCount(v.Text(flag))
	return n
}

// Size is in bytes.
func (v *Values) Size(flag string) int64 {
	n, _ := ParseSize(v.Text(flag))
	return n
}

// Age is 0 when there is no bound.
func (v *Values) Age(flag string) time.Duration {
	d, _ := ParseAge(v.Text(flag))
	return d
}
