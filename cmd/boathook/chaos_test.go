package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/signer"
)

// Each thing that can be broken on purpose arrives broken in its way and in no other,
// whether the command or the API asks for it.
func TestChaosOnTheWire(t *testing.T) {
	t.Parallel()
	const scheme, secret = "standard-webhooks", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	const body = `{"n":{{seq}},"total":125,"text":"a body of some length that can be sent in pieces"}`
	plain := func(n int) string { return strings.Replace(body, "{{seq}}", fmt.Sprint(n), 1) }
	tg, stop, err := newTarget(200)
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	data := t.TempDir()
	s := startServer(t, data)
	endpoint, err := json.Marshal(proxy.Endpoint{
		Name: "crm", On: true, URL: "http://" + tg.addr + "/hooks", Scheme: scheme, Secrets: []proxy.Secret{{Value: secret}},
		Ordered: true, Retry: proxy.RetrySetting{Preset: "none"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if status, raw := s.api("POST", "/endpoints", endpoint); status != 201 {
		t.Fatalf("%d %s", status, raw)
	}
	template := filepath.Join(t.TempDir(), "body.json")
	if err := os.WriteFile(template, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
	exe, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	// next waits for n requests that were not looked at yet.
	next := func(t *testing.T, n int) []arrival {
		t.Helper()
		for end := time.Now().Add(patience); ; {
			if all := tg.arrived(); len(all) >= seen+n {
				seen += n
				return all[seen-n:]
			} else if time.Now().After(end) {
				t.Fatalf("%d requests came, want %d", len(all)-seen, n)
			}
			time.Sleep(5 * time.Millisecond)
		}
	}
	senders := map[string]func(t *testing.T, count int, chaos ...string){
		"command": func(t *testing.T, count int, chaos ...string) {
			args := []string{"trigger", "standard-webhooks/example.event", "crm", "--data", data, "--body", template, "--seed", "7", "--count", fmt.Sprint(count), "--no-wait"}
			if len(chaos) > 0 {
				args = append(args, "--chaos", strings.Join(chaos, ","))
			}
			out, err := exec.Command(exe, args...).CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
		},
		"API": func(t *testing.T, count int, chaos ...string) {
			in, err := json.Marshal(map[string]any{"type": "standard-webhooks/example.event", "to": []string{"crm"}, "body": body, "seed": 7, "count": count, "chaos": chaos})
			if err != nil {
				t.Fatal(err)
			}
			status, raw := s.api("POST", "/events", in)
			if status != 202 {
				t.Fatalf("%d %s", status, raw)
			}
		},
	}
	value := func(t *testing.T, a *arrival, name, want string) {
		t.Helper()
		if got := a.value(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	verdict := func(t *testing.T, a *arrival, at time.Time, want signer.Verdict) {
		t.Helper()
		if got := a.verdict(t, scheme, secret, at); got != want {
			t.Errorf("the signature is %s, want %s: %q", got, want, a.raw)
		}
	}
	signed := func(t *testing.T, a *arrival) time.Time { return a.signedAt(t, "webhook-timestamp") }
	type check func(t *testing.T, got []arrival)
	for _, tt := range []struct {
		name         string
		count, comes int
		sound        bool // the signature is valid when it is made
		whole        bool // the body is that of the event
		check        check
	}{
		{"", 1, 1, true, true, func(t *testing.T, got []arrival) {
			value(t, &got[0], "Content-Type", "application/json")
			value(t, &got[0], "Content-Length", fmt.Sprint(len(plain(0))))
			verdict(t, &got[0], time.Now(), signer.Valid)
		}},
		{proxy.ChaosBadSig, 1, 1, false, true, func(t *testing.T, got []arrival) {
			if !strings.HasPrefix(got[0].value("webhook-signature"), "v1,") {
				t.Errorf("no signature: %q", got[0].raw)
			}
			verdict(t, &got[0], signed(t, &got[0]), signer.Invalid)
		}},
		{proxy.ChaosNoSig, 1, 1, false, true, func(t *testing.T, got []arrival) {
			value(t, &got[0], "webhook-signature", "")
			verdict(t, &got[0], time.Now(), signer.Missing)
		}},
		{proxy.ChaosStale, 1, 1, true, true, func(t *testing.T, got []arrival) { verdict(t, &got[0], time.Now(), signer.Stale) }},
		{proxy.ChaosFuture, 1, 1, true, true, func(t *testing.T, got []arrival) {
			verdict(t, &got[0], time.Now(), signer.Stale)
			if !signed(t, &got[0]).After(time.Now()) {
				t.Errorf("signed at %s", signed(t, &got[0]))
			}
		}},
		{proxy.ChaosChangedByte, 1, 1, false, false, func(t *testing.T, got []arrival) {
			verdict(t, &got[0], signed(t, &got[0]), signer.Invalid)
			differ, want := 0, plain(0)
			for i := range min(len(want), len(got[0].body)) {
				if got[0].body[i] != want[i] {
					differ++
				}
			}
			if len(got[0].body) != len(want) || differ != 1 || !json.Valid(got[0].body) {
				t.Errorf("body %s", got[0].body)
			}
		}},
		{proxy.ChaosDuplicate, 1, 2, true, true, func(t *testing.T, got []arrival) {
			if a, b := got[0].value("webhook-id"), got[1].value("webhook-id"); a == "" || a != b {
				t.Errorf("ids %q, %q", a, b)
			}
		}},
		{proxy.ChaosReorder, 5, 5, true, false, func(t *testing.T, got []arrival) {
			var order, want []string
			for i := range got {
				order = append(order, string(got[i].body))
				want = append(want, plain(i))
			}
			if slices.Equal(order, want) {
				t.Errorf("in order: %q", order)
			}
			slices.Sort(order)
			if !slices.Equal(order, want) {
				t.Errorf("not those five: %q", order)
			}
		}},
		{proxy.ChaosSlow, 1, 1, true, true, func(t *testing.T, got []arrival) {
			if got[0].reads < 3 {
				t.Errorf("it came in %d pieces", got[0].reads)
			}
		}},
		{proxy.ChaosCut, 1, 1, true, false, func(t *testing.T, got []arrival) {
			value(t, &got[0], "Content-Length", fmt.Sprint(len(plain(0))))
			if n := len(got[0].body); !got[0].cut || n == 0 || !strings.HasPrefix(plain(0), string(got[0].body)) {
				t.Errorf("%d bytes of the body came: %q", n, got[0].raw)
			}
		}},
		{proxy.ChaosWrongType, 1, 1, true, true, func(t *testing.T, got []arrival) {
			if v := got[0].value("Content-Type"); v == "" || strings.Contains(v, "json") {
				t.Errorf("Content-Type %q", v)
			}
		}},
		{proxy.ChaosChunked, 1, 1, true, true, func(t *testing.T, got []arrival) {
			value(t, &got[0], "Transfer-Encoding", "chunked")
			value(t, &got[0], "Content-Length", "")
			if !bytes.HasSuffix(got[0].raw, []byte("\r\n0\r\n\r\n")) {
				t.Errorf("%q", got[0].raw)
			}
		}},
		{proxy.ChaosGzip, 1, 1, false, false, func(t *testing.T, got []arrival) {
			value(t, &got[0], "Content-Encoding", "gzip")
			verdict(t, &got[0], signed(t, &got[0]), signer.Invalid)
			r, err := gzip.NewReader(bytes.NewReader(got[0].body))
			if err != nil {
				t.Fatal(err)
			}
			if unpacked, err := io.ReadAll(r); err != nil || string(unpacked) != plain(0) {
				t.Errorf("%q, %v", unpacked, err)
			}
		}},
	} {
		for _, by := range []string{"command", "API"} {
			t.Run(strings.TrimPrefix(tt.name+" by "+by, " "), func(t *testing.T) {
				var chaos []string
				if tt.name != "" {
					chaos = []string{tt.name}
				}
				senders[by](t, tt.count, chaos...)
				got := next(t, tt.comes)
				for i := range got {
					a := &got[i]
					if tt.sound && !a.cut {
						verdict(t, a, signed(t, a), signer.Valid)
					}
					if tt.whole && string(a.body) != plain(0) {
						t.Errorf("body %q, want %q", a.body, plain(0))
					}
					if a.cut != (tt.name == proxy.ChaosCut) {
						t.Errorf("cut %t", a.cut)
					}
				}
				tt.check(t, got)
			})
		}
	}
	if all := proxy.ChaosSwitches(); seen != 2*(1+len(all)+1+4) {
		t.Errorf("%d requests came: one of %q is not in the table", seen, all)
	}
}
