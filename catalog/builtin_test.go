package catalog

import (
	"strings"
	"testing"
	"time"
)

// What is embedded can be read, and says where it is from.
func TestBuiltinProviders(t *testing.T) {
	t.Parallel()
	providers := Builtin().Providers()
	if len(providers) == 0 {
		t.Fatal("no providers are embedded")
	}
	for _, p := range providers {
		t.Run(p.ID, func(t *testing.T) {
			t.Parallel()
			if p.Custom {
				t.Error("a built-in provider counts as the user's")
			}
			if p.Description == "" || !strings.HasPrefix(p.Docs, "https://") {
				t.Errorf("description %q, docs %q", p.Description, p.Docs)
			}
			if len(p.Facts) == 0 {
				t.Error("no facts")
			}
			topics := map[string]bool{}
			for _, f := range p.Facts {
				if topics[f.Topic] {
					t.Errorf("the fact %s is there twice", f.Topic)
				}
				topics[f.Topic] = true
			}
			for _, form := range []string{p.IDs.Event, p.IDs.Delivery, p.IDs.Message} {
				if form == "" {
					continue
				}
				if id, err := NewID(form, seeded(1), time.Unix(1.7e9, 0)); err != nil || id == "" {
					t.Errorf("NewID(%s) = %q, %v", form, id, err)
				}
			}
			values := map[string]string{}
			for _, name := range HeaderVars {
				values[name] = "x"
			}
			lines, err := p.WireHeaders(Vars{Values: values})
			if err != nil || len(lines) != len(p.Headers) {
				t.Errorf("WireHeaders = %d lines, %v; want %d", len(lines), err, len(p.Headers))
			}
			if len(p.Events) == 0 {
				t.Error("no event types")
			}
			for _, e := range p.Events {
				checkBuiltinEvent(t, e)
			}
		})
	}
}

func checkBuiltinEvent(t *testing.T, e *EventType) {
	t.Helper()
	if e.Description == "" {
		t.Errorf("%s has no description", e.Name)
	}
	if e.Documented.Bool() && e.Source == "" {
		t.Errorf("%s is documented, but has no source", e.Name)
	}
	if _, err := e.compiled(); err != nil {
		t.Errorf("%s: %v", e.Name, err)
	}
	for _, s := range e.Samples {
		if s.Source == "" {
			t.Errorf("the sample %s of %s does not say where it is from", s.Variant, e.Name)
		}
	}
	if found, err := Builtin().Find(e.ID()); err != nil || found != e {
		t.Errorf("Find(%s) = %v, %v", e.ID(), found, err)
	}
}
