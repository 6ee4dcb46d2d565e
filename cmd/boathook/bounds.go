package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/boathook/boathook/cmd/boathook/config"
	"github.com/boathook/boathook/cmd/boathook/terminal"
	"github.com/boathook/boathook/proxy"
)

// bound is a setting that can be changed while the server runs: it is kept in the data
// folder, unless it is given when the server starts.
type bound struct {
	flag, field string // field is its name in the API
	read        func(string) (int64, error)
	show        func(int64) string
	of          func(*proxy.BoundsValues) *int64
}

var bounds = []bound{
	{"body-limit", "body_limit", config.ParseSize, sizeText, func(v *proxy.BoundsValues) *int64 { return &v.BodyLimit }},
	{"keep-count", "count", readCount, plainText, func(v *proxy.BoundsValues) *int64 { return &v.Count }},
	{"keep-bytes", "bytes", config.ParseSize, sizeText, func(v *proxy.BoundsValues) *int64 { return &v.Bytes }},
	{"keep-age", "age_s", readAge, ageText, func(v *proxy.BoundsValues) *int64 { return &v.AgeS }},
	{"keep-trash", "trash_s", readAge, ageText, func(v *proxy.BoundsValues) *int64 { return &v.TrashS }},
}

func readCount(s string) (int64, error) {
	n, err := config.ParseCount(s)
	return int64(n), err
}

func readAge(s string) (int64, error) {
	d, err := config.ParseAge(s)
	return int64(d / time.Second), err
}

func plainText(n int64) string { return strconv.FormatInt(n, 10) }

// unit is a unit that values are written in.
type unit struct {
	size int64
	name string
}

func sizeText(n int64) string { return inUnits(n, unit{1e9, "GB"}, unit{1e6, "MB"}, unit{1e3, "kB"}) }
func ageText(n int64) string {
	return inUnits(n, unit{86400, "d"}, unit{3600, "h"}, unit{60, "m"}, unit{1, "s"})
}

// inUnits writes a value in the largest unit that it is a whole number of.
func inUnits(n int64, units ...unit) string {
	for _, u := range units {
		if n != 0 && n%u.size == 0 {
			return strconv.FormatInt(n/u.size, 10) + u.name
		}
	}
	return strconv.FormatInt(n, 10)
}

// fixedBounds are the bounds that are given when the server starts, by their names in
// the API, each with what gives it.
func (a *app) fixedBounds() map[string]string {
	fixed := map[string]string{}
	for _, b := range bounds {
		if v := a.cfg.Value(b.flag); v.Level != config.FromDefault {
			fixed[b.field] = v.Origin
		}
	}
	return fixed
}

// runningBound is the bound of that name, if neither flag, variable nor file sets it.
func (a *app) runningBound(name string) (bound, bool) {
	s, _ := config.Find(name)
	for _, b := range bounds {
		if s.Flag == b.flag {
			return b, a.cfg.Value(b.flag).Level == config.FromDefault
		}
	}
	return bound{}, false
}

func (a *app) boundGet(ctx context.Context, b bound) error {
	return a.with(ctx, func(s *session) error {
		v, err := s.Bounds(ctx)
		if err != nil {
			return err
		}
		return a.printSetting(a.boundShown(&v, b))
	})
}

// boundShown is a bound as the server has it.
func (a *app) boundShown(v *proxy.BoundsValues, b bound) settingJSON {
	s := shown(a.cfg.Value(b.flag))
	s.Value, s.Origin = b.show(*b.of(v)), keptBy(s.Origin, v.Fixed[b.field], v.Rev)
	return s
}

func (a *app) boundSet(ctx context.Context, b bound, text string) error {
	setting, _ := config.Find(b.flag)
	if err := setting.Check(text); err != nil {
		return usage("", "%s: %w", setting.Name(), err)
	}
	n, err := b.read(text)
	if err != nil {
		return usage("", "%s: %w", setting.Name(), err)
	}
	return a.with(ctx, func(s *session) error {
		v, err := s.Bounds(ctx)
		if err != nil {
			return err
		}
		*b.of(&v) = n
		r, err := s.PlanBounds(ctx, v)
		if err != nil {
			return err
		}
		if r.Held {
			a.say("%s over half of all deliveries would be too old at once, so none is removed; delete them yourself if that is wanted", a.err.Warn.Sprint("note:"))
		}
		if !r.None() {
			if err := a.confirm(ctx, removalText(&r)); err != nil {
				return err
			}
		}
		if v, err = s.UpdateBounds(ctx, v); err != nil {
			return err
		}
		a.say("%s is %s", setting.Name(), terminal.Safe(b.show(*b.of(&v))))
		return nil
	})
}

// removalText asks whether deliveries may be removed.
func removalText(r *proxy.Removal) string {
	how := "this removes"
	switch {
	case r.Deliveries == 0:
		return "how many deliveries this removes for good could not be counted in time; set it all the same?"
	case r.About:
		how = "this removes about"
	case !r.Complete:
		how = "this removes at least"
	}
	return fmt.Sprintf("%s %s for good; set it all the same?", how, plural(r.Deliveries, "delivery", "deliveries"))
}
