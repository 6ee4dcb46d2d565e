package inspector

import (
	"slices"
	"time"
)

// bothPlans is the plan of two conditions that must both hold.
func bothPlans(a, b Plan) Plan {
	p := Plan{
		Need:      slices.Concat(a.Need, b.Need),
		After:     a.After,
		Before:    a.Before,
		MinN:      max(a.MinN, b.MinN),
		MaxN:      a.MaxN,
		IDs:       a.IDs,
		Flags:     a.Flags | b.Flags,
		Words:     union(a.Words, b.Words),
		Substring: union(a.Substring, b.Substring),
		Content:   a.Content || b.Content,
	}
	if b.After.After(a.After) {
		p.After = b.After
	}
	if a.Before.IsZero() || !b.Before.IsZero() && b.Before.Before(a.Before) {
		p.Before = b.Before
	}
	if a.MaxN == 0 || b.MaxN != 0 && b.MaxN < a.MaxN {
		p.MaxN = b.MaxN
	}
	if a.IDs == nil {
		p.IDs = b.IDs
	} else if b.IDs != nil {
		p.IDs = common(a.IDs, b.IDs)
	}
	return p
}

// eitherPlan is the plan of two conditions of which one must hold: only what
// both ask for stays necessary.
func eitherPlan(a, b Plan) Plan {
	p := Plan{
		MinN:      min(a.MinN, b.MinN),
		Flags:     a.Flags & b.Flags,
		Words:     common(a.Words, b.Words),
		Substring: common(a.Substring, b.Substring),
		Content:   a.Content || b.Content,
	}
	for _, na := range a.Need {
		for _, nb := range b.Need {
			if na.Column == nb.Column {
				p.Need = append(p.Need, Need{na.Column, union(na.Values, nb.Values)})
				break
			}
		}
	}
	if !a.After.IsZero() && !b.After.IsZero() {
		p.After = earlier(a.After, b.After)
	}
	if !a.Before.IsZero() && !b.Before.IsZero() {
		p.Before = a.Before
		if b.Before.After(a.Before) {
			p.Before = b.Before
		}
	}
	if a.MaxN != 0 && b.MaxN != 0 {
		p.MaxN = max(a.MaxN, b.MaxN)
	}
	if a.IDs != nil && b.IDs != nil {
		p.IDs = union(a.IDs, b.IDs)
	}
	if len(p.Words) == 0 {
		p.Words = nil
	}
	if len(p.Substring) == 0 {
		p.Substring = nil
	}
	return p
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func union[T comparable](a, b []T) []T {
	if len(b) == 0 {
		return a
	}
	out := slices.Clone(a)
	for _, v := range b {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// common is never nil: an empty list of ids means that none can match.
func common[T comparable](a, b []T) []T {
	out := []T{}
	for _, v := range a {
		if slices.Contains(b, v) {
			out = append(out, v)
		}
	}
	return out
}
