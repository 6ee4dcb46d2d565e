package oracle

import (
	"context"
	"io"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/signer"
)

// startProxy is a running capture port with its dispatcher, over a store in memory.
func startProxy(t *testing.T) (*proxy.Proxy, *inspector.Committer) {
	t.Helper()
	store := inspector.NewCommitter(memstore.New(), inspector.CommitterOptions{})
	p, err := proxy.New(t.Context(), store, proxy.Options{})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- p.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		_ = store.Close()
	})
	return p, store
}

// Events of the catalogue, sent as their providers send them, are accepted over
// HTTP by the providers' own libraries, and refused when they are signed with
// another secret.
func TestProvidersReceiversTakeEvents(t *testing.T) {
	t.Parallel()
	type pair struct {
		provider     *catalog.Provider
		sign, verify string
	}
	pairs := map[string]pair{}
	secrets := map[string]string{}
	for _, provider := range catalog.Builtin().Providers() {
		c, ok := nodeCases[provider.Scheme]
		if !ok {
			continue
		}
		s, _ := signer.Lookup(provider.Scheme)
		if c.sign == "" {
			var err error
			if c.sign, c.verify, err = s.NewSecret(); err != nil {
				t.Fatal(err)
			}
		}
		if secrets[provider.Scheme] != "" { // two providers of one scheme share its receiver
			c.verify = secrets[provider.Scheme]
			c.sign = c.verify
		}
		secrets[provider.Scheme] = c.verify
		pairs[provider.ID] = pair{provider, c.sign, c.verify}
	}
	if len(pairs) < 12 {
		t.Fatalf("only %d providers have a receiver", len(pairs))
	}
	base, _ := startReceivers(t, secrets)
	p, store := startProxy(t)
	for id, c := range pairs {
		in := proxy.Endpoint{Name: id, On: true, Kind: "url", URL: base + c.provider.Scheme, Provider: id, Events: []string{id + "/*"}, Secrets: []proxy.Secret{{Name: "current", Value: c.sign}}}
		if _, err := p.Endpoints().Create(t.Context(), in); err != nil {
			t.Fatalf("%s: %v", id, err)
		}
	}
	for id, c := range pairs {
		t.Run(id, func(t *testing.T) {
			for _, chaos := range []proxy.Chaos{{}, {Switches: []string{"bad-sig"}}} {
				for _, e := range c.provider.Events {
					if len(e.Samples) == 0 {
						continue
					}
					payload, err := e.Generate(catalog.Options{Now: time.Now()})
					if err != nil {
						t.Fatal(err)
					}
					res, err := p.Dispatcher().Emit(t.Context(), proxy.EmitRequest{Event: proxy.Event{Type: e.ID(), Payload: payload}, To: []string{id}, Chaos: chaos})
					if err != nil {
						t.Fatalf("%s: %v", e.ID(), err)
					}
					status, answer := outcome(t, store, res.Deliveries[0].ID)
					if want := map[bool]int{true: 200, false: 400}[chaos.Switches == nil]; status != want {
						t.Errorf("%s, chaos %v: the provider's library answers %d %s, want %d", e.ID(), chaos.Switches, status, answer, want)
					}
				}
			}
		})
	}
}

// outcome waits for the answer to the first try of a delivery.
func outcome(t *testing.T, store inspector.Store, id inspector.ID) (int, string) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		wake := store.Wake()
		row, err := store.Get(t.Context(), inspector.DefaultWorkspace, id)
		if err != nil {
			t.Fatal(err)
		}
		if row.Status != 0 {
			return row.Status, answerOf(t, store, id)
		}
		if row.Failure != "" {
			return 0, row.Failure
		}
		select {
		case <-wake:
		case <-time.After(100 * time.Millisecond):
		}
	}
	t.Fatal("there was no answer within 20 s")
	return 0, ""
}

func answerOf(t *testing.T, store inspector.Store, id inspector.ID) string {
	t.Helper()
	attempts, err := store.Attempts(t.Context(), inspector.DefaultWorkspace, id)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(attempts, func(a inspector.Attempt) bool { return a.Response.Head != nil })
	if i < 0 {
		return ""
	}
	b, err := store.Body(t.Context(), inspector.DefaultWorkspace, attempts[i].BodyKey(inspector.Response))
	if err != nil {
		return ""
	}
	defer b.Close()
	text, err := io.ReadAll(io.NewSectionReader(b, 0, b.Size()))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
