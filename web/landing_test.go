package web

import "testing"

func TestLoginGoesOnToThePageOnly(t *testing.T) {
	t.Parallel()
	for to, want := range map[string]string{
		"": "/live", "/": "/", "/settings": "/settings", "/d/01a200d7-369a-7e13-9b16-e90caf17966d": "/d/01a200d7-369a-7e13-9b16-e90caf17966d",
		"//evil.test": "/live", "/\\evil.test": "/live", "https://evil.test/d/1": "/live", "/d//evil": "/live",
		"/d/a\r\nSet-Cookie: x": "/live", "/static/a.js": "/live", "/api/v1/status": "/live", "/d/x?y": "/live",
	} {
		if got := landing(to); got != want {
			t.Errorf("landing(%q) = %q, want %q", to, got, want)
		}
	}
}
