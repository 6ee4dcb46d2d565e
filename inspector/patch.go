package inspector

import (
	"slices"
	"time"
)

// Apply changes r as the patch says.
func (p *Patch) Apply(r *Row) {
	if o := p.Outcome; o != nil {
		r.Status, r.Failure, r.Duration, r.RespSize = o.Status, o.Failure, o.Duration, o.RespSize
		r.Flags &^= FlagFailed
		if o.Failure != "" || o.Status < 200 || o.Status > 299 {
			r.Flags |= FlagFailed
		}
	}
	if v := p.Verdict; v != nil {
		r.Verdict, r.Scheme, r.Cause = v.Verdict, v.Scheme, v.Cause
	}
	r.Flags = (r.Flags | p.Set) &^ p.Clear
	r.Tries += p.Tries
	if p.MaxTries != 0 {
		r.MaxTries = p.MaxTries
	}
	switch {
	case p.Restore:
		r.Trashed = time.Time{}
		r.Flags &^= FlagTrashed
	case !p.Trash.IsZero() && r.Trashed.IsZero():
		r.Trashed = p.Trash.UTC().Truncate(time.Millisecond)
		r.Flags |= FlagTrashed
	}
	if len(p.AddTags) == 0 && len(p.DropTags) == 0 {
		return
	}
	tags := slices.Clone(r.Tags)
	for _, tag := range p.AddTags {
		if !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	r.Tags = slices.DeleteFunc(tags, func(tag string) bool { return slices.Contains(p.DropTags, tag) })
}
