package proxy

import (
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
	"github.com/boathook/boathook/proxy/wire"
)

// judged is an exchange as the receiver hands it over.
func judged(tb testing.TB, raw string, at time.Time) *Exchange {
	tb.Helper()
	head, body, _ := strings.Cut(raw, "\r\n\r\n")
	h := &wire.RequestHead{}
	if err := h.Parse([]byte(head+"\r\n\r\n"), 100); err != nil {
		tb.Fatal(err)
	}
	return &Exchange{Head: h, Row: inspector.Row{At: at}, body: []byte(body)}
}

// BenchmarkJudge is what the check of a signature adds to a capture of 1 KiB.
func BenchmarkJudge(b *testing.B) {
	body := `{"type":"order.created","pad":"` + strings.Repeat("x", 1024-33) + `"}`
	now := time.Now()
	store := memstore.New()
	defer store.Close()
	schemes, err := OpenSchemes(b.Context(), store, inspector.DefaultWorkspace, nil)
	if err != nil {
		b.Fatal(err)
	}
	key := strings.Repeat("k", 32)
	secret := Secret{open: &key}
	plain := string(benchRequest)
	for _, bb := range []struct {
		name string
		in   Inbox
		raw  string
		want inspector.Verdict
	}{
		{"none", Inbox{Scheme: SchemeNone}, plain, inspector.Unchecked},
		{"auto, unsigned", Inbox{}, plain, inspector.Unchecked},
		{"auto, unsigned, a secret", Inbox{Secrets: []Secret{secret}}, plain, inspector.Unchecked},
		{"auto, signed", Inbox{Secrets: []Secret{secret}}, signedRequest(b, "github", key, "demo", body, now), inspector.Valid},
		{"github", Inbox{Scheme: "github", Secrets: []Secret{secret}}, signedRequest(b, "github", key, "demo", body, now), inspector.Valid},
		{"stripe", Inbox{Scheme: "stripe", Secrets: []Secret{secret}}, signedRequest(b, "stripe", key, "demo", body, now), inspector.Valid},
	} {
		b.Run(bb.name, func(b *testing.B) {
			x := judged(b, bb.raw, now)
			j := newJudge(&bb.in, schemes)
			h := newChallenger(&Inbox{Challenges: Challenges{ChallengesAuto}}, j.scheme(), j, nil)
			if v, _ := j.look(x); v != bb.want {
				b.Fatalf("verdict %s, want %s", v, bb.want)
			}
			b.ReportAllocs()
			for b.Loop() {
				j.look(x)
				h.find(x)
			}
		})
	}
	b.Run("the HMAC alone", func(b *testing.B) {
		for b.Loop() {
			sha(key, body)
		}
	})
}

// BenchmarkCaptureJudged is the whole path of an inbox, with the check of its
// signature and all that is looked for.
func BenchmarkCaptureJudged(b *testing.B) {
	for _, scheme := range []string{SchemeNone, "", "github"} {
		b.Run("scheme "+scheme, func(b *testing.B) {
			s := newStand(b, Options{Limits: Limits{Requests: 1 << 40}})
			old, err := s.Inboxes().Get(DemoInbox)
			if err != nil {
				b.Fatal(err)
			}
			old.Scheme = scheme
			s.inbox(old)
			load(b, s.addr)
		})
	}
}

// A check of an inbox without a scheme allocates nothing for an unsigned request.
func TestUnsignedCostsNothing(t *testing.T) {
	schemes := openSchemes(t, memstore.New())
	x := judged(t, string(benchRequest), time.Now())
	j := newJudge(&Inbox{}, schemes)
	h := newChallenger(&Inbox{Challenges: Challenges{ChallengesAuto}}, nil, j, nil)
	if n := testing.AllocsPerRun(100, func() { j.look(x); h.find(x) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
