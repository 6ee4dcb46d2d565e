package proxy

import (
	"errors"
	"log/slog"
	"testing"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
)

func acme(name string) ProviderText {
	return ProviderText{Format: "yaml", Text: "id: acme\nname: " + name + "\nevents:\n- name: order.made\n  description: an order\n  fields: [{name: total, type: number, required: true, example: 12.5}]\n"}
}

func TestProvidersAreAddedReplacedAndDeleted(t *testing.T) {
	t.Parallel()
	store := memstore.New()
	open := func() (*Providers, *[]*catalog.Catalog) {
		told := &[]*catalog.Catalog{}
		s, err := OpenProviders(t.Context(), store, inspector.DefaultWorkspace, catalog.Builtin(), slog.New(slog.DiscardHandler),
			func(c *catalog.Catalog) { *told = append(*told, c) })
		if err != nil {
			t.Fatal(err)
		}
		return s, told
	}
	s, told := open()
	if _, err := s.Put(t.Context(), acme("First"), false); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put(t.Context(), acme("Again"), false); !errors.Is(err, ErrConflict) {
		t.Errorf("added again = %v, want ErrConflict", err)
	}
	if _, err := s.Put(t.Context(), acme("Second"), true); err != nil {
		t.Fatal(err)
	}
	if e, err := s.Catalog().Find("acme/order.made"); err != nil || e.Provider.Name != "Second" || !e.Provider.Custom {
		t.Errorf("Find = %+v, %v", e, err)
	}
	if last := (*told)[len(*told)-1]; last != s.Catalog() {
		t.Error("the last catalogue was not told")
	}
	other, _ := open()
	if _, ok := other.Catalog().Provider("acme"); !ok {
		t.Error("another handle does not find it")
	}
	var invalid *InvalidError
	var file *catalog.FileError
	for _, tt := range []struct {
		name string
		text ProviderText
		as   any
	}{
		{"the id of a built-in one", ProviderText{"yaml", "id: webconnex\nname: Mine\n"}, &invalid},
		{"an alias that is taken", ProviderText{"yaml", "id: mine\nname: Mine\naliases: [webconnex]\n"}, &invalid},
		{"an unknown format", ProviderText{"toml", ""}, &invalid},
		{"a key that is none", ProviderText{"yaml", "id: mine\nnosuch: 1\n"}, &file},
	} {
		if _, err := s.Put(t.Context(), tt.text, true); !errors.As(err, tt.as) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	for _, want := range []error{nil, inspector.ErrNotFound} {
		if err := s.Delete(t.Context(), "acme"); !errors.Is(err, want) {
			t.Errorf("Delete = %v, want %v", err, want)
		}
	}
	if err := s.Delete(t.Context(), "webconnex"); !errors.Is(err, inspector.ErrNotFound) {
		t.Errorf("Delete of a built-in one = %v", err)
	}
	if _, ok := s.Catalog().Provider("acme"); ok {
		t.Error("it is still there")
	}
}
