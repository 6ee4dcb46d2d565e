package web

import (
	"slices"
	"testing"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/proxy"
)

// TestAPingTellsOfItsEndpoint looks at what a provider's ping says of the endpoint
// that it goes to.
func TestAPingTellsOfItsEndpoint(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		provider string
		ep       proxy.Endpoint
		want     []string
	}{
		{"sitestacker", proxy.Endpoint{Name: "crm", URL: "http://a/", Events: []string{"sitestacker/*", "webconnex/coupon"}}, []string{`hook.url="http://a/"`, `hook.events=["*"]`}},
		{"github", proxy.Endpoint{Name: "ci", URL: "http://a/"}, []string{`hook.config.url="http://a/"`, `hook.config.content_type="json"`, `hook.events=[]`}},
		{"github", proxy.Endpoint{Name: "ci", URL: "http://a/", Format: "form", Events: []string{"github/push"}}, []string{`hook.config.url="http://a/"`, `hook.config.content_type="form"`, `hook.events=["push"]`}},
		{"github", proxy.Endpoint{URL: "http://a/"}, nil},
		{"stripe", proxy.Endpoint{Name: "crm"}, nil},
	} {
		p, _ := catalog.Builtin().Provider(tt.provider)
		set, err := pingOf(p, &tt.ep)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, a := range set {
			got = append(got, a.Path+"="+a.Value)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("a ping of %s to %+v says %q, want %q", tt.provider, tt.ep, got, tt.want)
		}
	}
}
