// Package catalog holds what is known about the systems that send webhooks:
// their headers, ids, retry and resend rules, event types, fields, and samples.
//
// [Builtin] is the catalogue in the program, [Catalog.With] one with providers of
// the user. [Catalog.Find] gives an [EventType], which makes payloads
// ([EventType.Generate]) and checks them ([EventType.Validate]). Schemes are named
// by their id in package signer; this package signs nothing.
//
// Providers are data. README.md beside this file describes their format.
package catalog

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
)

//go:embed all:providers
var embedded embed.FS

// Catalog is a set of providers. It does not change.
type Catalog struct {
	providers []*Provider // sorted by id
	byName    map[string]*Provider
}

// Builtin is the catalogue of the program.
func Builtin() *Catalog { return builtin() }

var builtin = sync.OnceValue(func() *Catalog {
	sub, err := fs.Sub(embedded, "providers")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	c, err := (&Catalog{}).WithFolders(sub)
	if err != nil {
		panic(err) // a test loads what is embedded
	}
	for _, p := range c.providers {
		p.Custom = false
	}
	return c
})

// Providers are all of them, sorted by id. The slice is the caller's.
func (c *Catalog) Providers() []*Provider { return slices.Clone(c.providers) }

// Provider finds a provider by its id or an alias.
func (c *Catalog) Provider(id string) (*Provider, bool) {
	p, ok := c.byName[strings.ToLower(id)]
	return p, ok
}

// Add is the catalogue with one more provider. Its names must be free.
func (c *Catalog) Add(p *Provider) (*Catalog, error) {
	next := &Catalog{providers: append(slices.Clone(c.providers), p), byName: make(map[string]*Provider, len(c.byName)+1)}
	for _, q := range next.providers {
		for _, name := range append([]string{q.ID}, q.Aliases...) {
			if taken, ok := next.byName[name]; ok {
				return nil, fmt.Errorf("provider %s: the name %s is taken by %s (%s); choose another id", p.ID, name, taken.Name, taken.ID)
			}
			next.byName[name] = q
		}
	}
	slices.SortFunc(next.providers, func(a, b *Provider) int { return strings.Compare(a.ID, b.ID) })
	return next, nil
}

// Without is the catalogue without a provider.
func (c *Catalog) Without(id string) *Catalog {
	next := &Catalog{byName: map[string]*Provider{}}
	for _, p := range c.providers {
		if p.ID == id {
			continue
		}
		next.providers = append(next.providers, p)
		for _, name := range append([]string{p.ID}, p.Aliases...) {
			next.byName[name] = p
		}
	}
	return next
}
