package proxy

import "testing"

func TestAddressOf(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ base, target, rest, want string }{
		{"", "/in/a/b?c", "/b?c", "https://h/in/a/b?c"},
		{"https://x", "/in/a/b?c", "/b?c", "https://x/in/a/b?c"},
		{"https://x/", "/in/a", "", "https://x/"},
		{"https://x/", "/in/a/b", "/b", "https://x/b"},
		{"https://x/", "/in/a?c", "?c", "https://x/?c"},
		{"https://u:p@x/hooks", "/in/a", "", "https://u:p@x/hooks"},
		{"https://x/hooks/", "/in/a", "", "https://x/hooks/"},
		{"https://x/hooks/", "/in/a/b", "/b", "https://x/hooks/b"},
	} {
		if got := addressOf(tt.base, tt.target, tt.rest, "h", "https"); got != tt.want {
			t.Errorf("%q, %q: %q, want %q", tt.base, tt.target, got, tt.want)
		}
	}
}
