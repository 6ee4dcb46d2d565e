package web

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/boathook/boathook/inspector"
)

const (
	seenRows   = 200      // newest deliveries whose rows are looked at
	seenHeads  = 50       // newest deliveries whose heads and bodies are looked at
	seenBody   = 16 << 10 // bytes of a body that are looked at
	maxSeen    = 30       // values that are told
	bodyLevels = 3        // parts of a body path
)

// seenValues tells the values that recent deliveries have in a field. What it
// looks at is bounded, so its counts are for ranking only.
type seenValues struct {
	ctx   context.Context
	store inspector.Store
	ws    inspector.Workspace

	rows []inspector.Row // read at the first question
	read bool
	err  error
}

// columns are the fields whose values stand in the row.
var columns = map[string]func(*inspector.Row) []string{
	"event":    func(r *inspector.Row) []string { return []string{eventName(r)} },
	"status":   func(r *inspector.Row) []string { return []string{outcomeName(r)} },
	"sig":      func(r *inspector.Row) []string { return []string{string(r.Verdict)} },
	"is":       func(r *inspector.Row) []string { return r.Flags.Names() },
	"provider": func(r *inspector.Row) []string { return []string{r.Provider} },
	"inbox":    func(r *inspector.Row) []string { return []string{r.Inbox} },
	"endpoint": func(r *inspector.Row) []string { return []string{r.Endpoint} },
	"dir":      func(r *inspector.Row) []string { return []string{string(r.Dir)} },
	"method":   func(r *inspector.Row) []string { return []string{r.Method} },
	"path":     func(r *inspector.Row) []string { return []string{pathOf(r.Target)} },
	"host":     func(r *inspector.Row) []string { return []string{r.Host} },
	"id":       func(r *inspector.Row) []string { return []string{r.EventID} },
	"scheme":   func(r *inspector.Row) []string { return []string{r.Scheme} },
	"cause":    func(r *inspector.Row) []string { return []string{r.Cause} },
	"channel":  func(r *inspector.Row) []string { return []string{r.Channel} },
	"tag":      func(r *inspector.Row) []string { return r.Tags },
	"rec":      (*inspector.Row).Recordings,
	"run":      func(r *inspector.Row) []string { return []string{r.Run} },
	"query":    func(r *inspector.Row) []string { return parameters(r.Target) },
}

// values has the form that [inspector.Complete] wants.
func (s *seenValues) values(field, prefix string) []inspector.ValueCount {
	if !s.read {
		page, err := s.store.List(s.ctx, inspector.ListQuery{Workspace: s.ws, Limit: seenRows})
		s.rows, s.err, s.read = page.Rows, err, true
	}
	counts := map[string]int{}
	add := func(values []string) {
		for _, v := range values {
			if v != "" && len(v) <= 200 && strings.HasPrefix(strings.ToLower(v), strings.ToLower(prefix)) {
				counts[v]++
			}
		}
	}
	if of, ok := columns[field]; ok {
		for i := range s.rows {
			add(of(&s.rows[i]))
		}
		return ranked(counts)
	}
	part := inspector.Request
	if rest, ok := strings.CutPrefix(field, "resp."); ok {
		field, part = rest, inspector.Response
	}
	if field != "header" && field != "body" {
		return nil
	}
	for i := range s.rows[:min(len(s.rows), seenHeads)] {
		add(s.names(field, s.rows[i].ID, part))
	}
	return ranked(counts)
}

// names are the header names or body paths of a delivery's first attempt. One
// that cannot be read has none: these are proposals, not facts.
func (s *seenValues) names(field string, id inspector.ID, part inspector.Part) []string {
	if field == "body" {
		return s.paths(inspector.BodyKey{Delivery: id, Part: part})
	}
	attempts, err := s.store.Attempts(s.ctx, s.ws, id)
	if err != nil || len(attempts) == 0 {
		return nil
	}
	head := attempts[0].Request.Head
	if part == inspector.Response {
		head = attempts[0].Response.Head
	}
	var names []string
	for _, f := range inspector.ParseHead(head).Fields {
		names = append(names, strings.ToLower(f.Name))
	}
	return names
}

func (s *seenValues) paths(key inspector.BodyKey) []string {
	b, err := s.store.Body(s.ctx, s.ws, key)
	if err != nil {
		return nil
	}
	defer b.Close()
	var v any
	if b.Size() > seenBody || json.NewDecoder(io.NewSectionReader(b, 0, seenBody)).Decode(&v) != nil {
		return nil
	}
	return appendPaths(nil, "", v, bodyLevels)
}

// appendPaths lists the paths of a JSON value that are plain words.
func appendPaths(paths []string, base string, v any, levels int) []string {
	object, ok := v.(map[string]any)
	if !ok || levels == 0 || len(paths) > 200 {
		return paths
	}
	for name, inner := range object {
		if !plainWord(name) {
			continue
		}
		paths = append(paths, base+name)
		paths = appendPaths(paths, base+name+".", inner, levels-1)
	}
	return paths
}

func plainWord(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == ""
}

// ranked are the most frequent values first.
func ranked(counts map[string]int) []inspector.ValueCount {
	all := make([]inspector.ValueCount, 0, len(counts))
	for v, n := range counts {
		all = append(all, inspector.ValueCount{Value: v, Count: n})
	}
	slices.SortFunc(all, func(a, b inspector.ValueCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
	})
	return all[:min(len(all), maxSeen)]
}

func eventName(r *inspector.Row) string {
	if r.Provider != "" && r.Event != "" {
		return fmt.Sprintf("%s/%s", r.Provider, r.Event)
	}
	return r.Event
}

func outcomeName(r *inspector.Row) string {
	if r.Failure != "" {
		return r.Failure
	}
	if r.Status == 0 {
		return ""
	}
	return strconv.Itoa(r.Status)
}

func pathOf(target string) string {
	path, _, _ := strings.Cut(target, "?")
	return path
}

func parameters(target string) []string {
	_, text, _ := strings.Cut(target, "?")
	values, err := url.ParseQuery(text)
	if err != nil {
		return nil
	}
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	return names
}
