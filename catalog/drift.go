package catalog

import (
	"cmp"
	"iter"
	"regexp"
	"slices"
	"time"
)

// maxDrift bounds the list of [Catalog.Drift].
const maxDrift = 1000

// Recorded is a body that was received or sent.
type Recorded struct {
	At   time.Time
	ID   string // of the delivery
	Body []byte
}

// DriftItem is a way in which recorded bodies differ from their event type.
type DriftItem struct {
	Path string `json:"path"` // with [] for every element of a list
	Kind string `json:"kind"` // as of a [Problem]
	Text string `json:"text"` // of the first body
	// Count bodies of Of have it.
	Count int `json:"count"`
	Of    int `json:"of"`
	// When it was first and last seen, and in which deliveries.
	First   time.Time `json:"first"`
	Last    time.Time `json:"last"`
	FirstID string    `json:"first_id,omitempty"`
	LastID  string    `json:"last_id,omitempty"`
}

var indexes = regexp.MustCompile(`\[[0-9]+\]`)

// Drift compares recorded bodies, in any order, with their event type: what has
// been missing, unexpected, or of another kind, how often, and since when. What
// is found most often comes first.
func (c *Catalog) Drift(e *EventType, bodies iter.Seq[Recorded]) []DriftItem {
	type key struct{ path, kind string }
	items := map[key]*DriftItem{}
	of := 0
	for r := range bodies {
		of++
		seen := map[key]bool{}
		for _, p := range e.Validate(r.Body) {
			k := key{indexes.ReplaceAllString(p.Path, "[]"), p.Kind}
			if seen[k] {
				continue
			}
			seen[k] = true
			item := items[k]
			if item == nil {
				if len(items) >= maxDrift {
					continue
				}
				item = &DriftItem{Path: k.path, Kind: k.kind, Text: p.Text, First: r.At, Last: r.At, FirstID: r.ID, LastID: r.ID}
				items[k] = item
			}
			item.Count++
			if r.At.Before(item.First) {
				item.First, item.FirstID, item.Text = r.At, r.ID, p.Text
			}
			if !r.At.Before(item.Last) {
				item.Last, item.LastID = r.At, r.ID
			}
		}
	}
	list := make([]DriftItem, 0, len(items))
	for _, item := range items {
		item.Of = of
		list = append(list, *item)
	}
	slices.SortFunc(list, func(a, b DriftItem) int {
		return cmp.Or(b.Count-a.Count, cmp.Compare(a.Path, b.Path), cmp.Compare(a.Kind, b.Kind))
	})
	return list
}
