package main

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/boathook/boathook/cmd/boathook/config"
	"github.com/boathook/boathook/web/client"
)

// eventTypes are all event types that are listed, by their providers.
func (s *session) eventTypes(ctx context.Context, only string) ([]client.EventSummary, error) {
	providers, err := s.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	var all []client.EventSummary
	for _, p := range providers {
		if only != "" && p.ID != only && !slices.Contains(p.Aliases, only) {
			continue
		}
		detail, err := s.Provider(ctx, p.ID)
		if err != nil {
			return nil, err
		}
		all = append(all, detail.EventTypes...)
	}
	return all, nil
}

// event finds the event type that a word names: provider/name, or the name alone
// if only one provider has it.
func (s *session) event(ctx context.Context, word string) (provider, name string, err error) {
	if provider, name, found := strings.Cut(word, "/"); found && provider != "" && name != "" {
		_, err := s.EventType(ctx, provider, name)
		if p, ok := problemOf(err); ok && p.Status == 404 {
			return "", "", s.unknownEvent(ctx, word)
		}
		return provider, name, err
	}
	all, err := s.eventTypes(ctx, "")
	if err != nil {
		return "", "", err
	}
	var found []string
	for _, e := range all {
		if e.Name == word {
			found = append(found, e.ID)
		}
	}
	switch len(found) {
	case 1:
		provider, name, _ = strings.Cut(found[0], "/")
		return provider, name, nil
	case 0:
		return "", "", unknownEvent(word, all)
	}
	return "", "", usage("say which: "+strings.Join(found, ", "), "several providers have an event %q", clip(word))
}

// ownName reports whether a word is an event of a provider that the catalogue does not
// have, which may be sent with a body of its own.
func (s *session) ownName(ctx context.Context, word string) bool {
	provider, name, _ := strings.Cut(word, "/")
	if provider == "" || name == "" {
		return false
	}
	_, err := s.Provider(ctx, provider)
	p, ok := problemOf(err)
	return ok && p.Status == 404
}

func (s *session) unknownEvent(ctx context.Context, word string) error {
	all, err := s.eventTypes(ctx, "")
	if err != nil {
		return err
	}
	return unknownEvent(word, all)
}

// unknownEvent says which event was probably meant.
func unknownEvent(word string, all []client.EventSummary) error {
	if slices.ContainsFunc(all, func(e client.EventSummary) bool { return strings.HasPrefix(e.ID, word+"/") }) {
		return usage("list its events: boathook events list "+word, "%s is a provider; an event is written %s/NAME", word, word)
	}
	hint := "list all: boathook events list"
	if near := nearestEvent(word, all); near != "" {
		hint = "did you mean  " + near + " ?      " + hint
	} else if near := nearestProvider(word, all); near != "" {
		hint = "did you mean the provider  " + near + " ?      boathook events list " + near
	}
	return usage(hint, "no event %q in the catalog", clip(word))
}

func nearestEvent(word string, all []client.EventSummary) string {
	ids, names := []string{}, []string{}
	for _, e := range all {
		ids, names = append(ids, e.ID), append(names, e.Name)
	}
	if strings.Contains(word, "/") {
		return config.Nearest(word, ids)
	}
	if near := config.Nearest(word, names); near != "" {
		return ids[slices.Index(names, near)]
	}
	for _, id := range ids {
		if len(word) > 2 && strings.Contains(id, word) {
			return id
		}
	}
	return ""
}

func nearestProvider(word string, all []client.EventSummary) string {
	var ids []string
	for _, e := range all {
		if id, _, _ := strings.Cut(e.ID, "/"); !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return config.Nearest(word, ids)
}

// eventFirst says what is wrong with the order of words of which the first is no event:
// one that stands behind is probably meant. Otherwise it gives the error back.
func (s *session) eventFirst(ctx context.Context, err error, first string, rest []string) error {
	for i, word := range rest {
		if _, _, other := s.event(ctx, word); other == nil {
			words := append([]string{word, first}, slices.Delete(slices.Clone(rest), i, i+1)...)
			return usage("boathook trigger "+strings.Join(words, " "), "the event comes before its targets, and %q is no event", clip(first))
		}
	}
	return err
}

// byID orders event types by provider and name.
func byID(a, b client.EventSummary) int { return cmp.Compare(a.ID, b.ID) }
