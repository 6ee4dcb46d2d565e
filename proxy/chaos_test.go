package proxy

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/wire"
	"github.com/boathook/boathook/signer"
)

// wireWith composes an event of a scheme with a timestamp with what the switches
// break.
func wireWith(t *testing.T, seed uint64, switches ...string) (*Wire, *Endpoint, string, *signer.Scheme) {
	t.Helper()
	scheme, _ := signer.Lookup("standard-webhooks")
	secret := "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	ep := ready(t, Endpoint{Scheme: "standard-webhooks", Secrets: []Secret{{Value: secret}}})
	chaos, err := ParseChaos(switches, seed)
	if err != nil {
		t.Fatal(err)
	}
	w := composed(t, &Outgoing{Endpoint: ep, Event: &Event{Type: "a/b", ID: "e1", Payload: []byte(`{"total":125.5,"text":"hello world, this is some text"}`)}, Chaos: chaos})
	return w, ep, secret, scheme
}

func TestChaos(t *testing.T) {
	t.Parallel()
	verdict := func(w *Wire, ep *Endpoint, secret string, s *signer.Scheme) signer.Verdict {
		res, err := s.Verify(received(w, ep), []string{secret}, composeTime, signer.Options{})
		if err != nil {
			t.Error(err)
		}
		return res.Verdict
	}
	for _, tt := range []struct {
		name string
		want signer.Verdict
		note string
		ok   func(w, plain *Wire) bool
	}{
		{ChaosBadSig, signer.Invalid, "signed with another secret (…0000)", nil},
		{ChaosNoSig, signer.Missing, "the signature is left out", func(w, _ *Wire) bool { return w.Scheme == "" }},
		{ChaosStale, signer.Stale, "signed as if it were 1h earlier", nil},
		{ChaosFuture, signer.Stale, "signed as if it were 1h later", nil},
		{ChaosChangedByte, signer.Invalid, "was changed from", func(w, plain *Wire) bool {
			n := 0
			for i := range w.Body {
				if w.Body[i] != plain.Body[i] {
					n++
				}
			}
			return len(w.Body) == len(plain.Body) && n == 1
		}},
		{ChaosDuplicate, signer.Valid, "sent twice", nil},
		{ChaosReorder, signer.Valid, "out of order", nil},
		{ChaosSlow, signer.Valid, "pieces of 16 bytes", func(w, _ *Wire) bool { return w.Slow > 0 }},
		{ChaosCut, signer.Valid, "the connection ends after", func(w, _ *Wire) bool { return w.CutAt > 0 && w.CutAt < int64(len(w.Body)) }},
		{ChaosWrongType, signer.Valid, "sent as", func(w, plain *Wire) bool {
			got := inspector.ParseHead(w.Head).Values("Content-Type")
			return len(got) == 1 && got[0] != inspector.ParseHead(plain.Head).Value("Content-Type")
		}},
		{ChaosChunked, signer.Valid, "chunks, without a length", func(w, plain *Wire) bool {
			h := inspector.ParseHead(w.Head)
			var out bytes.Buffer
			err := wire.WriteMessage(&out, w.Head, w.Framing, bytes.NewReader(w.Body))
			return err == nil && w.Chunked && h.Value("Transfer-Encoding") == "chunked" && h.Value("Content-Length") == "" &&
				bytes.HasSuffix(out.Bytes(), []byte("\r\n0\r\n\r\n")) && bytes.Equal(w.Body, plain.Body)
		}},
		{ChaosGzip, signer.Invalid, "compressed after it was signed", func(w, plain *Wire) bool {
			r, err := gzip.NewReader(bytes.NewReader(w.Body))
			if err != nil {
				return false
			}
			body, err := io.ReadAll(r)
			return err == nil && bytes.Equal(body, plain.Body) && inspector.ParseHead(w.Head).Value("Content-Encoding") == "gzip"
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			plain, _, _, _ := wireWith(t, 7)
			w, ep, secret, s := wireWith(t, 7, tt.name)
			if got := verdict(w, ep, secret, s); got != tt.want {
				t.Errorf("verdict %s, want %s\n%s", got, tt.want, w.Head)
			}
			if !slices.ContainsFunc(w.Notes, func(n string) bool {
				return strings.HasPrefix(n, "--chaos "+tt.name+": ") && strings.Contains(n, tt.note)
			}) {
				t.Errorf("notes %q", w.Notes)
			}
			if tt.ok != nil && !tt.ok(w, plain) {
				t.Errorf("not broken as said: %+v\n%s%s", w, w.Head, w.Body)
			}
			again, _, _, _ := wireWith(t, 7, tt.name)
			if !bytes.Equal(w.Head, again.Head) || !bytes.Equal(w.Body, again.Body) || w.CutAt != again.CutAt || !bytes.Equal(w.Framing, again.Framing) {
				t.Error("the same seed breaks it in another way")
			}
		})
	}
}

func TestEverySwitchIsTested(t *testing.T) {
	t.Parallel()
	w, _, _, _ := wireWith(t, 1, ChaosSwitches()[4:]...)
	for _, name := range ChaosSwitches()[4:] {
		if !slices.ContainsFunc(w.Notes, func(n string) bool { return strings.HasPrefix(n, "--chaos "+name+": ") }) {
			t.Errorf("%s left no note when all are on: %q", name, w.Notes)
		}
	}
}

func TestAnotherSecretOfEveryForm(t *testing.T) {
	t.Parallel()
	for _, s := range signer.All() {
		sign, verify, err := s.NewSecret()
		if err != nil {
			continue
		}
		wrong, err := Chaos{Seed: 3}.wrongSecret(s, []string{sign})
		if err != nil || wrong == sign || wrong == verify {
			t.Errorf("%s: %v, %v", s.ID, err, wrong == sign)
			continue
		}
		if err := s.CheckSecret(wrong); err != nil {
			t.Errorf("%s: what is signed with is no secret of it: %v", s.ID, err)
		}
	}
}

func TestReorderChangesTheOrder(t *testing.T) {
	t.Parallel()
	for n := range 12 {
		for seed := range uint64(20) {
			order := Chaos{Switches: []string{ChaosReorder}, Seed: seed}.Order(n)
			if slices.IsSorted(order) && n > 1 {
				t.Errorf("%d events, seed %d: %v", n, seed, order)
			}
			slices.Sort(order)
			for i := range order {
				if order[i] != i {
					t.Fatalf("%d events, seed %d: lost one", n, seed)
				}
			}
		}
	}
	if !slices.IsSorted(Chaos{}.Order(5)) || (Chaos{}).Copies() != 1 || (Chaos{Switches: []string{ChaosDuplicate}}).Copies() != 2 {
		t.Error("without a switch something is broken")
	}
}

func TestChaosNamesAreChecked(t *testing.T) {
	t.Parallel()
	var invalid *InvalidError
	if _, err := ParseChaos([]string{"slow", "badsig"}, 0); !errors.As(err, &invalid) || invalid.Field != "chaos[1]" || !strings.Contains(invalid.Hint, "bad-sig") {
		t.Errorf("unknown: %v", err)
	}
	if _, err := ParseChaos([]string{"no-sig", "bad-sig"}, 0); !errors.As(err, &invalid) {
		t.Errorf("opposites: %v", err)
	}
	if c, err := ParseChaos([]string{"dup", "duplicate"}, 0); err != nil || !slices.Equal(c.Switches, []string{ChaosDuplicate}) {
		t.Errorf("short name: %v, %v", c, err)
	}
}
