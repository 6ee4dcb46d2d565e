package main

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/boathook/boathook/cmd/boathook/config"
	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/proxy"
)

// sendingKeys are settings that the server keeps in its store, because the page
// changes them too.
var sendingKeys = []string{"sending.enabled", "sending.allow", "sending.cap", "sending.retry"}

func isSendingKey(name string) bool { return slices.Contains(sendingKeys, name) }

func sendingValue(v *proxy.SettingsValues, name string) []string {
	switch name {
	case "sending.enabled":
		return []string{strconv.FormatBool(v.Sending)}
	case "sending.cap":
		return []string{number(v.Cap)}
	case "sending.retry":
		return []string{v.Retry.String()}
	}
	return v.Allow
}

func (a *app) sendingGet(ctx context.Context, name string) error {
	return a.with(ctx, func(s *session) error {
		v, err := s.Settings(ctx)
		if err != nil {
			return err
		}
		return a.printSetting(sendingShown(&v, name))
	})
}

func sendingShown(v *proxy.SettingsValues, name string) settingJSON {
	return settingJSON{Key: name, Value: strings.Join(sendingValue(v, name), ","), Origin: keptBy("default", "", v.Rev)}
}

func (a *app) sendingSet(ctx context.Context, name, value string) error {
	return a.with(ctx, func(s *session) error {
		v, err := s.Settings(ctx)
		if err != nil {
			return err
		}
		if err := changeSending(&v, name, value); err != nil {
			return err
		}
		v, err = s.UpdateSettings(ctx, v)
		if p, ok := problemOf(err); ok && p.Field != "" {
			return usage(p.Hint, "%s: %s", name, strings.TrimPrefix(p.Error(), p.Field+": "))
		}
		if err != nil {
			return err
		}
		a.say("%s is %s", name, terminal.Safe(first(strings.Join(sendingValue(&v, name), ", "), "empty")))
		return nil
	})
}

// changeSending reads a value. A host with + in front is allowed besides those
// that are.
func changeSending(v *proxy.SettingsValues, name, value string) error {
	switch name {
	case "sending.enabled":
		on, err := strconv.ParseBool(value)
		if err != nil {
			return usage("", "%s: want true or false, got %q", name, clip(value))
		}
		v.Sending = on
	case "sending.cap":
		n, err := config.Rate(value)
		if err != nil {
			return usage("0 is for no bound", "%s: %w", name, err)
		}
		v.Cap = n
	case "sending.retry":
		retry, err := proxy.ReadRetry(value)
		if invalid := (*proxy.InvalidError)(nil); errors.As(err, &invalid) {
			return usage(invalid.Hint, "%s: %s", name, invalid.Text)
		}
		v.Retry = retry
	default:
		var hosts []string
		for _, h := range config.Words(value) {
			if rest, more := strings.CutPrefix(h, "+"); more {
				hosts = append(append(hosts, v.Allow...), rest)
				continue
			}
			hosts = append(hosts, h)
		}
		slices.Sort(hosts)
		v.Allow = slices.Compact(hosts)
	}
	return nil
}
