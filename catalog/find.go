package catalog

import (
	"fmt"
	"slices"
	"strings"
)

// maxSuggestions is how many names an error proposes.
const maxSuggestions = 3

// UnknownError says that a name is no event type, or is one of several.
type UnknownError struct {
	Name string
	// Suggestions are full ids: those meant, if Ambiguous; else similar ones, the
	// most similar first.
	Suggestions []string
	Ambiguous   bool
}

func (e *UnknownError) Error() string {
	if e.Ambiguous {
		return fmt.Sprintf("%s is an event type of several providers: %s", e.Name, strings.Join(e.Suggestions, ", "))
	}
	text := fmt.Sprintf("no event type %s in the catalogue", e.Name)
	if len(e.Suggestions) > 0 {
		text += "; did you mean " + strings.Join(e.Suggestions, " or ") + "?"
	}
	return text
}

// Find gives the event type of a name: provider/name, or the name alone if only
// one provider has it. The error is an [*UnknownError].
func (c *Catalog) Find(name string) (*EventType, error) {
	if provider, event, found := strings.Cut(name, "/"); found {
		if p, ok := c.Provider(provider); ok {
			if e, ok := p.Event(event); ok {
				return e, nil
			}
			return nil, &UnknownError{Name: name, Suggestions: c.similar(p.ID + "/" + event)}
		}
	}
	var found []*EventType
	for _, p := range c.providers {
		if e, ok := p.listed(name); ok {
			found = append(found, e)
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	if len(found) == 0 {
		return nil, &UnknownError{Name: name, Suggestions: c.similar(name)}
	}
	e := &UnknownError{Name: name, Ambiguous: true}
	for _, f := range found {
		e.Suggestions = append(e.Suggestions, f.ID())
	}
	return nil, e
}

// similar are the ids nearest to a name.
func (c *Catalog) similar(name string) []string {
	var ids []string
	for _, p := range c.providers {
		for _, e := range p.Events {
			ids = append(ids, e.ID())
		}
	}
	return closest(name, ids)
}

// closest are the candidates nearest to a word, the nearest first. A candidate
// that ends in /word is as near as the word.
func closest(word string, candidates []string) []string {
	type near struct {
		text     string
		distance int
	}
	var all []near
	low := strings.ToLower(word)
	limit := max(2, len(word)/3)
	for _, candidate := range candidates {
		text := strings.ToLower(candidate)
		d := distance(low, text, limit)
		if _, last, found := strings.Cut(text, "/"); found && !strings.Contains(low, "/") {
			d = min(d, distance(low, last, limit))
		}
		if d <= limit {
			all = append(all, near{candidate, d})
		}
	}
	slices.SortStableFunc(all, func(a, b near) int { return a.distance - b.distance })
	var names []string
	for _, n := range all[:min(len(all), maxSuggestions)] {
		names = append(names, n.text)
	}
	return names
}

// distance counts the letters that must be changed, added, left out or swapped to
// turn a into b. What is more than limit is limit+1.
func distance(a, b string, limit int) int {
	if len(a) > 100 || len(b) > 100 || max(len(a), len(b))-min(len(a), len(b)) > limit {
		return limit + 1
	}
	before, row := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		last := row
		row = make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before = last
	}
	return row[len(b)]
}
