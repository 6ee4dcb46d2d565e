package config

import "testing"

func TestNearest(t *testing.T) {
	t.Parallel()
	words := []string{"serve", "listen", "tail", "deliveries", "inboxes", "status", "ping", "sign"}
	for in, want := range map[string]string{
		"sreve": "serve", "lsiten": "listen", "tial": "tail", "delivries": "deliveries", "staus": "status", "STATSU": "status", "sing": "sign", "pign": "ping",
		"xyz": "", "completely-different": "", "": "",
	} {
		if got := Nearest(in, words); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestTargetURL(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"3000": "http://localhost:3000/", "3000/hooks": "http://localhost:3000/hooks", "127.0.0.1:3000": "http://127.0.0.1:3000/",
		"localhost:3000/a/b?c=d": "http://localhost:3000/a/b?c=d", "[::1]:3000/x": "http://[::1]:3000/x", "https://x.test/y": "https://x.test/y",
		"localhost": "", "0": "", "99999": "", "inbox:demo": "", "webconnex/registration": "", "hooks/3000": "", "ftp://x": "", ":3000/x": "", "": "",
	} {
		if got, err := TargetURL(in); err == nil && got != want || err != nil && want != "" {
			t.Errorf("TargetURL(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
}
