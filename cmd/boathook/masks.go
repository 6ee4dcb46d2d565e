package main

import (
	"context"
	"strings"

	"github.com/boathook/boathook/cmd/boathook/config"
	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/proxy"
)

// maskFlag names the setting of what is hidden, which is kept in the data folder
// unless it is given when the server starts.
const maskFlag = "mask"

// fixedMask is what gives the list when the server starts, "" if nothing does.
func (a *app) fixedMask() string {
	if v := a.cfg.Value(maskFlag); v.Level != config.FromDefault {
		return v.Origin
	}
	return ""
}

// runningMask reports whether a name is that of the list, and neither flag, variable
// nor file sets it.
func (a *app) runningMask(name string) bool {
	s, _ := config.Find(name)
	return s.Flag == maskFlag && a.fixedMask() == ""
}

func (a *app) maskGet(ctx context.Context) error {
	return a.with(ctx, func(s *session) error {
		v, err := s.Mask(ctx)
		if err != nil {
			return err
		}
		return a.printSetting(a.maskShown(&v))
	})
}

// maskShown is the list as the server has it.
func (a *app) maskShown(v *proxy.MaskValues) settingJSON {
	s := shown(a.cfg.Value(maskFlag))
	s.Value, s.Origin = append([]string{}, v.Entries...), keptBy(s.Origin, v.Fixed, v.Rev)
	return s
}

// maskSet replaces the list. An entry with + in front comes to those that are there;
// "defaults" is the empty list.
func (a *app) maskSet(ctx context.Context, text string) error {
	return a.with(ctx, func(s *session) error {
		v, err := s.Mask(ctx)
		if err != nil {
			return err
		}
		was := v.Entries
		v.Entries = []string{}
		for _, word := range config.Words(text) {
			switch rest, more := strings.CutPrefix(word, "+"); {
			case more:
				v.Entries = append(append(v.Entries, was...), rest)
				was = nil
			case word != "defaults":
				v.Entries = append(v.Entries, word)
			}
		}
		v, err = s.UpdateMask(ctx, v)
		if p, ok := problemOf(err); ok && strings.HasPrefix(p.Field, "entries") {
			return usage(p.Hint, "capture.mask: %s", strings.TrimPrefix(p.Error(), p.Field+": "))
		}
		if err != nil {
			return err
		}
		a.say("capture.mask is %s", terminal.Safe(first(strings.Join(v.Entries, ", "), "empty: what names tell by themselves is hidden")))
		return nil
	})
}
