package config

import "testing"

func TestNearest(t *testing.T) {
	t.Parallel()
	words := []string{"serve", "listen", "tail", "deliveries", "inboxes", "status"}
	for in, want := range map[string]string{
		"sreve": "serve", "lsiten": "listen", "tial": "tail", "delivries": "deliveries", "staus": "status",
		"xyz": "", "completely-different": "", "": "",
	} {
		if got := Nearest(in, words); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", in, got, want)
		}
	}
}
