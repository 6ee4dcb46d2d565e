package web

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/inspector/memstore"
)

// A server that is stopped before it has begun to serve ends all the same: a
// command that fails at once does that.
func TestStopBeforeServing(t *testing.T) {
	t.Parallel()
	for range 50 {
		store := memstore.New()
		s := New(Options{Store: store, Hub: inspector.NewHub(store, inspector.DefaultWorkspace, inspector.HubOptions{})})
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		ended := make(chan error, 1)
		go func() { ended <- s.Serve(ctx, ln) }()
		select {
		case err := <-ended:
			if err != nil {
				t.Fatal(err)
			}
		case <-time.After(30 * time.Second):
			t.Fatal("the server still serves")
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
